import Foundation
import Lanes

/// A neuron made ready to run and to be trained on sequences of events in single precision.
///
/// The input's trace commutes with the linear map behind it, so only the memory's recurrence is sequential: events are
/// scattered into branch sums, the trace is a scan over steps, and its product with the first layer is taken for all steps
/// at once; in the backward pass the adjoint trace is a scan too, read at the events, and weight gradients are products over
/// samples and steps. A neuron without branches scatters columns of the first layer instead, whose width its traces have.
final class ELMEngine: SequenceEngine, @unchecked Sendable {
  let configuration: ELMConfiguration
  let layout: ELMLayout
  let parameters: LaneBuffer
  /// Whether events scatter columns of the first layer instead of branch sums.
  let isProjected: Bool
  private let template: ELMNeuron

  /// Synapses by input, and the traces that they feed.
  let synapses: SynapseTable
  /// Rectified strengths in the table's order.
  let synapseStrength: LaneBuffer

  /// Lanes of all traces; more than the branches have where a branch sums several.
  let cellLanes: Int
  let traceDecay: LaneBuffer
  let decay: LaneBuffer
  let gain: LaneBuffer
  /// The first layer's memory part with the decay drawn in, `[memory, first lane]`.
  let foldedMemory: LaneBuffer
  let memoryTransposed: LaneBuffer
  let traceTransposed: LaneBuffer
  let hiddenTransposed: [LaneBuffer]
  let lastTransposed: LaneBuffer
  let readoutTransposed: LaneBuffer
  /// As many zero lanes as the widest row has.
  let zeros: LaneBuffer

  var inputs: Int { configuration.inputs }
  var outputs: Int { configuration.outputs }

  /// - Parameter parameters: where the weights are kept, as many lanes as the layout has; memory of their own unless given.
  /// - Throws: ``ExpressiveNeuronError`` when the weights do not fit the configuration.
  init(_ neuron: ELMNeuron, parameters: LaneBuffer? = nil) throws(ExpressiveNeuronError) {
    try neuron.validate()
    let c = neuron.configuration
    let layout = ELMLayout(c)
    configuration = c
    self.layout = layout
    template = neuron
    precondition((parameters?.count ?? layout.total) == layout.total, "ELMEngine: parameters of another size")
    self.parameters = parameters ?? LaneBuffer(layout.total)
    isProjected =
      c.routing == .direct && c.traceTimeConstants.count == 1 && !c.learnsTraceTimeConstants
    synapses = SynapseTable(neuron)
    synapseStrength = LaneBuffer(lanes(for: synapses.trace.count))
    cellLanes = lanes(for: synapses.branch.count)
    traceDecay = LaneBuffer(cellLanes)
    decay = LaneBuffer(layout.memoryLanes)
    gain = LaneBuffer(layout.memoryLanes)
    foldedMemory = LaneBuffer(c.memoryUnits * layout.firstLanes)
    memoryTransposed = LaneBuffer(c.firstWidth * layout.memoryLanes)
    traceTransposed = LaneBuffer(isProjected ? 0 : c.firstWidth * layout.traceLanes)
    hiddenTransposed = layout.hidden.map { _ in LaneBuffer(c.hiddenSize * layout.firstLanes) }
    lastTransposed = LaneBuffer(layout.last == nil ? 0 : c.memoryUnits * layout.firstLanes)
    readoutTransposed = LaneBuffer(c.outputs * layout.memoryLanes)
    zeros = LaneBuffer(max(layout.traceLanes, layout.firstLanes, layout.memoryLanes, layout.outputLanes))
    pack(neuron)
    refresh()
  }

  func makeWorkspace() -> SequenceWorkspace { ELMWorkspace(hiddenLayers: configuration.hiddenLayers) }

