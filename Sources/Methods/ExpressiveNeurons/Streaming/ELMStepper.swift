import Foundation
import Lanes

/// A neuron that answers step by step and keeps its state: no window, no delay.
public final class ELMStepper {
  private let engine: ELMEngine
  private let trace: LaneBuffer
  /// Values of the branches where they sum several traces, else the traces.
  private let branches: LaneBuffer
  private let memory: LaneBuffer
  private let first: LaneBuffer
  private let second: LaneBuffer
  private let proposal: LaneBuffer
  private let output: LaneBuffer
  /// Steps taken since rest.
  public private(set) var time = 0

  /// A neuron at rest.
  ///
  /// - Throws: ``ExpressiveNeuronError`` when the neuron's weights do not fit its sizes.
  public init(_ neuron: ELMNeuron) throws {
    engine = try ELMEngine(neuron)
    let layout = engine.layout
    trace = LaneBuffer(engine.isProjected ? layout.firstLanes : engine.cellLanes)
    branches = engine.synapses.sumsTraces ? LaneBuffer(layout.traceLanes) : trace
    memory = LaneBuffer(layout.memoryLanes)
    first = LaneBuffer(layout.firstLanes)
    second = LaneBuffer(layout.firstLanes)
    proposal = LaneBuffer(layout.memoryLanes)
    output = LaneBuffer(layout.outputLanes)
  }

  /// Memory of every unit.
  public var memoryUnits: [Float] {
    Array(UnsafeBufferPointer(start: memory.scalars, count: engine.configuration.memoryUnits))
  }

  /// Back to rest.
  public func reset() {
    trace.clear()
    memory.clear()
    time = 0
  }

  /// Takes one step and returns the outputs.
  ///
  /// - Parameters:
  ///   - channels: channel of each event of this step.
  ///   - values: value of each; 1 unless given.
  /// - Throws: ``ExpressiveNeuronError`` for a channel that there is not or a value that is not finite; the state stays.
  public func step(channels: [Int] = [], values: [Float]? = nil) throws(ExpressiveNeuronError) -> [Float] {
    for (event, channel) in channels.enumerated() {
      guard channel >= 0, channel < engine.inputs else {
        throw .badData("there is no channel \(channel); the neuron has channels 0 to \(engine.inputs - 1)")
      }
      if let values, event >= values.count || !values[event].isFinite {
        throw .badData("event \(event) on channel \(channel) has no finite value")
      }
    }
    flushingToZero {
      decayTrace()
      for (event, channel) in channels.enumerated() { scatter(channel, values?[event] ?? 1) }
      recur()
    }
    time += 1
    return read()
  }

  /// Takes `steps` steps without input and returns the last outputs.
  ///
  /// The memory obeys a non-linear map of itself and must be stepped; once the traces have faded and a step no longer changes
  /// a bit of it, all further steps are this one and cost nothing.
  public func silence(steps: Int) -> [Float] {
    flushingToZero {
      for _ in 0..<steps {
        decayTrace()
        let faded = (0..<trace.count).allSatisfy { trace.lanes[$0] == .zero }
        let before = memory.contents
        recur()
        if faded, memory.contents == before { break }
      }
    }
    time += steps
    return read()
  }

  private func decayTrace() {
    if engine.isProjected {
      let kappa = engine.traceDecay.scalars[0]
      for lane in 0..<trace.count { trace.lanes[lane] *= kappa }
    } else {
      for lane in 0..<trace.count { trace.lanes[lane] *= engine.traceDecay.lanes[lane] }
    }
  }

  private func scatter(_ channel: Int, _ value: Float) {
    if engine.isProjected {
      let weighted = engine.synapseStrength.scalars[channel] * value
      let column = engine.parameters.lanes + engine.layout.firstTrace + channel * trace.count
      for lane in 0..<trace.count { trace.lanes[lane] += column[lane] * weighted }
      return
    }
    for synapse in Int(engine.synapses.offsets[channel])..<Int(engine.synapses.offsets[channel + 1]) {
      trace.scalars[Int(engine.synapses.trace[synapse])] += engine.synapseStrength.scalars[synapse] * value
    }
  }

  private func recur() {
    let (c, layout, parameters) = (engine.configuration, engine.layout, engine.parameters.lanes)
    let bias = parameters + layout.firstBias
    if engine.isProjected {
      for lane in 0..<layout.firstLanes { first.lanes[lane] = trace.lanes[lane] + bias[lane] }
    } else {
      if engine.synapses.sumsTraces {
        branches.clear()
        for (cell, branch) in engine.synapses.branch.enumerated() {
          branches.scalars[Int(branch)] += trace.scalars[cell]
        }
      }
      multiplyRow(
        bias, branches.scalars, c.traces, parameters + layout.firstTrace, layout.firstLanes, into: first.lanes
      )
    }
    multiplyRow(
      first.lanes, memory.scalars, c.memoryUnits, engine.foldedMemory.lanes, layout.firstLanes,
      into: first.lanes)
    if let last = layout.last {
      var (here, there) = (first, second)
      activate(here)
      for place in layout.hidden {
        multiplyRow(
          parameters + place.bias, here.scalars, c.hiddenSize, parameters + place.weight, layout.firstLanes,
          into: there.lanes)
        swap(&here, &there)
        activate(here)
      }
      multiplyRow(
        parameters + last.bias, here.scalars, c.hiddenSize, parameters + last.weight, layout.memoryLanes,
        into: proposal.lanes)
    } else {
      proposal.lanes.update(from: first.lanes, count: proposal.count)
    }
    for lane in 0..<memory.count {
      memory.lanes[lane] =
        memory.lanes[lane] * engine.decay.lanes[lane] + engine.gain.lanes[lane]
        * scaledTanh(proposal.lanes[lane])
    }
  }

  private func activate(_ row: LaneBuffer) {
    for lane in 0..<row.count {
      let z = row.lanes[lane]
      switch engine.configuration.activation {
      case .relu: row.lanes[lane].replace(with: 0, where: z .< 0)
      case .silu: row.lanes[lane] = z * sigmoid(z)
      }
    }
  }

  private func read() -> [Float] {
    let layout = engine.layout
    multiplyRow(
      engine.parameters.lanes + layout.readoutBias, memory.scalars, engine.configuration.memoryUnits,
      engine.parameters.lanes + layout.readout, layout.outputLanes, into: output.lanes)
    return Array(UnsafeBufferPointer(start: output.scalars, count: engine.outputs))
  }
}
