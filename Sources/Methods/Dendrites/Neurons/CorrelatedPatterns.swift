import Parallel
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

  /// Clusters for given sizes.
  ///
  /// - Parameters:
  ///   - cells: n.
  ///   - active: a, at least 2.
  ///   - clusterCells: over how many cells of clusters to draw for each cluster size, n to 3n; random unless given.
  ///   - seed: of the clusters.
  public init(cells: Int, active: Int, clusterCells: Int? = nil, seed: UInt64) throws(DendritesError) {
    _ = try OverlapLaw(cells: cells, active: active, synapses: 0)
    try require(active, "active", in: 2...cells, because: "clusters join at least two cells")
    var stream = RandomStream(seed: seed, "clusters")
    let sizes = stream.sample(1 + stream.integer(below: 8), outOf: 8).map { $0 + 2 }.filter { $0 <= cells }
    self.cells = cells
    self.active = active
    var clusters: [[Int]] = []
    for size in sizes {
      let covered = clusterCells ?? cells + stream.integer(below: 2 * cells)
      for _ in 0..<(covered / size) { clusters.append(stream.sample(size, outOf: cells)) }
    }
    self.clusters = clusters
  }

  /// One pattern of exactly a active cells.
  public func pattern(using stream: inout RandomStream) -> SparsePattern {
    var chosen = Set<Int>()
    for _ in 0..<(active / 2) where !clusters.isEmpty {
      let cluster = clusters[stream.integer(below: clusters.count)]
      if chosen.union(cluster).count >= active { break }
      chosen.formUnion(cluster)
    }
    while chosen.count < active { chosen.insert(stream.integer(below: cells)) }
    return SparsePattern(cells: cells, sorted: chosen.sorted())
  }

  /// Mean correlation, over the patterns, of the pairs of cells that each makes active together.
  ///
  /// A pair's correlation is Pearson's over all patterns, from how often each and both are active.
  public static func meanPairCorrelation(_ patterns: [SparsePattern]) -> Double {
    guard let cells = patterns.first?.cells else { return .nan }
    let n = Double(patterns.count)
    var words = [[UInt64]](repeating: [UInt64](repeating: 0, count: (patterns.count + 63) / 64), count: cells)
    var counts = [Double](repeating: 0, count: cells)
    for (place, pattern) in patterns.enumerated() {
      for cell in pattern.active {
        words[cell][place / 64] |= 1 << UInt64(place % 64)
        counts[cell] += 1
      }
    }
    let means = patterns.map { pattern -> Double in
      var sum = 0.0
      var pairs = 0.0
      for (place, first) in pattern.active.enumerated() {
        for second in pattern.active[..<place] {
          let (p, q) = (counts[first] / n, counts[second] / n)
          let spread = (p * (1 - p) * q * (1 - q)).squareRoot()
          guard spread > 0 else { continue }
          let both = zip(words[first], words[second]).reduce(0) { $0 + ($1.0 & $1.1).nonzeroBitCount }
          sum += (Double(both) / n - p * q) / spread
          pairs += 1
        }
      }
      return pairs > 0 ? sum / pairs : 0
    }
    return mean(means)
  }

  /// How often a neuron fires falsely on patterns of one degree of correlation.
  public struct Trial: Sendable, Hashable, Codable {
    /// Mean pair correlation of the patterns.
    public var correlation: Double
    /// Patterns on which the neuron fired without having learned them.
    public var falseMatches: Int
    /// Patterns tested.
    public var samples: Int
  }

  /// Tests neurons that learned one half of a set of correlated patterns on the other half.
  ///
  /// - Parameters:
  ///   - cells: n.
  ///   - active: a.
  ///   - synapses: s of each segment.
  ///   - threshold: θ.
  ///   - segments: one for each learned pattern.
  ///   - samples: patterns tested for each neuron.
  ///   - trials: neurons, each with clusters of its own; covered cells grow from n to 3n over them.
  ///   - seed: of everything.
  ///   - threads: most threads to use.
  public static func experiment(
    cells: Int, active: Int, synapses: Int, threshold: Int, segments: Int = 500, samples: Int = 500,
    trials: Int = 20,
    seed: UInt64, threads: Int = availableThreads
  ) throws -> [Trial] {
    try require(
      synapses, "synapses", in: 1...active, because: "a segment samples its synapses from a pattern")
    try require(segments, "segments", in: 1...1_000_000, because: "a neuron has at least one segment")
    try require(samples, "samples", in: 1...1_000_000, because: "at least one pattern is tested")
    return try parallelMap(count: trials, threads: threads) { trial in
      var stream = RandomStream(seed: seed, "correlated patterns", trial)
      let source = try CorrelatedPatterns(cells: cells, active: active, seed: stream.next())
      let learned = (0..<segments).map { _ in source.pattern(using: &stream) }
      let tested = (0..<samples).map { _ in source.pattern(using: &stream) }
      let synapseSets = try learned.map { try $0.subsample(synapses, using: &stream) }
      let matcher = try SegmentMatcher(synapseSets, threshold: threshold)
      let known = Set(learned)
      let fresh = tested.filter { !known.contains($0) }
      let fired = try matcher.matches(fresh, threads: 1).count { !$0.isEmpty }
      return Trial(
        correlation: meanPairCorrelation(learned + tested), falseMatches: fired, samples: fresh.count)
    }
  }
}
