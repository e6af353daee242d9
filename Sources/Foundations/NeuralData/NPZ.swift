/// NumPy's archives of named arrays: zip files of array files.
public enum NPZ {
  /// Reads all arrays.
  ///
  /// - Throws: ``FileError``.
  public static func read(_ path: String) throws(FileError) -> [String: NumericArray] {
    try decode(FileBytes.read(path), path: path)
  }

  /// Writes an archive, atomically.
  ///
  /// - Parameter compressed: whether to deflate the arrays.
  public static func write(_ arrays: [String: NumericArray], to path: String, compressed: Bool = false)
    throws(FileError)
  {
    try AtomicFile.write(encode(arrays, compressed: compressed), to: path)
  }

  /// The bytes of an archive; arrays in the order of their names.
  public static func encode(_ arrays: [String: NumericArray], compressed: Bool = false) -> [UInt8] {
    var file = ByteWriter()
    var directory = ByteWriter()
    for (name, array) in arrays.sorted(by: { $0.key < $1.key }) {
      let contents = NPY.encode(array)
      let stored = compressed ? Gzip.deflateRaw(contents) : contents
      let member = Array((name + ".npy").utf8)
      let offset = file.bytes.count
      let needsWide = max(contents.count, stored.count, offset) >= 0xFFFF_FFFF
      // 1980-01-01, so that the same arrays give the same bytes.
      let common: (inout ByteWriter) -> Void = { writer in
        writer.append(UInt16(needsWide ? 45 : 20))
        writer.append(UInt16(0x800))  // names are UTF-8
        writer.append(UInt16(compressed ? 8 : 0))
        writer.append(UInt16(0))
        writer.append(UInt16(0x21))
        writer.append(Gzip.checksum(contents))
        writer.append(needsWide ? 0xFFFF_FFFF : UInt32(stored.count))
        writer.append(needsWide ? 0xFFFF_FFFF : UInt32(contents.count))
        writer.append(UInt16(member.count))
      }
      file.append(UInt32(0x0403_4B50))
      common(&file)
      file.append(UInt16(needsWide ? 20 : 0))
      file.bytes += member
      if needsWide { file.appendWide([contents.count, stored.count]) }
      file.bytes += stored
      directory.append(UInt32(0x0201_4B50))
      directory.append(UInt16(needsWide ? 45 : 20))
      common(&directory)
      directory.append(UInt16(needsWide ? 28 : 0))
      for _ in 0..<3 { directory.append(UInt16(0)) }
      directory.append(UInt32(0))
      directory.append(needsWide ? 0xFFFF_FFFF : UInt32(offset))
      directory.bytes += member
      if needsWide { directory.appendWide([contents.count, stored.count, offset]) }
    }
    let start = file.bytes.count
    let count = arrays.count
    file.bytes += directory.bytes
    if start >= 0xFFFF_FFFF || count >= 0xFFFF {
      let record = file.bytes.count
      file.append(UInt32(0x0606_4B50))
      file.append(UInt64(44))
      file.append(UInt16(45))
      file.append(UInt16(45))
      file.append(UInt64(0))
      for value in [count, count, directory.bytes.count, start] { file.append(UInt64(value)) }
      file.append(UInt32(0x0706_4B50))
      file.append(UInt32(0))
      file.append(UInt64(record))
      file.append(UInt32(1))
    }
    file.append(UInt32(0x0605_4B50))
    file.append(UInt32(0))
    file.append(UInt16(min(count, 0xFFFF)))
    file.append(UInt16(min(count, 0xFFFF)))
    file.append(UInt32(min(directory.bytes.count, 0xFFFF_FFFF)))
    file.append(UInt32(min(start, 0xFFFF_FFFF)))
    file.append(UInt16(0))
    return file.bytes
  }

