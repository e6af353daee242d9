import Lanes

/// Where each weight of a neuron lies in a block of lanes; matrices are `[input, output lane]`.
struct ELMLayout {
  let traceLanes: Int
  /// Of the first layer's output.
  let firstLanes: Int
  let memoryLanes: Int
  let outputLanes: Int
  let synapses: Int
  let firstTrace: Int
  let firstMemory: Int
  let firstBias: Int
  /// Hidden layers behind the first: where weight and bias begin.
  let hidden: [(weight: Int, bias: Int)]
  /// From the last hidden layer to the memory; `nil` without hidden layers.
  let last: (weight: Int, bias: Int)?
  let readout: Int
  let readoutBias: Int
  /// Logarithms of the memory time constants.
  let logTimeConstants: Int
  /// Logarithms of the traces' time constants, where they are learned.
  let logTraceTimeConstants: Int
  let total: Int

  init(_ c: ELMConfiguration) {
    traceLanes = lanes(for: c.traces)
    firstLanes = lanes(for: c.firstWidth)
    memoryLanes = lanes(for: c.memoryUnits)
    outputLanes = lanes(for: c.outputs)
    var next = 0
    func take(_ count: Int) -> Int {
      defer { next += count }
      return next
    }
    synapses = take(lanes(for: c.synapses))
    firstTrace = take(c.traces * firstLanes)
    firstMemory = take(c.memoryUnits * firstLanes)
    firstBias = take(firstLanes)
    let width = firstLanes
    hidden = (1..<max(1, c.hiddenLayers)).map { _ in (take(c.hiddenSize * width), take(width)) }
    last = c.hiddenLayers > 0 ? (take(c.hiddenSize * memoryLanes), take(memoryLanes)) : nil
    readout = take(c.memoryUnits * outputLanes)
    readoutBias = take(outputLanes)
    logTimeConstants = take(memoryLanes)
    logTraceTimeConstants = take(c.learnsTraceTimeConstants ? lanes(for: c.traceTimeConstants.count) : 0)
    total = next
  }
}
