/// The type of an array's numbers.
public enum NumericType: String, Sendable, Hashable, Codable, CaseIterable {
  /// Truth values, a byte each.
  case bool
  /// Whole numbers with a sign.
  case int8, int16, int32, int64
  /// Whole numbers without a sign.
  case uint8, uint16, uint32, uint64
  /// Floating-point numbers; `bfloat16` is the upper half of a `float32`.
  case float16, bfloat16, float32, float64
  /// Pairs of floating-point numbers: real part, imaginary part.
  case complex64, complex128

  /// Bytes of one number.
  public var size: Int {
    switch self {
    case .bool, .int8, .uint8: 1
    case .int16, .uint16, .float16, .bfloat16: 2
    case .int32, .uint32, .float32: 4
    case .int64, .uint64, .float64, .complex64: 8
    case .complex128: 16
    }
  }

  /// Bytes that change order together between machines of other endianness.
  var unit: Int { self == .complex64 ? 4 : self == .complex128 ? 8 : size }
}

/// A Swift type of array elements.
public protocol NumericElement: Sendable {
  /// The same type in files.
  static var numericType: NumericType { get }
}

extension Bool: NumericElement {
  /// `bool`
  public static var numericType: NumericType { .bool }
}
extension Int8: NumericElement {
  /// `int8`
  public static var numericType: NumericType { .int8 }
}
extension Int16: NumericElement {
  /// `int16`
  public static var numericType: NumericType { .int16 }
}
extension Int32: NumericElement {
  /// `int32`
  public static var numericType: NumericType { .int32 }
}
extension Int64: NumericElement {
  /// `int64`
  public static var numericType: NumericType { .int64 }
}
extension Int: NumericElement {
  /// `int64`
  public static var numericType: NumericType { .int64 }
}
extension UInt8: NumericElement {
  /// `uint8`
  public static var numericType: NumericType { .uint8 }
}
extension UInt16: NumericElement {
  /// `uint16`
  public static var numericType: NumericType { .uint16 }
}
extension UInt32: NumericElement {
  /// `uint32`
  public static var numericType: NumericType { .uint32 }
}
extension UInt64: NumericElement {
  /// `uint64`
  public static var numericType: NumericType { .uint64 }
}
extension Float: NumericElement {
  /// `float32`
  public static var numericType: NumericType { .float32 }
}
extension Double: NumericElement {
  /// `float64`
  public static var numericType: NumericType { .float64 }
}

/// An array of numbers as files hold it: any shape, any type.
public struct NumericArray: Sendable, Hashable {
  /// Length of each dimension; empty for a single number.
  public let shape: [Int]
  /// Type of the numbers.
  public let type: NumericType
  /// The numbers, row by row (the last index runs fastest), little-endian.
  public let bytes: [UInt8]

  /// The number of numbers.
  public var count: Int { shape.reduce(1, *) }

  /// Numbers in row order.
  ///
  /// - Parameters:
  ///   - values: as many as the shape holds.
  ///   - shape: one dimension unless given.
  public init<Element: NumericElement>(_ values: [Element], shape: [Int]? = nil) {
    let shape = shape ?? [values.count]
    precondition(
      shape.reduce(1, *) == values.count, "NumericArray: the shape must hold as many numbers as are given")
    self.shape = shape
    type = Element.numericType
    bytes = values.withUnsafeBytes { Array($0) }
  }

  /// Raw little-endian bytes in row order; `nil` when they do not fill the shape.
  public init?(bytes: [UInt8], type: NumericType, shape: [Int]) {
    guard Self.byteCount(shape, type) == bytes.count else { return nil }
    (self.bytes, self.type, self.shape) = (bytes, type, shape)
  }

  /// The bytes that a shape takes; `nil` when a length is negative or the product overflows.
  static func byteCount(_ shape: [Int], _ type: NumericType) -> Int? {
    var product = type.size
    for length in shape {
      guard length >= 0 else { return nil }
      let (next, overflow) = product.multipliedReportingOverflow(by: length)
      if overflow { return nil }
      product = next
    }
    return product
  }

