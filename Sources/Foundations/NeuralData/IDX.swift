/// The array files of MNIST and its kin, plain or compressed with gzip.
public enum IDX {
  private static let types: [UInt8: NumericType] = [
    0x08: .uint8, 0x09: .int8, 0x0B: .int16, 0x0C: .int32, 0x0D: .float32, 0x0E: .float64,
  ]

  /// Reads a file.
  ///
  /// - Throws: ``FileError`` with the offset at which the file breaks the format.
  public static func read(_ path: String) throws(FileError) -> NumericArray {
    let bytes = try FileBytes.read(path)
    return try decode(Gzip.isCompressed(bytes) ? Gzip.inflate(bytes, path: path) : bytes, path: path)
  }

  /// Reads the bytes of an uncompressed file.
  public static func decode(_ bytes: [UInt8], path: String) throws(FileError) -> NumericArray {
    func damaged(_ offset: Int, _ problem: String, expected: String) -> FileError {
      FileError(.damaged, path, at: "byte \(offset)", problem, expected: expected)
    }
    guard bytes.count >= 4 else {
      throw damaged(bytes.count, "the file ends in its magic number", expected: "an IDX file")
    }
    let magic = bytes[..<4].reduce(0) { $0 << 8 | Int($1) }
    guard bytes[0] == 0, bytes[1] == 0, let type = types[bytes[2]] else {
      throw damaged(
        0, "the magic number is \(magic)", expected: "2051 for images or 2049 for labels, as an IDX file has")
    }
    let dimensions = Int(bytes[3])
    let start = 4 + 4 * dimensions
    guard bytes.count >= start else {
      throw damaged(
        bytes.count, "the file ends among its \(dimensions) dimensions", expected: "\(start) bytes of head")
    }
    let shape = (0..<dimensions).map { dimension in
      bytes[(4 + 4 * dimension)..<(8 + 4 * dimension)].reduce(0) { $0 << 8 | Int($1) }
    }
    let text = shape.map(String.init).joined(separator: " × ")
    guard let size = NumericArray.byteCount(shape, type) else {
      throw damaged(4, "the sizes \(text) are impossible", expected: "sizes that fit a file")
    }
    guard bytes.count - start == size else {
      throw damaged(
        min(bytes.count, start + size), "\(bytes.count - start) bytes of data follow the head",
        expected: "\(size) for \(text) \(type.rawValue)")
    }
    var contents = Array(bytes[start...])
    if type.size > 1 {
      for place in stride(from: 0, to: contents.count, by: type.size) {
        contents[place..<(place + type.size)].reverse()
      }
    }
    return NumericArray(bytes: contents, type: type, shape: shape)!
  }
}
