import Dendrites
import Probability
import Testing

@Suite struct RegionTests {
  /// Segments of many sizes and thresholds, against each pair.
  @Test func ownThresholds() throws {
    var stream = RandomStream(seed: 12, "region")
    let neurons = try (0..<90).map { neuron in
      try (0..<(1 + neuron % 9)).map { segment in
        let size = 5 + (neuron + 3 * segment) % 30
        return Segment(
          synapses: try SparsePattern.random(cells: 150, active: size, using: &stream),
          threshold: 1 + (7 * neuron + segment) % 18)
      }
    }
    let patterns = try [3, 30, 60, 120].flatMap { active in
      try (0..<20).map { _ in try SparsePattern.random(cells: 150, active: active, using: &stream) }
    }
    let region = try Region(neurons)
    #expect(region.neurons == 90)
    let firing = try region.firing(patterns, threads: 2)
    for (pattern, found) in zip(patterns, firing) {
      #expect(
        try found
          == neurons.indices.filter { try neurons[$0].contains { segment in try segment.matches(pattern) } })
    }
    #expect(firing.contains { !$0.isEmpty } && firing.contains { $0.count < 90 })
    #expect(firing == (try region.firing(patterns, threads: 1)))
  }

  @Test func refuses() throws {
    let pattern = try SparsePattern(cells: 10, active: [1, 2])
    #expect(throws: DendritesError.self) { try Region([[]]) }
    #expect(throws: DendritesError.self) { try Region([[Segment(synapses: pattern, threshold: 0)]]) }
  }
}

@Suite struct NeuronLawTests {
  /// The law of a neuron of two kinds of segments, against explicit neurons.
  @Test func explicitNeuronsFollowTheLaw() throws {
    let kinds = [
      SegmentKind(count: 3, synapses: 12, threshold: 5), SegmentKind(count: 2, synapses: 20, threshold: 8),
    ]
    let law = try NeuronLaw(cells: 120, active: 20, kinds: kinds)
    let p = law.falseMatch.value
    #expect(abs(law.anyFires(neurons: 2).value - (1 - (1 - p) * (1 - p))) < 1e-15)
    #expect(law.expectedFiring(neurons: 100).value == 100 * p)
    var stream = RandomStream(seed: 13, "neuron law")
    let neurons = try (0..<400).map { _ in
      try kinds.flatMap { kind in
        try (0..<kind.count).map { _ in
          Segment(
            synapses: try SparsePattern.random(cells: 120, active: kind.synapses, using: &stream),
            threshold: kind.threshold)
        }
      }
    }
    let patterns = try (0..<400).map { _ in try SparsePattern.random(cells: 120, active: 20, using: &stream) }
    let fired = try Region(neurons).firing(patterns).reduce(0) { $0 + $1.count }
    // Pairs share neurons and patterns, so the error is wider than of independent ones.
    #expect(abs(Double(fired) / 160_000 / p - 1) < 0.1)
  }

  @Test func missesUnderNoise() throws {
    let law = try NeuronLaw(
      cells: 6000, active: 128, kinds: [SegmentKind(count: 500, synapses: 30, threshold: 12)])
    let own = try NoiseLaw(active: 128, synapses: 30, noise: 64).falseNegative(threshold: 12).value
    #expect(abs(try law.falseNegative(noise: 64, storedOn: 0).value / own - 1) < 1e-8)
    #expect(try law.falseNegative(noise: 18, storedOn: 0).isZero)
    #expect(throws: DendritesError.self) { try law.falseNegative(noise: 1, storedOn: 1) }
  }
}

@Suite struct FirstOrderMemoryTests {
  private func sequence(_ stream: inout RandomStream, cells: Int, active: Int, _ length: Int) throws
    -> [SparsePattern]
  {
    try (0..<length).map { _ in try SparsePattern.random(cells: cells, active: active, using: &stream) }
  }

  @Test(arguments: FirstOrderMemory.Growth.allCases)
  func namesWhatComesNext(growth: FirstOrderMemory.Growth) throws {
    var stream = RandomStream(seed: 14, "memory")
    var memory = try FirstOrderMemory(cells: 2048, synapses: 20, threshold: 12, growth: growth)
    let learned = try memory.learnRandomSequences(3, length: 10, active: 40, using: &stream)
    #expect(try memory.jaccard(learned, using: &stream) == 1)
    #expect(try memory.predicted(after: learned[1][4]) == learned[1][5])
    #expect(try memory.predicted(after: learned[1][9]).active.isEmpty)
    #expect(throws: DendritesError.self) { try memory.predicted(after: SparsePattern(cells: 9, active: [1])) }
  }

  /// A segment for each transition follows the law also where false matches are common.
  @Test func manyTransitionsFollowTheLaw() throws {
    var stream = RandomStream(seed: 15, "memory")
    var memory = try FirstOrderMemory(cells: 350, synapses: 20, threshold: 10)
    let learned = try memory.learnRandomSequences(40, length: 20, active: 64, using: &stream)
    let law = try TemporalMemoryPredictions.jaccard(cells: 350, active: 64, transitions: 40 * 19)
    #expect(abs(try memory.jaccard(Array(learned.suffix(10)), using: &stream) - law) < 0.03)
  }

  /// A cell keeps the segments it used last.
  @Test func cellsForgetWhatTheyUsedLongestAgo() throws {
    var stream = RandomStream(seed: 16, "memory")
    var memory = try FirstOrderMemory(cells: 500, synapses: 10, threshold: 8, mostSegments: 2)
    let target = try SparsePattern.random(cells: 500, active: 20, using: &stream)
    let causes = try sequence(&stream, cells: 500, active: 20, 3)
    for cause in causes { try memory.learn(target, after: cause, using: &stream) }
    #expect(try memory.predicted(after: causes[0]).active.isEmpty)
    #expect(try memory.predicted(after: causes[1]) == target)
    #expect(try memory.predicted(after: causes[2]) == target)
  }
}
