import CTensors
import NeuralData

/// One of LibTorch's operators, called by its schema.
///
/// Arguments follow the schema's order; those left out at the end take its default values. This reaches every
/// operator that LibTorch has, also those for which ``Tensor`` has no method:
///
/// ```swift
/// let cumulative = Operator("cumsum")
/// let sums = try cumulative(.tensor(x), .integer(0))
/// ```
public struct Operator: @unchecked Sendable {
  /// An argument.
  public enum Argument: Sendable {
    /// Nothing, for an optional argument.
    case none
    /// A tensor.
    case tensor(Tensor)
    /// A tensor or nothing.
    case optional(Tensor?)
    /// A whole number.
    case integer(Int)
    /// A fraction.
    case number(Double)
    /// A truth value.
    case truth(Bool)
    /// A text.
    case text(String)
    /// A type of numbers.
    case type(NumericType)
    /// A device.
    case device(Device)
    /// Whole numbers, such as a shape.
    case integers([Int])
    /// Fractions.
    case numbers([Double])
    /// Truth values.
    case truths([Bool])
    /// Tensors.
    case tensors([Tensor])
    /// Tensors, of which some may be missing.
    case optionalTensors([Tensor?])
    /// A seeded source of chance.
    case generator(Generator)
  }

  /// The operator's name.
  public let name: String
  let pointer: OpaquePointer?
  private let problem: TensorError?

  /// An operator of LibTorch's namespace `aten`.
  ///
  /// - Parameters:
  ///   - name: such as `add`.
  ///   - overload: which of several of the name, such as `Tensor`.
  public init(_ name: String, _ overload: String = "") {
    self.name = name
    var problem: TensorError?
    var pointer: OpaquePointer?
    do throws(TensorError) {
      pointer = try LibTorch.functions().pointee.find(name, overload)
      if pointer == nil { problem = LibTorch.failure(name, []) }
    } catch {
      problem = error
    }
    self.pointer = pointer
    self.problem = problem
  }

  /// - Throws: why there is no such operator.
  @inline(__always)
  private func found() throws(TensorError) -> OpaquePointer {
    if let pointer { return pointer }
    throw problem!
  }

  /// Calls the operator and returns its first tensor.
  public func callAsFunction(_ arguments: Argument...) throws(TensorError) -> Tensor {
    guard let first = try call(arguments).tensors.first, let first else {
      throw TensorError(.operation, name, "it returned no tensor")
    }
    return first
  }

  /// Calls the operator and returns all its tensors, lists spelt out.
  public func tensors(_ arguments: Argument...) throws(TensorError) -> [Tensor] {
    try call(arguments).tensors.compactMap(\.self)
  }

  /// Calls an operator that changes its arguments in place; what it returns is dropped.
  func run(_ arguments: Argument...) throws(TensorError) { _ = try call(arguments) }

  func call(_ arguments: [Argument]) throws(TensorError) -> (tensors: [Tensor?], number: Double) {
    let operation = try found()
    let functions = LibTorch.present
    let list = LoweredArguments(arguments)
    defer { list.free() }
    var results = ct_results()
    guard functions.pointee.call(operation, list.arguments, Int64(list.arguments.count), &results) else {
      throw LibTorch.failure(name, list.tensors)
    }
    let tensors = (0..<Int(results.count)).map { results.tensors[$0].map { Tensor(taking: $0) } }
    return (tensors, results.number)
  }

  // The quick ways, for operators of one or two tensors.

  @inline(__always)
  func unary(_ a: Tensor) throws(TensorError) -> Tensor {
    let operation = try found()
    if let result = LibTorch.present.pointee.unary(operation, a.pointer) { return Tensor(taking: result) }
    throw LibTorch.failure(name, [a])
  }

