import Foundation
import Probability

/// Estimates probabilities far below one over the number of draws, by drawing from a law that favours the event.
public enum RareMatches {
  /// An estimate from weighted draws.
  public struct Estimate: Sendable, Hashable {
    /// The probability.
    public var probability: TailProbability
    /// Its standard error over itself.
    public var relativeError: Double
    /// Draws from the target law that would be as good: (Σw)²/Σw² over the draws in the event.
    public var effectiveDraws: Double
    /// Draws made.
    public var draws: Int

    /// The interval at about 95 %: the estimate times 1 ∓ 1.96 relative errors.
    public var interval: ClosedRange<TailProbability> {
      let low = TailProbability(max(0, 1 - 1.96 * relativeError))
      return (probability * low)...(probability * TailProbability(1 + 1.96 * relativeError))
    }
  }

  /// The probability of a false match, from overlaps drawn from a hypergeometric law tilted towards θ.
  ///
  /// The tilted law weighs an overlap b by p(b)·e^(λb), with λ such that its mean is near θ; each draw counts with
  /// weight p(b)/q(b), which makes the estimate unbiased.
  ///
  /// - Parameters:
  ///   - law: sizes.
  ///   - threshold: θ.
  ///   - draws: number of draws, at least 2.
  ///   - seed: of the draws.
  public static func falseMatch(
    _ law: OverlapLaw, threshold: Int, draws: Int, seed: UInt64
  ) throws(DendritesError) -> Estimate {
    try require(draws, "draws", in: 2...1_000_000_000, because: "an estimate with an error needs two draws")
    let support = law.support
    if threshold <= support.lowerBound {
      return Estimate(probability: .one, relativeError: 0, effectiveDraws: Double(draws), draws: draws)
    }
    guard threshold <= support.upperBound else {
      return Estimate(probability: .zero, relativeError: 0, effectiveDraws: Double(draws), draws: draws)
    }
    guard support.count <= 10_000_000 else {
      throw .tooLarge(what: "the overlap", limit: "up to 10000000 values are tilted")
    }
    let logs = support.map { law.probability(ofOverlap: $0).log10 * log(10) }
    let tilt = tiltedTowards(Double(threshold), support: support, logs: logs)
    let total = logSumExp(zip(support, logs).map { $1 + tilt * Double($0) })
    let proposal = Categorical(weights: zip(support, logs).map { exp($1 + tilt * Double($0) - total) })
    var stream = RandomStream(seed: seed, "rare matches", threshold)
    // Weights relative to the one at θ: w(b) = e^(λ(θ − b)), the largest in the event.
    var sums = (weights: 0.0, squares: 0.0)
    for _ in 0..<draws {
      let overlap = support.lowerBound + stream.draw(proposal)
      guard overlap >= threshold else { continue }
      let weight = exp(tilt * Double(threshold - overlap))
      sums.weights += weight
      sums.squares += weight * weight
    }
    let n = Double(draws)
    let mean = sums.weights / n
    let variance = max(0, sums.squares / n - mean * mean) / (n - 1)
    let scale = (total - tilt * Double(threshold)) / log(2)
    let power = scale.rounded(.down)
    let unit = TailProbability(scaled: exp2(scale - power), Int(power))
    return Estimate(
      probability: unit * TailProbability(mean),
      relativeError: mean > 0 ? variance.squareRoot() / mean : .infinity,
      effectiveDraws: sums.squares > 0 ? sums.weights * sums.weights / sums.squares : 0, draws: draws)
  }

  /// The λ ≥ 0 at which the tilted law's mean is `target`, by bisection.
  private static func tiltedTowards(_ target: Double, support: ClosedRange<Int>, logs: [Double]) -> Double {
    func mean(_ tilt: Double) -> Double {
      let total = logSumExp(zip(support, logs).map { $1 + tilt * Double($0) })
      return zip(support, logs).reduce(0) { $0 + Double($1.0) * exp($1.1 + tilt * Double($1.0) - total) }
    }
    if mean(0) >= target { return 0 }
    var (low, high) = (0.0, 1.0)
    while mean(high) < target, high < 1000 { high *= 2 }
    for _ in 0..<60 {
      let middle = (low + high) / 2
      if mean(middle) < target { low = middle } else { high = middle }
    }
    return high
  }
}
