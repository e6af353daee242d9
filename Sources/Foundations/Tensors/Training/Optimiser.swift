import NeuralData

/// Moves parameters against their gradients.
///
/// ```swift
/// let optimiser = try SGD(network.parameters, learningRate: 0.1, momentum: 0.9)
/// for batch in batches {
///   let loss = try Loss.crossEntropy(network(batch.images, in: pass), labels: batch.labels)
///   try optimiser.minimise(loss)
/// }
/// ```
public protocol Optimiser: AnyObject {
  /// The parameters it moves, with their paths.
  var parameters: [(path: String, parameter: Parameter)] { get }
  /// How far a step goes; change it between steps.
  var learningRate: Double { get set }
  /// Moves each parameter by its gradient; `gradients` are in the order of ``parameters``.
  func step(_ gradients: [Tensor]) throws(TensorError)
  /// What it remembers, by names, to be saved with a checkpoint; scalars as tensors of one number.
  func state() throws(TensorError) -> [String: Tensor]
  /// Takes what ``state()`` gave.
  func restore(_ state: [String: Tensor]) throws(TensorError)
}

extension Optimiser {
  /// Gradients of a loss for the parameters, in their order.
  ///
  /// - Throws: ``TensorError`` of kind ``TensorError/Kind/notFinite`` when the loss is not finite.
  public func gradients(of loss: Tensor) throws(TensorError) -> [Tensor] {
    try loss.requireFinite("loss")
    return try loss.gradients(for: parameters.map(\.parameter.value))
  }

  /// Takes a step that makes a loss smaller.
  ///
  /// - Parameters:
  ///   - loss: one number computed from the parameters.
  ///   - largestNorm: length to which the gradients together are shortened, as by
  ///     ``clipped(_:toNorm:)``.
  public func minimise(_ loss: Tensor, clippingTo largestNorm: Double? = nil) throws(TensorError) {
    var gradients = try gradients(of: loss)
    if let largestNorm { gradients = try clipped(gradients, toNorm: largestNorm).gradients }
    try step(gradients)
  }

  /// The parameters' tensors, ready to be changed in place, and their gradients with the numbers side by side in
  /// memory: LibTorch's fused steps walk through both without looking at strides, and the gradient of a sum has one
  /// number for all.
  func movable(
    _ gradients: [Tensor], _ name: String
  ) throws(TensorError) -> (values: [Tensor], gradients: [Tensor]) {
    guard gradients.count == parameters.count else {
      throw TensorError(
        .operation, name, "\(gradients.count) gradients for \(parameters.count) parameters")
    }
    for (path, parameter) in parameters {
      guard parameter.isTrained else {
        throw TensorError(
          .operation, name, "the parameter '\(path)' is frozen", remedy: "make the optimiser without it")
      }
      try parameter.makeUnique()
    }
    let dense = try gradients.map { gradient throws(TensorError) in try gradient.contiguous() }
    return (parameters.map(\.parameter.value), dense)
  }
}

private let normsOperator = Operator("_foreach_norm", "Scalar")
private let scaleOperator = Operator("_foreach_mul", "Tensor")

/// Gradients shortened together so that the root of all squares is at most `largest`.
///
/// - Returns: the gradients and their norm before.
public func clipped(
  _ gradients: [Tensor], toNorm largest: Double
) throws(TensorError) -> (gradients: [Tensor], norm: Double) {
  if gradients.isEmpty { return ([], 0) }
  let norm = try Tensor.stacked(normsOperator.tensors(.tensors(gradients), .number(2))).norm()
  let length = try norm.item()
  guard length > largest else { return (gradients, length) }
  let factor = try (norm + 1e-6).power(-1) * largest
  return (try scaleOperator.tensors(.tensors(gradients), .tensor(factor)), length)
}

/// Tensors that an optimiser keeps for each parameter, made when first needed.
struct Moments {
  let name: String
  private(set) var tensors: [Tensor] = []

  init(_ name: String) { self.name = name }

  var isEmpty: Bool { tensors.isEmpty }

  /// The tensors, ready to be changed in place; zeros to begin with.
  mutating func ready(like parameters: [Tensor]) throws(TensorError) -> [Tensor] {
    if tensors.isEmpty {
      tensors = try parameters.map { parameter throws(TensorError) in
        try parameter.detached().filledLike(0)
      }
    }
    return tensors
  }

  func save(
    _ parameters: [(path: String, parameter: Parameter)], into state: inout [String: Tensor]
  ) throws(TensorError) {
    for (tensor, place) in zip(tensors, parameters) { state["\(name).\(place.path)"] = try tensor.cloned() }
  }

  mutating func restore(
    _ parameters: [(path: String, parameter: Parameter)], from state: [String: Tensor]
  ) throws(TensorError) {
    guard state.keys.contains(where: { $0.hasPrefix("\(name).") }) else {
      tensors = []
      return
    }
    tensors = try parameters.map { place throws(TensorError) in
      let key = "\(name).\(place.path)"
      guard let found = state[key] else {
        throw TensorError(.mismatched, "optimiser", "the state has no '\(key)'")
      }
      guard found.shape == place.parameter.value.shape else {
        throw TensorError(
          .mismatched, "optimiser",
          "'\(key)' has the shape \(found.shape), but the parameter \(place.parameter.value.shape)")
      }
      return try found.contiguous().cloned()
    }
  }
}
