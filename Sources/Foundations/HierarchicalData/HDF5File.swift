import CHDF5
import Foundation
import NeuralData

/// An HDF5 file open for reading: groups of datasets, named by paths such as `/units/spike_times`.
///
/// Its methods may be called from any thread; they take turns.
public final class HDF5File: Sendable {
  /// The file.
  public let path: String
  private let id: hid_t
  private let size: Int

  /// What a path leads to.
  public enum Kind: Sendable, Hashable {
    /// A group of further objects.
    case group
    /// An array.
    case dataset
  }

  /// Opens a file.
  ///
  /// - Throws: `FileError` when there is no such file or it is no HDF5 file.
  public init(_ path: String) throws(FileError) {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw FileError(.missing, path, "there is no such file", remedy: "check the path")
    }
    if isFolder.boolValue { throw FileError(.unreadable, path, "is a folder", expected: "an HDF5 file") }
    self.path = path
    let attributes = try? FileManager.default.attributesOfItem(atPath: path)
    size = (attributes?[.size] as? NSNumber)?.intValue ?? 0
    id = try Library.reading(path) { () throws(FileError) in
      let id = H5Fopen(path, 0, 0)
      guard id >= 0 else {
        throw FileError(
          .damaged, path, "the file cannot be opened: \(Library.reason)", expected: "an HDF5 file",
          remedy: "fetch or copy it again")
      }
      return id
    }
  }

  deinit { Library.reading(path) { _ = H5Fclose(id) } }

  private func failure(_ kind: FileError.Kind, _ object: String, _ problem: String, expected: String? = nil)
    -> FileError
  {
    FileError(kind, path, at: "'\(object)'", problem, expected: expected)
  }

  // MARK: - What there is

  /// What a path leads to; `nil` when nothing is there.
  public func kind(of object: String) -> Kind? {
    Library.reading(path) {
      let place = H5Oopen(id, object, 0)
      guard place >= 0 else { return nil }
      defer { H5Oclose(place) }
      return switch H5Iget_type(place) {
      case H5I_GROUP: .group
      case H5I_DATASET: .dataset
      default: nil
      }
    }
  }

  /// The names in a group, in alphabetical order.
  public func names(in group: String = "/") throws(FileError) -> [String] {
    try Library.reading(path) { () throws(FileError) in
      let place = try Handle(H5Gopen2(id, group, 0), H5Gclose) {
        failure(.mismatched, group, "there is no such group")
      }
      var info = H5G_info_t()
      guard H5Gget_info(place.id, &info) >= 0 else { throw failure(.damaged, group, Library.reason) }
      var names: [String] = []
      for index in 0..<info.nlinks {
        let length = H5Lget_name_by_idx(place.id, ".", H5_INDEX_NAME, H5_ITER_INC, index, nil, 0, 0)
        guard length >= 0, length < 1 << 16 else { throw failure(.damaged, group, Library.reason) }
        var name = [CChar](repeating: 0, count: length + 1)
        H5Lget_name_by_idx(place.id, ".", H5_INDEX_NAME, H5_ITER_INC, index, &name, length + 1, 0)
        names.append(String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self))
      }
      return names
    }
  }

  /// Length of each dimension of a dataset.
  public func shape(of dataset: String) throws(FileError) -> [Int] {
    try Library.reading(path) { () throws(FileError) in
      let place = try open(dataset)
      let space = try Handle(H5Dget_space(place.id), H5Sclose) { failure(.damaged, dataset, Library.reason) }
      return try shape(of: space, in: dataset)
    }
  }

  // MARK: - Datasets

  /// The numbers of a dataset; half precision widens to single.
  ///
  /// - Parameters:
  ///   - dataset: its path.
  ///   - rows: the part along the first dimension; all unless given.
  /// - Throws: `FileError` when the dataset is missing or holds no numbers, and when the file is damaged.
  public func numbers(_ dataset: String, rows: Range<Int>? = nil) throws(FileError) -> NumericArray {
    try read(dataset, rows: rows) { (source) throws(FileError) in try source.numbers() }
  }

  /// The texts of a dataset in row order, of fixed or any length.
  public func texts(_ dataset: String, rows: Range<Int>? = nil) throws(FileError) -> [String] {
    try read(dataset, rows: rows) { (source) throws(FileError) in try source.texts() }
  }

  /// The runs of numbers of a dataset of variable length, in row order.
  public func runs(_ dataset: String, rows: Range<Int>? = nil) throws(FileError) -> [NumericArray] {
    try read(dataset, rows: rows) { (source) throws(FileError) in try source.runs() }
  }

  /// The paths of the objects that a dataset refers to, in row order.
  public func references(_ dataset: String, rows: Range<Int>? = nil) throws(FileError) -> [String] {
    try read(dataset, rows: rows) { (source) throws(FileError) in try source.references() }
  }

  private func read<Result>(
    _ dataset: String, rows: Range<Int>?, _ body: (Source) throws(FileError) -> Result
  ) throws(FileError) -> Result {
    try Library.reading(path) { () throws(FileError) in
      let place = try open(dataset)
      let type = try Handle(H5Dget_type(place.id), H5Tclose) { failure(.damaged, dataset, Library.reason) }
      let space = try Handle(H5Dget_space(place.id), H5Sclose) { failure(.damaged, dataset, Library.reason) }
      var shape = try shape(of: space, in: dataset)
      if let rows {
        guard let first = shape.first, rows.lowerBound >= 0, rows.upperBound <= first else {
          throw failure(
            .mismatched, dataset, "rows \(rows) are asked of a dataset of shape \(shape)",
            expected: "rows within the first dimension")
        }
        shape[0] = rows.count
        var start = shape.map { _ in hsize_t(0) }
        start[0] = hsize_t(rows.lowerBound)
        if rows.isEmpty {
          H5Sselect_none(space.id)
        } else {
          let count = shape.map { hsize_t($0) }
          guard H5Sselect_hyperslab(space.id, H5S_SELECT_SET, start, nil, count, nil) >= 0 else {
            throw failure(.damaged, dataset, Library.reason)
          }
        }
      }
      let lengths = shape.map { hsize_t($0) }
      let memory = try Handle(H5Screate_simple(Int32(lengths.count), lengths, nil), H5Sclose) {
        failure(.damaged, dataset, Library.reason)
      }
      if rows?.isEmpty == true { H5Sselect_none(memory.id) }
      let (placeID, spaceID, memoryID) = (place.id, space.id, memory.id)
      return try body(
        Source(
          path: path, object: dataset, file: id, fileSize: size, type: type.id, space: memoryID, shape: shape
        ) { type, buffer in H5Dread(placeID, type, memoryID, spaceID, 0, buffer) })
    }
  }

  // MARK: - Attributes

  /// Whether an object has an attribute of that name.
  public func hasAttribute(_ name: String, of object: String) -> Bool {
    Library.reading(path) { H5Aexists_by_name(id, object, name, 0) > 0 }
  }

  /// The numbers of an attribute.
  public func attributeNumbers(_ name: String, of object: String) throws(FileError) -> NumericArray {
    try attribute(name, of: object) { (source) throws(FileError) in try source.numbers() }
  }

  /// The texts of an attribute.
  public func attributeTexts(_ name: String, of object: String) throws(FileError) -> [String] {
    try attribute(name, of: object) { (source) throws(FileError) in try source.texts() }
  }

  /// The paths of the objects that an attribute refers to.
  public func attributeReferences(_ name: String, of object: String) throws(FileError) -> [String] {
    try attribute(name, of: object) { (source) throws(FileError) in try source.references() }
  }

  private func attribute<Result>(
    _ name: String, of object: String, _ body: (Source) throws(FileError) -> Result
  ) throws(FileError) -> Result {
    try Library.reading(path) { () throws(FileError) in
      let label = "\(object)@\(name)"
      let place = try Handle(H5Aopen_by_name(id, object, name, 0, 0), H5Aclose) {
        failure(.mismatched, label, "there is no such attribute")
      }
      let type = try Handle(H5Aget_type(place.id), H5Tclose) { failure(.damaged, label, Library.reason) }
      let space = try Handle(H5Aget_space(place.id), H5Sclose) { failure(.damaged, label, Library.reason) }
      let shape = try shape(of: space, in: label)
      let placeID = place.id
      return try body(
        Source(
          path: path, object: label, file: id, fileSize: size, type: type.id, space: space.id, shape: shape
        ) { type, buffer in H5Aread(placeID, type, buffer) })
    }
  }

  // MARK: - Helpers

  private func open(_ dataset: String) throws(FileError) -> Handle {
    try Handle(H5Dopen2(id, dataset, 0), H5Dclose) {
      failure(.mismatched, dataset, "there is no such dataset")
    }
  }

  private func shape(of space: borrowing Handle, in object: String) throws(FileError) -> [Int] {
    let dimensions = H5Sget_simple_extent_ndims(space.id)
    guard dimensions >= 0, dimensions <= 32, H5Sget_simple_extent_type(space.id) != H5S_NULL else {
      throw failure(.unsupported, object, "it has no numbers and no shape")
    }
    var lengths = [hsize_t](repeating: 0, count: Int(dimensions))
    H5Sget_simple_extent_dims(space.id, &lengths, nil)
    var shape: [Int] = []
    for length in lengths {
      guard let length = Int(exactly: length) else {
        throw failure(.damaged, object, "its shape is impossible")
      }
      shape.append(length)
    }
    return shape
  }
}
