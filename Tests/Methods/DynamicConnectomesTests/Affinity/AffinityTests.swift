import Foundation
import NeuralData
import Probability
import Testing

@testable import DynamicConnectomes

@Suite struct AffinityTests {
  /// B3: the slope of a parabola is exact, at the ends too.
  @Test func slopesOfAParabolaAreExact() throws {
    let trace = (0..<12).map { 2 * pow(0.25 * Double($0), 2) - 0.25 * Double($0) + 3 }
    let slopes = try TraceDerivative.savitzkyGolay(order: 2, window: 5).differentiate(trace, rate: 4)
    for (place, slope) in slopes.enumerated() { #expect(abs(slope - Double(place - 1)) < 1e-10) }
  }

  @Test func slopesSkipGaps() throws {
    var trace = (0..<30).map { Double($0) }
    trace[10] = .nan
    trace[14] = .nan
    let slopes = try TraceDerivative.savitzkyGolay(order: 2, window: 5).differentiate(trace, rate: 2)
    for (place, slope) in slopes.enumerated() {
      // The run between the gaps has three samples, too few for the window.
      if (10...14).contains(place) { #expect(slope.isNaN) } else { #expect(abs(slope - 2) < 1e-9) }
    }
  }

  /// The gaussian derivative of a straight line is its slope away from the ends.
  @Test func gaussianSlopes() throws {
    let slopes = try TraceDerivative.gaussian(deviation: 1.5).differentiate(
      (0..<40).map { 3 * Double($0) }, rate: 4)
    for slope in slopes[8..<32] { #expect(abs(slope - 12) < 1e-9) }
  }

  private static func example() throws -> (first: [Double], second: [Double], expected: [Double]) {
    let cases = try #require(try Fixture.json("ntf_affinity_cases.json") as? [String: Any])
    let example = try #require(cases["affinity_example"] as? [String: Any])
    return (
      try #require(example["di"] as? [Double]), try #require(example["dj"] as? [Double]),
      try #require(example["a"] as? [Double])
    )
  }

  /// B4: the worked example; symmetric, and unchanged when a trace is tripled.
  @Test func workedExample() throws {
    let (first, second, expected) = try Self.example()
    let affinity = DifferentialAffinity()
    let (a, b) = (
      DifferentialAffinity.Slopes(first, floor: 0.05), DifferentialAffinity.Slopes(second, floor: 0.05)
    )
    let ours = affinity.affinity(a, b)
    for (value, wanted) in zip(ours, expected) { #expect(abs(value - wanted) < 1e-9) }
    #expect(affinity.affinity(b, a) == ours)
    let tripled = DifferentialAffinity.Slopes(first.map { 3 * $0 }, floor: 0.05)
    for (value, wanted) in zip(affinity.affinity(tripled, b), expected) {
      #expect(abs(value - wanted) < 1e-9)
    }
    // A neuron's affinity with itself is its magnitude, 0 below the floor.
    for (value, magnitude) in zip(affinity.affinity(a, a), a.magnitude) {
      #expect(abs(value - (magnitude < 0.05 ? 0 : magnitude)) < 1e-12)
    }
  }

  @Test func signedVariantsAddUp() throws {
    let (first, second, _) = try Self.example()
    let (a, b) = (
      DifferentialAffinity.Slopes(first, floor: 0.05),
      DifferentialAffinity.Slopes(second.map { -$0 }, floor: 0.05)
    )
    for kernel in [DifferentialAffinity.Kernel.overlap, .product, .gaussian] {
      var affinity = DifferentialAffinity()
      affinity.kernel = kernel
      let both = affinity.affinity(a, b)
      affinity.signs = .same
      let same = affinity.affinity(a, b)
      affinity.signs = .opposite
      let opposite = affinity.affinity(a, b)
      for place in both.indices { #expect(both[place] == same[place] + opposite[place]) }
      #expect(opposite.contains { $0 > 0 } && same.contains { $0 > 0 })
    }
  }

  /// Bounds hold for every kernel on random traces, and missing samples stay unknown.
  @Test(arguments: DifferentialAffinity.Kernel.allCases)
  func tensorsStayWithinBounds(kernel: DifferentialAffinity.Kernel) throws {
    var stream = RandomStream(seed: 5, "traces")
    var recordings: [TraceSet.Recording] = []
    for animal in 0..<3 {
      for neuron in 0..<4 where !(animal == 1 && neuron == 2) {
        var samples = (0..<60).map { _ in stream.normal() }
        if animal == 0, neuron == 0 { for place in 20..<30 { samples[place] = .nan } }
        if animal == 2, neuron == 1 { samples = samples.map { _ in 1 } }
        recordings.append(.init(animal: "w\(animal)", neuron: "n\(neuron)", rate: 4, samples: samples))
      }
    }
    var affinity = DifferentialAffinity()
    affinity.kernel = kernel
    affinity.window = 11
    let tensor = try AffinityTensor(try TraceSet(recordings), affinity: affinity, threads: 2)
    #expect(tensor.tensor.values.allSatisfy { $0 >= 0 && $0 <= 1 })
    #expect(tensor.constantTraces == ["w2/n1"])
    #expect(tensor.unobservedPairs.isEmpty)
    let pairs = tensor.pairs
    for other in [0, 1, 3] {
      let pair = pairs.index(min(2, other), max(2, other))
      #expect(tensor.tensor.value(time: 5, animal: 1, pair: pair) == nil)
    }
    #expect(tensor.tensor.value(time: 25, animal: 0, pair: pairs.index(0, 3)) == nil)
    #expect(tensor.tensor.value(time: 50, animal: 0, pair: pairs.index(0, 3)) != nil)
    #expect((0..<60).allSatisfy { tensor.tensor.value(time: $0, animal: 2, pair: pairs.index(1, 3)) == 0 })
  }

  /// Both layouts hold the same affinities, and the sparse one is taken where the dense one would be too large.
  @Test(arguments: DifferentialAffinity.SignRule.allCases)
  func layoutsHoldTheSame(signs: DifferentialAffinity.SignRule) throws {
    var simulation = CalciumSimulation()
    simulation.backgroundNeurons = 20
    simulation.duration = 40
    let traces = try simulation.run(seed: 3).traces
    var affinity = DifferentialAffinity()
    affinity.signs = signs
    affinity.floor = 0.2
    let dense = try AffinityTensor(traces, affinity: affinity, layout: .dense)
    let sparse = try AffinityTensor(traces, affinity: affinity, layout: .sparse)
    #expect(dense.tensor.layout == .dense && sparse.tensor.layout == .sparse)
    #expect(dense.tensor.values == sparse.tensor.values)
    #expect(Set(dense.tensor.missing) == Set(sparse.tensor.missing) && !dense.tensor.missing.isEmpty)
    #expect(dense.summary.zeros == sparse.summary.zeros && dense.summary.unknown == sparse.summary.unknown)
    #expect(dense.warnings == sparse.warnings)
    #expect(dense.entryArrays["entries"]?.shape == sparse.entryArrays["entries"]?.shape)
    var written = [Float](repeating: 0, count: dense.tensor.values.count)
    sparse.tensor.forEachEntry {
      written[($0 * sparse.tensor.animals + $1) * sparse.tensor.pairs + $2] = $3
    }
    #expect(written == dense.tensor.values)
    let all = try #require(
      AffinityTensor.bytes(
        samples: traces.samples, animals: traces.animals.count, neurons: traces.neurons.count))
    let small = try AffinityTensor(traces, affinity: affinity, memoryLimit: all - 1)
    #expect(small.tensor.layout == .sparse)
    #expect(throws: ConnectomeError.self) {
      try AffinityTensor(traces, affinity: affinity, memoryLimit: all / 20)
    }
  }

  @Test func pairsOfARangeAreThoseOfAll() {
    let pairs = NeuronPairs(neurons: 9)
    for range in [0..<36, 0..<1, 7..<8, 8..<20, 35..<36, 3..<31] {
      #expect(pairs.pairs(in: range).elementsEqual(pairs.all[range], by: ==))
    }
  }

  @Test func pairsStandInRowOrder() {
    let pairs = NeuronPairs(neurons: 4)
    #expect(pairs.all.map { [$0.0, $0.1] } == [[0, 1], [0, 2], [0, 3], [1, 2], [1, 3], [2, 3]])
    for (place, pair) in pairs.all.enumerated() { #expect(pairs.index(pair.0, pair.1) == place) }
  }

  /// Events of different order are brought to one order; what lies outside the recording is unknown.
  @Test func eventsAreAligned() throws {
    var recordings: [TraceSet.Recording] = []
    for animal in 0..<2 {
      for neuron in 0..<3 {
        let samples = (0..<80).map { index in
          // Activity at 5 to 10 s in the first animal, at 15 to 20 s in the second.
          let time = Double(index) / 4 - (animal == 0 ? 5 : 15)
          return time > 0 && time < 5 ? sin(Double.pi * time / 5) : 0.0
        }
        recordings.append(.init(animal: "w\(animal)", neuron: "n\(neuron)", rate: 4, samples: samples))
      }
    }
    let traces = try TraceSet(recordings)
    let schedule = StimulusSchedule([
      .init(stimulus: "salt", on: 5, off: 10, animal: "w0"),
      .init(stimulus: "odour", on: 15, off: 20, animal: "w0"),
      .init(stimulus: "odour", on: 5, off: 10, animal: "w1"),
      .init(stimulus: "salt", on: 15, off: 20, animal: "w1"),
    ])
    try schedule.validate(for: traces)
    let (aligned, windows) = try AffinityTensor(traces).aligned(to: schedule, before: 0, after: 6)
    #expect(windows.map(\.stimulus) == ["salt", "odour"] && windows.map(\.samples) == [0..<24, 24..<48])
    func energy(_ samples: Range<Int>, _ animal: Int) -> Float {
      samples.reduce(0) { $0 + (aligned.tensor.value(time: $1, animal: animal, pair: 0) ?? 0) }
    }
    for animal in 0..<2 { #expect(energy(0..<24, animal) > 20 * energy(26..<48, animal)) }
    // 15 to 21 s leaves the recording of 20 s.
    #expect(aligned.tensor.value(time: 23, animal: 1, pair: 0) == nil)
  }
}
