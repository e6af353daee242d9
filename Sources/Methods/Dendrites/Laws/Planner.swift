import Foundation

/// A threshold as a number, or as half of the segment's synapses.
public enum ThresholdRule: Sendable, Hashable {
  /// θ
  case fixed(Int)
  /// θ = s/2, rounded up.
  case half

  /// θ for a segment of `synapses`.
  public func threshold(synapses: Int) -> Int {
    switch self {
    case .fixed(let threshold): threshold
    case .half: synapses / 2 + synapses % 2
    }
  }
}

/// Chooses sizes for a target error.
///
/// The error is the probability that any of `segments` equal segments matches a random pattern falsely (Eq 8).
public struct Planner: Sendable, Hashable {
  /// The largest acceptable probability, in (0, 1).
  public var error: Double
  /// Segments that are tested, M.
  public var segments: Int

  /// A sized answer and the probability it reaches.
  public struct Answer: Sendable, Hashable {
    /// The found number of synapses, threshold, cells, patterns or segments.
    public var quantity: Int
    /// θ in force.
    public var threshold: Int
    /// The error at the answer.
    public var probability: TailProbability
  }

  /// A planner for a target.
  ///
  /// - Throws: ``DendritesError`` when the error is not in (0, 1) or there is no segment.
  public init(error: Double, segments: Int = 1) throws(DendritesError) {
    guard error > 0, error < 1 else { throw .notAFraction(name: "error", text: "\(error)") }
    try require(
      segments, "segments", in: 1...1_000_000_000_000_000_000, because: "there is at least one segment")
    self.error = error
    self.segments = segments
  }

  private func falseMatch(cells: Int, active: Int, synapses: Int, threshold: Int) throws(DendritesError)
    -> TailProbability
  {
    Population.anyMatch(
      try OverlapLaw(cells: cells, active: active, synapses: synapses).falseMatch(threshold: threshold),
      segments: Double(segments))
  }

  /// The smallest segment that reaches the target, and whose threshold noise does not defeat.
  ///
  /// With θ = s/2 the error does not fall evenly (odd and even s alternate), so every s is tried in turn. With a
  /// fixed θ the smallest candidate is s = θ: below it nothing ever matches.
  ///
  /// - Parameters:
  ///   - cells: n.
  ///   - active: a; a segment samples its synapses from a pattern, so s ≤ a.
  ///   - threshold: how θ follows from s.
  ///   - noise: active cells of the segment's own pattern that noise moves; its false negatives must then
  ///     reach the target too.
  public func smallestSynapses(
    cells: Int, active: Int, threshold rule: ThresholdRule, noise: Int? = nil
  ) throws(DendritesError) -> Answer {
    _ = try OverlapLaw(cells: cells, active: active, synapses: 0)
    guard active >= 1 else { throw .noAnswer(quantity: "number of synapses", reason: "no cell is active") }
    for synapses in 1...active {
      let theta = rule.threshold(synapses: synapses)
      guard (1...synapses).contains(theta) else { continue }
      let probability = try falseMatch(cells: cells, active: active, synapses: synapses, threshold: theta)
      guard probability.value <= error else { continue }
      if let noise {
        let miss = try NoiseLaw(active: active, synapses: synapses, noise: noise).falseNegative(
          threshold: theta)
        guard miss.value <= error else { continue }
      }
      return Answer(quantity: synapses, threshold: theta, probability: probability)
    }
    throw .noAnswer(
      quantity: "number of synapses",
      reason:
        "segments of up to \(active) synapses (all active cells) stay above \(error)\(noise.map { " in false matches or, with \($0) cells of noise, in misses" } ?? "")"
    )
  }

  /// The smallest threshold that reaches the target. The error falls with θ.
  public func smallestThreshold(cells: Int, active: Int, synapses: Int) throws(DendritesError) -> Answer {
    let law = try OverlapLaw(cells: cells, active: active, synapses: synapses)
    for theta in stride(from: 1, through: law.support.upperBound, by: 1) {
      let probability = Population.anyMatch(law.falseMatch(threshold: theta), segments: Double(segments))
      if probability.value <= error {
        return Answer(quantity: theta, threshold: theta, probability: probability)
      }
    }
    throw .noAnswer(
      quantity: "threshold",
      reason:
        "even a full overlap of \(law.support.upperBound) cells happens by chance more often than \(error)")
  }

