import CMatio
import Foundation
import NeuralData

/// Variables in files of MATLAB: versions 5 and 7 through libmatio, version 7.3 through HDF5.
public enum MATLABFile {
  /// The value of a variable or a cell.
  public indirect enum Value: Sendable, Hashable {
    /// Real numbers or truth values in row order, whatever their stored type.
    case numbers([Double], shape: [Int])
    /// The rows of a character array.
    case text([String])
    /// Cells in row order.
    case cells([Value], shape: [Int])
    /// A class that is not read, such as a structure, by its name.
    case other(String)

    /// The numbers in row order; `nil` for other classes.
    public var numbers: [Double]? {
      if case .numbers(let values, _) = self { values } else { nil }
    }

    /// The cells in row order; `nil` for other classes.
    public var cells: [Value]? {
      if case .cells(let values, _) = self { values } else { nil }
    }

    /// The rows of a character array, or the texts of a cell array of nothing else.
    public var texts: [String]? {
      switch self {
      case .text(let rows): return rows
      case .cells(let values, _):
        var texts: [String] = []
        for value in values {
          switch value {
          case .text(let rows): texts.append(rows.first ?? "")
          case .numbers(let numbers, _) where numbers.isEmpty: texts.append("")
          default: return nil
          }
        }
        return texts
      default: return nil
      }
    }

    /// Rows and columns and further lengths; empty for text and other classes.
    public var shape: [Int] {
      switch self {
      case .numbers(_, let shape), .cells(_, let shape): shape
      default: []
      }
    }
  }

  /// The version of libmatio.
  public static var libraryVersion: String {
    var (major, minor, release): (Int32, Int32, Int32) = (0, 0, 0)
    Mat_GetLibraryVersion(&major, &minor, &release)
    return "\(major).\(minor).\(release)"
  }

  /// Reads all variables of a file.
  ///
  /// - Throws: `FileError` when it is missing, no MATLAB file, or damaged.
  public static func read(_ path: String) throws(FileError) -> [String: Value] {
    guard let file = FileHandle(forReadingAtPath: path) else {
      throw FileError(
        FileManager.default.fileExists(atPath: path) ? .unreadable : .missing, path,
        FileManager.default.fileExists(atPath: path) ? "cannot be read" : "there is no such file",
        remedy: "check the path")
    }
    defer { try? file.close() }
    let head = (try? file.read(upToCount: 520)) ?? Data()
    // Version 7.3 is HDF5 behind a block of 512 bytes of text.
    let signature = Data([0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A])
    if head.starts(with: signature) || head.dropFirst(512).starts(with: signature) {
      return try HierarchicalMATLAB(path).variables()
    }
    guard head.starts(with: Data("MATLAB".utf8)), head.count >= 128 else {
      throw FileError(
        .mismatched, path, "is no MATLAB file", expected: "a file of version 5, 7 or 7.3",
        remedy: "in MATLAB, save it with '-v7'")
    }
    try BlockStructure.check(path)
    return try Library.reading(path) { () throws(FileError) in try MatioReader.variables(path) }
  }

  /// Values that lie column by column, brought into row order.
  static func rowOrder<Element>(_ values: [Element], shape: [Int]) -> [Element] {
    let rows = shape.first ?? 1
    guard shape.count >= 2, rows > 1, values.count > rows else { return values }
    var strides = [1]
    for length in shape.dropLast() { strides.append(strides[strides.count - 1] * length) }
    var index = [Int](repeating: 0, count: shape.count)
    var result: [Element] = []
    result.reserveCapacity(values.count)
    for _ in 0..<values.count {
      result.append(values[zip(index, strides).reduce(0) { $0 + $1.0 * $1.1 }])
      for axis in shape.indices.reversed() {
        index[axis] += 1
        if index[axis] < shape[axis] { break }
        index[axis] = 0
      }
    }
    return result
  }
}

/// Versions 5 and 7, by libmatio.
private enum MatioReader {
  static func variables(_ path: String) throws(FileError) -> [String: MATLABFile.Value] {
    guard let file = Mat_Open(path, Int32(MAT_ACC_RDONLY.rawValue)) else {
      throw FileError(.damaged, path, "libmatio cannot open it", remedy: "fetch or copy it again")
    }
    defer { Mat_Close(file) }
    var values: [String: MATLABFile.Value] = [:]
    while let variable = Mat_VarReadNext(file) {
      defer { Mat_VarFree(variable) }
      guard let name = variable.pointee.name else { continue }
      values[String(cString: name)] = try value(variable, String(cString: name), path, depth: 0)
    }
    guard !values.isEmpty else {
      throw FileError(.damaged, path, "holds no variable that can be read", remedy: "fetch or copy it again")
    }
    return values
  }

