import CTensors
import NeuralData

/// An array of numbers of any shape, on a device, that remembers how it was computed.
///
/// A tensor is a value: no operation changes it, and copies cost nothing. The last dimension runs fastest.
///
/// ```swift
/// let x = try Tensor([1, 2, 3, 4] as [Float], shape: [2, 2])
/// let y = try (x * 2 + 1).sum(along: 0)
/// print(try y.scalars(as: Float.self))  // [10.0, 14.0]
/// ```
///
/// **Broadcasting.** Operands of an element-wise operation are aligned at their last dimensions; a missing dimension
/// or one of length 1 is repeated to fit the other operand's. `[8, 1, 6] + [7, 1]` has the shape `[8, 7, 6]`.
///
/// **Types.** The result of two types is the wider: fractions over whole numbers, `float64` over `float32`. A Swift
/// number takes the tensor's precision; a fraction makes whole numbers `float32`.
///
/// Every operation throws ``TensorError`` when its operands do not fit, naming itself and their shapes.
public struct Tensor: Sendable {
  /// A reference to LibTorch's object, released with the last copy.
  final class Handle: @unchecked Sendable {
    let pointer: OpaquePointer
    init(_ pointer: OpaquePointer) { self.pointer = pointer }
    deinit { LibTorch.present.pointee.release(pointer) }
  }

  var handle: Handle

  /// Takes over a reference.
  @inline(__always)
  init(taking pointer: OpaquePointer) { handle = Handle(pointer) }

  @inline(__always)
  var pointer: OpaquePointer { handle.pointer }

  /// Numbers in row order.
  ///
  /// - Parameters:
  ///   - values: as many as the shape holds.
  ///   - shape: one dimension unless given.
  ///   - device: where they go.
  public init<Element: NumericElement>(
    _ values: [Element], shape: [Int]? = nil, on device: Device = .cpu
  ) throws(TensorError) {
    let shape = shape ?? [values.count]
    let count = shape.reduce(1) { $0.multipliedReportingOverflow(by: $1).partialValue }
    guard shape.allSatisfy({ $0 >= 0 }), count == values.count else {
      throw TensorError(
        .operation, "tensor", "\(values.count) numbers do not fill the shape \(shape)")
    }
    let functions = try LibTorch.functions()
    self = try Tensor.made(
      values.withUnsafeBytes {
        functions.pointee.from_bytes(
          $0.baseAddress, shape.map(Int64.init), Int64(shape.count), Element.numericType.code)
      }
    ).moved(to: device)
  }

  /// One number, of shape `[]`.
  public init(_ value: Float) throws(TensorError) { try self.init([value], shape: []) }

  /// A file's array.
  ///
  /// - Throws: ``TensorError`` when LibTorch has no such type.
  public init(_ array: NumericArray, on device: Device = .cpu) throws(TensorError) {
    let functions = try LibTorch.functions()
    self = try Tensor.made(
      array.bytes.withUnsafeBytes {
        functions.pointee.from_bytes(
          $0.baseAddress, array.shape.map(Int64.init), Int64(array.shape.count), array.type.code)
      }
    ).moved(to: device)
  }

  private static func made(_ pointer: OpaquePointer?) throws(TensorError) -> Tensor {
    guard let pointer else { throw LibTorch.failure("tensor", []) }
    return Tensor(taking: pointer)
  }

  /// Length of each dimension; empty for a single number.
  public var shape: [Int] {
    let functions = LibTorch.present
    let count = Int(functions.pointee.dimensions(pointer))
    guard count > 0, let sizes = functions.pointee.sizes(pointer) else { return [] }
    return (0..<count).map { Int(sizes[$0]) }
  }

  /// Number of dimensions.
  public var rank: Int { Int(LibTorch.present.pointee.dimensions(pointer)) }

  /// Number of numbers.
  public var count: Int { Int(LibTorch.present.pointee.element_count(pointer)) }

  /// The numbers' type.
  public var type: NumericType { NumericType(code: LibTorch.present.pointee.type(pointer)) }

  /// Where the numbers are.
  public var device: Device {
    var kind: Int32 = 0
    var index: Int32 = 0
    LibTorch.present.pointee.device(pointer, &kind, &index)
    return Device(Device.Kind.allCases.first { $0.code == kind } ?? .cpu, index: Int(index))
  }

  /// Whether gradients can be computed with respect to what the tensor was made of.
  public var isRecorded: Bool { LibTorch.present.pointee.requires_gradient(pointer) }

  /// `float32 [2, 3] on cpu`
  public var signature: String { "\(type.rawValue) \(shape) on \(device)" }

  /// The numbers in row order, fetched from the device.
  ///
  /// - Throws: ``TensorError`` when `type` is not the tensor's own; convert with ``converted(to:)`` first.
  public func scalars<Element: NumericElement>(as: Element.Type) throws(TensorError) -> [Element] {
    guard Element.numericType == type else {
      throw TensorError(
        .operation, "scalars", "the numbers are \(type.rawValue), not \(Element.numericType.rawValue)",
        operands: [signature], remedy: "convert them with converted(to:)")
    }
    let count = self.count
    var isDone = false
    let values = [Element](unsafeUninitializedCapacity: count) { buffer, initialized in
      isDone = LibTorch.present.pointee.to_bytes(
        pointer, buffer.baseAddress, Int64(count * MemoryLayout<Element>.stride))
      initialized = isDone ? count : 0
    }
    guard isDone else { throw LibTorch.failure("scalars", [self]) }
    return values
  }

  /// The only number of a tensor that has one.
  public func item() throws(TensorError) -> Double {
    guard count == 1 else {
      throw TensorError(.operation, "item", "there is not exactly one number", operands: [signature])
    }
    return try converted(to: .float64).scalars(as: Double.self)[0]
  }

  /// The numbers as files hold them.
  public func numericArray() throws(TensorError) -> NumericArray {
    let (type, shape) = (type, shape)
    let size = count * type.size
    var isDone = false
    let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, initialized in
      isDone = LibTorch.present.pointee.to_bytes(pointer, buffer.baseAddress, Int64(size))
      initialized = isDone ? size : 0
    }
    guard isDone, let array = NumericArray(bytes: bytes, type: type, shape: shape) else {
      throw LibTorch.failure("numericArray", [self])
    }
    return array
  }
}

extension Tensor: CustomStringConvertible {
  /// The signature, and the numbers when they are few.
  public var description: String {
    guard count <= 64, let numbers = try? converted(to: .float64).scalars(as: Double.self) else {
      return signature
    }
    return "\(signature): \(numbers)"
  }
}

extension NumericType {
  private static let codes: [(NumericType, Int32)] = [
    (.uint8, 0), (.int8, 1), (.int16, 2), (.int32, 3), (.int64, 4), (.float16, 5), (.float32, 6),
    (.float64, 7), (.complex64, 9), (.complex128, 10), (.bool, 11), (.bfloat16, 15), (.uint16, 27),
    (.uint32, 28), (.uint64, 29),
  ]

  /// LibTorch's number of the type.
  var code: Int32 { Self.codes.first { $0.0 == self }!.1 }

  init(code: Int32) {
    guard let found = Self.codes.first(where: { $0.1 == code }) else {
      preconditionFailure("LibTorch's type \(code) cannot be read")
    }
    self = found.0
  }

  /// Whether the numbers are fractions, for which gradients exist.
  var isFloatingPoint: Bool {
    switch self {
    case .float16, .bfloat16, .float32, .float64: true
    default: false
    }
  }
}
