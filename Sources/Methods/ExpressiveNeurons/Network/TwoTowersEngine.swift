import Foundation
import Lanes

/// Two towers on pairs of sequences: samples 2k and 2k + 1 of a tile are a pair. Its outputs are the latent numbers.
final class TwoTowersEngine: SequenceEngine, @unchecked Sendable {
  private let template: TwoTowers
  let encoder: ELMEngine
  let parameters: LaneBuffer
  /// The comparing network with its present numbers.
  private(set) var head: TowerHead
  private var start: Int { encoder.layout.total }
  var inputs: Int { encoder.inputs }
  var outputs: Int { encoder.outputs }

  init(_ towers: TwoTowers) throws(ExpressiveNeuronError) {
    template = towers
    head = TowerHead(towers)
    let own = ELMLayout(towers.encoder.configuration).total
    parameters = LaneBuffer(own + lanes(for: head.numbers.count))
    encoder = try ELMEngine(towers.encoder, parameters: LaneBuffer(parameters, from: 0, count: own))
    for (place, value) in head.numbers.enumerated() { parameters.scalars[start * 16 + place] = value }
  }

  func refresh() {
    encoder.refresh()
    for place in head.numbers.indices { head.numbers[place] = parameters.scalars[start * 16 + place] }
  }
  func constrain() { encoder.constrain() }
  func makeWorkspace() -> SequenceWorkspace { encoder.makeWorkspace() }
  func forward(_ sequences: [EventSequence], in workspace: SequenceWorkspace) {
    encoder.forward(sequences, in: workspace)
  }
  func backward(_ sequences: [EventSequence], in workspace: SequenceWorkspace, into gradient: LaneBuffer) {
    encoder.backward(sequences, in: workspace, into: part(gradient))
  }
  func finish(gradient: LaneBuffer) { encoder.finish(gradient: part(gradient)) }
  private func part(_ block: LaneBuffer) -> LaneBuffer { LaneBuffer(block, from: 0, count: start) }

  var model: SequenceModel {
    guard case .towers(var towers) = unpacked(parameters) else { preconditionFailure("two towers") }
    towers.encoder = encoder.neuron
    return .towers(towers)
  }

  func unpacked(_ block: LaneBuffer) -> SequenceModel {
    var towers = template
    towers.encoder = encoder.unpack(part(block))
    var place = start * 16
    for (_, path) in TwoTowers.arrays {
      let count = towers[keyPath: path].count
      towers[keyPath: path] = (0..<count).map { Double(block.scalars[place + $0]) }
      place += count
    }
    return .towers(towers)
  }

  /// Cross-entropy of the pairs' classes; `weight` is a sample's, so that a pair has twice as much.
  func loss(
    _ targets: [SequenceLoss.Target], weight: Float, in workspace: SequenceWorkspace,
    into gradient: LaneBuffer?
  ) -> Double {
    let stride = lanes(for: outputs) * 16
    workspace.outputGradient.reserveZeroed(workspace.steps * tileSamples * stride / 16)
    var loss = 0.0
    for first in Swift.stride(from: 0, to: targets.count - 1, by: 2) {
      guard case .label(let label, let ended) = targets[first],
        case .label(_, let secondEnded) = targets[first + 1]
      else { preconditionFailure("two towers answer with a class") }
      let rows = [(ended, first), (secondEnded, first + 1)].map { step, sample in
        (max(0, step) * tileSamples + sample) * stride
      }
      let (u, v) = (
        (0..<outputs).map { workspace.output.scalars[rows[0] + $0] },
        (0..<outputs).map { workspace.output.scalars[rows[1] + $0] }
      )
      let (features, hidden, logits) = head.forward(u, v)
      let most = logits.max()!
      let sum = logits.reduce(Float(0)) { $0 + expf($1 - most) }
      loss += 2 * Double(weight) * Double(logf(sum) + most - logits[label])
      guard let gradient else { continue }
      let byLogits = logits.enumerated().map {
        2 * weight * (expf($1 - most) / sum - ($0 == label ? 1 : 0))
      }
      let back = head.backward(
        u, v, features: features, hidden: hidden, byLogits: byLogits,
        into: gradient.scalars + start * 16)
      for place in 0..<outputs {
        workspace.outputGradient.scalars[rows[0] + place] = back.u[place]
        workspace.outputGradient.scalars[rows[1] + place] = back.v[place]
      }
    }
    return loss
  }
}
