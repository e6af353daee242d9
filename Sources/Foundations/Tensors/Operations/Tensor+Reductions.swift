private let sumOperator = Operator("sum")
private let sumAlongOperator = Operator("sum", "dim_IntList")
private let meanOperator = Operator("mean")
private let meanAlongOperator = Operator("mean", "dim")
private let varianceOperator = Operator("var", "correction")
private let productOperator = Operator("prod")
private let maximumOperator = Operator("max")
private let minimumOperator = Operator("min")
private let maximaOperator = Operator("amax")
private let minimaOperator = Operator("amin")
private let argmaxOperator = Operator("argmax")
private let argminOperator = Operator("argmin")
private let normOperator = Operator("linalg_vector_norm")
private let logSumExpOperator = Operator("logsumexp")
private let anyOperator = Operator("any", "dims")
private let everyOperator = Operator("all", "dims")
private let cumulativeOperator = Operator("cumsum")
private let sortOperator = Operator("sort", "stable")
private let largestOperator = Operator("topk")

extension Tensor {
  /// The sum of all elements, shape `[]`.
  public func sum() throws(TensorError) -> Tensor { try sumOperator(.tensor(self)) }
  /// Sums along dimensions, which disappear unless kept with length 1.
  public func sum(along dimensions: Int..., keeping: Bool = false) throws(TensorError) -> Tensor {
    try sumAlongOperator(.tensor(self), .integers(dimensions), .truth(keeping))
  }
  /// The mean of all elements, shape `[]`.
  public func mean() throws(TensorError) -> Tensor { try meanOperator(.tensor(self)) }
  /// Means along dimensions.
  public func mean(along dimensions: Int..., keeping: Bool = false) throws(TensorError) -> Tensor {
    try meanAlongOperator(.tensor(self), .integers(dimensions), .truth(keeping))
  }
  /// Variances along dimensions.
  ///
  /// - Parameter correction: 1 divides by the count less 1, 0 by the count.
  public func variance(
    along dimensions: Int..., correction: Int = 1, keeping: Bool = false
  ) throws(TensorError) -> Tensor {
    try varianceOperator(.tensor(self), .integers(dimensions), .integer(correction), .truth(keeping))
  }
  /// The product of all elements, shape `[]`.
  public func product() throws(TensorError) -> Tensor { try productOperator(.tensor(self)) }
  /// The largest element, shape `[]`.
  public func largest() throws(TensorError) -> Tensor { try maximumOperator.unary(self) }
  /// The smallest element, shape `[]`.
  public func smallest() throws(TensorError) -> Tensor { try minimumOperator.unary(self) }
  /// The largest elements along dimensions.
  public func largest(along dimensions: Int..., keeping: Bool = false) throws(TensorError) -> Tensor {
    try maximaOperator(.tensor(self), .integers(dimensions), .truth(keeping))
  }
  /// The smallest elements along dimensions.
  public func smallest(along dimensions: Int..., keeping: Bool = false) throws(TensorError) -> Tensor {
    try minimaOperator(.tensor(self), .integers(dimensions), .truth(keeping))
  }
  /// Places of the largest elements along a dimension, `int64`.
  public func placeOfLargest(along dimension: Int) throws(TensorError) -> Tensor {
    try argmaxOperator(.tensor(self), .integer(dimension))
  }
  /// Places of the smallest elements along a dimension, `int64`.
  public func placeOfSmallest(along dimension: Int) throws(TensorError) -> Tensor {
    try argminOperator(.tensor(self), .integer(dimension))
  }
  /// The root of the sum of squares, or another `order` of norm, over all elements.
  public func norm(order: Double = 2) throws(TensorError) -> Tensor {
    try normOperator(.tensor(self), .number(order))
  }
  /// The logarithm of the sum of exponentials along dimensions.
  public func logSumExp(along dimensions: Int..., keeping: Bool = false) throws(TensorError) -> Tensor {
    try logSumExpOperator(.tensor(self), .integers(dimensions), .truth(keeping))
  }
  /// Whether any element along dimensions is not 0.
  public func hasAny(along dimensions: Int..., keeping: Bool = false) throws(TensorError) -> Tensor {
    try anyOperator(.tensor(self), .integers(dimensions), .truth(keeping))
  }
  /// Whether every element along dimensions is other than 0.
  public func hasOnly(along dimensions: Int..., keeping: Bool = false) throws(TensorError) -> Tensor {
    try everyOperator(.tensor(self), .integers(dimensions), .truth(keeping))
  }
  /// Sums of the elements so far along a dimension.
  public func cumulativeSum(along dimension: Int) throws(TensorError) -> Tensor {
    try cumulativeOperator(.tensor(self), .integer(dimension))
  }
  /// The elements in order along a dimension and their former places; equal elements keep their order.
  public func sorted(
    along dimension: Int = -1, descending: Bool = false
  ) throws(TensorError) -> (values: Tensor, places: Tensor) {
    let both = try sortOperator.tensors(
      .tensor(self), .truth(true), .integer(dimension), .truth(descending))
    return (both[0], both[1])
  }
  /// The `count` largest elements along a dimension in falling order, and their places.
  public func largest(
    _ count: Int, along dimension: Int = -1
  ) throws(TensorError) -> (values: Tensor, places: Tensor) {
    let both = try largestOperator.tensors(.tensor(self), .integer(count), .integer(dimension))
    return (both[0], both[1])
  }
}
