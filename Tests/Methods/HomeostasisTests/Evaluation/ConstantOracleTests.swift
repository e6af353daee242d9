import Homeostasis
import Probability
import Testing

@Suite struct ConstantOracleTests {
  @Test func theBestMeanWins() throws {
    let oracle = try ConstantOracle(
      rates: [0.1, 0.001, 0.01], scores: [[0.9, 0.5, 0.7], [0.6, 0.6, 0.6], [0.8, 0.7, 0.75]])
    #expect(oracle.rates == [0.001, 0.01, 0.1])
    #expect(oracle.rate == 0.01 && oracle.values == [0.8, 0.7, 0.75])
    #expect(!oracle.isAtEdge)
    let comparison = try oracle.comparison(of: [0.9, 0.8, 0.85])
    #expect(comparison.verdict == .higher && abs(comparison.difference - 0.1) < 1e-12)
    let error = #expect(throws: HomeostasisError.self) { try oracle.comparison(of: [0.9, 0.8]) }
    #expect(error?.description == "2 values cannot be paired with 3; run both learners with the same seeds")
  }

  @Test func heldOutRatesAreChosenWithoutTheirSeed() throws {
    // Over all three seeds 0.1 is best, by its first seed alone; without that seed 0.2 is.
    let oracle = try ConstantOracle(rates: [0.1, 0.2], scores: [[1.0, 0.5, 0.5], [0.2, 0.6, 0.6]])
    #expect(oracle.rate == 0.1)
    #expect(oracle.isAtEdge)
    #expect(oracle.heldOut == [0.2, 0.5, 0.5])
    #expect(try ConstantOracle(rates: [0.1], scores: [[0.5]]).heldOut == nil)
  }

  @Test func divergedAndEqualRates() throws {
    let oracle = try ConstantOracle(
      rates: [0.01, 0.02, 0.04, 1], scores: [[0.5, 0.5], [0.7, 0.7], [0.7, 0.7], [0.9, nil]])
    #expect(oracle.rate == 0.02)
    #expect(oracle.heldOut == [0.7, 0.7])
    let error = #expect(throws: HomeostasisError.self) {
      try ConstantOracle(rates: [1], scores: [[nil, 0.5]])
    }
    #expect(error?.description == "there are 0 learning rates that do not diverge, but at least 1 are needed")
    for scores: [[Double?]] in [[], [[]], [[0.5], [0.5, 0.6]], [[0.5]]] {
      #expect(throws: HomeostasisError.self) { try ConstantOracle(rates: [0.1, 0.2], scores: scores) }
    }
  }

  @Test func theSearchDoesNotDependOnThreads() throws {
    struct Failure: Error {}
    let score: @Sendable (Double, UInt64) throws -> Double = { rate, seed in
      if rate > 0.5 { throw HomeostasisError.diverged(epoch: 0, sample: 3, learningRate: rate, shifts: 0) }
      var stream = RandomStream(seed: seed, "score")
      return -(rate - 0.2) * (rate - 0.2) + 0.001 * stream.uniform()
    }
    let rates = [0.05, 0.1, 0.2, 0.4, 0.8]
    let one = try ConstantOracle.search(rates: rates, seeds: [1, 2, 3], threads: 1, score: score)
    let four = try ConstantOracle.search(rates: rates, seeds: [1, 2, 3], threads: 4, score: score)
    #expect(one == four)
    #expect(one.rate == 0.2 && !one.isAtEdge)
    #expect(one.scores[4] == [nil, nil, nil])
    #expect(throws: Failure.self) {
      try ConstantOracle.search(rates: rates, seeds: [1]) { _, _ in throw Failure() }
    }
  }
}
