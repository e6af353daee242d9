import CHDF5
import NeuralData

/// A dataset, a part of one, or an attribute, ready to be read.
struct Source {
  var path: String
  var object: String
  var file: hid_t
  var fileSize: Int
  var type: hid_t
  var space: hid_t
  var shape: [Int]
  /// Reads all into memory of a type.
  var fill: (_ type: hid_t, _ buffer: UnsafeMutableRawPointer) -> herr_t

  private func failure(_ kind: FileError.Kind, _ problem: String, expected: String? = nil) -> FileError {
    FileError(kind, path, at: "'\(object)'", problem, expected: expected)
  }

  private func mismatch(_ expected: String) -> FileError {
    let found =
      switch StoredType(type) {
      case .numbers: "numbers"
      case .text: "texts"
      case .ragged: "runs of numbers of different length"
      case .references: "references"
      case .other(let what): what
      }
    return failure(.mismatched, "it holds \(found)", expected: expected)
  }

  /// Memory for all values of `size` bytes, no more than the file can unpack to.
  private func memory(_ size: Int) throws(FileError) -> [UInt8] {
    var count = size
    for length in shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: length)
      guard !overflow else { throw failure(.damaged, "the shape \(shape) is impossible") }
      count = product
    }
    // Deflate packs at most 1032 to 1.
    guard count <= 1100 * fileSize + 1 << 20 else {
      throw failure(.damaged, "the shape \(shape) is more than a file of \(fileSize) bytes can hold")
    }
    return [UInt8](repeating: 0, count: count)
  }

  private func load(_ size: Int, as memoryType: hid_t) throws(FileError) -> [UInt8] {
    var bytes = try memory(size)
    if bytes.isEmpty { return bytes }
    let status = bytes.withUnsafeMutableBytes { fill(memoryType, $0.baseAddress!) }
    guard status >= 0 else { throw failure(.damaged, "it cannot be read: \(Library.reason)") }
    return bytes
  }

  /// Lets `body` see values whose memory the library gave, then gives it back.
  private func lend<Value, Result>(
    _: Value.Type, as memoryType: hid_t, _ body: (UnsafeBufferPointer<Value>) throws(FileError) -> Result
  ) throws(FileError) -> Result {
    var bytes = try load(MemoryLayout<Value>.stride, as: memoryType)
    let outcome: Swift.Result<Result, FileError> = bytes.withUnsafeMutableBytes { raw in
      defer { if !raw.isEmpty { H5Dvlen_reclaim(memoryType, space, 0, raw.baseAddress!) } }
      do throws(FileError) {
        return .success(try body(UnsafeBufferPointer(raw.bindMemory(to: Value.self))))
      } catch {
        return .failure(error)
      }
    }
    return try outcome.get()
  }

  func numbers() throws(FileError) -> NumericArray {
    guard case .numbers(let numeric) = StoredType(type) else { throw mismatch("numbers") }
    let memoryType = try Handle(StoredType.memory(numeric, from: type), H5Tclose) {
      failure(.damaged, Library.reason)
    }
    return NumericArray(bytes: try load(numeric.size, as: memoryType.id), type: numeric, shape: shape)!
  }

  func texts() throws(FileError) -> [String] {
    guard case .text(let length) = StoredType(type) else { throw mismatch("texts") }
    let memoryType = try Handle(H5Tcopy(type), H5Tclose) { failure(.damaged, Library.reason) }
    guard let length else {
      return try lend(UnsafePointer<CChar>?.self, as: memoryType.id) { (texts) throws(FileError) in
        texts.map { $0.map { String(cString: $0) } ?? "" }
      }
    }
    let bytes = try load(length, as: memoryType.id)
    guard length > 0 else { return [] }
    let padding: UInt8 = H5Tget_strpad(type) == H5T_STR_SPACEPAD ? 0x20 : 0
    return stride(from: 0, to: bytes.count, by: length).map { start in
      var text = bytes[start..<(start + length)]
      if padding == 0 {
        text = text.prefix { $0 != 0 }
      } else {
        while text.last == padding { text.removeLast() }
      }
      return String(decoding: text, as: UTF8.self)
    }
  }

  func runs() throws(FileError) -> [NumericArray] {
    guard case .ragged(let numeric) = StoredType(type) else { throw mismatch("runs of numbers") }
    let stored = try Handle(H5Tget_super(type), H5Tclose) { failure(.damaged, Library.reason) }
    let base = try Handle(StoredType.memory(numeric, from: stored.id), H5Tclose) {
      failure(.damaged, Library.reason)
    }
    let memoryType = try Handle(H5Tvlen_create(base.id), H5Tclose) { failure(.damaged, Library.reason) }
    return try lend(hvl_t.self, as: memoryType.id) { (runs) throws(FileError) in
      runs.map { run in
        let bytes =
          run.p.map { Array(UnsafeRawBufferPointer(start: $0, count: run.len * numeric.size)) } ?? []
        return NumericArray(bytes: bytes, type: numeric, shape: [bytes.count / numeric.size])!
      }
    }
  }

  func references() throws(FileError) -> [String] {
    guard case .references = StoredType(type) else { throw mismatch("references") }
    let bytes = try load(MemoryLayout<hobj_ref_t>.size, as: chdf5_reference())
    var paths: [String] = []
    for start in stride(from: 0, to: bytes.count, by: MemoryLayout<hobj_ref_t>.size) {
      let name: String? = bytes.withUnsafeBytes { raw in
        let target = H5Rdereference2(file, 0, H5R_OBJECT, raw.baseAddress! + start)
        guard target >= 0 else { return nil }
        defer { H5Oclose(target) }
        let length = H5Iget_name(target, nil, 0)
        guard length > 0, length < 1 << 16 else { return nil }
        var name = [CChar](repeating: 0, count: length + 1)
        H5Iget_name(target, &name, length + 1)
        return String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
      }
      guard let name else { throw failure(.damaged, "a reference leads nowhere") }
      paths.append(name)
    }
    return paths
  }
}
