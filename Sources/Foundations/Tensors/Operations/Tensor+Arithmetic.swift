private let addOperator = Operator("add", "Tensor")
private let subtractOperator = Operator("sub", "Tensor")
private let multiplyOperator = Operator("mul", "Tensor")
private let divideOperator = Operator("div", "Tensor")
private let powerOperator = Operator("pow", "Tensor_Tensor")
private let scalarPowerOperator = Operator("pow", "Tensor_Scalar")
private let remainderOperator = Operator("remainder", "Tensor")
private let maximumOperator = Operator("maximum")
private let minimumOperator = Operator("minimum")
private let negativeOperator = Operator("neg")
private let clampOperator = Operator("clamp")

extension Tensor {
  /// The sum, element by element.
  public static func + (a: Tensor, b: Tensor) throws(TensorError) -> Tensor { try addOperator.scaled(a, b) }
  /// The difference, element by element.
  public static func - (a: Tensor, b: Tensor) throws(TensorError) -> Tensor {
    try subtractOperator.scaled(a, b)
  }
  /// The product, element by element.
  public static func * (a: Tensor, b: Tensor) throws(TensorError) -> Tensor {
    try multiplyOperator.binary(a, b)
  }
  /// The quotient, element by element.
  public static func / (a: Tensor, b: Tensor) throws(TensorError) -> Tensor {
    try divideOperator.binary(a, b)
  }
  /// The negative.
  public static prefix func - (a: Tensor) throws(TensorError) -> Tensor { try negativeOperator.unary(a) }

  /// Adds a number to each element.
  public static func + (a: Tensor, b: Double) throws(TensorError) -> Tensor {
    try addOperator.withNumber(a, b, isScaled: true)
  }
  /// Adds each element to a number.
  public static func + (a: Double, b: Tensor) throws(TensorError) -> Tensor {
    try addOperator.withNumber(b, a, isScaled: true)
  }
  /// Takes a number from each element.
  public static func - (a: Tensor, b: Double) throws(TensorError) -> Tensor {
    try subtractOperator.withNumber(a, b, isScaled: true)
  }
  /// Takes each element from a number.
  public static func - (a: Double, b: Tensor) throws(TensorError) -> Tensor {
    try subtractOperator.withNumber(b, a, numberFirst: true, isScaled: true)
  }
  /// Multiplies each element by a number.
  public static func * (a: Tensor, b: Double) throws(TensorError) -> Tensor {
    try multiplyOperator.withNumber(a, b)
  }
  /// Multiplies a number by each element.
  public static func * (a: Double, b: Tensor) throws(TensorError) -> Tensor {
    try multiplyOperator.withNumber(b, a)
  }
  /// Divides each element by a number.
  public static func / (a: Tensor, b: Double) throws(TensorError) -> Tensor {
    try divideOperator.withNumber(a, b)
  }
  /// Divides a number by each element.
  public static func / (a: Double, b: Tensor) throws(TensorError) -> Tensor {
    try divideOperator.withNumber(b, a, numberFirst: true)
  }

  /// `self + factor * other`, in one pass.
  public func adding(_ other: Tensor, times factor: Double) throws(TensorError) -> Tensor {
    try addOperator.scaled(self, other, by: factor)
  }
  /// Each element to the power of the other's.
  public func power(_ exponent: Tensor) throws(TensorError) -> Tensor {
    try powerOperator.binary(self, exponent)
  }
  /// Each element to the power of a number.
  public func power(_ exponent: Double) throws(TensorError) -> Tensor {
    try scalarPowerOperator(.tensor(self), .number(exponent))
  }
  /// The remainder of dividing by the other's elements, with the divisor's sign.
  public func remainder(dividingBy other: Tensor) throws(TensorError) -> Tensor {
    try remainderOperator.binary(self, other)
  }
  /// The larger of each pair of elements.
  public func maximum(_ other: Tensor) throws(TensorError) -> Tensor {
    try maximumOperator.binary(self, other)
  }
  /// The smaller of each pair of elements.
  public func minimum(_ other: Tensor) throws(TensorError) -> Tensor {
    try minimumOperator.binary(self, other)
  }
  /// Elements below `lowest` raised to it, elements above `highest` lowered to it.
  public func clamped(from lowest: Double? = nil, to highest: Double? = nil) throws(TensorError) -> Tensor {
    try clampOperator(
      .tensor(self), lowest.map { .number($0) } ?? .none, highest.map { .number($0) } ?? .none)
  }
}
