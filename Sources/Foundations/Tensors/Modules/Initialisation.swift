import Foundation
import NeuralData
import Probability

/// The laws that parameters are first drawn from.
public enum Initialisation: Sendable, Hashable {
  /// Uniform on ±1/√inputs, PyTorch's default for linear and convolution layers.
  case uniformByInputs
  /// Normal with variance 2/inputs (He et al. 2015), for rectifiers.
  case normalByInputs
  /// Normal with variance 2/outputs (He et al. 2015, backward form).
  case normalByOutputs
  /// Normal with variance 2/(inputs + outputs) (Glorot and Bengio 2010).
  case normalByBoth
  /// Uniform with variance 2/(inputs + outputs) (Glorot and Bengio 2010).
  case uniformByBoth
  /// Normal of any deviation.
  case normal(mean: Double = 0, deviation: Double)
  /// One number throughout.
  case constant(Double)

  /// A tensor drawn from the law.
  ///
  /// - Parameters:
  ///   - shape: of a weight: `[outputs, inputs, …window]`.
  ///   - stream: where chance comes from.
  ///   - type: of fractions.
  public func draw(
    _ shape: [Int], using stream: inout RandomStream, type: NumericType = .float32
  ) throws(TensorError) -> Tensor {
    let window = shape.dropFirst(2).reduce(1, *)
    let inputs = Double(max(1, (shape.count > 1 ? shape[1] : shape.first ?? 1) * window))
    let outputs = Double(max(1, (shape.first ?? 1) * window))
    func uniform(_ bound: Double) throws(TensorError) -> Tensor {
      try (Tensor.uniform(shape, using: &stream, type: type) * 2 - 1) * bound
    }
    func normal(_ variance: Double) throws(TensorError) -> Tensor {
      try Tensor.normal(shape, using: &stream, type: type) * variance.squareRoot()
    }
    switch self {
    case .uniformByInputs: return try uniform(1 / inputs.squareRoot())
    case .normalByInputs: return try normal(2 / inputs)
    case .normalByOutputs: return try normal(2 / outputs)
    case .normalByBoth: return try normal(2 / (inputs + outputs))
    case .uniformByBoth: return try uniform((6 / (inputs + outputs)).squareRoot())
    case .normal(let mean, let deviation):
      return try Tensor.normal(shape, using: &stream, type: type) * deviation + mean
    case .constant(let value): return try Tensor.filled(shape, with: value, type: type)
    }
  }
}