  /// The threshold at which false matches and misses together are rarest, exactly.
  ///
  /// - Returns: the answer, whose `probability` is the false matches', and the misses' probability; whether their
  ///   sum reaches the target is for the caller to compare.
  public func bestThreshold(
    cells: Int, active: Int, synapses: Int, noise: Int
  ) throws(DendritesError) -> (answer: Answer, falseNegative: TailProbability) {
    let law = try OverlapLaw(cells: cells, active: active, synapses: synapses)
    let misses = try NoiseLaw(active: active, synapses: synapses, noise: noise)
    try require(synapses, "synapses", in: 1...active, because: "a threshold needs at least one synapse")
    var best: (total: TailProbability, answer: Answer, miss: TailProbability)?
    for theta in 1...synapses {
      let probability = Population.anyMatch(law.falseMatch(threshold: theta), segments: Double(segments))
      let miss = misses.falseNegative(threshold: theta)
      let total = probability + miss
      if best == nil || total < best!.total {
        best = (total, Answer(quantity: theta, threshold: theta, probability: probability), miss)
      }
    }
    return (best!.answer, best!.miss)
  }

  /// The smallest population that reaches the target. The error falls with n at fixed a, s and θ.
  public func smallestCells(active: Int, synapses: Int, threshold rule: ThresholdRule) throws(DendritesError)
    -> Answer
  {
    let theta = rule.threshold(synapses: synapses)
    let least = max(active, synapses, 1)
    try require(
      theta, "threshold", in: 1...max(1, min(active, synapses)),
      because: "other thresholds match always or never")
    func probability(_ cells: Int) throws(DendritesError) -> TailProbability {
      try falseMatch(cells: cells, active: active, synapses: synapses, threshold: theta)
    }
    var high = least
    while try probability(high).value > error {
      guard high < largestPopulation else {
        throw .noAnswer(quantity: "population", reason: "2^53 cells are not enough at threshold \(theta)")
      }
      high = min(largestPopulation, high * 2)
    }
    var low = least - 1  // does not reach it, or is impossible
    while high - low > 1 {
      let middle = low + (high - low) / 2
      if try probability(middle).value <= error { high = middle } else { low = middle }
    }
    return Answer(quantity: high, threshold: theta, probability: try probability(high))
  }

  /// The largest number of patterns that one segment can store as a union and reach the target, by the exact law.
  public func largestUnion(
    cells: Int, active: Int, synapses: Int, threshold rule: ThresholdRule
  ) throws(DendritesError) -> Answer {
    let theta = rule.threshold(synapses: synapses)
    _ = try OverlapLaw(cells: cells, active: active, synapses: synapses)
    try require(
      theta, "threshold", in: 1...max(1, min(active, synapses)),
      because: "other thresholds match always or never")
    var union = UnionLaw(cells: cells, synapses: synapses)
    var best: Answer?
    while union.patterns < 100_000 {
      union = union.addingPattern()
      let single = try union.falseMatch(active: active, threshold: theta)
      let probability = Population.anyMatch(single, segments: Double(segments))
      guard probability.value <= error else {
        guard let best else {
          throw .noAnswer(
            quantity: "number of patterns",
            reason: "a single pattern already gives \(probability.text(digits: 3))")
        }
        return best
      }
      best = Answer(quantity: union.patterns, threshold: theta, probability: probability)
    }
    throw .tooLarge(
      what: "the union", limit: "100000 patterns still reach the target; ask for a smaller error")
  }

  /// The largest number of segments at which the target holds.
  public func largestSegments(
    cells: Int, active: Int, synapses: Int, threshold: Int
  ) throws(DendritesError) -> Answer {
    let single = try OverlapLaw(cells: cells, active: active, synapses: synapses).falseMatch(
      threshold: threshold)
    guard !single.isZero else {
      throw .noAnswer(
        quantity: "number of segments", reason: "the threshold never matches, so every number does")
    }
    let ratio =
      TailProbability(-log1p(-error))
      / TailProbability(max(-log1p(-min(single.value, 1 - 0x1p-53)), .leastNonzeroMagnitude))
    let exact = single.value > 1e-300 ? ratio : TailProbability(-log1p(-error)) / single
    guard exact.exponent < 62 else {
      throw .noAnswer(quantity: "number of segments", reason: "more than 2^62 segments reach it")
    }
    var count = Int(exact.value.rounded(.down))
    while count > 0, Population.anyMatch(single, segments: Double(count)).value > error { count -= 1 }
    guard count > 0 else {
      throw .noAnswer(
        quantity: "number of segments", reason: "one segment already gives \(single.text(digits: 3))")
    }
    return Answer(
      quantity: count, threshold: threshold, probability: Population.anyMatch(single, segments: Double(count))
    )
  }
}
