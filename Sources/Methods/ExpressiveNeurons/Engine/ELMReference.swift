import Foundation

/// The neuron's equations step by step in double precision, a trace for every synapse, as they stand in section 2.
///
/// What the fast passes are tested against, and the map whose Lyapunov spectrum is computed.
package struct ELMReference {
  private let neuron: ELMNeuron
  private let synapseDecay: [Double]
  private let decays: [Double]
  private let gains: [Double]
  /// Trace of every synapse.
  package private(set) var synapses: [Double]
  /// Memory.
  package private(set) var memory: [Double]
  /// Of the last step, for every layer: the slope of its non-linearity.
  private(set) var slopes: [[Double]] = []

  package init(_ neuron: ELMNeuron) throws {
    try neuron.validate()
    self.neuron = neuron
    let c = neuron.configuration
    synapseDecay = neuron.synapseDecays
    (decays, gains) = (neuron.memoryDecays, neuron.memoryGains)
    synapses = [Double](repeating: 0, count: c.synapses)
    memory = [Double](repeating: 0, count: c.memoryUnits)
  }

  /// Takes one step on dense input and returns the outputs.
  package mutating func step(_ input: [Double]) -> [Double] {
    let c = neuron.configuration
    for (place, channel) in neuron.synapseInputs.joined().enumerated() {
      synapses[place] =
        synapseDecay[place] * synapses[place] + max(0, neuron.synapseWeights[place])
        * (channel.map { input[$0] } ?? 0)
    }
    let each = c.routing.synapsesPerBranch
    let branches = (0..<c.traces).map { synapses[($0 * each)..<(($0 + 1) * each)].reduce(0, +) }
    var value = branches + zip(decays, memory).map(*)
    slopes = []
    for (index, layer) in neuron.layers.enumerated() {
      value = apply(layer, value)
      if index < c.hiddenLayers {
        switch c.activation {
        case .relu:
          slopes.append(value.map { $0 > 0 ? 1 : 0 })
          value = value.map { max(0, $0) }
        case .silu:
          let gate = value.map { 1 / (1 + exp(-$0)) }
          slopes.append(zip(value, gate).map { $1 * (1 + $0 * (1 - $1)) })
          value = zip(value, gate).map(*)
        }
      }
    }
    let bounded = value.map { 1.7159 * tanh(2 * $0 / 3) }
    slopes.append(bounded.map { 1.7159 * 2 / 3 * (1 - ($0 / 1.7159) * ($0 / 1.7159)) })
    for unit in memory.indices { memory[unit] = decays[unit] * memory[unit] + gains[unit] * bounded[unit] }
    return apply(neuron.readout, memory)
  }

  /// How a small difference of the memory before the last step would have changed the memory after it.
  func tangent(_ difference: [Double]) -> [Double] {
    let c = neuron.configuration
    let decayed = zip(decays, difference).map(*)
    var value = [Double](repeating: 0, count: c.firstWidth)
    let first = neuron.layers[0]
    for row in value.indices {
      let start = row * first.inputs + c.traces
      for unit in decayed.indices { value[row] += first.weight[start + unit] * decayed[unit] }
    }
    for (index, slope) in slopes.enumerated() {
      if index > 0 {
        var layer = neuron.layers[index]
        layer.bias = [Double](repeating: 0, count: layer.bias.count)
        value = apply(layer, value)
      }
      value = zip(value, slope).map(*)
    }
    return decayed.indices.map { decayed[$0] + gains[$0] * value[$0] }
  }

  private func apply(_ map: LinearMap, _ x: [Double]) -> [Double] {
    map.bias.indices.map { row in
      var sum = map.bias[row]
      for column in x.indices { sum += map.weight[row * x.count + column] * x[column] }
      return sum
    }
  }
}
