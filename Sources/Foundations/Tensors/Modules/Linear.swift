import NeuralData
import Probability

/// `y = x · weightᵀ + bias`
public final class Linear: Layer {
  /// `[outputs, inputs]`
  public let weight: Parameter
  /// `[outputs]`
  public let bias: Parameter?

  /// A layer with drawn parameters.
  public init(
    _ inputs: Int, _ outputs: Int, hasBias: Bool = true, initialisation: Initialisation = .uniformByInputs,
    type: NumericType = .float32, using stream: inout RandomStream
  ) throws(TensorError) {
    weight = try Parameter(initialisation.draw([outputs, inputs], using: &stream, type: type))
    bias =
      hasBias
      ? try Parameter(
        (Tensor.uniform([outputs], using: &stream, type: type) * 2 - 1)
          * (1 / Double(max(1, inputs)).squareRoot())) : nil
  }

  /// `[…, inputs]` to `[…, outputs]`
  public func forward(_ input: Tensor, in pass: Pass) throws(TensorError) -> Tensor {
    try input.linear(weight.value, bias: bias?.value)
  }
}

private let embeddingOperator = Operator("embedding")

/// A vector for each of a number of symbols.
public final class Embedding: Layer {
  /// `[symbols, size]`
  public let weight: Parameter

  /// Vectors of normal numbers.
  public init(
    symbols: Int, size: Int, type: NumericType = .float32, using stream: inout RandomStream
  ) throws(TensorError) {
    weight = try Parameter(Tensor.normal([symbols, size], using: &stream, type: type))
  }

  /// `[…]` of `int64` below the number of symbols, to `[…, size]`
  public func forward(_ input: Tensor, in pass: Pass) throws(TensorError) -> Tensor {
    try embeddingOperator(.tensor(weight.value), .tensor(input))
  }
}

/// Sets elements to 0 with a probability while training.
public final class Dropout: Layer {
  /// The probability.
  public let probability: Double

  /// A layer.
  public init(_ probability: Double = 0.5) { self.probability = probability }

  /// The input, in training with elements dropped and the others divided by the probability of staying.
  public func forward(_ input: Tensor, in pass: Pass) throws(TensorError) -> Tensor {
    pass.isTraining ? try input.dropout(probability, using: &pass.random) : input
  }
}
