/// A run of numbers that tensors look into.
struct TorchStorage {
  var key: String
  var type: NumericType
}

/// The storages of a checkpoint's archive, each unpacked when it is first needed.
struct TorchStorages {
  /// Bytes of all storages together.
  let size: Int
  private let archive: ZipArchive
  private let members: [String: ZipArchive.Member]
  private var loaded: [String: [UInt8]] = [:]

  init(_ archive: ZipArchive, folder: String, path: String) throws(FileError) {
    self.archive = archive
    var members: [String: ZipArchive.Member] = [:]
    for member in archive.members {
      if member.name.hasPrefix(folder + "data/") {
        members[String(member.name.dropFirst(folder.count + 5))] = member
      } else if member.name == folder + "byteorder", try archive.contents(of: member) == Array("big".utf8) {
        throw FileError(
          .unsupported, path, "the checkpoint comes from a big-endian machine",
          expected: "little-endian numbers")
      }
    }
    self.members = members
    size = members.values.reduce(0) { $0 + $1.place.count }
  }

  /// The bytes of a storage; `nil` when there is none of that name.
  mutating func bytes(_ key: String) throws(FileError) -> [UInt8]? {
    if let bytes = loaded[key] { return bytes }
    guard let member = members[key] else { return nil }
    let bytes = try archive.contents(of: member)
    loaded[key] = bytes
    return bytes
  }
}

extension PickleMachine {
  private static let storageTypes: [String: NumericType] = [
    "FloatStorage": .float32, "DoubleStorage": .float64, "HalfStorage": .float16,
    "BFloat16Storage": .bfloat16,
    "LongStorage": .int64, "IntStorage": .int32, "ShortStorage": .int16, "CharStorage": .int8,
    "ByteStorage": .uint8, "BoolStorage": .bool, "ComplexFloatStorage": .complex64,
    "ComplexDoubleStorage": .complex128, "UntypedStorage": .uint8,
  ]
  private static let numberTypes: [String: NumericType] = [
    "float32": .float32, "float64": .float64, "float16": .float16, "bfloat16": .bfloat16, "int64": .int64,
    "int32": .int32, "int16": .int16, "int8": .int8, "uint8": .uint8, "uint16": .uint16, "uint32": .uint32,
    "uint64": .uint64, "bool": .bool, "complex64": .complex64, "complex128": .complex128,
  ]

  /// What PyTorch's names stand for.
  static func torchGlobal(_ module: String, _ name: String) -> Node? {
    switch (module, name) {
    case ("torch._utils", "_rebuild_tensor_v2"): .constructor(.tensor)
    case ("torch._utils", "_rebuild_tensor_v3"): .constructor(.typedTensor)
    case ("torch._utils", "_rebuild_parameter"): .constructor(.parameter)
    case ("torch", "Size"): .constructor(.size)
    case ("torch", _), ("torch.storage", _):
      (storageTypes[name] ?? numberTypes[name]).map { .numericType(PickleNumericType(type: $0)) }
    default: nil
    }
  }

  /// The storage that `('storage', class, key, device, count)` stands for.
  func persistent(_ place: Place) throws(FileError) -> Node {
    guard storages != nil else {
      throw unsupported("a reference to something outside the file cannot be read")
    }
    let items = try elements(place)
    guard items.count >= 3, try text(at: items[0]) == "storage", case .numericType(let type) = nodes[items[1]]
    else {
      throw unsupported("a reference to something other than a storage cannot be read")
    }
    return .storage(TorchStorage(key: try text(at: items[2]), type: type.type))
  }

  /// The tensor of `(storage, offset, shape, strides, …)`; a typed one names its numbers after these and the hooks.
  mutating func tensor(_ arguments: [Place], isTyped: Bool) throws(FileError) -> NumericArray {
    guard arguments.count >= (isTyped ? 7 : 4), case .storage(let storage) = nodes[arguments[0]] else {
      throw damaged("a tensor's description is incomplete")
    }
    var type = storage.type
    if isTyped {
      guard case .numericType(let named) = nodes[arguments[6]] else { throw damaged("a tensor has no type") }
      type = named.type
    }
    let offset = try integer(arguments[1])
    let shape = try lengths(arguments[2])
    let strides = try lengths(arguments[3])
    guard let bytes = try storages?.bytes(storage.key) else {
      throw damaged("storage '\(storage.key)' is missing")
    }
    guard let size = NumericArray.byteCount(shape, type), strides.count == shape.count, offset >= 0,
      strides.allSatisfy({ $0 >= 0 })
    else { throw damaged("a tensor of shape \(shape) and strides \(strides) is impossible") }
    // The highest number that the tensor looks at.
    var last = offset
    for (length, stride) in zip(shape, strides) where length > 1 {
      let (way, tooFar) = (length - 1).multipliedReportingOverflow(by: stride)
      let (sum, tooMuch) = last.addingReportingOverflow(way)
      guard !tooFar, !tooMuch else { throw damaged("a tensor of shape \(shape) is impossible") }
      last = sum
    }
    guard size == 0 || last < bytes.count / type.size else {
      throw damaged(
        "a tensor of shape \(shape) looks beyond its storage of \(bytes.count / type.size) numbers")
    }
    try spend(size)
    return NumericArray(
      bytes: TorchLayout.gathered(bytes, offset: offset, shape: shape, strides: strides, size: type.size),
      type: type,
      shape: shape)!
  }
}

/// How tensors lie in storages.
enum TorchLayout {
  /// The numbers in row order.
  static func gathered(_ bytes: [UInt8], offset: Int, shape: [Int], strides: [Int], size: Int) -> [UInt8] {
    let count = shape.reduce(1, *)
    if count == 0 { return [] }
    var step = 1
    var isContiguous = true
    for (length, stride) in zip(shape, strides).reversed() where length > 1 {
      if stride != step { isContiguous = false }
      step *= length
    }
    if isContiguous { return Array(bytes[(offset * size)..<((offset + count) * size)]) }
    var result: [UInt8] = []
    result.reserveCapacity(count * size)
    var index = [Int](repeating: 0, count: shape.count)
    var place = offset
    for _ in 0..<count {
      result += bytes[(place * size)..<((place + 1) * size)]
      for dimension in shape.indices.reversed() {
        index[dimension] += 1
        place += strides[dimension]
        if index[dimension] < shape[dimension] { break }
        place -= index[dimension] * strides[dimension]
        index[dimension] = 0
      }
    }
    return result
  }
}
