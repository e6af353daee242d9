/// NumPy's array files, versions 1 to 3.
public enum NPY {
  /// Reads an array file.
  ///
  /// - Throws: ``FileError``.
  public static func read(_ path: String) throws(FileError) -> NumericArray {
    try decode(FileBytes.read(path), path: path)
  }

  /// Writes an array file, atomically.
  public static func write(_ array: NumericArray, to path: String) throws(FileError) {
    try AtomicFile.write(encode(array), to: path)
  }

  static let codes: [NumericType: String] = [
    .bool: "b1", .int8: "i1", .int16: "i2", .int32: "i4", .int64: "i8", .uint8: "u1", .uint16: "u2",
    .uint32: "u4",
    .uint64: "u8", .float16: "f2", .float32: "f4", .float64: "f8", .complex64: "c8", .complex128: "c16",
  ]

  /// The bytes of an array file.
  public static func encode(_ array: NumericArray) -> [UInt8] {
    guard let code = codes[array.type] else {
      preconditionFailure("NPY has no \(array.type.rawValue); convert the array first")
    }
    let order = array.type.size == 1 ? "|" : "<"
    let shape =
      array.shape.count == 1
      ? "(\(array.shape[0]),)" : "(" + array.shape.map(String.init).joined(separator: ", ") + ")"
    var header = "{'descr': '\(order)\(code)', 'fortran_order': False, 'shape': \(shape), }"
    let fixed = 10
    header += String(repeating: " ", count: 63 - (fixed + header.utf8.count) % 64) + "\n"
    let length = UInt16(header.utf8.count)
    return [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(length & 0xFF), UInt8(length >> 8)]
      + Array(header.utf8) + array.bytes
  }

  /// Reads the bytes of an array file.
  ///
  /// - Parameters:
  ///   - bytes: the whole file.
  ///   - path: its name in error messages.
  ///   - member: the array's name when the file is part of an archive.
  public static func decode(_ bytes: [UInt8], path: String, member: String? = nil) throws(FileError)
    -> NumericArray
  {
    let place = member.map { "array '\($0)'" }
    func damaged(_ problem: String, expected: String? = nil) -> FileError {
      FileError(.damaged, path, at: place, problem, expected: expected)
    }
    guard bytes.starts(with: [0x93] + Array("NUMPY".utf8)), bytes.count >= 10 else {
      throw damaged("this is not a NumPy array", expected: "the bytes 93 4E 55 4D 50 59 at the beginning")
    }
    let wide = bytes[6] >= 2
    guard (1...3).contains(bytes[6]), bytes.count >= (wide ? 12 : 10) else {
      throw damaged("format version \(bytes[6]) is unknown", expected: "version 1, 2 or 3")
    }
    let length =
      wide ? (0..<4).reduce(0) { $0 | Int(bytes[8 + $1]) << (8 * $1) } : Int(bytes[8]) | Int(bytes[9]) << 8
    let start = wide ? 12 : 10
    guard length <= bytes.count - start else {
      throw damaged("the header is said to have \(length) bytes, but \(bytes.count - start) are left")
    }
    guard let header = NPYHeader(String(decoding: bytes[start..<(start + length)], as: UTF8.self)) else {
      throw damaged(
        "the header cannot be understood", expected: "a dictionary with descr, fortran_order and shape")
    }
    guard let type = codes.first(where: { $0.value == header.code })?.key else {
      throw FileError(
        .unsupported, path, at: place, "numbers of type '\(header.code)' cannot be read",
        expected: "a plain numeric type",
        remedy: "convert the array with astype before saving")
    }
    guard let size = NumericArray.byteCount(header.shape, type) else {
      throw damaged("the shape \(header.shape) is impossible")
    }
    let data = bytes[(start + length)...]
    guard data.count == size else {
      throw damaged(
        "\(data.count) bytes of data follow",
        expected: "\(size) for the shape \(header.shape) of \(type.rawValue)")
    }
    var contents = Array(data)
    if header.isBigEndian { contents.reverseBytes(unit: type.unit) }
    if header.isFortran { contents = contents.reorderedFromFortran(header.shape, size: type.size) }
    return NumericArray(bytes: contents, type: type, shape: header.shape)!
  }
}

