import Dendrites
import Probability
import Testing

@Suite struct CorrelatedPatternsTests {
  @Test func patternsHaveTheirSizeAndCorrelate() throws {
    var stream = RandomStream(seed: 8, "correlated")
    let source = try CorrelatedPatterns(cells: 500, active: 30, clusters: [(size: 6, covering: 60)], seed: 1)
    let patterns = (0..<1000).map { _ in source.pattern(using: &stream) }
    #expect(patterns.allSatisfy { $0.active.count == 30 })
    let uniform = try (0..<1000).map { _ in try SparsePattern.random(cells: 500, active: 30, using: &stream) }
    let correlation = try CorrelatedPatterns.meanPairCorrelation(patterns)
    #expect(correlation > (try CorrelatedPatterns.meanPairCorrelation(uniform)) + 0.05)
  }

  /// Pearson's correlation of the cells as columns, averaged over each pattern's pairs.
  @Test func correlationIsPearsons() throws {
    var stream = RandomStream(seed: 11, "correlated")
    let patterns = try (0..<60).map { _ in try SparsePattern.random(cells: 12, active: 4, using: &stream) }
    let columns = (0..<12).map { cell in patterns.map { Double($0.dense[cell]) } }
    let expected = mean(
      patterns.map { pattern in
        mean(
          pattern.active.flatMap { i in
            pattern.active.filter { $0 < i }.map { pearsonCorrelation(columns[i], columns[$0]) }
          })
      })
    #expect(abs(try CorrelatedPatterns.meanPairCorrelation(patterns) - expected) < 1e-12)
  }

  @Test func threadsDoNotMatter() throws {
    var experiment = CorrelationExperiment(cells: 500, active: 20, synapses: 12, threshold: 6)
    (experiment.segments, experiment.neurons) = (50, 2)
    let runs = try [1, 3].map { try experiment.run(trials: 5, seed: 2, threads: $0) }
    #expect(runs[0] == runs[1])
    #expect(runs[0].allSatisfy { $0.samples == 100 })
  }

  @Test func binsPool() {
    let trials = [
      CorrelationExperiment.Trial(correlation: 0.012, falseMatches: 1, samples: 10),
      .init(correlation: 0.018, falseMatches: 3, samples: 10),
      .init(correlation: 0.05, falseMatches: 9, samples: 10),
    ]
    let bins = CorrelationExperiment.pooled(trials)
    #expect(bins.map(\.trials) == [2, 1])
    #expect(bins.map(\.rate) == [.init(successes: 4, trials: 20), .init(successes: 9, trials: 10)])
  }

  /// Clusters of the official variety reach the published correlations, and far more false matches than the law.
  @Test func correlationsReachThePublishedRange() throws {
    var experiment = CorrelationExperiment(cells: 2000, active: 32, synapses: 20, threshold: 10)
    experiment.neurons = 10
    let trials = try experiment.run(trials: 12, seed: 1)
    #expect(trials.contains { $0.correlation < 0.035 } && trials.contains { $0.correlation > 0.055 })
    let rate =
      Double(trials.reduce(0) { $0 + $1.falseMatches }) / Double(trials.reduce(0) { $0 + $1.samples })
    #expect(rate > 1e6 * (try experiment.uniformProbability().value))
  }
}
