/// Two yes-or-no answers to each of the same questions, with an interval for the difference of their shares of yes.
public struct PairedProportions: Sendable, Hashable, Codable {
  /// Pairs in which only the first answer is yes.
  public let gained: Int
  /// Pairs in which only the second answer is yes.
  public let lost: Int
  /// All pairs; at least 1.
  public let pairs: Int

  /// Counted pairs.
  public init(gained: Int, lost: Int, pairs: Int) {
    precondition(pairs > 0, "PairedProportions: there must be at least one pair")
    precondition(
      gained >= 0 && lost >= 0 && gained + lost <= pairs,
      "PairedProportions: pairs that differ must lie in 0 ... pairs")
    (self.gained, self.lost, self.pairs) = (gained, lost, pairs)
  }

  /// Counts the pairs of two lists of one length.
  public init(_ first: [Bool], against second: [Bool]) {
    precondition(
      first.count == second.count && !first.isEmpty,
      "PairedProportions: both lists must have as many answers, and at least one")
    let pairs = zip(first, second)
    self.init(
      gained: pairs.count { $0 && !$1 }, lost: pairs.count { !$0 && $1 }, pairs: first.count)
  }

  /// The first share of yes less the second.
  public var difference: Double { Double(gained - lost) / Double(pairs) }

  /// Agresti and Min's adjusted Wald interval (2005): half a pair is added to each of the four kinds, so that it is
  /// close to its nominal coverage for few pairs too and has a width when no pair differs.
  ///
  /// - Parameter confidence: such as 0.95.
  public func interval(confidence: Double = 0.95) -> ClosedRange<Double> {
    let z = StandardNormal.quantile(0.5 + confidence / 2)
    let n = Double(pairs) + 2
    let change = Double(gained - lost)
    let half = z * (Double(gained + lost) + 1 - change * change / n).squareRoot() / n
    return max(-1, change / n - half)...min(1, change / n + half)
  }
}
