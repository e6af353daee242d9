import Laboratory
import Parallel
import Probability

/// ListOps of the Long Range Arena: read a nested list operation token by token, answer with its value.
///
/// All expressions are different, so that none of the test was learned.
public struct ListOpsTask: GeneratedTask, Hashable, Codable {
  /// What expressions are drawn.
  public var law: ListOpsExpression.Law
  /// How many; 96,000, 2,000 and 2,000 in the Long Range Arena.
  public var sizes: SplitSizes
  /// Fixes all of them.
  public var seed: UInt64

  /// A task.
  public init(
    law: ListOpsExpression.Law = .init(),
    sizes: SplitSizes = .init(training: 96_000, validation: 2_000, test: 2_000), seed: UInt64
  ) {
    (self.law, self.sizes, self.seed) = (law, sizes, seed)
  }

  /// `listops`
  public var preset: String { "listops" }

  /// Draws all expressions.
  public func expressions(threads: Int) throws -> [ListOpsExpression] {
    try sizes.validate()
    return try distinct(try drawn(0..<sizes.total, threads: threads) {})
  }

  private func drawn(_ indices: Range<Int>, threads: Int, each: @escaping @Sendable () -> Void) throws
    -> [ListOpsExpression]
  {
    try law.validate()
    return try parallelMap(count: indices.count, threads: threads) { index in
      try Interruption.check()
      defer { each() }
      return try draw(indices.lowerBound + index, attempt: 0)
    }
  }

  /// Draws those anew that came up before.
  private func distinct(_ drawn: [ListOpsExpression]) throws -> [ListOpsExpression] {
    var all = drawn
    var seen = Set<[UInt8]>(minimumCapacity: all.count)
    for index in all.indices {
      var attempt = 0
      while !seen.insert(all[index].tokens).inserted {
        attempt += 1
        guard attempt < 1000 else {
          throw ExpressiveNeuronError.inconsistent(
            "there are too few different expressions for \(sizes.total) samples; ask for fewer or for longer ones"
          )
        }
        all[index] = try draw(index, attempt: attempt)
      }
    }
    return all
  }

  private func draw(_ index: Int, attempt: Int) throws(ExpressiveNeuronError) -> ListOpsExpression {
    var stream = RandomStream(seed: seed, "listops", index, attempt)
    guard let expression = law.draw(&stream) else {
      throw .inconsistent(
        "no expression of \(law.lengths.lowerBound) to \(law.lengths.upperBound) tokens came up in a million; allow more lengths, depth or arguments"
      )
    }
    return expression
  }

  /// 1024 sequences.
  public var block: Int { 1024 }

  /// Draws some of the expressions, which may come up twice.
  public func sequences(_ indices: Range<Int>, threads: Int, each: @escaping @Sendable () -> Void) throws
    -> SequenceDataSet
  {
    try Self.dataSet(try drawn(indices, threads: threads, each: each))
  }

  /// The splits, with expressions that came up twice drawn anew.
  public func assemble(_ whole: SequenceDataSet) throws -> TaskData {
    let drawn = whole.inputs.compactMap { ListOpsExpression(tokens: $0.channel.map { UInt8(clamping: $0) }) }
    guard drawn.count == sizes.total else {
      throw ExpressiveNeuronError.badData("a drawn sequence is no whole expression")
    }
    return sizes.cut(try Self.dataSet(try distinct(drawn)))
  }

  /// Input channels of the paper's table; tokens use the first 15, and what the others stand for is not published.
  static let channels = 25

  static func dataSet(_ expressions: [ListOpsExpression]) throws(ExpressiveNeuronError) -> SequenceDataSet {
    try SequenceDataSet(
      expressions.map { .tokens($0.tokens.map(Int32.init), channels: channels) },
      .labels(expressions.map(\.value), classes: 10))
  }
}

extension EventSequence {
  /// One event of value 1 a step, on the token's channel.
  static func tokens(_ tokens: [Int32], channels: Int) -> EventSequence {
    EventSequence(
      steps: tokens.count, channels: channels, offsets: (0...Int32(tokens.count)).map { $0 }, channel: tokens,
      values: .init(repeating: 1, count: tokens.count))
  }
}
