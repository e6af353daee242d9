import Laboratory
import Lanes

/// A model that answers sequences of events and can be trained.
public enum SequenceModel: Sendable, Hashable {
  /// An expressive leaky memory neuron.
  case elm(ELMNeuron)
  /// A leaky integrate-and-fire neuron, with or without adaptation.
  case integrateAndFire(IntegrateAndFireNeuron)
  /// A long short-term memory.
  case lstm(LSTM)
  /// A network of spiking neurons.
  case spiking(SpikingNetwork)
  /// Layers of expressive leaky memory neurons.
  case layers(ELMNetwork)
  /// A neuron that reads pairs of sequences.
  case towers(TwoTowers)

  /// Number of input channels.
  public var inputs: Int {
    switch self {
    case .elm(let neuron): neuron.configuration.inputs
    case .integrateAndFire(let neuron): neuron.configuration.inputs
    case .lstm(let lstm): lstm.configuration.inputs
    case .spiking(let network): network.configuration.inputs
    case .layers(let network): network.configuration.inputs
    case .towers(let towers): towers.encoder.configuration.inputs
    }
  }

  /// Number of outputs; of two towers, the classes of a pair.
  public var outputs: Int {
    switch self {
    case .elm(let neuron): neuron.configuration.outputs
    case .integrateAndFire: 2
    case .lstm(let lstm): lstm.configuration.outputs
    case .spiking(let network): network.configuration.outputs
    case .layers(let network): network.configuration.outputs
    case .towers(let towers): towers.classes
    }
  }

  /// Number of trained parameters.
  public var parameterCount: Int {
    switch self {
    case .elm(let neuron): neuron.configuration.parameterCount
    case .integrateAndFire(let neuron): neuron.configuration.parameterCount
    case .lstm(let lstm): lstm.configuration.parameterCount
    case .spiking(let network): network.configuration.parameterCount
    case .layers(let network): network.configuration.parameterCount
    case .towers(let towers): towers.parameterCount
    }
  }

  /// Synapses of expressive neurons that read an input but have no strength; below zero they never recover by training.
  public var deadSynapses: Int {
    switch self {
    case .elm(let neuron): neuron.deadSynapses
    case .layers(let network): network.neurons.joined().reduce(0) { $0 + $1.deadSynapses }
    case .towers(let towers): towers.encoder.deadSynapses
    case .integrateAndFire, .lstm, .spiking: 0
    }
  }

  /// Every setting of the model but its weights, as JSON: models of one text and one seed begin alike.
  public var configurationText: String {
    switch self {
    case .elm(let neuron): JSONText.encode(neuron.configuration)
    case .integrateAndFire(let neuron): JSONText.encode(neuron.configuration)
    case .lstm(let lstm): JSONText.encode(lstm.configuration)
    case .spiking(let network): JSONText.encode(network.configuration)
    case .layers(let network): JSONText.encode(network.configuration)
    case .towers(let towers): JSONText.encode(towers.encoder.configuration)
    }
  }

  /// Checks that the model can read a data set and answer what it asks.
  ///
  /// - Throws: ``ExpressiveNeuronError`` when channels, outputs or pairs do not fit.
  func validate(for data: SequenceDataSet) throws(ExpressiveNeuronError) {
    guard data.channels == inputs, data.outputs == outputs else {
      throw .badData(
        "the data have \(data.channels) channels and \(data.outputs) outputs, but the model has \(inputs) inputs and \(outputs) outputs"
      )
    }
    let readsPairs = if case .towers = self { true } else { false }
    guard readsPairs == data.isPaired else {
      throw .badData(
        data.isPaired
          ? "the samples of the data are pairs, which two towers read"
          : "two towers read pairs, but the samples of the data are single")
    }
  }

  func makeEngine() throws -> any SequenceEngine {
    switch self {
    case .elm(let neuron): try ELMEngine(neuron)
    case .integrateAndFire(let neuron): IntegrateAndFireEngine(neuron)
    case .lstm(let lstm): LSTMEngine(lstm)
    case .spiking(let network): SpikingNetworkEngine(network)
    case .layers(let network): try ELMNetworkEngine(network)
    case .towers(let towers): try TwoTowersEngine(towers)
    }
  }

  /// The derivative of `Σ outputGradient · output` by every parameter, as a model whose numbers are derivatives.
  package func gradient(_ inputs: [EventSequence], outputGradient: [[Float]]) throws -> SequenceModel {
    let engine = try makeEngine()
    let gradient = LaneBuffer(engine.parameters.count)
    let workspace = engine.makeWorkspace()
    let outputs = engine.outputs
    let lanes = lanes(for: outputs)
    for first in stride(from: 0, to: inputs.count, by: tileSamples) {
      let members = Array(inputs[first..<min(inputs.count, first + tileSamples)])
      engine.forward(members, in: workspace)
      workspace.outputGradient.reserveZeroed(workspace.steps * tileSamples * lanes)
      for sample in members.indices {
        for (place, value) in outputGradient[first + sample].enumerated() {
          let (step, output) = (place / outputs, place % outputs)
          workspace.outputGradient.scalars[(step * tileSamples + sample) * lanes * 16 + output] = value
        }
      }
      engine.backward(members, in: workspace, into: gradient)
    }
    engine.finish(gradient: gradient)
    return engine.unpacked(gradient)
  }
}
