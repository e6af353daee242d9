import Foundation

/// A segment that stores several patterns: the union of `patterns` random sets of `synapses` synapses each
/// (paper, section 3.3).
///
/// The paper puts the expected size of the union into Eq 4 (``plugInFalseMatch(active:threshold:)``). The size
/// is random, and its law is a Markov chain: each further set adds its synapses that do not fall on the union,
/// a hypergeometric number. ``falseMatch(active:threshold:)`` averages Eq 4 over that law and is exact.
public struct UnionLaw: Sendable, Hashable {
  /// Cells in the population, n.
  public let cells: Int
  /// Synapses for each pattern, s.
  public let synapses: Int
  /// Patterns in the union, M.
  public let patterns: Int
  /// The probability of each size, from `smallestSize` on.
  public let sizeProbabilities: [Double]
  /// The size of the first entry of `sizeProbabilities`.
  public let smallestSize: Int

  /// The law for given sizes.
  ///
  /// Sizes less likely than 10⁻¹²⁰ are left out; everything kept has a relative error near 10⁻¹⁵.
  ///
  /// - Parameters:
  ///   - cells: n, from 1 to 2⁵³.
  ///   - synapses: s, from 0 to n.
  ///   - patterns: M, 0 or more.
  /// - Throws: ``DendritesError``, also when M·s² is beyond 10¹⁰ steps.
  /// - Complexity: O(M · s · number of likely sizes).
  public init(cells: Int, synapses: Int, patterns: Int) throws(DendritesError) {
    try require(
      cells, "cells", in: 1...largestPopulation,
      because: "a population has at least one cell and at most 2^53")
    try require(synapses, "synapses", in: 0...cells, because: "a segment has at most one synapse on a cell")
    try require(patterns, "patterns", in: 0...10_000_000, because: "a union has none or more patterns")
    guard Double(patterns) * Double(synapses) * Double(synapses) <= 1e10 else {
      throw .tooLarge(
        what: "the union", limit: "the exact law takes patterns times synapses squared up to 10000000000")
    }
    self.init(cells: cells, synapses: synapses)
    for _ in 0..<patterns { self = addingPattern() }
  }

  /// The union of nothing.
  init(cells: Int, synapses: Int) {
    (self.cells, self.synapses, patterns) = (cells, synapses, 0)
    (sizeProbabilities, smallestSize) = ([1], 0)
  }

  private init(_ before: UnionLaw, _ probabilities: [Double], from smallest: Int) {
    (cells, synapses, patterns) = (before.cells, before.synapses, before.patterns + 1)
    let likely = { (p: Double) in p > 1e-120 }
    let first = probabilities.firstIndex(where: likely)!
    let last = probabilities.lastIndex(where: likely)!
    sizeProbabilities = Array(probabilities[first...last])
    smallestSize = smallest + first
  }

  /// The union with one more pattern.
  func addingPattern() -> UnionLaw {
    let largest = min(cells, smallestSize + sizeProbabilities.count - 1 + synapses)
    var next = [Double](repeating: 0, count: largest - smallestSize + 1)
    let (n, s) = (Double(cells), Double(synapses))
    for (place, mass) in sizeProbabilities.enumerated() {
      let size = smallestSize + place
      let shared = max(0, synapses - (cells - size))...min(synapses, size)
      // Terms run from the most likely overlap outwards, so that none underflows before it is negligible.
      let mode = min(max(Int((s + 1) * (Double(size) + 1) / (n + 2)), shared.lowerBound), shared.upperBound)
      let peak =
        mass * hypergeometricTerm(population: n, marked: Double(size), draws: synapses, hits: mode).value
      let u = Double(size)
      var term = peak
      next[place + synapses - mode] += term
      for b in stride(from: mode, to: shared.upperBound, by: 1) {
        let b = Double(b)
        term *= (s - b) * (u - b) / ((b + 1) * (n - u - s + b + 1))
        if term == 0 { break }
        next[place + synapses - Int(b) - 1] += term
      }
      term = peak
      for b in stride(from: mode, to: shared.lowerBound, by: -1) {
        let b = Double(b)
        term *= b * (n - u - s + b) / ((s - b + 1) * (u - b + 1))
        if term == 0 { break }
        next[place + synapses - Int(b) + 1] += term
      }
    }
    return UnionLaw(self, next, from: smallestSize)
  }

  /// The probability that a bit of the union is still 0: (1 − s/n)^M (Eq 11).
  public var zeroProbability: Double {
    patterns == 0 ? 1 : exp(Double(patterns) * log1p(-Double(synapses) / Double(cells)))
  }

