/// How many synapses of a segment noise silences, and how often the segment then misses its pattern (Eq 5, 6).
///
/// The segment has `synapses` synapses, all on the `active` cells of its pattern. Noise moves `noise` of those
/// active cells elsewhere, outside the pattern, so it never adds to the overlap.
public struct NoiseLaw: Sendable, Hashable {
  /// Active cells of the pattern, a.
  public let active: Int
  /// Synapses of the segment, s.
  public let synapses: Int
  /// Active cells moved by noise, v.
  public let noise: Int
  private let lost: OverlapLaw

  /// The law for given sizes.
  ///
  /// - Parameters:
  ///   - active: a, at least 1.
  ///   - synapses: s, from 0 to a.
  ///   - noise: v, from 0 to a.
  /// - Throws: ``DendritesError/outOfRange(name:value:allowed:because:)``.
  public init(active: Int, synapses: Int, noise: Int) throws(DendritesError) {
    try require(
      active, "active", in: 1...largestPopulation, because: "a pattern has at least one active cell")
    try require(
      synapses, "synapses", in: 0...active, because: "the segment samples its synapses from the pattern")
    try require(noise, "noise", in: 0...active, because: "noise moves active cells of the pattern")
    self.active = active
    self.synapses = synapses
    self.noise = noise
    lost = try OverlapLaw(cells: active, active: noise, synapses: synapses)
  }

  /// The probability that exactly `count` synapses lose their active cell.
  public func probability(ofLosing count: Int) -> TailProbability { lost.probability(ofOverlap: count) }

  /// The probability that fewer than `threshold` synapses keep theirs (Eq 6); exactly 0 when v ≤ s − θ.
  public func falseNegative(threshold: Int) -> TailProbability {
    if threshold <= 0 { return .zero }
    if threshold > synapses { return .one }
    return lost.falseMatch(threshold: synapses - threshold + 1)
  }

  /// The number of sets of `noise` cells that silence exactly `count` synapses (Eq 5).
  public func count(ofLosing count: Int) throws(DendritesError) -> BigNatural {
    try lost.count(ofOverlap: count)
  }
}
