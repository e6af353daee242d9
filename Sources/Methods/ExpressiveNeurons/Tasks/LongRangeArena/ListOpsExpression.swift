import Probability

/// A nested list operation such as `[MAX 4 3 [MIN 2 3] 1 0 [MED 1 5 8]]`, as tokens (Nangia and Bowman, *ListOps*, 2018).
public struct ListOpsExpression: Sendable, Hashable {
  /// The operations, in the order of their tokens 10 to 13.
  public enum Operation: UInt8, Sendable, CaseIterable {
    /// The smallest argument.
    case minimum = 10
    /// The largest argument.
    case maximum
    /// The median; of an even number of arguments the mean of the middle two, rounded down.
    case median
    /// The sum modulo 10.
    case sumModulo10

    /// How it is written.
    public var word: String {
      switch self {
      case .minimum: "[MIN"
      case .maximum: "[MAX"
      case .median: "[MED"
      case .sumModulo10: "[SM"
      }
    }
  }

  /// The token that closes an operation.
  public static let close: UInt8 = 14
  /// Number of different tokens: ten digits, four operations, the closing bracket.
  public static let vocabulary = 15

  /// The expression in reading order: digits 0 to 9, operations 10 to 13, the closing bracket 14.
  public let tokens: [UInt8]
  /// What it evaluates to, 0 to 9.
  public let value: Int

  /// An expression; `nil` unless the tokens are one whole expression.
  public init?(tokens: [UInt8]) {
    guard let value = Self.evaluate(tokens) else { return nil }
    (self.tokens, self.value) = (tokens, value)
  }

  /// An expression in words; the round brackets of the published files are passed over. `nil` unless it is whole.
  public init?(_ text: some StringProtocol) {
    var tokens: [UInt8] = []
    for word in text.split(whereSeparator: \.isWhitespace) {
      switch word {
      case "(", ")": continue
      case "]": tokens.append(Self.close)
      default:
        if let operation = Operation.allCases.first(where: { $0.word == word }) {
          tokens.append(operation.rawValue)
        } else if let digit = UInt8(word), digit < 10 {
          tokens.append(digit)
        } else {
          return nil
        }
      }
    }
    self.init(tokens: tokens)
  }

  /// The expression in words.
  public var text: String {
    tokens.map { $0 == Self.close ? "]" : Operation(rawValue: $0)?.word ?? "\($0)" }.joined(separator: " ")
  }

  private static func evaluate(_ tokens: [UInt8]) -> Int? {
    var pending: [(operation: Operation, arguments: [Int])] = []
    for (place, token) in tokens.enumerated() {
      var value: Int
      if let operation = Operation(rawValue: token) {
        pending.append((operation, []))
        continue
      } else if token == close {
        guard let (operation, arguments) = pending.popLast(), !arguments.isEmpty else { return nil }
        value = apply(operation, to: arguments)
      } else if token < 10 {
        value = Int(token)
      } else {
        return nil
      }
      if pending.isEmpty { return place == tokens.count - 1 ? value : nil }
      pending[pending.count - 1].arguments.append(value)
    }
    return nil
  }

  private static func apply(_ operation: Operation, to arguments: [Int]) -> Int {
    switch operation {
    case .minimum: return arguments.min()!
    case .maximum: return arguments.max()!
    case .sumModulo10: return arguments.reduce(0, +) % 10
    case .median:
      let sorted = arguments.sorted()
      let middle = sorted.count / 2
      return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }
  }
}

extension ListOpsExpression {
  /// The law that expressions are drawn from in the Long Range Arena (Tay et al. 2021).
  ///
  /// A node is a digit with chance 3/4 or at the deepest level, else one of the four operations with 2 to
  /// ``mostArguments`` nodes, all equally likely; an expression is kept when its length lies in ``lengths``.
  public struct Law: Sendable, Hashable, Codable {
    /// Allowed numbers of tokens; 501 to 1999 in the Long Range Arena.
    public var lengths: ClosedRange<Int>
    /// Levels of nodes.
    public var depth: Int
    /// Most arguments of an operation.
    public var mostArguments: Int

    /// A law; the Long Range Arena's unless changed.
    public init(lengths: ClosedRange<Int> = 501...1999, depth: Int = 10, mostArguments: Int = 10) {
      (self.lengths, self.depth, self.mostArguments) = (lengths, depth, mostArguments)
    }

    /// Throws when no expression of such a length can exist.
    func validate() throws(ExpressiveNeuronError) {
      try require("the depth", depth, in: 1...1000)
      try require("the number of arguments", mostArguments, in: 2...1000)
      var longest = 1
      for _ in 1..<depth where longest < 1_000_000 { longest = 2 + mostArguments * longest }
      guard lengths.lowerBound >= 1, lengths.lowerBound <= longest else {
        throw .outOfRange(
          name: "the least length", value: "\(lengths.lowerBound)",
          allowed: "1 to \(longest), the longest expression of depth \(depth)")
      }
    }

    /// Draws until a length fits; `nil` after a million failures.
    func draw(_ stream: inout RandomStream) -> ListOpsExpression? {
      var tokens: [UInt8] = []
      for _ in 0..<1_000_000 {
        tokens.removeAll(keepingCapacity: true)
        if grow(&tokens, level: 1, &stream), lengths.contains(tokens.count) {
          return ListOpsExpression(tokens: tokens)
        }
      }
      return nil
    }

    /// Appends a node; false as soon as the whole is too long.
    private func grow(_ tokens: inout [UInt8], level: Int, _ stream: inout RandomStream) -> Bool {
      guard level < depth, stream.bernoulli(0.25) else {
        tokens.append(UInt8(stream.integer(below: 10)))
        return tokens.count <= lengths.upperBound
      }
      tokens.append(10 + UInt8(stream.integer(below: 4)))
      for _ in 0..<(2 + stream.integer(below: mostArguments - 1)) {
        guard grow(&tokens, level: level + 1, &stream) else { return false }
      }
      tokens.append(ListOpsExpression.close)
      return tokens.count <= lengths.upperBound
    }
  }
}
