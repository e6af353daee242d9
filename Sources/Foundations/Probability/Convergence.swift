import Foundation

/// How well several chains agree and mix on one quantity, by the rank-normalised diagnostics of Vehtari, Gelman,
/// Simpson, Carpenter and Bürkner (*Bayesian Analysis* 16, 2021).
public struct ConvergenceDiagnostics: Sendable, Hashable, Codable {
  /// Split R̂: the larger of the location's and the scale's; near 1 when chains agree, 1.01 is a common limit.
  public let rHat: Double
  /// Effective sample size for the centre of the law.
  public let bulkEffectiveSize: Double
  /// Effective sample size for its tails: the smaller of those of the 5 % and 95 % quantiles.
  public let tailEffectiveSize: Double

  /// Diagnoses chains of one length.
  ///
  /// - Parameter chains: the draws of each chain in order, at least four draws each, all finite.
  /// - Note: for a constant quantity R̂ is 1 and the effective sizes are the number of draws; for chains that stand still
  ///   at different values R̂ is infinite.
  public init(chains: [[Double]]) {
    precondition(!chains.isEmpty, "ConvergenceDiagnostics: there must be at least one chain")
    precondition(
      chains.allSatisfy { $0.count == chains[0].count && $0.count >= 4 },
      "ConvergenceDiagnostics: chains must have one length of at least four draws")
    let half = chains[0].count / 2
    let split = chains.flatMap { [Array($0.prefix(half)), Array($0.suffix(half))] }
    let pooled = split.flatMap { $0 }
    let centre = median(pooled)
    let folded = split.map { $0.map { abs($0 - centre) } }
    let ranked = Self.rankNormalized(split)
    rHat = max(Self.rHat(ranked), Self.rHat(Self.rankNormalized(folded)))
    bulkEffectiveSize = Self.effectiveSize(ranked)
    tailEffectiveSize = [0.05, 0.95].map { fraction in
      let edge = quantile(pooled, fraction)
      return Self.effectiveSize(split.map { $0.map { $0 <= edge ? 1 : 0 } })
    }.min()!
  }

  /// Normal scores of the pooled ranks; equal values share the mean of their ranks (Blom 1958).
  private static func rankNormalized(_ chains: [[Double]]) -> [[Double]] {
    let pooled = chains.flatMap { $0 }
    let order = pooled.indices.sorted { pooled[$0] < pooled[$1] }
    var score = [Double](repeating: 0, count: pooled.count)
    var start = 0
    while start < order.count {
      var end = start
      while end + 1 < order.count, pooled[order[end + 1]] == pooled[order[start]] { end += 1 }
      let rank = Double(start + end) / 2 + 1
      let z = StandardNormal.quantile((rank - 0.375) / (Double(pooled.count) + 0.25))
      for place in start...end { score[order[place]] = z }
      start = end + 1
    }
    let length = chains[0].count
    return chains.indices.map { Array(score[($0 * length)..<(($0 + 1) * length)]) }
  }

  private static func variances(_ chains: [[Double]]) -> (within: Double, total: Double) {
    let n = Double(chains[0].count)
    let within = mean(chains.map { spread($0).variance })
    let between = chains.count > 1 ? spread(chains.map { spread($0).centre }).variance : 0
    return (within, (n - 1) / n * within + between)
  }

  /// Mean and variance; those of equal values are exact, so that standing still is told from moving a little.
  private static func spread(_ values: [Double]) -> (centre: Double, variance: Double) {
    if values.allSatisfy({ $0 == values[0] }) { return (values[0], 0) }
    let deviation = standardDeviation(values)
    return (mean(values), deviation * deviation)
  }

  private static func rHat(_ chains: [[Double]]) -> Double {
    let (within, total) = variances(chains)
    if total == 0 { return 1 }
    return within == 0 ? .infinity : (total / within).squareRoot()
  }

  /// Draws over the integrated autocorrelation time, by Geyer's initial monotone sequence (1992).
  private static func effectiveSize(_ chains: [[Double]]) -> Double {
    let n = chains[0].count
    let draws = Double(n * chains.count)
    let (within, total) = variances(chains)
    if total == 0 { return draws }
    let centred = chains.map { chain in
      let centre = mean(chain)
      return chain.map { $0 - centre }
    }
    func correlation(_ lag: Int) -> Double {
      let covariance = mean(
        centred.map { chain in
          var sum = 0.0
          for t in 0..<(n - lag) { sum += chain[t] * chain[t + lag] }
          return sum / Double(n)
        })
      return 1 - (within - covariance * Double(n) / Double(n - 1)) / total
    }
    var sum = 0.0
    var least = Double.infinity
    var lag = 0
    while lag + 1 < n {
      let pair = (lag == 0 ? 1 : correlation(lag)) + correlation(lag + 1)
      if pair <= 0 { break }
      least = min(least, pair)
      sum += least
      lag += 2
    }
    // The cap of the source for antithetic chains.
    return draws / max(2 * sum - 1, 1 / log10(draws))
  }
}

/// Geweke's comparison (1992) of a chain's beginning with its end: about standard normal when the chain is stationary.
///
/// - Parameters:
///   - chain: at least 40 draws.
///   - first: the share of draws at the beginning.
///   - last: the share of draws at the end.
public func gewekeScore(_ chain: [Double], first: Double = 0.1, last: Double = 0.5) -> Double {
  precondition(chain.count >= 40, "gewekeScore: there must be at least 40 draws")
  precondition(first > 0 && last > 0 && first + last <= 1, "gewekeScore: the shares must not overlap")
  let start = Array(chain.prefix(max(4, Int(first * Double(chain.count)))))
  let end = Array(chain.suffix(Int(last * Double(chain.count))))
  let difference = mean(start) - mean(end)
  let variance = meanVariance(start) + meanVariance(end)
  return variance == 0 ? (difference == 0 ? 0 : .infinity) : difference / variance.squareRoot()
}

/// The variance of a correlated chain's mean, by batches of √n draws.
///
/// - Parameter chain: at least four draws.
public func meanVariance(_ chain: [Double]) -> Double {
  precondition(chain.count >= 4, "meanVariance: there must be at least four draws")
  let size = Int(Double(chain.count).squareRoot())
  let batches = chain.count / size
  let means = (0..<batches).map { mean(Array(chain[($0 * size)..<(($0 + 1) * size)])) }
  let spread = standardDeviation(means)
  return spread * spread / Double(batches)
}
