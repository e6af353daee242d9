import Foundation
import Lanes
import Parallel

extension SequenceModel {
  /// Outputs on every input from rest, `[time, output]` each; of two towers, the latent numbers.
  ///
  /// - Parameters:
  ///   - inputs: sequences with the model's channels; lengths may differ.
  ///   - threads: most threads to use; the result does not depend on it.
  /// - Throws: ``ExpressiveNeuronError`` when a sequence has other channels.
  public func outputs(_ inputs: [EventSequence], threads: Int = availableThreads) throws -> [[Float]] {
    for (index, input) in inputs.enumerated() where input.channels != self.inputs {
      throw ExpressiveNeuronError.badData(
        "sequence \(index) has \(input.channels) channels, but the model has \(self.inputs) inputs")
    }
    let engine = try makeEngine()
    let stride = lanes(for: engine.outputs) * 16
    return mapTiles(inputs, threads: threads, makeWorkspace: { engine.makeWorkspace() }) {
      members, workspace in
      engine.forward(members.map { inputs[$0] }, in: workspace)
      return members.indices.map { sample in
        (0..<workspace.steps).flatMap { step in
          let row = workspace.output.scalars + (step * tileSamples + sample) * stride
          return (0..<engine.outputs).map { row[$0] }
        }
      }
    }
  }
}

/// The probability that a logit stands for.
func probability(logit: Float) -> Float { 1 / (1 + expf(-logit)) }
