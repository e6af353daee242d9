import Foundation

/// Files of named arrays with a JSON head, as neural networks' weights are kept.
public enum SafeTensors {
  /// Named arrays and named texts.
  public struct Contents: Sendable, Hashable {
    /// The arrays.
    public var tensors: [String: NumericArray]
    /// The texts of `__metadata__`.
    public var metadata: [String: String]

    /// Arrays and texts.
    public init(tensors: [String: NumericArray], metadata: [String: String] = [:]) {
      self.tensors = tensors
      self.metadata = metadata
    }
  }

  static let codes: [NumericType: String] = [
    .bool: "BOOL", .int8: "I8", .int16: "I16", .int32: "I32", .int64: "I64", .uint8: "U8", .uint16: "U16",
    .uint32: "U32",
    .uint64: "U64", .float16: "F16", .bfloat16: "BF16", .float32: "F32", .float64: "F64",
  ]

  private struct Entry: Codable {
    var dtype: String
    var shape: [Int]
    var data_offsets: [Int]
  }

  private struct Head: Codable {
    var entries: [String: Entry] = [:]
    var metadata: [String: String] = [:]

    struct Key: CodingKey {
      var stringValue: String
      var intValue: Int? { nil }
      init(stringValue: String) { self.stringValue = stringValue }
      init?(intValue: Int) { nil }
    }

    init() {}

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: Key.self)
      for key in container.allKeys {
        if key.stringValue == "__metadata__" {
          metadata = try container.decode([String: String].self, forKey: key)
        } else {
          entries[key.stringValue] = try container.decode(Entry.self, forKey: key)
        }
      }
    }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: Key.self)
      if !metadata.isEmpty { try container.encode(metadata, forKey: Key(stringValue: "__metadata__")) }
      for (name, entry) in entries { try container.encode(entry, forKey: Key(stringValue: name)) }
    }
  }

  /// Reads a file.
  ///
  /// - Throws: ``FileError``.
  public static func read(_ path: String) throws(FileError) -> Contents {
    try decode(FileBytes.read(path), path: path)
  }

  /// Writes a file, atomically.
  public static func write(_ contents: Contents, to path: String) throws(FileError) {
    try AtomicFile.write(encode(contents), to: path)
  }

  /// The bytes of a file; arrays in the order of their names.
  public static func encode(_ contents: Contents) -> [UInt8] {
    var head = Head()
    head.metadata = contents.metadata
    var data: [UInt8] = []
    for (name, array) in contents.tensors.sorted(by: { $0.key < $1.key }) {
      guard let code = codes[array.type] else {
        preconditionFailure("SafeTensors has no \(array.type.rawValue)")
      }
      head.entries[name] = Entry(
        dtype: code, shape: array.shape, data_offsets: [data.count, data.count + array.bytes.count])
      data += array.bytes
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    var json = [UInt8](try! encoder.encode(head))
    json += [UInt8](repeating: 0x20, count: (8 - json.count % 8) % 8)
    var file = ByteWriter()
    file.append(UInt64(json.count))
    return file.bytes + json + data
  }

  /// Reads the bytes of a file.
  public static func decode(_ bytes: [UInt8], path: String) throws(FileError) -> Contents {
    func damaged(_ problem: String, at place: String) -> FileError {
      FileError(.damaged, path, at: place, problem, expected: "a safetensors file")
    }
    guard bytes.count >= 8 else { throw damaged("the file has only \(bytes.count) bytes", at: "byte 0") }
    let length = (0..<8).reduce(UInt64(0)) { $0 | UInt64(bytes[$1]) << (8 * $1) }
    guard length <= UInt64(bytes.count - 8) else {
      throw damaged("the head is said to have \(length) bytes, but \(bytes.count - 8) are left", at: "byte 0")
    }
    let start = 8 + Int(length)
    guard let head = try? JSONDecoder().decode(Head.self, from: Data(bytes[8..<start])) else {
      throw damaged("the head is not the JSON it should be", at: "byte 8")
    }
    var contents = Contents(tensors: [:], metadata: head.metadata)
    var end = 0
    for (name, entry) in head.entries.sorted(by: {
      ($0.value.data_offsets.first ?? 0, $0.key) < ($1.value.data_offsets.first ?? 0, $1.key)
    }) {
      guard let type = codes.first(where: { $0.value == entry.dtype })?.key else {
        throw FileError(
          .unsupported, path, at: "array '\(name)'", "numbers of type '\(entry.dtype)' cannot be read")
      }
      guard entry.data_offsets.count == 2, entry.data_offsets[0] >= end,
        entry.data_offsets[0] <= entry.data_offsets[1],
        entry.data_offsets[1] <= bytes.count - start
      else {
        throw damaged("its place overlaps another array's or lies outside the file", at: "array '\(name)'")
      }
      end = entry.data_offsets[1]
      let data = Array(bytes[(start + entry.data_offsets[0])..<(start + end)])
      guard let array = NumericArray(bytes: data, type: type, shape: entry.shape) else {
        throw damaged(
          "\(data.count) bytes do not fill the shape \(entry.shape) of \(entry.dtype)", at: "array '\(name)'")
      }
      contents.tensors[name] = array
    }
    return contents
  }
}
