import Parallel

/// One cycle's pruning: weights of low scores, then negative weights that moved little, whose absence lets units rise
/// (Liu, Ghosh and Motani 2023).
public struct PruningStep: Sendable, Hashable, Codable {
  /// Percent of the weights alive that a cycle prunes.
  public let rate: Double
  /// Percent of the weights alive, within the rate, that are pruned to activate units; 0 is the base method alone.
  public let share: Double
  /// How the base method's part is shared among the layers.
  public var scope = Scope.global
  /// Fewest weights that stay in every layer, so that none is cut.
  public var floor = 0
  /// Which weights go after the base's.
  public var choice = Choice.leastMovedNegative

  /// What a step pruned.
  public struct Outcome: Sendable, Hashable {
    /// Places pruned for their scores, in the table's order.
    public var base: [Int]
    /// Places pruned to activate units, in the table's order.
    public var activating: [Int]
    /// How many weights the base method wanted but a floor held.
    public var baseShortfall: Int
    /// How many negative weights were wanted but not there.
    public var shortfall: Int
    /// Paths of parameters without a weight that is alive.
    public var collapsed: [String]
  }

  /// Which weights a step prunes after the base's; the controls show what the choice is worth.
  public enum Choice: String, Sendable, Hashable, Codable, CaseIterable {
    /// Negative weights that moved least since the cycle began.
    case leastMovedNegative = "activating"
    /// Negative weights at random.
    case randomNegative = "random-negative"
    /// Positive weights that moved least.
    case leastMovedPositive = "positive"
    /// Any weights at random.
    case random
  }

  /// A step.
  ///
  /// - Throws: ``PruningError`` unless 0 ≤ `share` ≤ `rate` < 100.
  public init(
    rate: Double, share: Double, scope: Scope = .global, floor: Int = 0, choice: Choice = .leastMovedNegative
  ) throws(PruningError) {
    guard rate >= 0, rate < 100, share >= 0, share <= rate else {
      throw .settings(rate: rate, share: share)
    }
    (self.rate, self.share, self.scope, self.floor, self.choice) = (rate, share, scope, max(0, floor), choice)
  }

  /// How many of `alive` weights go by score and how many to activate units: ⌊n(p − q)/100⌋ and ⌊nq/100⌋.
  public func counts(alive: Int) -> (base: Int, activating: Int) {
    // Percentages are decimal fractions, whose products may fall just short of a whole number.
    func floor(_ percent: Double) -> Int {
      let exact = Double(alive) * percent / 100
      return Int((exact + max(1e-9, 1e-12 * exact)).rounded(.down))
    }
    return (floor(rate - share), floor(share))
  }

  /// Prunes.
  ///
  /// - Parameters:
  ///   - mask: which weights are alive; loses the pruned ones.
  ///   - scores: by which the base method prunes, lowest first; one for each weight of the mask's table.
  ///   - weights: at the end of the cycle's training.
  ///   - start: at its beginning.
  ///   - threads: most threads to use; the result is the same for any number.
  ///   - stream: for choices at random.
  /// - Throws: ``PruningError`` for lists of other lengths and for scores or weights that are not numbers.
  public func apply(
    to mask: inout Mask, scores: [Float], weights: [Float], start: [Float], threads: Int = availableThreads,
    using stream: inout some RandomNumberGenerator
  ) throws(PruningError) -> Outcome {
    let table = mask.table
    for (name, list) in [("scores", scores), ("weights", weights), ("weights at the start", start)] {
      guard list.count == table.count else {
        throw .count(name: name, expected: table.count, found: list.count)
      }
    }
    for (name, list) in [("score", scores), ("weight", weights), ("weight", start)] {
      if let place = mask.firstNotANumber(in: list, threads: threads) {
        throw .notANumber(name: name, place: table.name(of: place))
      }
    }
    let counts = counts(alive: mask.aliveCount)
    let base = base(counts.base, by: scores, in: mask, threads: threads)
    mask.prune(base)
    let activating = activating(
      counts.activating, weights: weights, start: start, in: mask, threads: threads, using: &stream)
    mask.prune(activating)
    return Outcome(
      base: base, activating: activating, baseShortfall: counts.base - base.count,
      shortfall: counts.activating - activating.count, collapsed: mask.collapsedParts)
  }

  /// Weights of the lowest scores among those alive.
  private func base(_ count: Int, by scores: [Float], in mask: Mask, threads: Int) -> [Int] {
    let eligible = mask.eligible(floor: floor, by: scores)
    return eligible.withUnsafeBufferPointer { isEligible in
      scores.withUnsafeBufferPointer { scores in
        let keys = ScoreKeys(isEligible: isEligible, scores: scores)
        guard let counts = scope.counts(count, of: mask, floor: floor) else {
          return Selection.lowest(count, in: 0..<mask.table.count, of: keys, threads: threads)
        }
        return zip(mask.table.parts, counts).flatMap { part, count in
          Selection.lowest(count, in: part.places, of: keys, threads: threads)
        }
      }
    }
  }

  /// The weights that go after the base's.
  private func activating(
    _ count: Int, weights: [Float], start: [Float], in mask: Mask, threads: Int,
    using stream: inout some RandomNumberGenerator
  ) -> [Int] {
    let eligible = floor == 0 ? mask.isAlive : mask.eligible(floor: floor, by: weights.map(abs))
    let all = 0..<mask.table.count
    switch choice {
    case .leastMovedNegative, .leastMovedPositive:
      return eligible.withUnsafeBufferPointer { isEligible in
        weights.withUnsafeBufferPointer { weights in
          start.withUnsafeBufferPointer { start in
            let keys = MovementKeys(
              isEligible: isEligible, weights: weights, start: start,
              side: choice == .leastMovedNegative ? 1 : -1)
            return Selection.lowest(count, in: all, of: keys, threads: threads)
          }
        }
      }
    case .randomNegative, .random:
      var keys = [UInt32](repeating: Selection.excluded, count: mask.table.count)
      for place in all where mask.isAlive[place] == 1 {
        let key = UInt32(stream.next() >> 40)
        if eligible[place] == 1, choice == .random || weights[place] < 0 { keys[place] = key }
      }
      return keys.withUnsafeBufferPointer { keys in
        Selection.lowest(count, in: all, of: DrawnKeys(keys: keys), threads: threads)
      }
    }
  }
}

/// Scores of weights that may go.
private struct ScoreKeys: SelectionKeys, @unchecked Sendable {
  let isEligible: UnsafeBufferPointer<UInt8>
  let scores: UnsafeBufferPointer<Float>

  @inline(__always)
  func key(_ place: Int) -> UInt32 {
    isEligible[place] == 1 ? Selection.key(scores[place]) : Selection.excluded
  }
}

/// How far weights on one side of 0 moved: negative ones for `side` 1, positive ones for -1.
private struct MovementKeys: SelectionKeys, @unchecked Sendable {
  let isEligible: UnsafeBufferPointer<UInt8>
  let weights: UnsafeBufferPointer<Float>
  let start: UnsafeBufferPointer<Float>
  let side: Float

  @inline(__always)
  func key(_ place: Int) -> UInt32 {
    let key = Selection.key(abs(weights[place] - start[place]))
    return isEligible[place] & (weights[place] * side < 0 ? 1 : 0) == 1 ? key : Selection.excluded
  }
}

/// Numbers that were drawn.
private struct DrawnKeys: SelectionKeys, @unchecked Sendable {
  let keys: UnsafeBufferPointer<UInt32>

  @inline(__always)
  func key(_ place: Int) -> UInt32 { keys[place] }
}
