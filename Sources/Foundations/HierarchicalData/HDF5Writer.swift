import CHDF5
import NeuralData

/// Writes an HDF5 file, which appears whole or not at all.
public final class HDF5Writer {
  private let path: String
  private let id: hid_t

  /// Writes a file.
  ///
  /// - Parameters:
  ///   - path: where the file appears when `body` has returned.
  ///   - body: writes datasets and attributes; the writer is of no use after it.
  /// - Throws: `FileError`.
  public static func write(
    to path: String, _ body: (HDF5Writer) throws(FileError) -> Void
  ) throws(FileError) {
    try AtomicFile.replace(path) { (temporary) throws(FileError) in
      try Library.locked { () throws(FileError) in
        let id = H5Fcreate(temporary, chdf5_truncate(), 0, 0)
        guard id >= 0 else {
          throw FileError(
            .cannotWrite, path, "the file cannot be created: \(Library.reason)",
            remedy: "choose another place")
        }
        do throws(FileError) { try body(HDF5Writer(path: path, id: id)) } catch {
          H5Fclose(id)
          throw error
        }
        guard H5Fclose(id) >= 0 else {
          throw FileError(.cannotWrite, path, "the file cannot be finished: \(Library.reason)")
        }
      }
    }
  }

  private init(path: String, id: hid_t) {
    self.path = path
    self.id = id
  }

  private func failure(_ object: String) -> FileError {
    FileError(.cannotWrite, path, at: "'\(object)'", Library.reason)
  }

  /// Groups on the way to an object are made with it.
  private func linkCreation(for object: String) throws(FileError) -> Handle {
    let list = try Handle(H5Pcreate(chdf5_link_creation()), H5Pclose) { failure(object) }
    H5Pset_create_intermediate_group(list.id, 1)
    return list
  }

  /// Makes an empty group, and those on the way to it.
  public func makeGroup(_ group: String) throws(FileError) {
    let links = try linkCreation(for: group)
    _ = try Handle(H5Gcreate2(id, group, links.id, 0, 0), H5Gclose) { failure(group) }
  }

  // MARK: - Datasets

  /// Writes numbers; truth values as Python writes them, complex and half-precision numbers not at all.
  public func write(_ array: NumericArray, to dataset: String) throws(FileError) {
    let type = try memoryType(array.type, for: dataset)
    try write(shape: array.shape, type: type.id, to: dataset) { place in
      array.bytes.withUnsafeBytes { H5Dwrite(place, type.id, 0, 0, 0, $0.baseAddress) }
    }
  }

  /// Writes texts, one dimension of them.
  public func write(_ texts: [String], to dataset: String) throws(FileError) {
    let type = try textType(for: dataset)
    try write(shape: [texts.count], type: type.id, to: dataset) { place in
      Self.withPointers(texts) { H5Dwrite(place, type.id, 0, 0, 0, $0) }
    }
  }

  /// Writes one text.
  public func write(_ text: String, to dataset: String) throws(FileError) {
    let type = try textType(for: dataset)
    try write(shape: [], type: type.id, to: dataset) { place in
      Self.withPointers([text]) { H5Dwrite(place, type.id, 0, 0, 0, $0) }
    }
  }

  /// Writes runs of numbers of different length, all of one type.
  public func write(runs: [NumericArray], of numeric: NumericType, to dataset: String) throws(FileError) {
    precondition(runs.allSatisfy { $0.type == numeric }, "HDF5Writer: the runs must be of one type")
    let base = try memoryType(numeric, for: dataset)
    let type = try Handle(H5Tvlen_create(base.id), H5Tclose) { failure(dataset) }
    // The bytes of all runs in one place, so that their addresses hold.
    let joined = runs.flatMap(\.bytes)
    try write(shape: [runs.count], type: type.id, to: dataset) { place in
      joined.withUnsafeBytes { joined in
        var start = 0
        let values = runs.map { run in
          defer { start += run.bytes.count }
          return hvl_t(
            len: run.count, p: joined.baseAddress.map { UnsafeMutableRawPointer(mutating: $0 + start) })
        }
        return H5Dwrite(place, type.id, 0, 0, 0, values)
      }
    }
  }