  /// The expected size n(1 − p0) (Eq 13); this is exact.
  public var expectedSize: Double {
    patterns == 0 ? 0 : -Double(cells) * expm1(Double(patterns) * log1p(-Double(synapses) / Double(cells)))
  }

  /// The standard deviation of the size, from its exact law.
  public var sizeStandardDeviation: Double {
    let centre = sizeProbabilities.enumerated().reduce(0) {
      $0 + Double(smallestSize + $1.offset) * $1.element
    }
    let variance = sizeProbabilities.enumerated().reduce(0) { sum, entry in
      let distance = Double(smallestSize + entry.offset) - centre
      return sum + distance * distance * entry.element
    }
    return variance.squareRoot()
  }

  /// The chance of a false match when every synapse must be active, (1 − p0)^s, as of a Bloom filter (Eq 12).
  public var bloomFalseMatch: TailProbability {
    // A power by repeated squaring keeps the full range.
    var result = TailProbability.one
    var square = TailProbability(expectedSize / Double(cells))
    var power = synapses
    while power > 0 {
      if power & 1 == 1 { result = result * square }
      square = square * square
      power >>= 1
    }
    return result
  }

  /// Eq 4 with the rounded expected size in place of s (Eq 14), as the paper computes it.
  ///
  /// - Parameters:
  ///   - active: a, active cells of the tested pattern.
  ///   - threshold: θ.
  public func plugInFalseMatch(active: Int, threshold: Int) throws(DendritesError) -> TailProbability {
    try OverlapLaw(cells: cells, active: active, synapses: Int(expectedSize.rounded())).falseMatch(
      threshold: threshold)
  }

  /// The exact probability that a random pattern matches the union: Eq 4 averaged over the law of its size.
  public func falseMatch(active: Int, threshold: Int) throws(DendritesError) -> TailProbability {
    try average { size throws(DendritesError) in
      try OverlapLaw(cells: cells, active: active, synapses: size).falseMatch(threshold: threshold)
    }
  }

  /// The exact probability that a stored pattern is missed when noise moves some of its active cells.
  ///
  /// One pattern's own synapses are sampled from its `active` cells; those of the other patterns may fall on
  /// the moved cells by chance and help.
  ///
  /// - Parameters:
  ///   - active: a, active cells of the stored pattern, at least s.
  ///   - noise: v, cells moved outside the pattern.
  ///   - threshold: θ.
  public func falseNegative(active: Int, noise: Int, threshold: Int) throws(DendritesError) -> TailProbability
  {
    try require(patterns, "patterns", in: 1...10_000_000, because: "a stored pattern is one of the union's")
    try require(
      noise, "noise", in: 0...max(0, min(active, cells - active)),
      because: "moved cells need room outside the pattern")
    let own = try NoiseLaw(active: active, synapses: synapses, noise: noise)
    let others = try UnionLaw(cells: cells, synapses: synapses, patterns: patterns - 1)
    var sum = TailProbability.zero
    for lost in max(0, synapses - (active - noise))...min(synapses, noise) {
      let kept = synapses - lost
      let missing = threshold - 1 - kept  // most further hits at which the pattern is still missed
      if missing < 0 { continue }
      let miss = try others.average { size throws(DendritesError) in
        try OverlapLaw(cells: cells, active: active - kept, synapses: size).cumulative(missing)
      }
      sum = sum + own.probability(ofLosing: lost) * miss
    }
    return sum
  }

  private func average(
    _ value: (Int) throws(DendritesError) -> TailProbability
  ) throws(DendritesError) -> TailProbability {
    var sum = TailProbability.zero
    for (place, mass) in sizeProbabilities.enumerated() where mass > 0 {
      sum = sum + TailProbability(mass) * (try value(smallestSize + place))
    }
    return sum
  }
}

extension UnionLaw {
  /// 1 − (1 − a/n)^M, without the law of the size.
  static func expectedShare(cells: Int, active: Int, patterns: Int) throws(DendritesError) -> Double {
    try require(cells, "cells", in: 1...largestPopulation, because: "a population has at least one cell")
    try require(active, "active", in: 0...cells, because: "only cells of the population can be active")
    try require(patterns, "patterns", in: 0...largestPopulation, because: "a union has none or more patterns")
    return patterns == 0 ? 0 : -expm1(Double(patterns) * log1p(-Double(active) / Double(cells)))
  }
}
