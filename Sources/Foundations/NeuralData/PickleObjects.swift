/// What may be constructed: everything else is refused when its name is read.
enum PickleConstructor: String {
  case orderedDictionary = "collections.OrderedDict"
  case set, bytes, bytearray
  case encode = "_codecs.encode"
  case arrayShell = "numpy._reconstruct"
  case arrayFromBuffer = "numpy._frombuffer"
  case array = "numpy.ndarray"
  case numericType = "numpy.dtype"
  case scalar = "numpy.scalar"
  case tensor = "torch._rebuild_tensor_v2"
  case typedTensor = "torch._rebuild_tensor_v3"
  case parameter = "torch._rebuild_parameter"
  case size = "torch.Size"
}

/// A type of numbers as NumPy and PyTorch name it.
struct PickleNumericType {
  var type: NumericType
  var isBigEndian = false
}

extension PickleMachine {
  /// What a class's or function's name stands for.
  func global(_ module: String, _ name: String) throws(FileError) -> Node {
    switch (module, name) {
    case ("collections", "OrderedDict"): return .constructor(.orderedDictionary)
    case ("builtins", "set"), ("__builtin__", "set"), ("builtins", "frozenset"), ("__builtin__", "frozenset"):
      return .constructor(.set)
    case ("builtins", "bytes"), ("__builtin__", "bytes"): return .constructor(.bytes)
    case ("builtins", "bytearray"), ("__builtin__", "bytearray"): return .constructor(.bytearray)
    case ("_codecs", "encode"): return .constructor(.encode)
    case ("numpy.core.multiarray", "_reconstruct"), ("numpy._core.multiarray", "_reconstruct"):
      return .constructor(.arrayShell)
    case ("numpy.core.multiarray", "scalar"), ("numpy._core.multiarray", "scalar"):
      return .constructor(.scalar)
    case ("numpy.core.numeric", "_frombuffer"), ("numpy._core.numeric", "_frombuffer"):
      return .constructor(.arrayFromBuffer)
    case ("numpy", "ndarray"): return .constructor(.array)
    case ("numpy", "dtype"): return .constructor(.numericType)
    default: break
    }
    if storages != nil, let node = Self.torchGlobal(module, name) { return node }
    throw unsupported(
      "the class '\("\(module).\(name)".prefix(100))' cannot be read",
      remedy: "save plain values, NumPy arrays or a state_dict instead of objects")
  }

  /// Calls a constructor.
  mutating func construct(_ place: Place, _ arguments: [Place]) throws(FileError) {
    guard case .constructor(let constructor) = nodes[place] else {
      throw damaged("something that is no class is to make an object")
    }
    func argument(_ index: Int) throws(FileError) -> Place {
      guard index < arguments.count else { throw damaged("'\(constructor.rawValue)' has too few arguments") }
      return arguments[index]
    }
    switch constructor {
    case .orderedDictionary: push(.dictionary(try pairs(arguments)))
    case .set:
      let items = try arguments.first.map { place throws(FileError) in try elements(place) } ?? []
      try spend(8 * items.count)
      push(.set(items))
    case .bytes, .bytearray:
      guard let contents = arguments.first else { return push(.value(.bytes([]))) }
      try pushBytes(contents)
    case .encode: try pushBytes(argument(0))
    case .arrayShell: push(.emptyArray)
    case .numericType: push(.numericType(try numericType(code: text(at: argument(0)))))
    case .arrayFromBuffer:
      let order = arguments.count > 3 ? try text(at: arguments[3]) : "C"
      push(
        .value(
          .array(
            try array(
              contents: argument(0), type: argument(1), shape: argument(2), isFortran: order == "F"))))
    case .scalar:
      let array = try array(contents: argument(1), type: argument(0), lengths: [], isFortran: false)
      push(.value(try number(array)))
    case .size: push(.tuple(try elements(argument(0))))
    case .parameter:
      // The node of the tensor itself: parameter and tensor are the same numbers.
      guard case .value(let value) = nodes[try argument(0)] else {
        throw damaged("a parameter has no tensor")
      }
      push(.value(value))
    case .tensor, .typedTensor:
      push(.value(.array(try tensor(arguments, isTyped: constructor == .typedTensor))))
    case .array: throw unsupported("an array made without its contents cannot be read")
    }
  }

  /// Gives an object its state.
  mutating func build(_ place: Place, state: Place) throws(FileError) {
    switch nodes[place] {
    case .dictionary: break  // attributes of an OrderedDict, such as the versions of a state_dict's modules
    case .numericType(var type):
      let items = try elements(state)
      guard items.count > 1 else { throw damaged("a type of numbers has no byte order") }
      type.isBigEndian = try text(at: items[1]) == ">"
      nodes[place] = .numericType(type)
    case .emptyArray:
      let items = try elements(state)
      guard items.count >= 5 else { throw damaged("an array's state is incomplete") }
      guard case .value(.truth(let isFortran)) = nodes[items[3]] else {
        throw damaged("an array has no order")
      }
      nodes[place] = .value(
        .array(try array(contents: items[4], type: items[2], shape: items[1], isFortran: isFortran)))
    default: throw unsupported("an object with a state of its own cannot be read")
    }
  }

