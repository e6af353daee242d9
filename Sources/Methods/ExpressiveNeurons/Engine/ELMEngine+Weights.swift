import Foundation
import Lanes

/// A neuron's arrays and the block of lanes that an optimiser moves.
extension ELMEngine {
  var model: SequenceModel { .elm(neuron) }
  func unpacked(_ block: LaneBuffer) -> SequenceModel { .elm(unpack(block)) }

  /// The neuron with the engine's present weights.
  var neuron: ELMNeuron {
    var neuron = unpack(parameters)
    neuron.memoryTimeConstants =
      configuration.learnsMemoryTimeConstants
      ? neuron.memoryTimeConstants.map { exp($0) } : template.memoryTimeConstants
    neuron.traceTimeConstants =
      configuration.learnsTraceTimeConstants
      ? neuron.traceTimeConstants.map { exp($0) } : template.traceTimeConstants
    return neuron
  }

  /// A block of parameters, or their derivatives, as a neuron's arrays; time constants stay logarithms.
  func unpack(_ block: LaneBuffer) -> ELMNeuron {
    let c = configuration
    var neuron = template
    let p = block.scalars
    func matrix(_ place: Int, rows: Int, columns: Int, width: Int) -> [Double] {
      (0..<columns * rows).map { Double(p[(place + $0 % rows * width) * 16 + $0 / rows]) }
    }
    func vector(_ place: Int, _ count: Int) -> [Double] { (0..<count).map { Double(p[place * 16 + $0]) } }
    neuron.synapseWeights = vector(layout.synapses, c.synapses)
    let inputs = c.traces + c.memoryUnits
    let traces = matrix(layout.firstTrace, rows: c.traces, columns: c.firstWidth, width: layout.firstLanes)
    let memory = matrix(
      layout.firstMemory, rows: c.memoryUnits, columns: c.firstWidth, width: layout.firstLanes)
    neuron.layers[0].weight = (0..<c.firstWidth * inputs).map {
      let (row, column) = ($0 / inputs, $0 % inputs)
      return column < c.traces
        ? traces[row * c.traces + column] : memory[row * c.memoryUnits + column - c.traces]
    }
    neuron.layers[0].bias = vector(layout.firstBias, c.firstWidth)
    for (index, place) in layout.hidden.enumerated() {
      neuron.layers[index + 1] = LinearMap(
        weight: matrix(place.weight, rows: c.hiddenSize, columns: c.hiddenSize, width: layout.firstLanes),
        bias: vector(place.bias, c.hiddenSize))
    }
    if let last = layout.last {
      neuron.layers[c.hiddenLayers] = LinearMap(
        weight: matrix(last.weight, rows: c.hiddenSize, columns: c.memoryUnits, width: layout.memoryLanes),
        bias: vector(last.bias, c.memoryUnits))
    }
    neuron.readout = LinearMap(
      weight: matrix(layout.readout, rows: c.memoryUnits, columns: c.outputs, width: layout.outputLanes),
      bias: vector(layout.readoutBias, c.outputs))
    neuron.memoryTimeConstants = vector(layout.logTimeConstants, c.memoryUnits)
    if c.learnsTraceTimeConstants {
      neuron.traceTimeConstants = vector(layout.logTraceTimeConstants, c.traceTimeConstants.count)
    }
    return neuron
  }

  /// Writes a neuron's weights into the parameters.
  func pack(_ neuron: ELMNeuron) {
    let c = configuration
    let p = parameters.scalars
    func put(_ map: LinearMap, columns: Range<Int>, weight: Int, bias: Int, width: Int) {
      for row in map.bias.indices {
        for column in columns {
          p[(weight + (column - columns.lowerBound) * width) * 16 + row] = Float(
            map.weight[row * map.inputs + column])
        }
        p[bias * 16 + row] = Float(map.bias[row])
      }
    }
    for (place, value) in neuron.synapseWeights.enumerated() {
      p[layout.synapses * 16 + place] = Float(value)
    }
    put(
      neuron.layers[0], columns: 0..<c.traces, weight: layout.firstTrace, bias: layout.firstBias,
      width: layout.firstLanes)
    put(
      neuron.layers[0], columns: c.traces..<(c.traces + c.memoryUnits), weight: layout.firstMemory,
      bias: layout.firstBias, width: layout.firstLanes)
    for (index, place) in layout.hidden.enumerated() {
      put(
        neuron.layers[index + 1], columns: 0..<c.hiddenSize, weight: place.weight, bias: place.bias,
        width: layout.firstLanes)
    }
    if let last = layout.last {
      put(
        neuron.layers[c.hiddenLayers], columns: 0..<c.hiddenSize, weight: last.weight, bias: last.bias,
        width: layout.memoryLanes)
    }
    put(
      neuron.readout, columns: 0..<c.memoryUnits, weight: layout.readout, bias: layout.readoutBias,
      width: layout.outputLanes)
    for (unit, tau) in neuron.memoryTimeConstants.enumerated() {
      p[layout.logTimeConstants * 16 + unit] = Float(log(max(tau, MemoryTimeConstants.least)))
    }
    guard c.learnsTraceTimeConstants else { return }
    for (place, tau) in neuron.traceTimeConstants.enumerated() {
      p[layout.logTraceTimeConstants * 16 + place] = Float(log(max(tau, MemoryTimeConstants.least)))
    }
  }
}
