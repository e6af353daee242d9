import Foundation

/// The other two ways in which the official material computes false matches with unions; kept apart by name
/// because they answer other questions than ``UnionLaw``.
public enum PublishedUnions {
  /// The *input* is a union of `patterns` patterns of `active` cells, the segment keeps its `synapses`: Eq 4 with
  /// the expected, unrounded number of active cells.
  public static func inputUnion(
    cells: Int, active: Int, synapses: Int, threshold: Int, patterns: Int
  ) throws(DendritesError) -> TailProbability {
    let law = try OverlapLaw(cells: cells, active: active, synapses: synapses)
    try require(patterns, "patterns", in: 1...1_000_000_000, because: "a union has at least one pattern")
    let size = -Double(cells) * expm1(Double(patterns) * log1p(-Double(active) / Double(cells)))
    return sum(
      population: law.cells, marked: size, draws: synapses, hits: threshold, through: synapses)
  }

  /// The notebook's form: the segment holds the union of `patterns` whole patterns of `active` cells, its
  /// expected size unrounded, and the sum ends at min(a, ⌊n(1 − (1 − s/n)^M)⌋).
  public static func notebook(
    cells: Int, active: Int, synapses: Int, threshold: Int, patterns: Int
  ) throws(DendritesError) -> TailProbability {
    _ = try OverlapLaw(cells: cells, active: active, synapses: synapses)
    try require(patterns, "patterns", in: 1...1_000_000_000, because: "a union has at least one pattern")
    let size = -Double(cells) * expm1(Double(patterns) * log1p(-Double(active) / Double(cells)))
    let covered = -Double(cells) * expm1(Double(patterns) * log1p(-Double(synapses) / Double(cells)))
    // ⌊·⌋ of a number that rounding may have put just below a whole one.
    let last = min(active, Int((covered + 1e-9).rounded(.down)))
    return sum(population: cells, marked: size, draws: active, hits: threshold, through: last)
  }

  private static func sum(
    population: Int, marked: Double, draws: Int, hits: Int, through last: Int
  ) -> TailProbability {
    var sum = TailProbability.zero
    for hit in stride(from: last, through: max(0, hits), by: -1) {
      // A real number of marked cells below `hit` gives coefficients of alternating sign that mean nothing.
      if Double(hit) > marked + 1e-9 { continue }
      sum = sum + hypergeometricTerm(population: Double(population), marked: marked, draws: draws, hits: hit)
    }
    return sum
  }
}
