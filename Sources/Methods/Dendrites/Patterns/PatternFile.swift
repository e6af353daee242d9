import Foundation
import NeuralData

/// Streams of patterns in files.
///
/// | ending | contents |
/// |---|---|
/// | `.npy` | `[pattern, cell]`, 0 for inactive |
/// | `.csv` | a row of 0 and 1 for each pattern |
/// | other | a line of active cells for each pattern, counted from 0, with spaces or commas between; empty for none active |
public enum PatternFile {
  /// Reads patterns.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - cells: n; lists of active cells need it, tables tell it themselves and must agree.
  /// - Throws: `FileError` with the place of what is wrong.
  public static func read(_ path: String, cells: Int? = nil) throws(FileError) -> [SparsePattern] {
    let patterns: [SparsePattern]
    switch (path as NSString).pathExtension.lowercased() {
    case "npy":
      let array = try NPY.read(path)
      guard array.shape.count == 2, array.shape[1] >= 1 else {
        throw FileError(
          .mismatched, path, "the array has the shape \(array.shape)",
          expected: "two dimensions, [pattern, cell]")
      }
      guard let values = try? array.values(as: Double.self) else {
        throw FileError(.mismatched, path, "the array's numbers cannot be read", expected: "0 and 1")
      }
      patterns = try dense(values, columns: array.shape[1], path)
    case "csv":
      let table = try CSVTable.read(path)
      patterns = try dense(table.values, columns: table.columns, path)
    default:
      // A handle also reads what the shell substitutes for a process.
      guard let handle = FileHandle(forReadingAtPath: path), let data = try? handle.readToEnd() ?? Data()
      else {
        let isThere = FileManager.default.fileExists(atPath: path)
        throw FileError(
          isThere ? .unreadable : .missing, path,
          isThere ? "cannot be read as a file" : "there is no such file or folder", remedy: "check the path")
      }
      return try decode(String(decoding: data, as: UTF8.self), path: path, cells: cells)
    }
    if let cells, let first = patterns.first, first.cells != cells {
      throw FileError(
        .mismatched, path, "has patterns of \(first.cells) cells", expected: "\(cells) cells")
    }
    return try some(patterns, path)
  }

  /// Reads a line of active cells for each pattern.
  ///
  /// - Throws: `FileError`.
  public static func decode(_ text: String, path: String, cells: Int?) throws(FileError) -> [SparsePattern] {
    guard let cells else {
      throw FileError(
        .mismatched, path, "a list of active cells does not say how many cells there are",
        remedy: "give their number, such as --cells 2048")
    }
    var lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    if lines.last?.isEmpty == true { lines.removeLast() }
    var patterns: [SparsePattern] = []
    for (row, line) in lines.enumerated() {
      var active: [Int] = []
      for word in line.split(whereSeparator: { $0 == " " || $0 == "," || $0 == "\t" }) {
        guard let cell = Int(word) else {
          throw FileError(
            .damaged, path, at: "line \(row + 1)", "'\(word.prefix(40))' is not a cell",
            expected: "whole numbers from 0 to \(cells - 1)")
        }
        active.append(cell)
      }
      do {
        patterns.append(try SparsePattern(cells: cells, active: active))
      } catch {
        throw FileError(.damaged, path, at: "line \(row + 1)", error.description)
      }
    }
    return try some(patterns, path)
  }

  private static func dense(_ values: [Double], columns: Int, _ path: String) throws(FileError)
    -> [SparsePattern]
  {
    guard columns > 0 else { return [] }
    var patterns: [SparsePattern] = []
    for row in 0..<(values.count / columns) {
      var active: [Int] = []
      for column in 0..<columns {
        let value = values[row * columns + column]
        guard value == 0 || value == 1 else {
          throw FileError(
            .damaged, path, at: "row \(row + 1), column \(column + 1)", "the number is \(value)",
            expected: "0 or 1; a file of active cells ends in .txt")
        }
        if value == 1 { active.append(column) }
      }
      patterns.append(SparsePattern(cells: columns, sorted: active))
    }
    return patterns
  }

  private static func some(_ patterns: [SparsePattern], _ path: String) throws(FileError) -> [SparsePattern] {
    guard !patterns.isEmpty else {
      throw FileError(.mismatched, path, "there are no patterns", expected: "at least one")
    }
    return patterns
  }
}