  private static func value(
    _ variable: UnsafePointer<matvar_t>, _ name: String, _ path: String, depth: Int
  ) throws(FileError) -> MATLABFile.Value {
    func damaged(_ problem: String) -> FileError {
      FileError(.damaged, path, at: "variable '\(name)'", problem, remedy: "fetch or copy it again")
    }
    guard depth < 32 else { throw damaged("its cells are nested too deeply") }
    let facts = variable.pointee
    guard facts.rank >= 0, facts.rank <= 32, let dimensions = facts.dims else {
      throw damaged("it has no shape")
    }
    var shape: [Int] = []
    var count = 1
    for axis in 0..<Int(facts.rank) {
      let length = Int(clamping: dimensions[axis])
      let (product, overflow) = count.multipliedReportingOverflow(by: length)
      guard !overflow else { throw damaged("its shape is impossible") }
      shape.append(length)
      count = product
    }
    if facts.isComplex != 0 { return .other("complex numbers") }
    let bytes = Int(facts.nbytes)
    func load<Number: BinaryInteger>(_: Number.Type) throws(FileError) -> [Double] {
      try elements(Number.self).map { Double($0) }
    }
    func elements<Element>(_: Element.Type) throws(FileError) -> [Element] {
      if count == 0 { return [] }
      guard let data = facts.data, bytes / MemoryLayout<Element>.stride >= count else {
        throw damaged("its data are cut short")
      }
      return (0..<count).map {
        data.loadUnaligned(fromByteOffset: $0 * MemoryLayout<Element>.stride, as: Element.self)
      }
    }
    func numbers(_ values: [Double]) -> MATLABFile.Value {
      .numbers(MATLABFile.rowOrder(values, shape: shape), shape: shape)
    }
    switch facts.class_type {
    case MAT_C_DOUBLE: return numbers(try elements(Double.self))
    case MAT_C_SINGLE: return numbers(try elements(Float.self).map { Double($0) })
    case MAT_C_INT8: return numbers(try load(Int8.self))
    case MAT_C_UINT8: return numbers(try load(UInt8.self))
    case MAT_C_INT16: return numbers(try load(Int16.self))
    case MAT_C_UINT16: return numbers(try load(UInt16.self))
    case MAT_C_INT32: return numbers(try load(Int32.self))
    case MAT_C_UINT32: return numbers(try load(UInt32.self))
    case MAT_C_INT64: return numbers(try load(Int64.self))
    case MAT_C_UINT64: return numbers(try load(UInt64.self))
    case MAT_C_CHAR where count == 0: return .text([])
    case MAT_C_CHAR:
      let units: [UInt16]
      switch facts.data_type {
      case MAT_T_UINT16, MAT_T_INT16, MAT_T_UTF16: units = try elements(UInt16.self)
      default: units = try elements(UInt8.self).map { UInt16($0) }
      }
      let rows = shape.first ?? 0
      let ordered = MATLABFile.rowOrder(units, shape: shape)
      let width = rows > 0 ? count / rows : 0
      return .text(
        (0..<rows).map { String(decoding: ordered[($0 * width)..<(($0 + 1) * width)], as: UTF16.self) })
    case MAT_C_CELL:
      let cells = try elements(UnsafeMutablePointer<matvar_t>?.self)
      var values: [MATLABFile.Value] = []
      for cell in cells {
        values.append(
          try cell.map { pointer throws(FileError) in
            try value(UnsafePointer(pointer), name, path, depth: depth + 1)
          } ?? .numbers([], shape: [0, 0]))
      }
      return .cells(MATLABFile.rowOrder(values, shape: shape), shape: shape)
    case MAT_C_EMPTY: return .numbers([], shape: [0, 0])
    case MAT_C_STRUCT: return .other("structure")
    case MAT_C_SPARSE: return .other("sparse matrix")
    default: return .other("class \(facts.class_type.rawValue)")
    }
  }
}
