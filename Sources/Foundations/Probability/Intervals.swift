/// A share of successes that was counted, with intervals for the chance behind it.
public struct Proportion: Sendable, Hashable, Codable {
  /// How often the event happened.
  public let successes: Int
  /// How often it could have happened; at least 1.
  public let trials: Int

  /// A counted share.
  public init(successes: Int, trials: Int) {
    precondition(trials > 0, "Proportion: there must be at least one trial")
    precondition((0...trials).contains(successes), "Proportion: successes must lie in 0 ... trials")
    self.successes = successes
    self.trials = trials
  }

  /// successes / trials
  public var estimate: Double { Double(successes) / Double(trials) }

  /// Wilson's score interval (1927): close to its nominal coverage also for small counts.
  ///
  /// - Parameter confidence: such as 0.95.
  public func wilson(confidence: Double = 0.95) -> ClosedRange<Double> {
    let z = StandardNormal.quantile(0.5 + confidence / 2)
    let n = Double(trials)
    let p = estimate
    let centre = (p + z * z / (2 * n)) / (1 + z * z / n)
    let half = z / (1 + z * z / n) * (p * (1 - p) / n + z * z / (4 * n * n)).squareRoot()
    let low = successes == 0 ? 0 : max(0, centre - half)
    let high = successes == trials ? 1 : min(1, centre + half)
    return low...high
  }

  /// Clopper and Pearson's exact interval (1934): never less than its nominal coverage.
  ///
  /// With no success in n trials the upper end is 1 − (α/2)^(1/n), near 3.7/n at 95 %.
  public func clopperPearson(confidence: Double = 0.95) -> ClosedRange<Double> {
    let tail = (1 - confidence) / 2
    let k = Double(successes)
    let n = Double(trials)
    let low = successes == 0 ? 0 : inverseIncompleteBeta(tail, a: k, b: n - k + 1)
    let high = successes == trials ? 1 : 1 - inverseIncompleteBeta(tail, a: n - k, b: k + 1)
    return low...high
  }

  /// The one-sided 95 % upper limit when nothing was seen: about 3 / trials.
  public var ruleOfThree: Double { Self.ruleOfThree(trials: trials) }

  /// 1 − 0.05^(1/n)
  public static func ruleOfThree(trials: Int) -> Double {
    1 - inverseIncompleteBeta(0.05, a: Double(trials), b: 1)
  }
}

/// Resampling intervals for any statistic (Efron 1979, 1987).
public struct Bootstrap: Sendable {
  /// Number of resamples.
  public var resamples: Int
  /// The seed of the resampling.
  public var seed: UInt64
  /// Nominal coverage.
  public var confidence: Double

  /// Settings of a bootstrap.
  public init(resamples: Int = 10_000, seed: UInt64 = 1, confidence: Double = 0.95) {
    precondition(resamples > 0, "Bootstrap: there must be at least one resample")
    precondition(confidence > 0 && confidence < 1, "Bootstrap: the confidence must lie in (0, 1)")
    self.resamples = resamples
    self.seed = seed
    self.confidence = confidence
  }

  /// The percentile interval of `statistic`.
  public func percentile(_ values: [Double], of statistic: ([Double]) -> Double = mean) -> ClosedRange<Double>
  {
    let replicates = self.replicates(values, of: statistic)
    return quantile(
      sorted: replicates, (1 - confidence) / 2)...quantile(sorted: replicates, (1 + confidence) / 2)
  }

  /// The bias-corrected and accelerated interval of `statistic`; the percentile interval when all values are
  /// equal or fewer than three.
  public func biasCorrected(_ values: [Double], of statistic: ([Double]) -> Double = mean) -> ClosedRange<
    Double
  > {
    let replicates = self.replicates(values, of: statistic)
    let estimate = statistic(values)
    let below = Double(replicates.count { $0 < estimate }) + 0.5 * Double(replicates.count { $0 == estimate })
    let share = below / Double(replicates.count)
    let leaveOneOut = values.indices.map { left in
      statistic(values.indices.compactMap { $0 == left ? nil : values[$0] })
    }
    let centre = mean(leaveOneOut)
    let squares = leaveOneOut.reduce(0) { $0 + (centre - $1) * (centre - $1) }
    guard values.count >= 3, squares > 0, share > 0, share < 1 else {
      return percentile(values, of: statistic)
    }
    let cubes = leaveOneOut.reduce(0) { $0 + (centre - $1) * (centre - $1) * (centre - $1) }
    let acceleration = cubes / (6 * squares * squares.squareRoot())
    let bias = StandardNormal.quantile(share)
    func level(_ z: Double) -> Double {
      StandardNormal.cumulative(bias + (bias + z) / (1 - acceleration * (bias + z)))
    }
    let z = StandardNormal.quantile((1 + confidence) / 2)
    return quantile(sorted: replicates, level(-z))...quantile(sorted: replicates, level(z))
  }

  private func replicates(_ values: [Double], of statistic: ([Double]) -> Double) -> [Double] {
    precondition(!values.isEmpty, "Bootstrap: there must be at least one value")
    var resample = values
    return (0..<resamples).map { index in
      var stream = RandomStream(seed: seed, "bootstrap", index)
      for place in resample.indices { resample[place] = values[stream.integer(below: values.count)] }
      return statistic(resample)
    }.sorted()
  }
}
