import ExpressiveNeurons
import Foundation
import Probability
import Testing

/// Layers of neurons against the equations of single ones in double precision.
@Suite struct NetworkTests {
  static func configuration(layers: [Int], isRecurrent: Bool, learns: Bool = false)
    -> ELMNetwork.Configuration
  {
    ELMNetwork.Configuration(
      inputs: 6, outputs: 2, layers: layers,
      neuron: ELMConfiguration(
        inputs: 1, outputs: 1, memoryUnits: 3,
        routing: .random(branches: 4, synapsesPerBranch: 3, seed: 0), memoryTimeConstants: .init(1, 50),
        learnsMemoryTimeConstants: learns, learnsTraceTimeConstants: learns),
      isRecurrent: isRecurrent, wiring: 9)
  }

  static let kinds: [ELMNetwork.Configuration] = [
    configuration(layers: [3], isRecurrent: false), configuration(layers: [4], isRecurrent: true),
    configuration(layers: [3, 2], isRecurrent: true, learns: true),
    configuration(layers: [2, 3, 2], isRecurrent: false),
  ]

  /// Outputs `[time, output]`, neuron by neuron.
  private func reference(_ network: ELMNetwork, _ input: EventSequence) throws -> [Double] {
    let c = network.configuration
    var states = try network.neurons.map { try $0.map { try ELMReference($0) } }
    let kappa = exp(-c.neuron.timeStepMilliseconds / c.highPassTimeConstant)
    var slow = c.layers.map { [Double](repeating: 0, count: $0) }
    var signals = slow
    let dense = input.dense.map(Double.init)
    return (0..<input.steps).flatMap { step -> [Double] in
      var below = Array(dense[(step * 6)..<(step * 6 + 6)])
      var answers: [Double] = []
      for layer in c.layers.indices {
        let seen = below + (c.isRecurrent ? signals[layer] : [])
        answers = states[layer].indices.map { states[layer][$0].step(seen)[0] }
        for (index, answer) in answers.enumerated() {
          slow[layer][index] = kappa * slow[layer][index] + (1 - kappa) * answer
          signals[layer][index] = answer - slow[layer][index]
        }
        below = signals[layer]
      }
      return (0..<c.outputs).map { output in
        answers.indices.reduce(network.readout.bias[output]) {
          $0 + network.readout.weight[output * answers.count + $1] * answers[$1]
        }
      }
    }
  }

  @Test(arguments: kinds) func layersAreTheirNeurons(configuration: ELMNetwork.Configuration) throws {
    let network = try ELMNetwork(configuration, seed: 4)
    let inputs = try EngineTests.inputs(6, steps: 20)
    for (input, ours) in zip(inputs, try SequenceModel.layers(network).outputs(inputs, threads: 2)) {
      for (a, b) in zip(ours, try reference(network, input)) { #expect(close(Double(a), b, 5e-6)) }
    }
  }

  @Test(arguments: kinds) func gradientIsTheFiniteDifference(configuration: ELMNetwork.Configuration) throws {
    var network = try ELMNetwork(configuration, seed: 4)
    network.neurons[0][0].synapseWeights[2] = -0.1
    let inputs = try EngineTests.inputs(5, steps: 10)
    var stream = RandomStream(seed: 1, "slopes")
    let slopes = inputs.map { _ in (0..<20).map { _ in Float(stream.uniform() - 0.5) } }
    guard
      case .layers(let gradient) = try SequenceModel.layers(network).gradient(inputs, outputGradient: slopes)
    else { return }
    func loss(_ network: ELMNetwork) throws -> Double {
      var sum = 0.0
      for (input, slope) in zip(inputs, slopes) {
        for (y, weight) in zip(try reference(network, input), slope) { sum += y * Double(weight) }
      }
      return sum
    }
    func check(_ name: String, _ path: WritableKeyPath<ELMNetwork, [Double]>, isLog: Bool = false) throws {
      let count = network[keyPath: path].count
      for place in stride(from: 0, to: count, by: max(1, count / 6)) {
        func moved(_ by: Double) -> ELMNetwork {
          var other = network
          let value = other[keyPath: path][place]
          other[keyPath: path][place] = isLog ? value * (1 + by) : value + by
          return other
        }
        let difference = (try loss(moved(1e-6)) - loss(moved(-1e-6))) / 2e-6
        let ours = gradient[keyPath: path][place]
        #expect(
          close(ours, difference, 3e-5 * max(1, abs(difference))), "\(name)[\(place)]: \(ours), \(difference)"
        )
      }
    }
    for layer in network.neurons.indices {
      for index in network.neurons[layer].indices {
        let name = "layer \(layer) neuron \(index)"
        try check(name + " synapses", \.neurons[layer][index].synapseWeights)
        try check(name + " first", \.neurons[layer][index].layers[0].weight)
        try check(name + " last", \.neurons[layer][index].layers[1].weight)
        try check(name + " bias", \.neurons[layer][index].layers[1].bias)
        try check(name + " readout", \.neurons[layer][index].readout.weight)
        if configuration.neuron.learnsMemoryTimeConstants {
          try check(name + " memory", \.neurons[layer][index].memoryTimeConstants, isLog: true)
          try check(name + " trace", \.neurons[layer][index].traceTimeConstants, isLog: true)
        }
      }
    }
    try check("network readout", \.readout.weight)
    try check("network bias", \.readout.bias)
  }

  @Test func networksLearnOnAnyNumberOfThreads() throws {
    let data = try TrainingTests.labels(samples: 24)
    func train(_ threads: Int) throws -> (SequenceModel, Double) {
      var configuration = Self.configuration(layers: [4, 3], isRecurrent: true)
      configuration.outputs = 3
      let trainer = try SequenceTrainer(
        .layers(ELMNetwork(configuration, seed: 1)),
        plan: TrainingPlan(steps: 120, learningRate: 0.02, batch: 8), data: data, seed: 3, threads: threads)
      let before = trainer.meanLoss(on: data)
      while !trainer.isFinished { try trainer.step() }
      return (trainer.model, trainer.meanLoss(on: data) / before)
    }
    let one = try train(1)
    #expect(one.1 < 0.6)
    #expect(try train(3).0 == one.0)
  }

  @Test func theDefaultsAreThoseOfTheLaterPaper() throws {
    let c = ELMNetwork.Configuration(inputs: 20, outputs: 3, layers: [8])
    #expect(c.neuron.memoryUnits == 10 && c.neuron.hiddenSize == 20 && c.highPassTimeConstant == 5)
    #expect(c.neuron.routing == .random(branches: 40, synapsesPerBranch: 40, seed: 0))
    let network = try ELMNetwork(c, seed: 1)
    #expect(network.neurons[0][0].synapseInputs != network.neurons[0][1].synapseInputs)
    #expect(c.parameterCount == 8 * c.neuron.parameterCount + 8 * 3 + 3)
  }
}
