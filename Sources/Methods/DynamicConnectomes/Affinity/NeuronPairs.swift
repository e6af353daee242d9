/// The pairs of different neurons in the order (0,1), (0,2), …, (0,N−1), (1,2), …
public struct NeuronPairs: Sendable, Hashable, Codable {
  /// Number of neurons.
  public let neurons: Int
  /// Number of pairs, N(N−1)/2.
  public var count: Int { neurons * (neurons - 1) / 2 }

  /// The pairs of so many neurons.
  public init(neurons: Int) {
    precondition(neurons >= 0 && neurons < 1 << 31, "NeuronPairs: the number of neurons must be sensible")
    self.neurons = neurons
  }

  /// The place of pair (i, j), i < j.
  public func index(_ i: Int, _ j: Int) -> Int {
    precondition(i >= 0 && i < j && j < neurons, "NeuronPairs: a pair must be two neurons in order")
    return i * neurons - i * (i + 1) / 2 + j - i - 1
  }

  /// The two neurons of every pair.
  public var all: [(Int, Int)] {
    (0..<neurons).flatMap { i in ((i + 1)..<max(i + 1, neurons)).map { (i, $0) } }
  }

  /// The two neurons of neighbouring pairs.
  func pairs(in range: Range<Int>) -> [(Int, Int)] {
    var i = 0
    while i + 1 < neurons, index(i, neurons - 1) < range.lowerBound { i += 1 }
    var result: [(Int, Int)] = []
    result.reserveCapacity(range.count)
    while result.count < range.count {
      let first = index(i, i + 1)
      for pair in max(first, range.lowerBound)..<min(index(i, neurons - 1) + 1, range.upperBound) {
        result.append((i, i + 1 + pair - first))
      }
      i += 1
    }
    return result
  }
}
