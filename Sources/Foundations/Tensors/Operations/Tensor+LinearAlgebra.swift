private let multiplyOperator = Operator("matmul")
private let sumProductOperator = Operator("einsum")
private let linearOperator = Operator("linear")

extension Tensor {
  /// The matrix product; leading dimensions are batches and broadcast.
  public func matrixProduct(_ other: Tensor) throws(TensorError) -> Tensor {
    try multiplyOperator.binary(self, other)
  }
  /// Sums of products by Einstein's notation, such as `bij,bjk->bik`.
  public static func sumProduct(_ formula: String, _ tensors: Tensor...) throws(TensorError) -> Tensor {
    try sumProductOperator(.text(formula), .tensors(tensors))
  }
  /// `x · weightᵀ + bias` for `[…, inputs]`, weights `[outputs, inputs]` and biases `[outputs]`.
  public func linear(_ weight: Tensor, bias: Tensor? = nil) throws(TensorError) -> Tensor {
    try linearOperator(.tensor(self), .tensor(weight), .optional(bias))
  }
}