  /// The numbers in row order, converted without loss.
  ///
  /// - Throws: ``ConversionError`` naming the first number that the type cannot hold exactly.
  public func values(as: Double.Type) throws(ConversionError) -> [Double] {
    try convert {
      Double(exactly: $0)
    } whole: {
      Double(exactly: $0)
    }
  }

  /// The numbers in row order, converted without loss.
  public func values(as: Float.Type) throws(ConversionError) -> [Float] {
    try convert {
      Float(exactly: $0) ?? ($0.isNaN ? .nan : nil)
    } whole: {
      Float(exactly: $0)
    }
  }

  /// The numbers in row order, converted without loss.
  public func values<Integer: FixedWidthInteger>(as: Integer.Type) throws(ConversionError) -> [Integer] {
    try convert {
      Integer(exactly: $0)
    } whole: {
      Integer(exactly: $0)
    }
  }

  /// A number that the wanted type cannot hold.
  public struct ConversionError: ReportableError, Hashable {
    /// The array's numbers.
    public var blame: Blame { .data }
    /// Place in row order; `nil` when the whole type does not convert.
    public var index: Int?
    /// The number as text, or the array's type.
    public var value: String
    /// The wanted type.
    public var wanted: String
    /// One line.
    public var description: String {
      index.map { "number \($0) is \(value), which \(wanted) cannot hold" }
        ?? "\(value) numbers cannot be read as \(wanted)"
    }
  }

  private func convert<Result>(
    _ fraction: (Double) -> Result?, whole: (Int128) -> Result?
  ) throws(ConversionError) -> [Result] {
    var result: [Result] = []
    result.reserveCapacity(count)
    func load<T>(_ index: Int, _: T.Type) -> T {
      bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: index * MemoryLayout<T>.size, as: T.self) }
    }
    for index in 0..<count {
      let value: Result?
      let text: () -> String
      switch type {
      case .complex64, .complex128:
        throw ConversionError(index: nil, value: type.rawValue, wanted: "\(Result.self)")
      case .float16, .bfloat16, .float32, .float64:
        let number: Double =
          switch type {
          case .float64: load(index, Double.self)
          case .float32: Double(load(index, Float.self))
          case .bfloat16: Double(Float(bitPattern: UInt32(load(index, UInt16.self)) << 16))
          default: halfPrecision(load(index, UInt16.self))
          }
        value = number.isNaN && Result.self == Double.self ? (number as! Result) : fraction(number)
        text = { "\(number)" }
      default:
        let number: Int128 =
          switch type {
          case .bool, .uint8: Int128(load(index, UInt8.self))
          case .int8: Int128(load(index, Int8.self))
          case .int16: Int128(load(index, Int16.self))
          case .int32: Int128(load(index, Int32.self))
          case .int64: Int128(load(index, Int64.self))
          case .uint16: Int128(load(index, UInt16.self))
          case .uint32: Int128(load(index, UInt32.self))
          default: Int128(load(index, UInt64.self))
          }
        value = whole(number)
        text = { "\(number)" }
      }
      guard let value else { throw ConversionError(index: index, value: text(), wanted: "\(Result.self)") }
      result.append(value)
    }
    return result
  }
}

/// A number of half precision (IEEE 754 binary16), exactly; Float16 is not on every Mac.
func halfPrecision(_ bits: UInt16) -> Double {
  let sign: Double = bits & 0x8000 == 0 ? 1 : -1
  let exponent = Int(bits >> 10 & 0x1F)
  let fraction = Double(bits & 0x3FF)
  switch exponent {
  case 0: return sign * fraction * 0x1p-24
  case 31: return fraction == 0 ? sign * .infinity : .nan
  default:
    return sign * (1 + fraction * 0x1p-10) * Double(sign: .plus, exponent: exponent - 15, significand: 1)
  }
}
