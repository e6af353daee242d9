import Foundation
import Probability
import Testing

@Suite struct SamplerTests {
  private func counts(_ range: ClosedRange<Int>, _ draws: Int, _ draw: () -> Int) -> [Int] {
    var counts = [Int](repeating: 0, count: range.count)
    for _ in 0..<draws {
      let value = draw()
      counts[min(max(value, range.lowerBound), range.upperBound) - range.lowerBound] += 1
    }
    return counts
  }

  @Test(arguments: [(1, 0.5), (10, 0.02), (30, 0.97), (100, 0.5), (100_000, 0.3)])
  func binomial(trials: Int, probability: Double) {
    var stream = RandomStream(seed: 5, "binomial", trials)
    let law = Binomial(trials: trials, probability: probability)
    let spread = 1 + Int(5 * (Double(trials) * probability * (1 - probability)).squareRoot())
    let centre = Int(Double(trials) * probability)
    let range = max(0, centre - spread)...min(trials, centre + spread)
    let seen = counts(range, 20_000) { stream.binomial(trials: trials, probability: probability) }
    #expect(fits(seen, range.map { exp(law.logProbability($0)) }))
    #expect(stream.binomial(trials: trials, probability: 0) == 0)
    #expect(stream.binomial(trials: trials, probability: 1) == trials)
  }

  @Test(arguments: [(10, 4, 3), (50, 45, 40), (1000, 30, 200), (1_000_000, 400_000, 10_000)])
  func hypergeometric(population: Int, successes: Int, draws: Int) {
    var stream = RandomStream(seed: 6, "hypergeometric", population)
    func logProbability(_ k: Int) -> Double {
      logBinomialCoefficient(Double(successes), Double(k))
        + logBinomialCoefficient(Double(population - successes), Double(draws - k))
        - logBinomialCoefficient(Double(population), Double(draws))
    }
    let mean = Double(draws) * Double(successes) / Double(population)
    let spread = 2 + Int(5 * mean.squareRoot())
    let range =
      max(0, draws - (population - successes), Int(mean) - spread)...min(draws, successes, Int(mean) + spread)
    let seen = counts(range, 20_000) {
      stream.hypergeometric(population: population, successes: successes, draws: draws)
    }
    #expect(fits(seen, range.map { exp(logProbability($0)) }))
  }

  @Test(arguments: [0.3, 4, 500])
  func poisson(mean: Double) {
    var stream = RandomStream(seed: 7, "poisson")
    let range = max(0, Int(mean - 6 * mean.squareRoot()))...Int(mean + 6 * mean.squareRoot() + 3)
    let seen = counts(range, 20_000) { stream.poisson(mean: mean) }
    #expect(fits(seen, range.map { exp(Double($0) * log(mean) - mean - logGamma(Double($0) + 1)) }))
  }

  /// Kolmogorov and Smirnov's distance at 0.1 %: 1.95 / √n.
  private func follows(_ draws: [Double], _ cumulative: (Double) -> Double) -> Bool {
    let n = Double(draws.count)
    let distance = draws.sorted().enumerated().map { index, value in
      max(abs(cumulative(value) - Double(index) / n), abs(cumulative(value) - Double(index + 1) / n))
    }.max()!
    return distance < 1.95 / n.squareRoot()
  }

  @Test func continuousLaws() {
    var stream = RandomStream(seed: 8, "continuous")
    func draws(_ draw: (inout RandomStream) -> Double) -> [Double] { (0..<20_000).map { _ in draw(&stream) } }
    #expect(follows(draws { $0.uniform() }) { $0 })
    #expect(
      follows(draws { $0.normal(mean: 2, standardDeviation: 3) }) { StandardNormal.cumulative(($0 - 2) / 3) })
    #expect(follows(draws { $0.exponential(mean: 2) }) { 1 - exp(-$0 / 2) })
    for shape in [0.2, 1, 3.5, 80] {
      #expect(
        follows(draws { $0.gamma(shape: shape, scale: 2) }) { 1 - upperIncompleteGamma(a: shape, x: $0 / 2) })
    }
    for (a, b) in [(0.5, 0.5), (2, 5), (40, 3)] as [(Double, Double)] {
      #expect(follows(draws { $0.beta(a: a, b: b) }) { incompleteBeta($0, a: a, b: b) })
    }
  }

  @Test func categorical() {
    let weights = [0.0, 1, 5, 2, 0.5, 0]
    let law = Categorical(weights: weights)
    var stream = RandomStream(seed: 9, "categorical")
    let seen = counts(0...5, 40_000) { stream.draw(law) }
    #expect(seen[0] == 0 && seen[5] == 0)
    #expect(fits(Array(seen[1...4]), weights[1...4].map { $0 / 8.5 }))
  }

  @Test(arguments: [(3, 6), (2, 60)])
  func samplesWithoutReplacementAreUniform(count: Int, population: Int) {
    var stream = RandomStream(seed: 10, "sample", population)
    var seen: [[Int]: Int] = [:]
    for _ in 0..<60_000 {
      let sample = stream.sample(count, outOf: population)
      seen[sample, default: 0] += 1
    }
    let subsets = count == 3 ? 20 : 1770
    #expect(seen.keys.allSatisfy { $0 == $0.sorted() && Set($0).count == count })
    #expect(seen.count == subsets)
    #expect(fits(Array(seen.values), [Double](repeating: 1 / Double(subsets), count: subsets)))
  }

  @Test func bootstrapCovers() {
    var covered = (percentile: 0, corrected: 0)
    for trial in 0..<200 {
      var stream = RandomStream(seed: 11, "bootstrap data", trial)
      let values = (0..<40).map { _ in stream.normal(mean: 1) }
      let bootstrap = Bootstrap(resamples: 400, seed: UInt64(trial))
      covered.percentile += bootstrap.percentile(values).contains(1) ? 1 : 0
      covered.corrected += bootstrap.biasCorrected(values).contains(1) ? 1 : 0
    }
    #expect((175...200).contains(covered.percentile))
    #expect((175...200).contains(covered.corrected))
  }

  @Test func descriptiveStatistics() {
    #expect(median([3, 1, 2]) == 2)
    #expect(median([4, 1, 2, 3]) == 2.5)
    #expect(quantile([0, 10], 0.25) == 2.5)
    #expect(standardDeviation([1, 2, 3, 4]) == (5 / 3.0).squareRoot())
    #expect(abs(pearsonCorrelation([1, 2, 3], [2, 4, 6.5]) - 0.9979487) < 1e-6)
  }
}
