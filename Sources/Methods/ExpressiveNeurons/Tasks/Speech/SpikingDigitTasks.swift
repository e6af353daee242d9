import Laboratory
import Parallel
import Probability

/// Digits by split.
public struct SpikingDigits: Sendable, Hashable {
  /// Digits to learn from.
  public var training: [SpikingDigit]
  /// Digits to choose among models by.
  public var validation: [SpikingDigit]
  /// Digits to judge by; `nil` where the user's files hold none.
  public var test: [SpikingDigit]?

  /// Digits by split.
  public init(training: [SpikingDigit], validation: [SpikingDigit], test: [SpikingDigit]?) {
    (self.training, self.validation, self.test) = (training, validation, test)
  }
}

/// Where spoken digits come from.
public enum SpikingDigitSource: Sendable, Hashable, Codable {
  /// Made by ``SpikeWords``.
  case synthetic(SpikeWords, sizes: SplitSizes)
  /// The Spiking Heidelberg Digits from the files of ``HeidelbergDigits``, with or without those to judge by.
  case heidelberg(training: String, test: String?)

  /// Reads or makes the digits; `each` is called after each that is made, on any thread.
  public func digits(threads: Int, each: @escaping @Sendable () -> Void = {}) throws -> SpikingDigits {
    switch self {
    case .synthetic(let words, let sizes):
      try sizes.validate()
      let all = try parallelMap(count: sizes.total, threads: threads) { index in
        try Interruption.check()
        defer { each() }
        return try words.digit(index)
      }
      return SpikingDigits(
        training: Array(all[..<sizes.training]),
        validation: Array(all[sizes.training..<(sizes.training + sizes.validation)]),
        test: Array(all[(sizes.training + sizes.validation)...]))
    case .heidelberg(let training, let test):
      let all = try HeidelbergDigits.read(training)
      let held = HeidelbergDigits.publishedValidation(count: all.count)
      return SpikingDigits(
        training: zip(all, held).filter { !$1 }.map(\.0), validation: zip(all, held).filter(\.1).map(\.0),
        test: try test.map { try HeidelbergDigits.read($0) })
    }
  }
}

/// Which of twenty spoken digits is it? The Spiking Heidelberg Digits, or words of our own making.
public struct SpikingDigitTask: SequenceTask, Hashable, Codable {
  /// Where digits come from.
  public var source: SpikingDigitSource
  /// Their time bins.
  public var binning: SpikeBinning

  /// A task.
  public init(source: SpikingDigitSource, binning: SpikeBinning) {
    (self.source, self.binning) = (source, binning)
  }

  /// `shd`
  public var preset: String { "shd" }

  /// Reads or makes the digits and bins them.
  public func data(threads: Int, each: @escaping @Sendable () -> Void) throws -> TaskData {
    let digits = try source.digits(threads: threads, each: each)
    func set(_ digits: [SpikingDigit]) throws -> SequenceDataSet {
      try SequenceDataSet(
        digits.map { binning.sequence($0) }, .labels(digits.map(\.label), classes: SpikingDigit.classes))
    }
    return TaskData(
      training: try set(digits.training), validation: try set(digits.validation),
      test: try digits.test.map(set))
  }
}

/// What is the sum of two digits spoken one after the other, in whichever language? The paper's SHD-Adding.
///
/// Both digits of a sample are drawn uniformly, with replacement, from the digits of its split; those to learn from are
/// drawn anew in every pass over them, the others stay.
public struct DigitAddingTask: SequenceTask, Hashable, Codable {
  /// Where digits come from.
  public var source: SpikingDigitSource
  /// Their time bins.
  public var binning: SpikeBinning
  /// How many sums, those to learn from in each pass; 16,000, 4,000 and 16,000 in the paper.
  public var sizes: SplitSizes
  /// Fixes which digits are added.
  public var seed: UInt64

  /// A task.
  public init(
    source: SpikingDigitSource, binning: SpikeBinning,
    sizes: SplitSizes = .init(training: 16_000, validation: 4_000, test: 16_000), seed: UInt64
  ) {
    (self.source, self.binning, self.sizes, self.seed) = (source, binning, sizes, seed)
  }

  /// `shd-adding`
  public var preset: String { "shd-adding" }

  /// Reads or makes the digits and adds them up.
  public func data(threads: Int, each: @escaping @Sendable () -> Void) throws -> TaskData {
    try sizes.validate()
    let digits = try source.digits(threads: threads, each: each)
    let task = self
    let renewal: TaskData.Renewal = { pass in
      try task.sums(of: digits.training, count: task.sizes.training, split: 0, pass: pass)
    }
    return TaskData(
      training: try renewal(0),
      validation: try sums(of: digits.validation, count: sizes.validation, split: 1),
      test: try digits.test.map { try sums(of: $0, count: sizes.test, split: 2) }, renewal: renewal)
  }

  /// Sums of one split; `pass` tells the draws of a training apart, which has new ones every time.
  public func sums(of digits: [SpikingDigit], count: Int, split: Int, pass: Int = 0) throws
    -> SequenceDataSet
  {
    guard !digits.isEmpty else { throw ExpressiveNeuronError.badData("there are no digits to add") }
    var stream = RandomStream(seed: seed, "digit sums", split, pass)
    var inputs: [EventSequence] = []
    var labels: [Int] = []
    for _ in 0..<count {
      let first = digits[stream.integer(below: digits.count)]
      let second = digits[stream.integer(below: digits.count)]
      inputs.append(binning.sequence(first, second))
      labels.append(first.label % 10 + second.label % 10)
    }
    return try SequenceDataSet(inputs, .labels(labels, classes: 19))
  }
}
