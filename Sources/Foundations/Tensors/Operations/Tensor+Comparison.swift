private let equalOperator = Operator("eq", "Tensor")
private let unequalOperator = Operator("ne", "Tensor")
private let lessOperator = Operator("lt", "Tensor")
private let greaterOperator = Operator("gt", "Tensor")
private let lessOrEqualOperator = Operator("le", "Tensor")
private let greaterOrEqualOperator = Operator("ge", "Tensor")
private let whereOperator = Operator("where", "self")
private let andOperator = Operator("logical_and")
private let orOperator = Operator("logical_or")
private let notOperator = Operator("logical_not")

extension Tensor {
  /// Where elements are equal, `bool`.
  public static func .== (a: Tensor, b: Tensor) throws(TensorError) -> Tensor {
    try equalOperator.binary(a, b)
  }
  /// Where elements are equal to a number, `bool`.
  public static func .== (a: Tensor, b: Double) throws(TensorError) -> Tensor {
    try equalOperator.withNumber(a, b)
  }
  /// Where elements differ, `bool`.
  public static func .!= (a: Tensor, b: Tensor) throws(TensorError) -> Tensor {
    try unequalOperator.binary(a, b)
  }
  /// Where elements differ from a number, `bool`.
  public static func .!= (a: Tensor, b: Double) throws(TensorError) -> Tensor {
    try unequalOperator.withNumber(a, b)
  }
  /// Where elements are smaller, `bool`.
  public static func .< (a: Tensor, b: Tensor) throws(TensorError) -> Tensor { try lessOperator.binary(a, b) }
  /// Where elements are below a number, `bool`.
  public static func .< (a: Tensor, b: Double) throws(TensorError) -> Tensor {
    try lessOperator.withNumber(a, b)
  }
  /// Where elements are larger, `bool`.
  public static func .> (a: Tensor, b: Tensor) throws(TensorError) -> Tensor {
    try greaterOperator.binary(a, b)
  }
  /// Where elements are above a number, `bool`.
  public static func .> (a: Tensor, b: Double) throws(TensorError) -> Tensor {
    try greaterOperator.withNumber(a, b)
  }
  /// Where elements are at most the other's, `bool`.
  public static func .<= (a: Tensor, b: Tensor) throws(TensorError) -> Tensor {
    try lessOrEqualOperator.binary(a, b)
  }
  /// Where elements are at most a number, `bool`.
  public static func .<= (a: Tensor, b: Double) throws(TensorError) -> Tensor {
    try lessOrEqualOperator.withNumber(a, b)
  }
  /// Where elements are at least the other's, `bool`.
  public static func .>= (a: Tensor, b: Tensor) throws(TensorError) -> Tensor {
    try greaterOrEqualOperator.binary(a, b)
  }
  /// Where elements are at least a number, `bool`.
  public static func .>= (a: Tensor, b: Double) throws(TensorError) -> Tensor {
    try greaterOrEqualOperator.withNumber(a, b)
  }

  /// Where both are true.
  public static func .& (a: Tensor, b: Tensor) throws(TensorError) -> Tensor { try andOperator.binary(a, b) }
  /// Where one or both are true.
  public static func .| (a: Tensor, b: Tensor) throws(TensorError) -> Tensor { try orOperator.binary(a, b) }
  /// Where it is false.
  public static prefix func .! (a: Tensor) throws(TensorError) -> Tensor { try notOperator.unary(a) }

  /// This tensor's elements where `condition` is true, the other's elsewhere.
  public func replacing(with other: Tensor, where condition: Tensor) throws(TensorError) -> Tensor {
    try whereOperator(.tensor(condition), .tensor(other), .tensor(self))
  }
}
