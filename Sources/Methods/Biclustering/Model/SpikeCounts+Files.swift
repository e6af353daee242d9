import Foundation
import NeuralData

extension SpikeCounts {
  /// Reads counts: `.npy`, `[neuron, bin]` with NaN for missing bins, or text with a row a neuron, values separated by
  /// commas, empty or `NaN` for missing bins.
  ///
  /// - Throws: `FileError`, or ``BiclusteringError`` that names row and bin, counted from 1.
  public static func read(_ path: String) throws -> SpikeCounts {
    if path.hasSuffix(".npy") {
      let array = try NPY.read(path)
      guard array.shape.count == 2 else {
        throw BiclusteringError.badShape(
          place: path, problem: "the array has \(array.shape.count) dimensions; expected [neuron, bin]")
      }
      return try make(try array.values(as: Double.self), neurons: array.shape[0], path: path)
    }
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw FileError(.missing, path, "there is no such file", remedy: "check the path")
    }
    guard !isFolder.boolValue, let data = FileManager.default.contents(atPath: path) else {
      throw FileError(
        .unreadable, path, isFolder.boolValue ? "is a folder" : "cannot be read", expected: "a file")
    }
    return try decode([UInt8](data), path: path)
  }

  /// Reads cluster labels: text with a whole number a row, a row a neuron.
  ///
  /// - Throws: `FileError`, or ``BiclusteringError`` when there are not `count` labels.
  public static func readLabels(_ path: String, count: Int) throws -> [Int] {
    let table = try CSVTable.read(path, columns: 1)
    let labels = try table.values.enumerated().map { row, value in
      guard let label = Int(exactly: value) else {
        throw FileError(
          .damaged, path, at: "row \(row + 1)", "\(value) is no label", expected: "a whole number")
      }
      return label
    }
    guard labels.count == count else {
      throw BiclusteringError.badShape(
        place: path,
        problem: "there are \(labels.count) labels; expected one for each of \(count) neurons")
    }
    return labels
  }

  /// Reads the bytes of a text table.
  public static func decode(_ bytes: [UInt8], path: String) throws -> SpikeCounts {
    var values: [Double] = []
    var (row, width) = (0, 0)
    for line in bytes.split(separator: 0x0A, omittingEmptySubsequences: true) {
      let text = String(decoding: line, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
      if text.isEmpty { continue }
      row += 1
      let fields = text.split(separator: ",", omittingEmptySubsequences: false)
      if row == 1 { width = fields.count }
      guard fields.count == width else {
        throw BiclusteringError.badShape(
          place: path, problem: "row \(row) has \(fields.count) bins; expected \(width) as in row 1")
      }
      for (bin, field) in fields.enumerated() {
        let word = field.trimmingCharacters(in: .whitespacesAndNewlines)
        if word.isEmpty || word.lowercased() == "nan" {
          values.append(.nan)
        } else if let value = Double(word), value.isFinite {
          values.append(value)
        } else {
          throw BiclusteringError.badCount(
            place: path, row: row, bin: bin + 1, value: "'\(word.prefix(40))'")
        }
      }
    }
    guard row > 0 else {
      throw FileError(.damaged, path, "the file holds no counts", expected: "a row a neuron")
    }
    return try make(values, neurons: row, path: path)
  }

  private static func make(_ values: [Double], neurons: Int, path: String) throws -> SpikeCounts {
    let bins = neurons == 0 ? 0 : values.count / neurons
    var counts = [Int32](repeating: -1, count: values.count)
    for (place, value) in values.enumerated() where !value.isNaN {
      guard value >= 0, value == value.rounded(), value <= Double(largest) else {
        let text = value == value.rounded() && abs(value) < 1e15 ? "\(Int(value))" : "\(value)"
        throw BiclusteringError.badCount(
          place: path, row: place / bins + 1, bin: place % bins + 1, value: text)
      }
      counts[place] = Int32(value)
    }
    return try SpikeCounts(counts, neurons: neurons)
  }

  /// The counts as text, a row a neuron, empty where missing.
  public func encoded() -> String {
    (0..<neurons).map { i in
      (0..<bins).map { self[i, $0].map(String.init) ?? "" }.joined(separator: ",") + "\n"
    }.joined()
  }
}
