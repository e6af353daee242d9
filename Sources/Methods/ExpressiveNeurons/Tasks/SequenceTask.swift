/// A problem to learn: where its sequences come from and which of the paper's settings belong to it.
public protocol SequenceTask: Sendable {
  /// The name of the paper's settings for the task, such as `neuronio` or `shd-adding` (tables of appendix B).
  var preset: String { get }

  /// Generates or reads the sequences.
  ///
  /// - Parameters:
  ///   - threads: most threads to use; the sequences do not depend on it.
  ///   - each: called after each generated sequence, on any thread.
  /// - Throws: ``ExpressiveNeuronError`` for settings, `FileError` for files.
  func data(threads: Int, each: @escaping @Sendable () -> Void) throws -> TaskData
}

extension SequenceTask {
  /// Generates or reads the sequences.
  public func data(threads: Int) throws -> TaskData { try data(threads: threads) {} }
}

/// What a task is trained, chosen and judged on.
public struct TaskData: Sendable {
  /// Sequences to learn from.
  public var training: SequenceDataSet
  /// Sequences to choose among models by.
  public var validation: SequenceDataSet
  /// Sequences to judge the chosen model by; `nil` where the user's files hold none.
  public var test: SequenceDataSet?
  /// What a reader of the files should know, one sentence each.
  public var warnings: [String]
  /// New sequences to learn from in every pass over as many, where the task draws them anew.
  public var renewal: Renewal?

  /// Makes the sequences of a pass, counted from 0; the first are ``training``.
  public typealias Renewal = @Sendable (_ pass: Int) throws -> SequenceDataSet

  /// Three splits.
  public init(
    training: SequenceDataSet, validation: SequenceDataSet, test: SequenceDataSet?, warnings: [String] = [],
    renewal: Renewal? = nil
  ) {
    (self.training, self.validation, self.test) = (training, validation, test)
    self.warnings = warnings
    self.renewal = renewal
  }
}

extension TaskData: Equatable {
  /// Whether the sequences, and the warnings, are the same; of what a renewal will draw only whether there is one.
  public static func == (first: TaskData, second: TaskData) -> Bool {
    (first.training, first.validation, first.test) == (second.training, second.validation, second.test)
      && first.warnings == second.warnings && (first.renewal == nil) == (second.renewal == nil)
  }
}

/// How many sequences a generated task has.
public struct SplitSizes: Sendable, Hashable, Codable {
  /// Sequences to learn from.
  public var training: Int
  /// Sequences to choose among models by.
  public var validation: Int
  /// Sequences to judge by.
  public var test: Int

  /// Three sizes, each at least 1.
  public init(training: Int, validation: Int, test: Int) {
    (self.training, self.validation, self.test) = (training, validation, test)
  }

  /// All sequences together.
  public var total: Int { training + validation + test }

  func validate() throws(ExpressiveNeuronError) {
    for (name, size) in [("training", training), ("validation", validation), ("test", test)] {
      try require("the number of \(name) sequences", size, in: 1...100_000_000)
    }
  }

  /// Cuts a list of ``total`` sequences in order.
  func cut(_ whole: SequenceDataSet) -> TaskData {
    TaskData(
      training: whole.subset(Array(0..<training)),
      validation: whole.subset(Array(training..<(training + validation))),
      test: whole.subset(Array((training + validation)..<total)))
  }
}

/// Throws unless a setting lies in its range.
func require<Value: Comparable>(_ name: String, _ value: Value, in allowed: ClosedRange<Value>)
  throws(ExpressiveNeuronError)
{
  guard allowed.contains(value) else {
    throw .outOfRange(
      name: name, value: "\(value)", allowed: "\(allowed.lowerBound) to \(allowed.upperBound)")
  }
}

/// Throws unless a setting is finite and above 0.
func requirePositive(_ name: String, _ value: Double) throws(ExpressiveNeuronError) {
  guard value > 0, value.isFinite else {
    throw .outOfRange(name: name, value: "\(value)", allowed: "a finite number above 0")
  }
}
