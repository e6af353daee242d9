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
  let template: ELMNeuron

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
}