  @inline(__always)
  func binary(_ a: Tensor, _ b: Tensor) throws(TensorError) -> Tensor {
    let operation = try found()
    if let result = LibTorch.present.pointee.binary(operation, a.pointer, b.pointer) {
      return Tensor(taking: result)
    }
    throw LibTorch.failure(name, [a, b])
  }

  @inline(__always)
  func scaled(_ a: Tensor, _ b: Tensor, by factor: Double = 1) throws(TensorError) -> Tensor {
    let operation = try found()
    if let result = LibTorch.present.pointee.scaled(operation, a.pointer, b.pointer, factor) {
      return Tensor(taking: result)
    }
    throw LibTorch.failure(name, [a, b])
  }

  @inline(__always)
  func withNumber(
    _ a: Tensor, _ number: Double, numberFirst: Bool = false, isScaled: Bool = false
  ) throws(TensorError) -> Tensor {
    let operation = try found()
    if let result = LibTorch.present.pointee.with_number(operation, a.pointer, number, numberFirst, isScaled)
    {
      return Tensor(taking: result)
    }
    throw LibTorch.failure(name, [a])
  }
}

/// Arguments in the form that C reads, with the memory of their lists.
struct LoweredArguments {
  private(set) var arguments: [ct_argument] = []
  /// The tensors among them, for messages; held for the length of the call.
  private(set) var tensors: [Tensor] = []
  private var memory: [UnsafeMutableRawPointer] = []
  private let originals: [Operator.Argument]

  init(_ originals: [Operator.Argument]) {
    self.originals = originals
    arguments.reserveCapacity(originals.count)
    for argument in originals { add(argument) }
  }

  func free() { for block in memory { block.deallocate() } }

  private mutating func add(_ argument: Operator.Argument) {
    switch argument {
    case .none, .optional(nil): append(CT_NONE)
    case .tensor(let tensor), .optional(.some(let tensor)):
      tensors.append(tensor)
      append(CT_TENSOR, pointer: UnsafeRawPointer(tensor.pointer))
    case .integer(let value): append(CT_INTEGER, integer: Int64(value))
    case .number(let value): append(CT_NUMBER, number: value)
    case .truth(let value): append(CT_TRUTH, integer: value ? 1 : 0)
    case .text(let value): append(CT_TEXT, pointer: copy(Array(value.utf8CString)))
    case .type(let type): append(CT_INTEGER, integer: Int64(type.code))
    case .device(let device):
      append(
        CT_DEVICE, integer: Int64(device.kind == .cpu ? -1 : device.index), number: Double(device.kind.code))
    case .integers(let values):
      append(CT_INTEGERS, integer: Int64(values.count), pointer: copy(values.map(Int64.init)))
    case .numbers(let values): append(CT_NUMBERS, integer: Int64(values.count), pointer: copy(values))
    case .truths(let values): append(CT_TRUTHS, integer: Int64(values.count), pointer: copy(values))
    case .tensors(let values):
      tensors += values.prefix(4)
      append(CT_TENSORS, integer: Int64(values.count), pointer: copy(values.map(\.pointer)))
    case .optionalTensors(let values):
      append(CT_OPTIONAL_TENSORS, integer: Int64(values.count), pointer: copy(values.map { $0?.pointer }))
    case .generator(let generator): append(CT_GENERATOR, pointer: UnsafeRawPointer(generator.pointer))
    }
  }

  private mutating func append(
    _ kind: Int, integer: Int64 = 0, number: Double = 0, pointer: UnsafeRawPointer? = nil
  ) {
    arguments.append(ct_argument(kind: Int32(kind), integer: integer, number: number, pointer: pointer))
  }

  private mutating func copy<Element: BitwiseCopyable>(_ values: [Element]) -> UnsafeRawPointer? {
    let size = values.count * MemoryLayout<Element>.stride
    guard size > 0 else { return nil }
    let block = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 16)
    values.withUnsafeBytes { block.copyMemory(from: $0.baseAddress!, byteCount: size) }
    memory.append(block)
    return UnsafeRawPointer(block)
  }
}