  func refresh() {
    let c = configuration
    let p = parameters.scalars
    for (entry, place) in synapses.place.enumerated() {
      synapseStrength.scalars[entry] = max(0, p[layout.synapses * 16 + Int(place)])
    }
    for (cell, constant) in synapses.timeConstant.enumerated() {
      traceDecay.scalars[cell] = Float(
        MemoryTimeConstants.decay(traceTimeConstant(Int(constant)), step: c.timeStepMilliseconds))
    }
    let firstLanes = layout.firstLanes
    for unit in 0..<c.memoryUnits {
      let tau = exp(Double(p[layout.logTimeConstants * 16 + unit]))
      let kappa = Float(MemoryTimeConstants.decay(tau, step: c.timeStepMilliseconds))
      decay.scalars[unit] = kappa
      gain.scalars[unit] = Float(
        MemoryTimeConstants.gain(c.gain, timeConstant: tau, lambda: c.lambda, step: c.timeStepMilliseconds))
      for lane in 0..<firstLanes {
        foldedMemory.lanes[unit * firstLanes + lane] =
          parameters.lanes[layout.firstMemory + unit * firstLanes + lane] * kappa
      }
    }
    transpose(
      p + layout.firstMemory * 16, rows: c.memoryUnits, columns: c.firstWidth, fromWidth: firstLanes,
      to: memoryTransposed.scalars, toWidth: layout.memoryLanes)
    if !isProjected {
      transpose(
        p + layout.firstTrace * 16, rows: c.traces, columns: c.firstWidth, fromWidth: firstLanes,
        to: traceTransposed.scalars, toWidth: layout.traceLanes)
    }
    for (place, buffer) in zip(layout.hidden, hiddenTransposed) {
      transpose(
        p + place.weight * 16, rows: c.hiddenSize, columns: c.hiddenSize, fromWidth: firstLanes,
        to: buffer.scalars,
        toWidth: firstLanes)
    }
    if let last = layout.last {
      transpose(
        p + last.weight * 16, rows: c.hiddenSize, columns: c.memoryUnits, fromWidth: layout.memoryLanes,
        to: lastTransposed.scalars, toWidth: firstLanes)
    }
    transpose(
      p + layout.readout * 16, rows: c.memoryUnits, columns: c.outputs, fromWidth: layout.outputLanes,
      to: readoutTransposed.scalars, toWidth: layout.memoryLanes)
  }

  /// The present time constant of that place among the neuron's trace time constants, in ms.
  func traceTimeConstant(_ place: Int) -> Double {
    configuration.learnsTraceTimeConstants
      ? exp(Double(parameters.scalars[layout.logTraceTimeConstants * 16 + place]))
      : template.traceTimeConstants[place]
  }

  func finish(gradient: LaneBuffer) {
    let c = configuration
    let g = gradient.scalars
    // The synapses' derivative passes where the strength is above zero.
    for place in 0..<c.synapses where parameters.scalars[layout.synapses * 16 + place] <= 0 {
      g[layout.synapses * 16 + place] = 0
    }
    for unit in 0..<c.memoryUnits {
      for lane in 0..<layout.firstLanes {
        gradient.lanes[layout.firstMemory + unit * layout.firstLanes + lane] *= decay.scalars[unit]
      }
    }
    if !c.learnsMemoryTimeConstants {
      for lane in 0..<layout.memoryLanes { gradient.lanes[layout.logTimeConstants + lane] = .zero }
    }
  }

  func constrain() {
    let c = configuration
    func clamp(_ place: Int, _ count: Int, _ bounds: ELMConfiguration.Span) {
      let low = Float(log(max(bounds.shortest, MemoryTimeConstants.least)))
      let high = Float(log(bounds.longest))
      let logs = parameters.scalars + place * 16
      for index in 0..<count { logs[index] = min(max(logs[index], low), high) }
    }
    if c.learnsMemoryTimeConstants {
      clamp(layout.logTimeConstants, c.memoryUnits, c.memoryTimeConstantBounds)
    }
    if c.learnsTraceTimeConstants {
      clamp(layout.logTraceTimeConstants, c.traceTimeConstants.count, c.traceTimeConstantBounds)
    }
  }

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

  private func pack(_ neuron: ELMNeuron) {
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
