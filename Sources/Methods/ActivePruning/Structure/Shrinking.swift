import NeuralData
import Tensors

/// Removes units of a network that cannot change its output, so that its layers become narrower.
///
/// Units are outputs of a rectifier that one other layer reads: hidden units of perceptrons, channels of LeNet-5 and VGG,
/// and channels between the convolutions of a residual block. Channels that several layers read, of DenseNet and of the
/// ways around residual blocks, and those of convolutions by channel stay.
public struct Shrinking: Sendable {
  /// Why a unit is removed.
  public enum Reason: String, Sendable, Hashable, Codable, CaseIterable {
    /// It is 0 on every image: nothing alive comes in, and its bias, normalised, is not above 0.
    case unconnected
    /// It is 0 on every image of pixels in range: its largest possible input is not above 0.
    case bounded
    /// It is the same above 0 on every image; the next layer's bias, or the mean of its normalisation, takes it over.
    case constant
    /// Nothing alive reads it.
    case unread
    /// It was 0 on every calibration image, and nothing is known of others.
    case silent
  }

  /// What becomes of a layer's units.
  public struct LayerReport: Sendable, Hashable {
    /// Path of the layer whose outputs they are.
    public let layer: String
    /// Number of units before.
    public let units: Int
    /// Places of the units that stay.
    public let kept: [Int]
    /// Number of units removed, by reason.
    public let removed: [Reason: Int]
    /// Units that are constant but stay, since the next layer pads with zeros or has no bias to take them over.
    public let constantKept: Int
  }

  /// Every layer that units can be removed from, in the network's order.
  public let layers: [LayerReport]
  /// The network without them.
  public let checkpoint: NetworkCheckpoint
  /// Numbers in parameters before and after.
  public let parameters: (before: Int, after: Int)

  /// Removes units that provably cannot change the output, and those that are silent when a meter says so.
  ///
  /// Removal for any reason but ``Reason/silent`` changes outputs by rounding alone; ``OutputComparison`` measures it.
  ///
  /// - Parameters:
  ///   - checkpoint: a network with rectifiers. Weights at the start are dropped: they would not fit.
  ///   - silent: units that are to be taken for 0 by path of their rectifier, as
  ///     ``DeadNeuronMeter/silentUnits()`` gives them.
  /// - Throws: ``PruningError/noRectifier``, or `TensorError`.
  public init(of checkpoint: NetworkCheckpoint, silent: [String: [Bool]] = [:]) throws {
    let network = try checkpoint.network()
    guard network.modules.contains(where: { ($0.module as? Activation)?.isRectifier == true }) else {
      throw PruningError.noRectifier
    }
    let groups = try StructureWalk(of: network, input: checkpoint.inputBounds).groups
    var state = try NetworkCheckpoint(
      of: network, choice: checkpoint.choice, shape: checkpoint.shape, seed: checkpoint.seed,
      preprocessing: checkpoint.preprocessing)
    state.masks = checkpoint.masks
    let before = network.parameterCount

    var decisions = try groups.map { group in
      try Decision(group, weights: state.weights, silent: silent[group.rectifier])
    }
    for index in decisions.indices.reversed() {
      let consumer = decisions.firstIndex { $0.group.producer == decisions[index].group.consumer }
      try decisions[index].addUnread(state.weights, keptOutputs: consumer.map { decisions[$0].kept })
    }
    for decision in decisions { try decision.foldConstants(into: &state.weights) }
    for decision in decisions { try decision.removeUnits(from: &state) }

    if case .multilayerPerceptron(let hidden) = state.choice {
      // Every hidden layer is a group, in order.
      precondition(decisions.count == hidden.count, "Shrinking: a perceptron's hidden layers are its groups")
      state.choice = .multilayerPerceptron(hidden: decisions.map(\.kept.count))
    } else {
      state.isShrunk = checkpoint.isShrunk || decisions.contains { $0.kept.count < $0.group.count }
    }
    layers = decisions.map(\.report)
    parameters = (before, try state.network().parameterCount)
    self.checkpoint = state
  }

  /// Number of units before and after.
  public var units: (before: Int, after: Int) {
    (layers.reduce(0) { $0 + $1.units }, layers.reduce(0) { $0 + $1.kept.count })
  }

  /// Whether nothing rests on the calibration images alone.
  public var isExact: Bool { layers.allSatisfy { $0.removed[.silent] == nil } }
}

extension NetworkCheckpoint {
  /// What its input channels can be: pixels are from 0 to 1 before they are normalised.
  var inputBounds: ChannelBounds {
    let means =
      preprocessing.means.isEmpty ? [Double](repeating: 0, count: shape.channels) : preprocessing.means
    let deviations =
      preprocessing.deviations.isEmpty
      ? [Double](repeating: 1, count: shape.channels) : preprocessing.deviations
    guard means.count == shape.channels, deviations.count == shape.channels, deviations.allSatisfy({ $0 > 0 })
    else { return ChannelBounds(unknown: shape.channels) }
    // Pixels of 0 are exact where no mean is taken from them.
    let slack = 1e-6
    return ChannelBounds(
      low: zip(means, deviations).map { -$0 / $1 - slack * ($0 / $1).magnitude },
      high: zip(means, deviations).map { (1 - $0) / $1 + slack * (1 + $0.magnitude) / $1 })
  }
}