  // MARK: - Arguments

  func text(at place: Place) throws(FileError) -> String {
    switch nodes[place] {
    case .value(.text(let text)): return text
    case .string(let bytes): return String(decoding: bytes, as: UTF8.self)
    default: throw damaged("a text is missing")
    }
  }

  func elements(_ place: Place) throws(FileError) -> [Place] {
    switch nodes[place] {
    case .tuple(let items), .list(let items), .set(let items): return items
    default: throw damaged("a list of arguments is missing")
    }
  }

  func integer(_ place: Place) throws(FileError) -> Int {
    guard case .value(.integer(let value)) = nodes[place] else { throw damaged("a whole number is missing") }
    return value
  }

  func lengths(_ place: Place) throws(FileError) -> [Int] {
    let items = try elements(place)
    guard items.count <= 64 else { throw damaged("an array has \(items.count) dimensions") }
    var result: [Int] = []
    for item in items { result.append(try integer(item)) }
    return result
  }

  /// Keys and values in turn, from the pairs that `OrderedDict` is given.
  private mutating func pairs(_ arguments: [Place]) throws(FileError) -> [Place] {
    guard let list = arguments.first else { return [] }
    var items: [Place] = []
    for pair in try elements(list) {
      let parts = try elements(pair)
      guard parts.count == 2 else { throw damaged("a key has no value") }
      items += parts
    }
    try spend(8 * items.count)
    return items
  }

  private func buffer(_ place: Place) throws(FileError) -> [UInt8] {
    switch nodes[place] {
    case .value(.bytes(let bytes)), .string(let bytes): return bytes
    default: throw unsupported("an array of Python objects cannot be read")
    }
  }

  /// Bytes as older protocols keep them: a text whose characters are the bytes.
  private mutating func pushBytes(_ place: Place) throws(FileError) {
    switch nodes[place] {
    case .value(.bytes(let bytes)), .string(let bytes):
      try spend(bytes.count)
      push(.value(.bytes(bytes)))
    case .value(.text(let text)):
      try spend(text.utf8.count)
      var bytes: [UInt8] = []
      bytes.reserveCapacity(text.utf8.count)
      for scalar in text.unicodeScalars {
        guard let byte = UInt8(exactly: scalar.value) else { throw damaged("a text does not encode bytes") }
        bytes.append(byte)
      }
      push(.value(.bytes(bytes)))
    default: throw unsupported("bytes made of something else cannot be read")
    }
  }

  // MARK: - NumPy

  private func numericType(code: String) throws(FileError) -> PickleNumericType {
    var name = Substring(code)
    let order = name.first.flatMap { "<>|=".contains($0) ? $0 : nil }
    if order != nil { name.removeFirst() }
    if name == "?" { name = "b1" }
    guard let type = NPY.codes.first(where: { $0.value == name })?.key else {
      throw unsupported(
        "a NumPy array of type '\(code.prefix(20))' cannot be read", remedy: "save plain numeric arrays")
    }
    return PickleNumericType(type: type, isBigEndian: order == ">")
  }

  private mutating func array(
    contents: Place, type: Place, shape: Place, isFortran: Bool
  ) throws(FileError) -> NumericArray {
    try array(contents: contents, type: type, lengths: lengths(shape), isFortran: isFortran)
  }

  private mutating func array(
    contents: Place, type: Place, lengths: [Int], isFortran: Bool
  ) throws(FileError) -> NumericArray {
    guard case .numericType(let type) = nodes[type] else { throw damaged("an array has no type of numbers") }
    var bytes = try buffer(contents)
    guard NumericArray.byteCount(lengths, type.type) == bytes.count else {
      throw damaged("\(bytes.count) bytes do not fill an array of shape \(lengths) of \(type.type.rawValue)")
    }
    try spend(bytes.count)
    if type.isBigEndian { bytes.reverseBytes(unit: type.type.unit) }
    if isFortran { bytes = bytes.reorderedFromFortran(lengths, size: type.type.size) }
    return NumericArray(bytes: bytes, type: type.type, shape: lengths)!
  }

  /// A NumPy number as a value of its own.
  private func number(_ array: NumericArray) throws(FileError) -> Pickle.Value {
    do {
      switch array.type {
      case .bool: return .truth(array.bytes[0] != 0)
      case .float16, .bfloat16, .float32, .float64: return .number(try array.values(as: Double.self)[0])
      case .complex64, .complex128: return .array(array)
      default: return .integer(try array.values(as: Int.self)[0])
      }
    } catch {
      throw unsupported("a whole number has more than 64 bits")
    }
  }
}
