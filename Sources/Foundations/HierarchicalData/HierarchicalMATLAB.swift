import NeuralData

/// MATLAB's version 7.3: each variable a dataset of HDF5 with its class as an attribute, cells as references.
struct HierarchicalMATLAB {
  private let file: HDF5File

  init(_ path: String) throws(FileError) { file = try HDF5File(path) }

  func variables() throws(FileError) -> [String: MATLABFile.Value] {
    var values: [String: MATLABFile.Value] = [:]
    for name in try file.names() where !name.hasPrefix("#") {
      values[name] = try value("/" + name, depth: 0)
    }
    guard !values.isEmpty else { throw FileError(.mismatched, file.path, "holds no variables") }
    return values
  }

  private func value(_ object: String, depth: Int) throws(FileError) -> MATLABFile.Value {
    guard depth < 32 else {
      throw FileError(.damaged, file.path, at: "'\(object)'", "its cells are nested too deeply")
    }
    guard file.kind(of: object) == .dataset else { return .other("structure") }
    let kind =
      file.hasAttribute("MATLAB_class", of: object)
      ? try file.attributeTexts("MATLAB_class", of: object).first ?? "" : "double"
    let isEmpty = file.hasAttribute("MATLAB_empty", of: object)
    // HDF5 lists lengths slowest first; MATLAB's fastest is its first.
    let shape = isEmpty ? [0, 0] : Array(try file.shape(of: object).reversed())
    switch kind {
    case "char":
      if isEmpty || shape.contains(0) { return .text([]) }
      let units = try integers(object).map { UInt16(truncatingIfNeeded: $0) }
      let ordered = MATLABFile.rowOrder(units, shape: shape)
      let rows = shape.first ?? 0
      let width = rows > 0 ? ordered.count / rows : 0
      return .text(
        (0..<rows).map { String(decoding: ordered[($0 * width)..<(($0 + 1) * width)], as: UTF16.self) })
    case "cell":
      if isEmpty { return .cells([], shape: [0, 0]) }
      var values: [MATLABFile.Value] = []
      for reference in try file.references(object) { values.append(try value(reference, depth: depth + 1)) }
      return .cells(MATLABFile.rowOrder(values, shape: shape), shape: shape)
    case "double", "single", "logical", "int8", "uint8", "int16", "uint16", "int32", "uint32", "int64",
      "uint64":
      if isEmpty { return .numbers([], shape: [0, 0]) }
      return .numbers(MATLABFile.rowOrder(try doubles(object), shape: shape), shape: shape)
    default: return .other(kind)
    }
  }

  private func doubles(_ object: String) throws(FileError) -> [Double] {
    let array = try file.numbers(object)
    do { return try array.values(as: Double.self) } catch {
      throw FileError(.unsupported, file.path, at: "'\(object)'", error.description)
    }
  }

  private func integers(_ object: String) throws(FileError) -> [Int] {
    let array = try file.numbers(object)
    do { return try array.values(as: Int.self) } catch {
      throw FileError(.damaged, file.path, at: "'\(object)'", error.description)
    }
  }
}
