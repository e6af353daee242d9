import NeuralData
import Probability

private let emptyOperator = Operator("full")
private let rangeOperator = Operator("arange", "start_step")
private let uniformOperator = Operator("rand", "generator")
private let normalOperator = Operator("randn", "generator")
private let permutationOperator = Operator("randperm", "generator")
private let identityOperator = Operator("eye")
private let copyOperator = Operator("_to_copy")
private let cloneOperator = Operator("clone")
private let likeOperator = Operator("full_like")

extension Tensor {
  /// A tensor of one number throughout.
  public static func filled(
    _ shape: [Int], with value: Double, type: NumericType = .float32, on device: Device = .cpu
  ) throws(TensorError) -> Tensor {
    try emptyOperator(.integers(shape), .number(value), .type(type), .none, .device(device))
  }

  /// Zeros.
  public static func zeros(
    _ shape: [Int], type: NumericType = .float32, on device: Device = .cpu
  ) throws(TensorError) -> Tensor {
    try filled(shape, with: 0, type: type, on: device)
  }

  /// Ones.
  public static func ones(
    _ shape: [Int], type: NumericType = .float32, on device: Device = .cpu
  ) throws(TensorError) -> Tensor {
    try filled(shape, with: 1, type: type, on: device)
  }

  /// One number throughout, of this tensor's shape, type and device.
  public func filledLike(_ value: Double) throws(TensorError) -> Tensor {
    try likeOperator(.tensor(self), .number(value))
  }

  /// `start`, `start + step`, … below `end`.
  public static func range(
    _ start: Double, _ end: Double, step: Double = 1, type: NumericType = .float32, on device: Device = .cpu
  ) throws(TensorError) -> Tensor {
    try rangeOperator(.number(start), .number(end), .number(step), .type(type), .none, .device(device))
  }

  /// The identity matrix, `[size, size]`.
  public static func identity(
    _ size: Int, type: NumericType = .float32, on device: Device = .cpu
  ) throws(TensorError) -> Tensor {
    try identityOperator(.integer(size), .type(type), .none, .device(device))
  }

  /// Numbers uniform on [0, 1).
  ///
  /// - Parameter stream: one number is drawn from it and seeds LibTorch's generator.
  public static func uniform(
    _ shape: [Int], using stream: inout RandomStream, type: NumericType = .float32, on device: Device = .cpu
  ) throws(TensorError) -> Tensor {
    let generator = try Generator(&stream, on: device)
    return try uniformOperator(
      .integers(shape), .generator(generator), .type(type), .none, .device(device))
  }

  /// Normal numbers of mean 0 and variance 1.
  ///
  /// - Parameter stream: one number is drawn from it and seeds LibTorch's generator.
  public static func normal(
    _ shape: [Int], using stream: inout RandomStream, type: NumericType = .float32, on device: Device = .cpu
  ) throws(TensorError) -> Tensor {
    let generator = try Generator(&stream, on: device)
    return try normalOperator(
      .integers(shape), .generator(generator), .type(type), .none, .device(device))
  }

  /// The numbers below `count` in a random order, `int64`.
  public static func permutation(
    _ count: Int, using stream: inout RandomStream, on device: Device = .cpu
  ) throws(TensorError) -> Tensor {
    let generator = try Generator(&stream, on: device)
    return try permutationOperator(
      .integer(count), .generator(generator), .type(.int64), .none, .device(device))
  }

  /// The numbers in another type; the same tensor when it is already of that type.
  public func converted(to type: NumericType) throws(TensorError) -> Tensor {
    if self.type == type { return self }
    return try copyOperator(.tensor(self), .type(type))
  }

  /// The numbers on another device; the same tensor when they are already there.
  public func moved(to device: Device) throws(TensorError) -> Tensor {
    if self.device == device { return self }
    return try copyOperator(.tensor(self), .none, .none, .device(device))
  }

  /// The same numbers in memory of their own.
  func cloned() throws(TensorError) -> Tensor { try cloneOperator(.tensor(self)) }
}
