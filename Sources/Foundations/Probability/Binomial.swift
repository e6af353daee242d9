import Foundation

/// The law of the number of successes among `trials` independent trials.
public struct Binomial: Sendable, Hashable {
  /// Number of trials, 0 or more.
  public let trials: Int
  /// Chance of success in one trial, in [0, 1].
  public let probability: Double

  /// A binomial law.
  public init(trials: Int, probability: Double) {
    precondition(trials >= 0, "Binomial: the number of trials must not be negative")
    precondition(probability >= 0 && probability <= 1, "Binomial: the probability must lie in [0, 1]")
    self.trials = trials
    self.probability = probability
  }

  /// The logarithm of the probability of exactly `successes`; accurate for any size (Loader 2000).
  public func logProbability(_ successes: Int) -> Double {
    let n = Double(trials)
    let k = Double(successes)
    if successes < 0 || successes > trials { return -.infinity }
    if probability == 0 || probability == 1 {
      return (successes == 0) == (probability == 0) && (successes == trials) == (probability == 1)
        ? 0 : -.infinity
    }
    if successes == 0 { return n * log1p(-probability) }
    if successes == trials { return n * log(probability) }
    let core =
      stirlingError(n) - stirlingError(k) - stirlingError(n - k) - deviance(k, n * probability)
      - deviance(n - k, n * (1 - probability))
    return core + 0.5 * log(n / (2 * Double.pi * k * (n - k)))
  }

  /// The probability of at most `successes`.
  public func cumulative(_ successes: Int) -> Double {
    if successes < 0 { return 0 }
    if successes >= trials { return 1 }
    return incompleteBeta(1 - probability, a: Double(trials - successes), b: Double(successes + 1))
  }
}

extension RandomStream {
  /// Whether an event of `probability` happens.
  public mutating func bernoulli(_ probability: Double) -> Bool { uniform() < probability }

  /// The number of successes among `trials`, each with `probability`.
  public mutating func binomial(trials: Int, probability: Double) -> Int {
    let law = Binomial(trials: trials, probability: probability)
    if trials == 0 || probability == 0 { return 0 }
    if probability == 1 { return trials }
    let mode = min(trials, Int((Double(trials) + 1) * probability))
    return logConcave(mode: mode, in: 0...trials) { law.logProbability($0) }
  }

  /// A number of events of mean `mean`.
  public mutating func poisson(mean: Double) -> Int {
    precondition(mean >= 0 && mean < 1e15, "poisson: the mean must lie in [0, 1e15)")
    if mean == 0 { return 0 }
    return logConcave(mode: Int(mean), in: 0...Int.max) { k in
      let k = Double(k)
      return k == 0 ? -mean : -stirlingError(k) - deviance(k, mean) - 0.5 * log(2 * Double.pi * k)
    }
  }

  /// The number of marked among `draws` taken without replacement from a population with `successes` marked.
  public mutating func hypergeometric(population: Int, successes: Int, draws: Int) -> Int {
    precondition(population >= 0, "hypergeometric: the population must not be negative")
    precondition(
      (0...population).contains(successes), "hypergeometric: successes must lie in 0 ... population")
    precondition((0...population).contains(draws), "hypergeometric: draws must lie in 0 ... population")
    let low = max(0, draws - (population - successes))
    let high = min(draws, successes)
    if low == high { return low }
    let share = Double(draws) / Double(population)
    // Conditional on their sum, two binomial numbers of one probability are hypergeometric.
    let marked = Binomial(trials: successes, probability: share)
    let others = Binomial(trials: population - successes, probability: share)
    let all = Binomial(trials: population, probability: share).logProbability(draws)
    let mode = Int((Double(draws) + 1) * (Double(successes) + 1) / (Double(population) + 2))
    return logConcave(mode: min(max(mode, low), high), in: low...high) {
      marked.logProbability($0) + others.logProbability(draws - $0) - all
    }
  }

  /// A number from a discrete log-concave law with a known mode, by rejection from a flat top with
  /// exponential tails (Devroye, *Computing* 39, 1987): about five evaluations of the law for each number.
  private mutating func logConcave(
    mode: Int, in support: ClosedRange<Int>, logProbability: (Int) -> Double
  ) -> Int {
    let peak = logProbability(mode)
    let height = exp(peak)
    let width = 1 + height / 2
    while true {
      let inTop = uniform() <= width / (1 + width)
      let distance = inTop ? uniform() * width / height : (width + exponential()) / height
      let step = distance.rounded()
      let sign: Double = next() & 1 == 0 ? -1 : 1
      let candidate = Double(mode) + sign * step
      let accept = uniform()
      guard candidate >= Double(support.lowerBound), candidate <= Double(support.upperBound),
        let value = Int(exactly: candidate)
      else { continue }
      let envelope = min(0, width - height * distance)
      if log(accept) + envelope <= logProbability(value) - peak { return value }
    }
  }
}
