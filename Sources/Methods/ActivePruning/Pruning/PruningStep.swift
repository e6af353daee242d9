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
    func floor(_ percent: Double) -> Int { Int((Double(alive) * percent / 100 + 1e-9).rounded(.down)) }
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
    for place in 0..<table.count where mask.isAlive[place] == 1 {
      if scores[place].isNaN { throw .notANumber(name: "score", place: table.name(of: place)) }
      if weights[place].isNaN || start[place].isNaN {
        throw .notANumber(name: "weight", place: table.name(of: place))
      }
    }
    let counts = counts(alive: mask.aliveCount)
    let base = Selection.lowest(counts.base, of: scores, where: mask.isAlive)
    mask.prune(base)
    var candidates = mask.isAlive
    var order = [Float](repeating: 0, count: table.count)
    for place in 0..<table.count where candidates[place] == 1 {
      let isCandidate =
        switch choice {
        case .leastMovedNegative, .randomNegative: weights[place] < 0
        case .leastMovedPositive: weights[place] > 0
        case .random: true
        }
      if !isCandidate { candidates[place] = 0 }
      order[place] =
        switch choice {
        case .leastMovedNegative, .leastMovedPositive: abs(weights[place] - start[place])
        case .randomNegative, .random: Float(stream.next() >> 40)
        }
    }
    let activating = Selection.lowest(counts.activating, of: order, where: candidates)
    mask.prune(activating)
    return Outcome(base: base, activating: activating, shortfall: counts.activating - activating.count)
  }
}
