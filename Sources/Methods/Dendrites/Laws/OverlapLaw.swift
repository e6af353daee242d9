/// The law of the overlap between a segment and a random pattern of activity (paper, Eq 2-4).
///
/// A segment has `synapses` synapses on a population of `cells`; `active` cells are active, every subset of
/// that size being equally likely. The overlap is hypergeometric. Sums run over the shorter of segment and
/// pattern, as products of ratios whose terms are all positive, so that the relative error stays near 10⁻¹⁵
/// at any size of the result.
public struct OverlapLaw: Sendable, Hashable {
  /// Cells in the population, n.
  public let cells: Int
  /// Active cells, a.
  public let active: Int
  /// Synapses of the segment, s.
  public let synapses: Int

  /// The law for given sizes.
  ///
  /// - Parameters:
  ///   - cells: n, from 1 to 2⁵³.
  ///   - active: a, from 0 to n.
  ///   - synapses: s, from 0 to n; the smaller of a and s is at most 10 million.
  /// - Throws: ``DendritesError/outOfRange(name:value:allowed:because:)``.
  public init(cells: Int, active: Int, synapses: Int) throws(DendritesError) {
    try require(
      cells, "cells", in: 1...largestPopulation,
      because: "a population has at least one cell and at most 2^53")
    try require(active, "active", in: 0...cells, because: "only cells of the population can be active")
    try require(synapses, "synapses", in: 0...cells, because: "a segment has at most one synapse on a cell")
    guard min(active, synapses) <= 10_000_000 else {
      throw .tooLarge(
        what: "the smaller of active and synapses", limit: "a law is summed over at most 10000000 cells")
    }
    self.cells = cells
    self.active = active
    self.synapses = synapses
  }

  /// The overlaps that can happen.
  public var support: ClosedRange<Int> { max(0, active - (cells - synapses))...min(active, synapses) }

  /// a·s/n
  public var mean: Double { Double(active) / Double(cells) * Double(synapses) }

  /// The probability that the overlap is exactly `overlap`.
  public func probability(ofOverlap overlap: Int) -> TailProbability {
    guard support.contains(overlap) else { return .zero }
    let (few, many) = (min(active, synapses), max(active, synapses))
    return hypergeometricTerm(population: Double(cells), marked: Double(many), draws: few, hits: overlap)
  }

  /// The probability that a random pattern matches the segment: an overlap of at least `threshold` (Eq 4).
  ///
  /// A threshold of 0 or less matches everything; one above both sizes matches nothing.
  ///
  /// - Complexity: O(min(a, s)).
  public func falseMatch(threshold: Int) -> TailProbability {
    if threshold <= support.lowerBound { return .one }
    if threshold > support.upperBound { return .zero }
    if Double(threshold) > mean {
      return probability(ofOverlap: threshold) * TailProbability(upperRatio(from: threshold))
    }
    let below = threshold - 1
    return (probability(ofOverlap: below) * TailProbability(lowerRatio(from: below))).complement
  }

  /// The probability of an overlap of at most `overlap`.
  public func cumulative(_ overlap: Int) -> TailProbability {
    if overlap < support.lowerBound { return .zero }
    if overlap >= support.upperBound { return .one }
    if Double(overlap) < mean {
      return probability(ofOverlap: overlap) * TailProbability(lowerRatio(from: overlap))
    }
    return falseMatch(threshold: overlap + 1).complement
  }

  /// Σ over b ≥ `start` of p(b) / p(start)
  private func upperRatio(from start: Int) -> Double {
    let (a, s) = (Double(active), Double(synapses))
    let rest = Double(cells) - a - s
    var sum = 1.0
    var term = 1.0
    for b in start..<support.upperBound {
      let b = Double(b)
      term *= (s - b) * (a - b) / ((b + 1) * (rest + b + 1))
      sum += term
      if term < sum * 0x1p-60 { break }
    }
    return sum
  }

  /// Σ over b ≤ `start` of p(b) / p(start)
  private func lowerRatio(from start: Int) -> Double {
    let (a, s) = (Double(active), Double(synapses))
    let rest = Double(cells) - a - s
    var sum = 1.0
    var term = 1.0
    for b in stride(from: start, to: support.lowerBound, by: -1) {
      let b = Double(b)
      term *= b * (rest + b) / ((s - b + 1) * (a - b + 1))
      sum += term
      if term < sum * 0x1p-60 { break }
    }
    return sum
  }

  /// The number of patterns of a active cells that overlap the segment in exactly `overlap` cells (Eq 2).
  ///
  /// - Throws: ``DendritesError/tooLarge(what:limit:)`` when the count has more than about 300,000 digits.
  public func count(ofOverlap overlap: Int) throws(DendritesError) -> BigNatural {
    guard support.contains(overlap) else { return 0 }
    return try BigNatural.binomial(synapses, overlap)
      * BigNatural.binomial(cells - synapses, active - overlap)
  }

  /// The exact counts behind ``falseMatch(threshold:)``: patterns that match, and all patterns.
  public func exactFalseMatch(threshold: Int) throws(DendritesError) -> (
    matching: BigNatural, all: BigNatural
  ) {
    var matching: BigNatural = 0
    for overlap in support where overlap >= threshold { matching = try matching + count(ofOverlap: overlap) }
    return (matching, try BigNatural.binomial(cells, active))
  }
}