  private func write(
    shape: [Int], type: hid_t, to dataset: String, _ body: (hid_t) -> herr_t
  ) throws(FileError) {
    let links = try linkCreation(for: dataset)
    let space = try self.space(shape, for: dataset)
    let place = try Handle(H5Dcreate2(id, dataset, type, space.id, links.id, 0, 0), H5Dclose) {
      failure(dataset)
    }
    guard shape.contains(0) || body(place.id) >= 0 else { throw failure(dataset) }
  }

  // MARK: - Attributes

  /// Gives an object an attribute of one text.
  public func setAttribute(_ name: String, of object: String, to text: String) throws(FileError) {
    let type = try textType(for: object)
    try setAttribute(name, of: object, shape: [], type: type.id) { place in
      Self.withPointers([text]) { H5Awrite(place, type.id, $0) }
    }
  }

  /// Gives an object an attribute of texts.
  public func setAttribute(_ name: String, of object: String, to texts: [String]) throws(FileError) {
    let type = try textType(for: object)
    try setAttribute(name, of: object, shape: [texts.count], type: type.id) { place in
      Self.withPointers(texts) { H5Awrite(place, type.id, $0) }
    }
  }

  /// Gives an object an attribute of numbers.
  public func setAttribute(_ name: String, of object: String, to array: NumericArray) throws(FileError) {
    let type = try memoryType(array.type, for: object)
    try setAttribute(name, of: object, shape: array.shape, type: type.id) { place in
      array.bytes.withUnsafeBytes { H5Awrite(place, type.id, $0.baseAddress) }
    }
  }

  /// Gives an object an attribute that refers to another object.
  public func setAttribute(_ name: String, of object: String, referringTo target: String) throws(FileError) {
    var reference = hobj_ref_t()
    guard H5Rcreate(&reference, id, target, H5R_OBJECT, -1) >= 0 else { throw failure(target) }
    try setAttribute(name, of: object, shape: [], type: chdf5_reference()) { place in
      H5Awrite(place, chdf5_reference(), &reference)
    }
  }

  private func setAttribute(
    _ name: String, of object: String, shape: [Int], type: hid_t, _ body: (hid_t) -> herr_t
  ) throws(FileError) {
    let space = try self.space(shape, for: object)
    let place = try Handle(H5Acreate_by_name(id, object, name, type, space.id, 0, 0, 0), H5Aclose) {
      failure(object)
    }
    guard shape.contains(0) || body(place.id) >= 0 else { throw failure(object) }
  }

  // MARK: - Helpers

  private func space(_ shape: [Int], for object: String) throws(FileError) -> Handle {
    let lengths = shape.map { hsize_t($0) }
    return try Handle(H5Screate_simple(Int32(lengths.count), lengths, nil), H5Sclose) { failure(object) }
  }

  private func textType(for object: String) throws(FileError) -> Handle {
    let type = try Handle(H5Tcopy(chdf5_string()), H5Tclose) { failure(object) }
    H5Tset_size(type.id, chdf5_variable())
    H5Tset_cset(type.id, H5T_CSET_UTF8)
    return type
  }

  private func memoryType(_ numeric: NumericType, for object: String) throws(FileError) -> Handle {
    guard numeric == .bool else {
      return try Handle(H5Tcopy(StoredType.plain(numeric)), H5Tclose) { failure(object) }
    }
    let type = try Handle(H5Tenum_create(chdf5_int8()), H5Tclose) { failure(object) }
    for (value, name) in [(Int8(0), "FALSE"), (1, "TRUE")] {
      withUnsafePointer(to: value) { _ = H5Tenum_insert(type.id, name, $0) }
    }
    return type
  }

  /// C strings of texts, as an array of their addresses.
  private static func withPointers<Result>(
    _ texts: [String], _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> Result
  ) -> Result {
    var joined: [CChar] = []
    var starts: [Int] = []
    for text in texts {
      starts.append(joined.count)
      joined += text.utf8CString
    }
    return joined.withUnsafeBufferPointer { joined in
      let pointers = starts.map { start in joined.baseAddress.map { $0 + start } } + [nil]
      return pointers.withUnsafeBufferPointer { body($0.baseAddress!) }
    }
  }
}
