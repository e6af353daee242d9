/// Equal segments of a neuron.
public struct SegmentKind: Sendable, Hashable, Codable {
  /// Number of them.
  public var count: Int
  /// Synapses of each, s.
  public var synapses: Int
  /// θ of each.
  public var threshold: Int

  /// Equal segments.
  public init(count: Int, synapses: Int, threshold: Int) {
    (self.count, self.synapses, self.threshold) = (count, synapses, threshold)
  }
}

/// A neuron that fires when any of its independent segments matches; they may be of several kinds.
///
/// Segments are independent random sets, and a pattern's chance to match one depends on its size alone, so the
/// neuron's law is exact: 1 − Π(1 − P_k)^D_k over the kinds.
public struct NeuronLaw: Sendable, Hashable {
  /// Cells in the population, n.
  public let cells: Int
  /// Active cells of the tested pattern, a.
  public let active: Int
  /// The segments.
  public let kinds: [SegmentKind]
  /// The false-match probability of one segment of each kind (Eq 4), `[kind]`.
  public let segmentProbabilities: [TailProbability]

  /// The law for given sizes.
  ///
  /// - Throws: ``DendritesError`` for impossible sizes or no segments.
  public init(cells: Int, active: Int, kinds: [SegmentKind]) throws(DendritesError) {
    guard !kinds.isEmpty else { throw .badPattern("a neuron needs at least one kind of segment") }
    var probabilities: [TailProbability] = []
    for kind in kinds {
      try require(
        kind.count, "segments", in: 0...1_000_000_000_000_000_000, because: "a kind has none or more segments"
      )
      probabilities.append(
        try OverlapLaw(cells: cells, active: active, synapses: kind.synapses).falseMatch(
          threshold: kind.threshold))
    }
    (self.cells, self.active, self.kinds, segmentProbabilities) = (cells, active, kinds, probabilities)
  }

  /// The probability that a random pattern makes the neuron fire.
  public var falseMatch: TailProbability {
    Population.anyMatch(
      zip(segmentProbabilities, kinds).map { Population.anyMatch($0, segments: Double($1.count)) })
  }

  /// The probability that a random pattern makes any of `neurons` such neurons fire.
  public func anyFires(neurons: Int) -> TailProbability {
    Population.anyMatch(falseMatch, segments: Double(neurons))
  }

  /// The expected number of `neurons` such neurons that fire for a random pattern; its law is binomial.
  public func expectedFiring(neurons: Int) -> TailProbability {
    falseMatch * TailProbability(Double(neurons))
  }

  /// The probability that noise silences a pattern that one segment of a kind has stored.
  ///
  /// The neuron misses it when that segment does (Eq 6) and no other segment matches the noisy pattern by chance.
  ///
  /// - Parameters:
  ///   - noise: v, active cells that move outside the pattern.
  ///   - kind: place among ``kinds`` of the segment that stores the pattern.
  /// - Throws: ``DendritesError`` for impossible sizes.
  public func falseNegative(noise: Int, storedOn kind: Int) throws(DendritesError) -> TailProbability {
    guard kinds.indices.contains(kind), kinds[kind].count >= 1 else {
      throw .badPattern("there is no segment of kind \(kind + 1) to store the pattern on")
    }
    let own = try NoiseLaw(active: active, synapses: kinds[kind].synapses, noise: noise).falseNegative(
      threshold: kinds[kind].threshold)
    var others = kinds
    others[kind].count -= 1
    let rescue = try NeuronLaw(cells: cells, active: active, kinds: others).falseMatch
    return own * rescue.complement
  }
}
