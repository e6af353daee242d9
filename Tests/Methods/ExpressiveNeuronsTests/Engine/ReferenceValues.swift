import ExpressiveNeurons
import Foundation

/// The neuron of the specification's worked examples: W[i, j] = 0.3 sin(1 + i·columns + j), b[i] = 0.1 sin(1 + i).
func workedNeuron(_ configuration: ELMConfiguration) throws -> ELMNeuron {
  var neuron = try ELMNeuron(configuration, seed: 0)
  func fill(_ map: LinearMap) -> LinearMap {
    LinearMap(
      weight: map.weight.indices.map { 0.3 * sin(1 + Double($0)) },
      bias: map.bias.indices.map { 0.1 * sin(1 + Double($0)) })
  }
  neuron.layers = neuron.layers.map(fill)
  neuron.readout = fill(neuron.readout)
  return neuron
}

func smallNeuron(_ gain: MemoryGain) throws -> ELMNeuron {
  try workedNeuron(
    ELMConfiguration(
      inputs: 3, outputs: 2, memoryUnits: 2, gain: gain, memoryTimeConstants: .init(1, 150)))
}

let workedInput: [[Float]] = [[1, 0, 0], [0, -1, 0], [0, 0, 0], [1, 1, -1], [0, 0, 0], [0, 0, 1]]

func close(_ a: Double, _ b: Double, _ tolerance: Double) -> Bool { abs(a - b) <= tolerance }

/// Outputs of the double-precision equations on dense input, `[time, output]`.
func reference(_ neuron: ELMNeuron, _ input: EventSequence) throws -> [Double] {
  var state = try ELMReference(neuron)
  let dense = input.dense
  return (0..<input.steps).flatMap { step in
    state.step(dense[(step * input.channels)..<((step + 1) * input.channels)].map(Double.init))
  }
}
