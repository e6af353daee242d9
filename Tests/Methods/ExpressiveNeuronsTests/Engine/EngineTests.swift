import ExpressiveNeurons
import Probability
import Testing

@Suite struct EngineTests {
  @Test(
    "Acceptance cases 2 and 3: six steps with either gain",
    arguments: [
      (MemoryGain.scaledLeak, [0.3135622298, 0.1262828254], [0.8964216599, 0.0114421170]),
      (.fastInput, [0.1604712689, 0.1012762693], [0.292625066, 0.0089941955]),
    ])
  func workedForward(gain: MemoryGain, output: [Double], memory: [Double]) throws {
    let neuron = try smallNeuron(gain)
    let input = try EventSequence(dense: workedInput.flatMap { $0 }, steps: 6, channels: 3)
    let trace = try neuron.record([input], threads: 1)[0]
    for (ours, wanted) in zip(trace.outputs.suffix(2), output) { #expect(close(Double(ours), wanted, 1e-6)) }
    for (ours, wanted) in zip(trace.memory.suffix(2), memory) { #expect(close(Double(ours), wanted, 1e-6)) }
    if gain == .scaledLeak {
      for (ours, wanted) in zip(trace.outputs, [0.2214350357, 0.1136811404]) {
        #expect(close(Double(ours), wanted, 1e-6))
      }
    }
    for (ours, wanted) in zip(try reference(neuron, input).suffix(2), output) {
      #expect(close(ours, wanted, 1e-9))
    }
  }

  @Test("Acceptance case 4: derivatives of the sixth output with either gain") func workedGradient() throws {
    let input = try EventSequence(dense: workedInput.flatMap { $0 }, steps: 6, channels: 3)
    var slope = [Float](repeating: 0, count: 12)
    slope[10] = 1
    let scaled = try smallNeuron(.scaledLeak).gradient([input], outputGradient: [slope])
    for (ours, wanted) in zip(scaled.synapseWeights, [0.0699666557, 0.0282582805, 0.0235865671]) {
      #expect(close(ours, wanted, 1e-6))
    }
    let row = [0.1825758498, 0.0357346529, -0.0043983937, 0.0867740509, 0.0032727407]
    for (ours, wanted) in zip(scaled.layers[0].weight, row) { #expect(close(ours, wanted, 1e-6)) }
    #expect(close(scaled.layers[1].weight.reduce(0, +), 0.4006099696, 1e-6))
    let fast = try smallNeuron(.fastInput).gradient([input], outputGradient: [slope])
    for (ours, wanted) in zip(fast.synapseWeights, [0.0205175819, 0.0102819655, 0.0073475856]) {
      #expect(close(ours, wanted, 1e-6))
    }
  }

  /// Every kind of neuron: gain, activation, depth, routing, time constants shared, several and learned.
  static let configurations: [ELMConfiguration] = [
    .init(
      inputs: 6, outputs: 2, memoryUnits: 3, memoryTimeConstants: .init(1, 50),
      learnsMemoryTimeConstants: true),
    .init(
      inputs: 6, outputs: 3, memoryUnits: 18, activation: .silu, gain: .scaledLeak, lambda: 2,
      memoryTimeConstants: .init(2, 50), learnsMemoryTimeConstants: true),
    .init(
      inputs: 6, outputs: 1, memoryUnits: 4, hiddenLayers: 0, memoryTimeConstants: .init(1, 50),
      learnsMemoryTimeConstants: true),
    .init(
      inputs: 6, outputs: 2, memoryUnits: 5, routing: .consecutive(branches: 3, synapsesPerBranch: 2),
      hiddenSize: 7,
      hiddenLayers: 3, activation: .silu, memoryTimeConstants: .init(1, 50)),
    .init(
      inputs: 6, outputs: 2, memoryUnits: 5, routing: .interlockedWindows(branches: 4, synapsesPerBranch: 3),
      hiddenLayers: 2, gain: .scaledLeak, traceTimeConstants: [1, 3, 5, 20], memoryTimeConstants: .init(1, 50)
    ),
    .init(
      inputs: 6, outputs: 2, memoryUnits: 40, routing: .random(branches: 5, synapsesPerBranch: 4, seed: 3),
      timeStepMilliseconds: 2, memoryTimeConstants: .init(1, 50)),
    .init(
      inputs: 6, outputs: 2, memoryUnits: 3, routing: .table([[0, nil, 5], [2, 2, 1]]), hiddenLayers: 0,
      gain: .scaledLeak, memoryTimeConstants: .init(1, 50)),
    .init(
      inputs: 6, outputs: 2, memoryUnits: 3, traceTimeConstants: [0, 1, 2, 3, 4, 5],
      memoryTimeConstants: .init(1, 9)),
    // A time constant for each synapse, fixed and learned; for each branch and for all, learned.
    .init(
      inputs: 6, outputs: 2, memoryUnits: 4, routing: .consecutive(branches: 2, synapsesPerBranch: 3),
      traceTimeConstants: [1, 7, 1, 20, 3, 5], memoryTimeConstants: .init(1, 50)),
    .init(
      inputs: 6, outputs: 2, memoryUnits: 4, routing: .table([[0, nil, 5], [2, 2, 1]]), gain: .scaledLeak,
      traceTimeConstants: [1, 7, 1, 20, 3, 5], memoryTimeConstants: .init(1, 50),
      learnsTraceTimeConstants: true),
    .init(
      inputs: 6, outputs: 2, memoryUnits: 4, routing: .interlockedWindows(branches: 3, synapsesPerBranch: 4),
      traceTimeConstants: [2, 7, 30], memoryTimeConstants: .init(1, 50), learnsMemoryTimeConstants: true,
      learnsTraceTimeConstants: true),
    .init(
      inputs: 6, outputs: 1, memoryUnits: 4, memoryTimeConstants: .init(1, 50), learnsTraceTimeConstants: true
    ),
    // Wide enough for the products of the library.
    .init(
      inputs: 6, outputs: 2, memoryUnits: 33, routing: .random(branches: 40, synapsesPerBranch: 2, seed: 3),
      memoryTimeConstants: .init(1, 50)),
  ]

  static func inputs(_ count: Int, steps: Int) throws -> [EventSequence] {
    try (0..<count).map { sample in
      var stream = RandomStream(seed: 5, "inputs", sample)
      return try EventSequence(
        time: (0..<steps).map { _ in stream.integer(below: steps) },
        channel: (0..<steps).map { _ in stream.integer(below: 6) },
        values: (0..<steps).map { _ in stream.uniform() < 0.7 ? 1 : -1 }, steps: steps, channels: 6)
    }
  }

  @Test(arguments: configurations)
  func forwardIsTheEquations(configuration: ELMConfiguration) throws {
    var neuron = try ELMNeuron(configuration, seed: 7)
    for place in neuron.synapseWeights.indices {
      neuron.synapseWeights[place] = 0.4 + 0.1 * Double(place % 5)
    }
    let inputs = try Self.inputs(6, steps: 25)
    for (input, ours) in zip(inputs, try SequenceModel.elm(neuron).outputs(inputs, threads: 2)) {
      for (a, b) in zip(ours, try reference(neuron, input)) { #expect(close(Double(a), b, 3e-6)) }
    }
  }

  @Test(arguments: configurations)
  func gradientIsTheFiniteDifference(configuration: ELMConfiguration) throws {
    var neuron = try ELMNeuron(configuration, seed: 7)
    for place in neuron.synapseWeights.indices {
      neuron.synapseWeights[place] = 0.4 + 0.1 * Double(place % 5)
    }
    neuron.synapseWeights[1] = -0.2
    if configuration.learnsMemoryTimeConstants { neuron.memoryTimeConstants[0] = 3 }
    let inputs = try Self.inputs(5, steps: 12)
    var stream = RandomStream(seed: 1, "slopes")
    let slopes = inputs.map { _ in
      (0..<12 * configuration.outputs).map { _ in Float(stream.uniform() - 0.5) }
    }
    func loss(_ neuron: ELMNeuron) throws -> Double {
      try zip(inputs, slopes).map { input, slope in
        zip(try reference(neuron, input), slope).map { $0 * Double($1) }.reduce(0, +)
      }.reduce(0, +)
    }
    let gradient = try neuron.gradient(inputs, outputGradient: slopes)
    func check(
      _ name: String, _ path: WritableKeyPath<ELMNeuron, [Double]>, _ places: [Int], log: Bool = false
    ) throws {
      for place in places {
        func moved(_ by: Double) -> ELMNeuron {
          var other = neuron
          other[keyPath: path][place] =
            log ? neuron[keyPath: path][place] * (1 + by) : neuron[keyPath: path][place] + by
          return other
        }
        let difference = (try loss(moved(1e-6)) - loss(moved(-1e-6))) / 2e-6
        let ours = gradient[keyPath: path][place]
        #expect(
          close(ours, difference, 2e-5 * max(1, abs(difference))), "\(name)[\(place)]: \(ours), \(difference)"
        )
      }
    }
    func some(_ count: Int) -> [Int] { Array(stride(from: 0, to: count, by: max(1, count / 9))) }
    try check("synapses", \.synapseWeights, some(configuration.synapses))
    for layer in neuron.layers.indices {
      try check("weight \(layer)", \.layers[layer].weight, some(neuron.layers[layer].weight.count))
      try check("bias \(layer)", \.layers[layer].bias, some(neuron.layers[layer].bias.count))
    }
    try check("readout", \.readout.weight, some(neuron.readout.weight.count))
    try check("readout bias", \.readout.bias, some(configuration.outputs))
    if configuration.learnsMemoryTimeConstants {
      try check("time constants", \.memoryTimeConstants, Array(0..<configuration.memoryUnits), log: true)
    }
    if configuration.learnsTraceTimeConstants {
      let places = Array(0..<configuration.traceTimeConstants.count)
      try check("trace time constants", \.traceTimeConstants, places, log: true)
    }
  }
}
