import Foundation

/// What a stream of patterns looks like.
public struct StreamMetrics: Sendable, Hashable, Codable {
  /// Number of patterns.
  public var patterns: Int
  /// Mean share of active cells.
  public var sparsity: Double
  /// How often each cell was active, `[cell]`, as a share of the patterns.
  public var activationFrequency: [Double]
  /// Mean binary entropy of the cells' frequencies, in bits.
  public var entropy: Double
  /// Mean share of a pattern's active cells that the pattern before had too; `nil` for fewer than two patterns.
  public var successiveOverlap: Double?

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
      if place > 0, !pattern.active.isEmpty {
        shares.append(Double(try pattern.overlap(with: patterns[place - 1])) / Double(pattern.active.count))
      }
    }
    self.patterns = patterns.count
    activationFrequency = counts.map { Double($0) / Double(patterns.count) }
    sparsity = activationFrequency.reduce(0, +) / Double(first.cells)
    entropy =
      activationFrequency.reduce(0) { sum, p in
        p == 0 || p == 1 ? sum : sum - p * log2(p) - (1 - p) * log2(1 - p)
      } / Double(first.cells)
    successiveOverlap = shares.isEmpty ? nil : shares.reduce(0, +) / Double(shares.count)
  }
}
