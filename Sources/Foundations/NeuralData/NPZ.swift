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
    let archive = try ZipArchive(bytes, path: path, expected: "a zip archive as numpy.savez writes it")
    var arrays: [String: NumericArray] = [:]
    for member in archive.members where member.name.hasSuffix(".npy") {
      let name = String(member.name.dropLast(4))
      arrays[name] = try NPY.decode(archive.contents(of: member), path: path, member: name)
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
