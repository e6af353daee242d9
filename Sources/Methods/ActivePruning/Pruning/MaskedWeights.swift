import Tensors

/// Keeps the pruned weights of a network at 0 while it is trained.
///
/// An optimiser's momentum moves weights that have no gradient any more, so that masking
/// gradients is not enough: call ``hold()`` after every step.
public final class MaskedWeights {
  /// Which weights are alive.
  public let mask: Mask
  private let places: [(parameter: Parameter, isPruned: Tensor)]

  /// Ties a mask to a network, and prunes it.
  ///
  /// - Throws: `TensorError` when the network has not the mask's parameters.
  public init(_ mask: Mask, in network: some Module) throws(TensorError) {
    let parameters = Dictionary(
      network.parameters.map { ($0.path, $0.parameter) }, uniquingKeysWith: { first, _ in first })
    var places: [(Parameter, Tensor)] = []
    for part in mask.table.parts {
      guard let parameter = parameters[part.path], parameter.value.shape == part.shape else {
        throw TensorError(
          .mismatched, "mask", "the network has no parameter '\(part.path)' of the shape \(part.shape)")
      }
      let isPruned = try Tensor(
        mask.isAlive[part.places].map { $0 == 0 }, shape: part.shape, on: parameter.value.device)
      places.append((parameter, isPruned))
    }
    self.mask = mask
    self.places = places
    try hold()
  }

  /// Sets pruned weights to 0, never to minus 0.
  public func hold() throws(TensorError) {
    for (parameter, isPruned) in places { try parameter.fill(0, where: isPruned) }
  }
}
