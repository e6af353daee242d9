import Lanes
import Probability

/// What a forward pass leaves for the loss and the backward pass; up to ``tileSamples`` sequences side by side.
class SequenceWorkspace {
  /// Number of steps of the last forward pass.
  final var steps = 0
  /// Outputs, `[step, sample, output lane]`.
  final let output = GrowingBuffer()
  /// Derivative of the loss by the outputs, of the same shape; whoever computes the loss writes it.
  final let outputGradient = GrowingBuffer()
  /// What is left out inside the model in the next forward pass, where it can leave out; `nil` outside of training.
  final var recurrentDropout: RecurrentDropout?

  /// How much is left out, and what draws it for each sequence.
  struct RecurrentDropout {
    var share: Double
    var streams: [RandomStream]
  }
}

/// Lanes that grow when more are asked for.
final class GrowingBuffer {
  private var buffer = LaneBuffer(0)

  var lanes: UnsafeMutablePointer<Lane> { buffer.lanes }
  var scalars: UnsafeMutablePointer<Float> { buffer.scalars }
  var bytes: Int { buffer.count * 64 }

  /// Room for `count` lanes; what was there may be lost.
  func reserve(_ count: Int) { if count > buffer.count { buffer = LaneBuffer(count) } }

  /// The first `count` lanes, zero.
  func reserveZeroed(_ count: Int) {
    reserve(count)
    buffer.lanes.update(repeating: .zero, count: count)
  }
}

/// A recurrent model that runs on sequences of events and can be trained.
///
/// Parameters lie in one block of lanes whose padding stays zero, so that an optimiser needs to know nothing else.
protocol SequenceEngine: AnyObject, Sendable {
  var inputs: Int { get }
  var outputs: Int { get }
  var parameters: LaneBuffer { get }
  /// Brings what follows from the parameters up to date; call it after they have changed.
  func refresh()
  func makeWorkspace() -> SequenceWorkspace
  /// Outputs of up to ``tileSamples`` sequences of equal length, from rest.
  func forward(_ sequences: [EventSequence], in workspace: SequenceWorkspace)
  /// Loss of the answers of the last forward pass, whose derivative by the outputs goes into the workspace.
  ///
  /// - Parameters:
  ///   - weight: of a sample in the loss.
  ///   - gradient: where the derivative by parameters that act behind the outputs is added; `nil` when the loss alone is wanted.
  func loss(
    _ targets: [SequenceLoss.Target], weight: Float, in workspace: SequenceWorkspace,
    into gradient: LaneBuffer?
  ) -> Double
  /// Adds the loss's derivative, up to what ``finish(gradient:)`` completes, to `gradient`.
  func backward(_ sequences: [EventSequence], in workspace: SequenceWorkspace, into gradient: LaneBuffer)
  /// Completes a gradient after all its parts have been added.
  func finish(gradient: LaneBuffer)
  /// The model with the present parameters.
  var model: SequenceModel { get }
  /// A block of parameters, or their derivatives, as a model; what is kept as a logarithm stays one.
  func unpacked(_ block: LaneBuffer) -> SequenceModel
  /// Puts parameters that an update has moved out of their bounds back.
  func constrain()
}

extension SequenceEngine {
  func loss(
    _ targets: [SequenceLoss.Target], weight: Float, in workspace: SequenceWorkspace,
    into gradient: LaneBuffer?
  ) -> Double {
    SequenceLoss.apply(targets, outputs: outputs, weight: weight, in: workspace)
  }
}
