import Foundation

/// What a stream of patterns looks like.
public struct StreamMetrics: Sendable, Hashable, Codable {
  /// Least, mean, largest and deviation of a quantity.
  public struct Summary: Sendable, Hashable, Codable {
    /// The least value.
    public var minimum: Double
    /// The mean.
    public var mean: Double
    /// The largest value.
    public var maximum: Double
    /// The standard deviation over the values, all of them being known.
    public var standardDeviation: Double

    init(_ values: [Double]) {
      let centre = values.reduce(0, +) / Double(values.count)
      (minimum, mean, maximum) = (values.min() ?? .nan, centre, values.max() ?? .nan)
      standardDeviation =
        (values.reduce(0) { $0 + ($1 - centre) * ($1 - centre) } / Double(values.count)).squareRoot()
    }
  }

  /// Number of patterns.
  public var patterns: Int
  /// Cells in the population.
  public var cells: Int
  /// Share of active cells of a pattern.
  public var sparsity: Summary
  /// How often each cell was active, `[cell]`, as a share of the patterns.
  public var activationFrequencies: [Double]
  /// The same, summarised over the cells.
  public var activationFrequency: Summary
  /// Mean binary entropy of the cells' frequencies, in bits.
  public var entropy: Double
  /// ``entropy`` over what it would be if all cells were active equally often; 1 at best, 0 for constant cells.
  public var relativeEntropy: Double
  /// Overlap of a pattern with the one before, over the larger of their sizes; `nil` for fewer than two patterns.
  public var overlap: Summary?

  /// Measures a stream.
  ///
  /// - Throws: ``DendritesError/badPattern(_:)`` for no patterns or different populations.
  public init(_ patterns: [SparsePattern]) throws(DendritesError) {
    guard let first = patterns.first else { throw .badPattern("there are no patterns to measure") }
    var counts = [Int](repeating: 0, count: first.cells)
    var shares: [Double] = []
    for (place, pattern) in patterns.enumerated() {
      guard pattern.cells == first.cells else {
        throw .badPattern(
          "pattern \(place + 1) is of \(pattern.cells) cells, but the first of \(first.cells)")
      }
      for cell in pattern.active { counts[cell] += 1 }
      if place > 0 {
        let larger = max(pattern.active.count, patterns[place - 1].active.count)
        shares.append(Double(try pattern.overlap(with: patterns[place - 1])) / Double(max(1, larger)))
      }
    }
    self.patterns = patterns.count
    cells = first.cells
    sparsity = Summary(patterns.map(\.sparsity))
    activationFrequencies = counts.map { Double($0) / Double(patterns.count) }
    activationFrequency = Summary(activationFrequencies)
    entropy = activationFrequencies.reduce(0) { $0 + Self.binaryEntropy($1) } / Double(first.cells)
    let largest = Self.binaryEntropy(activationFrequency.mean)
    relativeEntropy = largest > 0 ? entropy / largest : 0
    overlap = shares.isEmpty ? nil : Summary(shares)
  }

  private static func binaryEntropy(_ p: Double) -> Double {
    p <= 0 || p >= 1 ? 0 : -p * log2(p) - (1 - p) * log2(1 - p)
  }
}
