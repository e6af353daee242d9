import Lanes
import Parallel

/// What a neuron did on one input.
public struct ELMTrace: Sendable, Hashable {
  /// Outputs, `[time, output]`.
  public var outputs: [Float]
  /// Memory after each step, `[time, memory unit]`.
  public var memory: [Float]
  /// Traces of the branches, `[time, branch]`; empty for a neuron without branches, whose traces are never formed.
  public var branches: [Float]
}

extension ELMNeuron {
  /// Outputs, memory and branch traces on every input from rest.
  ///
  /// - Parameters:
  ///   - inputs: sequences with the neuron's channels; lengths may differ.
  ///   - threads: most threads to use; the result does not depend on it.
  /// - Throws: ``ExpressiveNeuronError`` when a sequence has other channels.
  public func record(_ inputs: [EventSequence], threads: Int = availableThreads) throws -> [ELMTrace] {
    let engine = try ELMEngine(self)
    for (index, input) in inputs.enumerated() where input.channels != configuration.inputs {
      throw ExpressiveNeuronError.badData(
        "sequence \(index) has \(input.channels) channels, but the neuron has \(configuration.inputs) inputs")
    }
    let c = configuration
    return mapTiles(inputs, threads: threads, makeWorkspace: { engine.makeWorkspace() as! ELMWorkspace }) {
      members, workspace in
      engine.forward(members.map { inputs[$0] }, in: workspace)
      func rows(_ buffer: GrowingBuffer, lanes: Int, from first: Int, count: Int, sample: Int) -> [Float] {
        (0..<workspace.steps).flatMap { step in
          let row = ((step + first) * tileSamples + sample) * lanes * 16
          return (0..<count).map { buffer.scalars[row + $0] }
        }
      }
      return members.indices.map { sample in
        let layout = engine.layout
        return ELMTrace(
          outputs: rows(
            workspace.output, lanes: layout.outputLanes, from: 0, count: c.outputs, sample: sample),
          memory: rows(
            workspace.memory, lanes: layout.memoryLanes, from: 1, count: c.memoryUnits, sample: sample),
          branches: !engine.isProjected
            ? rows(
              engine.synapses.sumsTraces ? workspace.branches : workspace.trace, lanes: layout.traceLanes,
              from: 0, count: c.traces, sample: sample) : [])
      }
    }
  }

  /// The derivative of `Σ outputGradient · output` by every weight, time constants by their logarithm.
  package func gradient(_ inputs: [EventSequence], outputGradient: [[Float]]) throws -> ELMNeuron {
    guard case .elm(let slopes) = try SequenceModel.elm(self).gradient(inputs, outputGradient: outputGradient)
    else {
      preconditionFailure("gradient: a neuron's derivatives are a neuron's")
    }
    return slopes
  }
}

/// Calls `body` for tiles of sequences of equal length and returns its results in the sequences' order.
func mapTiles<Workspace, Result: Sendable>(
  _ inputs: [EventSequence], threads: Int, makeWorkspace: @Sendable () -> Workspace,
  _ body: @Sendable ([Int], Workspace) -> [Result]
) -> [Result] {
  var tiles: [[Int]] = []
  for index in inputs.indices {
    if let last = tiles.last, last.count < tileSamples, inputs[last[0]].steps == inputs[index].steps {
      tiles[tiles.count - 1].append(index)
    } else {
      tiles.append([index])
    }
  }
  let fixed = tiles
  return parallelMap(count: fixed.count, threads: threads) { tile in
    flushingToZero { body(fixed[tile], makeWorkspace()) }
  }.flatMap { $0 }
}
