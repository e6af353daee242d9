import Dendrites
import Foundation
import NeuralData
import Testing

@Suite struct PatternFileTests {
  private func scratch(_ name: String) -> String {
    NSTemporaryDirectory() + "patterns-" + UUID().uuidString + name
  }

  @Test func formatsAgree() throws {
    let expected = try [[1, 5, 9], [], [0]].map { try SparsePattern(cells: 10, active: $0) }
    #expect(try PatternFile.decode("1 5 9\n\n0\n", path: "x", cells: 10) == expected)
    #expect(try PatternFile.decode("9,5, 1\r\n\r\n0", path: "x", cells: 10) == expected)
    let (npy, csv) = (scratch(".npy"), scratch(".csv"))
    defer { for path in [npy, csv] { try? FileManager.default.removeItem(atPath: path) } }
    try NPY.write(NumericArray(expected.flatMap(\.dense), shape: [3, 10]), to: npy)
    #expect(try PatternFile.read(npy) == expected)
    try expected.map { $0.dense.map { "\($0)" }.joined(separator: ",") }.joined(separator: "\n").write(
      toFile: csv, atomically: false, encoding: .utf8)
    #expect(try PatternFile.read(csv, cells: 10) == expected)
    #expect(throws: FileError.self) { try PatternFile.read(csv, cells: 11) }
  }

  @Test(arguments: [
    ("1 2\n3 x", "x, line 2: 'x' is not a cell; expected whole numbers from 0 to 9"),
    ("1 2\n3 3", "x, line 2: cell 3 is given twice"),
    ("10", "x, line 1: cell 10 is not in the population of 10 (cells count from 0)"),
    ("-1", "x, line 1: cell -1 is not in the population of 10 (cells count from 0)"),
    ("", "x: there are no patterns; expected at least one"),
  ])
  func mistakes(text: String, message: String) {
    let error = #expect(throws: FileError.self) { try PatternFile.decode(text, path: "x", cells: 10) }
    #expect(error?.description == message)
  }

  @Test func missingFilesAndNumbersBeyondOne() throws {
    #expect(throws: FileError.self) { try PatternFile.read("/nonexistent/p.txt", cells: 3) }
    let path = scratch(".csv")
    defer { try? FileManager.default.removeItem(atPath: path) }
    try "0,1\n1,2\n".write(toFile: path, atomically: false, encoding: .utf8)
    let error = #expect(throws: FileError.self) { try PatternFile.read(path) }
    #expect(error?.location == "row 2, column 2")
  }
}
