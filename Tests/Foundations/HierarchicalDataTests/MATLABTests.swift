import Foundation
import HierarchicalData
import NeuralData
import Testing

@Suite struct MATLABTests {
  private static func path(_ name: String) -> String { Bundle.module.resourcePath! + "/Fixtures/" + name }

  /// The three versions hold the same values, in row order.
  @Test(arguments: ["v5", "v7", "v73"])
  func versionsHoldTheSame(version: String) throws {
    let values = try MATLABFile.read(Self.path("recordings.\(version).mat"))
    #expect(values["neurons"]?.texts == ["ASE", "AWB", "AWC"])
    #expect(values["stims"]?.numbers == [1, 2, 3, 3, 1, 2] && values["stims"]?.shape == [2, 3])
    #expect(values["stim_times"]?.numbers == [0.25, 0.5, 0.75, 1, 1.25, 1.5])
    let rows = try #require(values["norm_traces"]?.cells)
    #expect(rows.count == 3 && rows[0].cells?[3].numbers == (0..<8).map { 3 * Double($0) })
    #expect(rows[1].cells?[0].numbers == [])
    #expect(rows[1].cells?[1].numbers?.count == 8)
  }

  /// Damage gives an error or values, never a crash.
  @Test(arguments: ["v5", "v7", "v73"])
  func cutFilesAreRefused(version: String) throws {
    let bytes = try [UInt8](Data(contentsOf: URL(fileURLWithPath: Self.path("recordings.\(version).mat"))))
    let path = NSTemporaryDirectory() + "damaged-" + UUID().uuidString + ".mat"
    defer { try? FileManager.default.removeItem(atPath: path) }
    for length in [0, 64, 127, 128, 132, bytes.count / 2, bytes.count - 5] {
      try Data(bytes.prefix(length)).write(to: URL(fileURLWithPath: path))
      #expect(throws: FileError.self, "\(length) bytes") { try MATLABFile.read(path) }
    }
  }

  @Test func otherFilesAreRefused() throws {
    let error = #expect(throws: FileError.self) { try MATLABFile.read(Self.path("make_matlab.py")) }
    #expect(error?.description.contains("is no MATLAB file; expected a file of version 5, 7 or 7.3") == true)
    #expect(throws: FileError.self) { try MATLABFile.read("/nonexistent.mat") }
  }
}
