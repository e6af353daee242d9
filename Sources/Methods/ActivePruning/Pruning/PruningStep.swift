/// One cycle's pruning: weights of low scores, then negative weights that moved little, whose absence lets units rise
/// (spec section 2.3).
public struct PruningStep: Sendable, Hashable, Codable {
  /// Percent of the weights alive that a cycle prunes.
  public let rate: Double
  /// Percent of the weights alive, within the rate, that are pruned to activate units; 0 is the base method alone.
  public let share: Double

  /// What a step pruned.
  public struct Outcome: Sendable, Hashable {
    /// Places pruned for their scores, in the table's order.
    public var base: [Int]
    /// Places pruned to activate units, in the table's order.
    public var activating: [Int]
    /// How many negative weights were wanted but not there.
    public var shortfall: Int
  }

  /// Which weights a step prunes after the base's; the controls show what the choice is worth (spec section 3).
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
  public init(rate: Double, share: Double) throws(PruningError) {
    guard rate >= 0, rate < 100, share >= 0, share <= rate else {
      throw .settings(rate: rate, share: share)
    }
    self.rate = rate
    self.share = share
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
  ///   - choice: which weights go after the base's.
  ///   - stream: for choices at random.
  /// - Throws: ``PruningError`` for lists of other lengths and for scores or weights that are not numbers.
  public func apply(
    to mask: inout Mask, scores: [Float], weights: [Float], start: [Float],
    choice: Choice = .leastMovedNegative, using stream: inout some RandomNumberGenerator
  ) throws(PruningError) -> Outcome {
    let table = mask.table
    for (name, list) in [("scores", scores), ("weights", weights), ("weights at the start", start)] {
      guard list.count == table.count else {
        throw .count(name: name, expected: table.count, found: list.count)
      }
    }
    try Self.refuseWhatIsNotANumber(mask, scores: scores, weights: weights, start: start)
    let counts = counts(alive: mask.aliveCount)
    let base = Self.lowest(counts.base, of: scores, in: mask)
    mask.prune(base)
    let activating: [Int]
    switch choice {
    case .leastMovedNegative:
      activating = Self.leastMoved(counts.activating, below: 1, weights: weights, start: start, in: mask)
    case .leastMovedPositive:
      activating = Self.leastMoved(counts.activating, below: -1, weights: weights, start: start, in: mask)
    case .randomNegative, .random:
      var keys = [UInt32](repeating: Selection.excluded, count: table.count)
      for place in 0..<table.count where mask.isAlive[place] == 1 {
        let key = UInt32(stream.next() >> 40)
        if choice == .random || weights[place] < 0 { keys[place] = key }
      }
      activating = Selection.lowest(counts.activating, of: keys.count) { keys[$0] }
    }
    mask.prune(activating)
    return Outcome(base: base, activating: activating, shortfall: counts.activating - activating.count)
  }

  /// Weights of the lowest scores among those alive.
  private static func lowest(_ count: Int, of scores: [Float], in mask: Mask) -> [Int] {
    mask.isAlive.withUnsafeBufferPointer { isAlive in
      scores.withUnsafeBufferPointer { scores in
        Selection.lowest(count, of: isAlive.count) { place in
          isAlive[place] == 1 ? Selection.key(scores[place]) : Selection.excluded
        }
      }
    }
  }

  /// Weights that moved least among those alive on one side of 0: negative ones for `side` 1, positive ones for -1.
  private static func leastMoved(
    _ count: Int, below side: Float, weights: [Float], start: [Float], in mask: Mask
  ) -> [Int] {
    mask.isAlive.withUnsafeBufferPointer { isAlive in
      weights.withUnsafeBufferPointer { weights in
        start.withUnsafeBufferPointer { start in
          Selection.lowest(count, of: isAlive.count) { place in
            let key = Selection.key(abs(weights[place] - start[place]))
            return isAlive[place] & (weights[place] * side < 0 ? 1 : 0) == 1 ? key : Selection.excluded
          }
        }
      }
    }
  }

  private static func refuseWhatIsNotANumber(
    _ mask: Mask, scores: [Float], weights: [Float], start: [Float]
  ) throws(PruningError) {
    for (name, list) in [("score", scores), ("weight", weights), ("weight", start)] {
      let isDamaged = mask.isAlive.withUnsafeBufferPointer { isAlive in
        list.withUnsafeBufferPointer { list in
          var found: UInt32 = 0
          for place in 0..<list.count { found |= list[place].isNaN ? UInt32(isAlive[place]) : 0 }
          return found != 0
        }
      }
      if isDamaged, let place = list.indices.first(where: { mask.isAlive[$0] == 1 && list[$0].isNaN }) {
        throw .notANumber(name: name, place: mask.table.name(of: place))
      }
    }
  }
}