  /// Reads the bytes of an archive.
  public static func decode(_ bytes: [UInt8], path: String) throws(FileError) -> [String: NumericArray] {
    func damaged(_ problem: String, at offset: Int) -> FileError {
      FileError(
        .damaged, path, at: "byte \(offset)", problem, expected: "a zip archive as numpy.savez writes it")
    }
    func number(_ offset: Int, _ width: Int) throws(FileError) -> Int {
      guard offset >= 0, offset <= bytes.count - width else {
        throw damaged("the archive ends early", at: bytes.count)
      }
      let value = (0..<width).reduce(UInt64(0)) { $0 | UInt64(bytes[offset + $1]) << (8 * $1) }
      guard let result = Int(exactly: value) else { throw damaged("a size is impossible", at: offset) }
      return result
    }
    let lastStart = bytes.count - 22
    guard lastStart >= 0,
      let end = stride(from: lastStart, through: max(0, lastStart - 0xFFFF), by: -1).first(where: {
        bytes[$0] == 0x50 && bytes[$0 + 1] == 0x4B && bytes[$0 + 2] == 5 && bytes[$0 + 3] == 6
      })
    else { throw damaged("there is no zip directory", at: 0) }
    var count = try number(end + 10, 2)
    var place = try number(end + 16, 4)
    if count == 0xFFFF || place == 0xFFFF_FFFF {
      let record = try number(end - 20 + 8, 8)
      guard try number(record, 4) == 0x0606_4B50 else {
        throw damaged("the zip64 directory is missing", at: record)
      }
      count = try number(record + 32, 8)
      place = try number(record + 48, 8)
    }
    var arrays: [String: NumericArray] = [:]
    var index = 0
    while index < count {
      guard try number(place, 4) == 0x0201_4B50 else {
        throw damaged("an entry of the zip directory is damaged", at: place)
      }
      let method = try number(place + 10, 2)
      let checksum = try number(place + 16, 4)
      var stored = try number(place + 20, 4)
      var size = try number(place + 24, 4)
      let nameLength = try number(place + 28, 2)
      let extraLength = try number(place + 30, 2)
      let commentLength = try number(place + 32, 2)
      var local = try number(place + 42, 4)
      guard place + 46 + nameLength + extraLength + commentLength <= bytes.count else {
        throw damaged("an entry of the zip directory is damaged", at: place)
      }
      let name = String(decoding: bytes[(place + 46)..<(place + 46 + nameLength)], as: UTF8.self)
      // Wide sizes stand in an extra field, in this order, only where the narrow ones are full.
      var extra = place + 46 + nameLength
      let extraEnd = extra + extraLength
      while extra + 4 <= extraEnd {
        let length = try number(extra + 2, 2)
        if try number(extra, 2) == 1 {
          var field = extra + 4
          if size == 0xFFFF_FFFF { size = try number(field, 8); field += 8 }
          if stored == 0xFFFF_FFFF { stored = try number(field, 8); field += 8 }
          if local == 0xFFFF_FFFF { local = try number(field, 8) }
        }
        extra += 4 + length
      }
      place = extraEnd + commentLength
      index += 1
      guard try number(local, 4) == 0x0403_4B50 else {
        throw damaged("member '\(name)' is missing", at: local)
      }
      let data = local + 30 + (try number(local + 26, 2)) + (try number(local + 28, 2))
      guard data <= bytes.count, stored <= bytes.count - data else {
        throw damaged("member '\(name)' ends early", at: bytes.count)
      }
      let packed = bytes[data..<(data + stored)]
      let contents: [UInt8]
      switch method {
      case 0: contents = Array(packed)
      case 8: contents = try Gzip.inflateRaw(packed, path: path)
      default:
        throw FileError(
          .unsupported, path, at: "member '\(name)'", "compression method \(method) cannot be read",
          expected: "numpy.savez or savez_compressed")
      }
      guard contents.count == size, Int(Gzip.checksum(contents)) == checksum else {
        throw damaged("member '\(name)' does not match its checksum", at: data)
      }
      guard name.hasSuffix(".npy") else { continue }
      let array = String(name.dropLast(4))
      arrays[array] = try NPY.decode(contents, path: path, member: array)
    }
    return arrays
  }
}

/// Little-endian bytes in the making.
struct ByteWriter {
  var bytes: [UInt8] = []

  mutating func append(_ value: some FixedWidthInteger) {
    withUnsafeBytes(of: value.littleEndian) { bytes += $0 }
  }

  /// The zip64 extra field.
  mutating func appendWide(_ values: [Int]) {
    append(UInt16(1))
    append(UInt16(8 * values.count))
    for value in values { append(UInt64(value)) }
  }
}
