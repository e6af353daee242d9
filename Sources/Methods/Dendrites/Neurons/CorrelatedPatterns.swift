import Probability

/// Patterns whose cells tend to be active together, as the official experiments make them.
///
/// Clusters of cells are drawn for a few random sizes from 2 to 9. A pattern takes clusters in random order until
/// one more would reach its size, and is filled up with single cells.
public struct CorrelatedPatterns: Sendable {
  /// Cells in the population, n.
  public let cells: Int
  /// Active cells of a pattern, a.
  public let active: Int
  private let clusters: [[Int]]

  /// Clusters of random sizes, each size covering n to 3n cells: few sizes of large clusters give strong
  /// correlations, many sizes weak ones.
  ///
  /// - Parameters:
  ///   - cells: n.
  ///   - active: a, at least 2.
  ///   - seed: of the clusters.
  /// - Throws: ``DendritesError/outOfRange(name:value:allowed:because:)``.
  public init(cells: Int, active: Int, seed: UInt64) throws(DendritesError) {
    try require(cells, "cells", in: 9...largestPopulation, because: "the largest cluster joins nine cells")
    var stream = RandomStream(seed: seed, "cluster sizes")
    // The official odds of how many sizes there are: one is three times as likely as any up to seven, two twice.
    let sizeCount = [1, 1, 2, 1, 2, 3, 4, 5, 6, 7][stream.integer(below: 10)]
    let sizes = stream.sample(sizeCount, outOf: 8).map {
      (size: $0 + 2, covering: cells + stream.integer(below: 2 * cells))
    }
    try self.init(cells: cells, active: active, clusters: sizes, seed: seed)
  }

  /// Clusters of given sizes.
  ///
  /// - Parameters:
  ///   - cells: n.
  ///   - active: a, at least 2.
  ///   - clusters: sizes, and how many cells the clusters of each size cover together, repeats counted.
  ///   - seed: of the clusters.
  /// - Throws: ``DendritesError/outOfRange(name:value:allowed:because:)``.
  public init(
    cells: Int, active: Int, clusters sizes: [(size: Int, covering: Int)], seed: UInt64
  ) throws(DendritesError) {
    _ = try OverlapLaw(cells: cells, active: active, synapses: 0)
    try require(active, "active", in: 2...max(2, cells), because: "clusters join at least two cells")
    self.cells = cells
    self.active = active
    var stream = RandomStream(seed: seed, "clusters")
    var clusters: [[Int]] = []
    for (size, covered) in sizes {
      try require(size, "cluster size", in: 1...cells, because: "a cluster is a set of cells")
      for _ in 0..<(covered / size) { clusters.append(stream.sample(size, outOf: cells)) }
    }
    self.clusters = clusters
  }

  /// One pattern of exactly a active cells.
  public func pattern(using stream: inout RandomStream) -> SparsePattern {
    var chosen = Set<Int>(minimumCapacity: active)
    var taken = Set<Int>()
    while taken.count < min(active / 2, clusters.count) {
      let place = stream.integer(below: clusters.count)
      guard taken.insert(place).inserted else { continue }
      if chosen.count + clusters[place].count >= active { break }
      chosen.formUnion(clusters[place])
    }
    while chosen.count < active { chosen.insert(stream.integer(below: cells)) }
    return SparsePattern(cells: cells, sorted: chosen.sorted())
  }

  /// Mean correlation, over the patterns, of the pairs of cells that each makes active together.
  ///
  /// A pair's correlation is Pearson's over all patterns, from how often each and both are active. A pair counts
  /// itself at least once, so few patterns bias the mean upwards by about n/(a·patterns): use many.
  ///
  /// - Throws: ``DendritesError/tooLarge(what:limit:)`` for more than 10,000 cells, whose pairs are counted in a table.
  public static func meanPairCorrelation(_ patterns: [SparsePattern]) throws(DendritesError) -> Double {
    guard let cells = patterns.first?.cells else { return .nan }
    guard cells <= 10_000 else {
      throw .tooLarge(what: "the population of \(cells) cells", limit: "correlations take up to 10000")
    }
    let n = Double(patterns.count)
    var single = [UInt32](repeating: 0, count: cells)
    var both = [UInt32](repeating: 0, count: cells * cells)
    both.withUnsafeMutableBufferPointer { both in
      for pattern in patterns {
        for (place, first) in pattern.active.enumerated() {
          single[first] += 1
          for second in pattern.active[..<place] { both[first &* cells &+ second] &+= 1 }
        }
      }
    }
    let frequency = single.map { Double($0) / n }
    let inverseSpread = frequency.map { $0 > 0 && $0 < 1 ? 1 / ($0 * (1 - $0)).squareRoot() : 0 }
    var total = 0.0
    for pattern in patterns where pattern.active.count > 1 {
      var sum = 0.0
      for (place, first) in pattern.active.enumerated() {
        for second in pattern.active[..<place] {
          let shared = Double(both[first &* cells &+ second]) / n - frequency[first] * frequency[second]
          sum += shared * inverseSpread[first] * inverseSpread[second]
        }
      }
      total += sum / Double(pattern.active.count * (pattern.active.count - 1) / 2)
    }
    return total / n
  }
}
