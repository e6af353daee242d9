import Dendrites
import Probability
import Testing

@Suite struct ActiveNeuronTests {
  @Test func activationAddsNonlinearOverlaps() throws {
    var stream = RandomStream(seed: 1, "neuron")
    let patterns = try [[0, 1, 2, 3], [4, 5, 6, 7]].map { try SparsePattern(cells: 20, active: $0) }
    for (nonlinearity, expected) in [
      (ActiveNeuron.Nonlinearity.threshold(3), 4.0), (.power(2), 16), (.sigmoid(center: 2, scale: 1000), 1),
    ] {
      var neuron = try ActiveNeuron(
        cells: 20, segments: 2, length: 4, nonlinearity: nonlinearity, using: &stream)
      try neuron.initialise(patterns, using: &stream)
      #expect(neuron.synapses == patterns.map(\.active))
      #expect(abs(try neuron.activation(patterns[0]) - expected) < 1e-9)
    }
  }

  @Test func permanencesFollowTheRule() throws {
    var stream = RandomStream(seed: 2, "neuron")
    var neuron = try ActiveNeuron(
      cells: 10, segments: 1, length: 4, nonlinearity: .threshold(2), using: &stream)
    try neuron.initialise([SparsePattern(cells: 10, active: [0, 1, 2, 3])], using: &stream)
    let half = try SparsePattern(cells: 10, active: [0, 1, 8, 9])
    try neuron.learn(half, isOwn: true, using: &stream)
    #expect(neuron.permanences == [[0.52, 0.52, 0.4875, 0.4875]])
    try neuron.learn(half, isOwn: false, using: &stream)
    #expect(neuron.permanences == [[0.52 - 0.0125, 0.52 - 0.0125, 0.4875, 0.4875]])
    // Inactive synapses fall below 0.15 in the end and move to cells of the pattern.
    for _ in 0..<40 { try neuron.learn(half, isOwn: true, using: &stream) }
    #expect(Set(neuron.synapses[0]) == [0, 1, 8, 9])
  }

  @Test func morePatternsThanSegmentsAreGrouped() throws {
    var stream = RandomStream(seed: 3, "neuron")
    let bases = try (0..<4).map { _ in try SparsePattern.random(cells: 400, active: 40, using: &stream) }
    let patterns = try (0..<40).map { try bases[$0 % 4].addingNoise(4, using: &stream) }
    var neuron = try ActiveNeuron(
      cells: 400, segments: 8, length: 20, nonlinearity: .threshold(10), using: &stream)
    try neuron.initialise(patterns, using: &stream)
    let firing = try patterns.count { try neuron.activation($0) > 0 }
    #expect(firing >= 36)
    #expect(neuron.synapses.allSatisfy { Set($0).count == $0.count })
  }

  @Test func twoNeuronsTellRandomPatternsApart() throws {
    var stream = RandomStream(seed: 4, "neuron")
    let all = try (0..<200).map { _ in try SparsePattern.random(cells: 1000, active: 30, using: &stream) }
    func neuron(_ patterns: [SparsePattern]) throws -> ActiveNeuron {
      var neuron = try ActiveNeuron(
        cells: 1000, segments: 100, length: 15, nonlinearity: .threshold(8), using: &stream)
      try neuron.initialise(patterns, using: &stream)
      return neuron
    }
    let pair = TwoNeuronClassifier(
      positive: try neuron(Array(all[..<100])), negative: try neuron(Array(all[100...])))
    let right = try all.indices.count {
      try pair.classify(all[$0].addingNoise(3, using: &stream), using: &stream) == ($0 < 100)
    }
    #expect(right >= 195)
  }

  @Test func benchmarkDataHaveTheirForm() throws {
    let samples = try PoiraziMelData.generate(count: 1000, seed: 5)
    #expect(samples.isPositive.count { $0 } == 500)
    #expect(samples.patterns.allSatisfy { $0.cells == 400 && $0.active.count == 40 })
    let metrics = try StreamMetrics(samples.patterns)
    #expect(metrics.activationFrequencies.allSatisfy { abs($0 - 0.1) < 1e-12 })
    #expect(samples == (try PoiraziMelData.generate(count: 1000, seed: 5)))
  }
}
