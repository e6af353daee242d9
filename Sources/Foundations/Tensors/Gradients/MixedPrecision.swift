import CTensors
import NeuralData

/// Computes what bears it in a lower precision: matrix products and convolutions in `bfloat16` or `float16`, sums and
/// losses in `float32`.
///
/// Parameters and gradients stay `float32`. Holds for operations on the calling thread until `body` returns. With
/// `float16` gradients may vanish: scale the loss with a ``LossScale``.
public func withMixedPrecision<Result>(
  on device: Device, type: NumericType = .bfloat16, _ body: () throws(TensorError) -> Result
) throws(TensorError) -> Result {
  guard type == .bfloat16 || type == .float16 else {
    throw TensorError(
      .operation, "mixed precision", "the type is \(type.rawValue); expected bfloat16 or float16")
  }
  let functions = try LibTorch.functions()
  let before = functions.pointee.set_mixed_precision(device.kind.code, true, type.code)
  defer { _ = functions.pointee.set_mixed_precision(device.kind.code, before, type.code) }
  return try body()
}

/// A factor on the loss that keeps gradients of `float16` from vanishing, and adapts itself.
///
/// Multiply the loss by ``factor``, then give the gradients to ``unscale(_:)``: it halves the factor and returns `nil`
/// when they overflowed (skip that step), and doubles it after `patience` steps without.
public struct LossScale: Sendable, Hashable {
  /// The factor of the next step.
  public private(set) var factor: Double
  /// Steps without overflow after which the factor grows.
  public let patience: Int
  private var calm = 0

  /// A factor to begin with.
  public init(factor: Double = 65_536, patience: Int = 2000) {
    self.factor = factor
    self.patience = patience
  }

  /// The gradients of the loss itself, or `nil` when some are not finite.
  public mutating func unscale(_ gradients: [Tensor]) throws(TensorError) -> [Tensor]? {
    for gradient in gradients {
      guard try gradient.isFinite() else {
        factor /= 2
        calm = 0
        return nil
      }
    }
    let used = factor
    calm += 1
    if calm == patience {
      factor *= 2
      calm = 0
    }
    return try gradients.map { gradient throws(TensorError) in try gradient * (1 / used) }
  }
}