/// The dictionary at the head of an array file.
struct NPYHeader {
  var code = ""
  var isBigEndian = false
  var isFortran = false
  var shape: [Int] = []

  /// Reads `{'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }`; `nil` for anything else.
  init?(_ text: String) {
    var rest = Substring(text.trimmingSuffix { $0 == " " || $0 == "\n" || $0 == "\0" })
    guard rest.first == "{", rest.last == "}" else { return nil }
    rest = rest.dropFirst().dropLast()
    var seen = Set<String>()
    func skip(_ characters: Set<Character>) { rest = rest.drop { characters.contains($0) } }
    func quoted() -> String? {
      guard let quote = rest.first, quote == "'" || quote == "\"" else { return nil }
      rest = rest.dropFirst()
      guard let end = rest.firstIndex(of: quote) else { return nil }
      defer { rest = rest[rest.index(after: end)...] }
      return String(rest[..<end])
    }
    while true {
      skip([" ", ","])
      if rest.isEmpty { break }
      guard let key = quoted(), seen.insert(key).inserted else { return nil }
      skip([" "])
      guard rest.first == ":" else { return nil }
      rest = rest.dropFirst()
      skip([" "])
      switch key {
      case "descr":
        guard let text = quoted(), text.count >= 2, let order = text.first, "<>|=".contains(order) else {
          return nil
        }
        isBigEndian = order == ">"
        code = String(text.dropFirst())
        if code == "?" { code = "b1" }
      case "fortran_order":
        if rest.hasPrefix("True") { isFortran = true } else if !rest.hasPrefix("False") { return nil }
        rest = rest.drop { $0.isLetter }
      case "shape":
        guard rest.first == "(", let end = rest.firstIndex(of: ")") else { return nil }
        let inside = rest[rest.index(after: rest.startIndex)..<end]
        for part in inside.split(separator: ",", omittingEmptySubsequences: true) {
          let word = part.trimmingPrefix { $0 == " " }.prefix { $0 != " " && $0 != "L" }
          if word.isEmpty { continue }
          guard let length = Int(word) else { return nil }
          shape.append(length)
        }
        rest = rest[rest.index(after: end)...]
      default: return nil
      }
    }
    guard seen == ["descr", "fortran_order", "shape"], shape.count <= 32 else { return nil }
  }
}

extension String {
  fileprivate func trimmingSuffix(_ isTrimmed: (Character) -> Bool) -> Substring {
    var end = endIndex
    while end > startIndex, isTrimmed(self[index(before: end)]) { end = index(before: end) }
    return self[..<end]
  }
}

extension [UInt8] {
  mutating func reverseBytes(unit: Int) {
    if unit == 1 { return }
    for start in stride(from: 0, to: count, by: unit) {
      for offset in 0..<(unit / 2) { swapAt(start + offset, start + unit - 1 - offset) }
    }
  }

  /// From first index fastest to last index fastest.
  func reorderedFromFortran(_ shape: [Int], size: Int) -> [UInt8] {
    if shape.count < 2 || isEmpty { return self }
    var result = [UInt8](repeating: 0, count: count)
    var index = [Int](repeating: 0, count: shape.count)
    for target in 0..<(count / size) {
      var source = 0
      var step = 1
      for (place, length) in zip(index, shape) {
        source += place * step
        step *= length
      }
      for byte in 0..<size { result[target * size + byte] = self[source * size + byte] }
      for dimension in shape.indices.reversed() {
        index[dimension] += 1
        if index[dimension] < shape[dimension] { break }
        index[dimension] = 0
      }
    }
    return result
  }
}
