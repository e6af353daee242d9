import NeuralData
import Probability

private let attentionOperator = Operator("scaled_dot_product_attention")

extension Tensor {
  /// Softmax of the scaled products of queries and keys, applied to values.
  ///
  /// - Parameters:
  ///   - keys: `[…, keys, size]`; this tensor are the queries, `[…, queries, size]`.
  ///   - values: `[…, keys, width]`
  ///   - mask: `bool`, true where a query sees a key, or a number added to the products; broadcast.
  ///   - isCausal: whether query i sees keys up to i only.
  /// - Returns: `[…, queries, width]`
  public func attention(
    to keys: Tensor, values: Tensor, mask: Tensor? = nil, isCausal: Bool = false
  ) throws(TensorError) -> Tensor {
    try attentionOperator(
      .tensor(self), .tensor(keys), .tensor(values), .optional(mask), .number(0), .truth(isCausal))
  }
}

/// Attention with several heads (Vaswani et al. 2017).
public final class Attention: Module {
  /// Queries', keys' and values' weights, `[3 · size, size]`.
  public let inWeight: Parameter
  /// Their biases, `[3 · size]`.
  public let inBias: Parameter
  /// From the heads' values to the output.
  public let outProjection: Linear
  /// Number of heads; divides the size.
  public let heads: Int

  /// A module with drawn parameters.
  public init(
    size: Int, heads: Int, type: NumericType = .float32, using stream: inout RandomStream
  ) throws(TensorError) {
    guard heads >= 1, size % heads == 0 else {
      throw TensorError(.operation, "attention", "\(heads) heads do not divide the size \(size)")
    }
    inWeight = try Parameter(
      Initialisation.uniformByBoth.draw([3 * size, size], using: &stream, type: type))
    inBias = try Parameter(Tensor.zeros([3 * size], type: type))
    outProjection = try Linear(size, size, type: type, using: &stream)
    self.heads = heads
  }

  /// PyTorch's names.
  public var storedNames: [String: String] {
    ["inWeight": "in_proj_weight", "inBias": "in_proj_bias", "outProjection": "out_proj"]
  }

  /// What each query finds.
  ///
  /// - Parameters:
  ///   - queries: `[batch, queries, size]`
  ///   - context: keys and values, `[batch, keys, size]`; the queries themselves unless given.
  ///   - mask: as in ``Tensor/attention(to:values:mask:isCausal:)``, broadcast to `[batch, heads, queries, keys]`.
  ///   - isCausal: whether query i sees keys up to i only.
  ///   - pass: how the network is being run.
  /// - Returns: `[batch, queries, size]`
  public func callAsFunction(
    _ queries: Tensor, context: Tensor? = nil, mask: Tensor? = nil, isCausal: Bool = false, in pass: Pass
  ) throws(TensorError) -> Tensor {
    let parts = try inWeight.value.split(into: inWeight.value.shape[1])
    let biases = try inBias.value.split(into: inWeight.value.shape[1])
    func heads(_ input: Tensor, _ part: Int) throws(TensorError) -> Tensor {
      let projected = try input.linear(parts[part], bias: biases[part])
      let shape = projected.shape
      guard shape.count == 3 else {
        throw TensorError(
          .operation, "attention", "expected [batch, places, size]", operands: [input.signature])
      }
      return try projected.reshaped([shape[0], shape[1], self.heads, shape[2] / self.heads]).transposed(1, 2)
    }
    let source = context ?? queries
    let seen = try heads(queries, 0).attention(
      to: heads(source, 1), values: heads(source, 2), mask: mask, isCausal: isCausal)
    let output = try outProjection(seen.transposed(1, 2).flattened(from: 2), in: pass)
    if let observer = pass.observer { try observer(self, output) }
    return output
  }
}
