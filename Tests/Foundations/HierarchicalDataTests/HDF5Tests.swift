import Foundation
import HierarchicalData
import NeuralData
import Testing

@Suite struct HDF5Tests {
  static func fixture(_ name: String) throws -> String {
    try #require(Bundle.module.resourcePath) + "/Fixtures/" + name
  }

  static func scratch() throws -> String {
    let path = NSTemporaryDirectory() + "neuropil-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    return path
  }

  private func message(_ read: () throws -> Void) -> String? {
    #expect(throws: FileError.self) { try read() }?.description
  }

  @Test(
    arguments: [
      ("i1", NumericType.int8), ("i2", .int16), ("i4", .int32), ("i8", .int64), ("u1", .uint8),
      ("u2", .uint16),
      ("u4", .uint32), ("u8", .uint64), ("f2", .float32), ("f4", .float32), ("f8", .float64),
      ("big_i4", .int32),
      ("big_f8", .float64),
    ])
  func numbersOfEveryType(name: String, type: NumericType) throws {
    let array = try HDF5File(Self.fixture("kinds.h5")).numbers("/numbers/\(name)")
    #expect(array.type == type)
    #expect(array.shape == [3, 2])
    #expect(try array.values(as: Int.self) == Array(0..<6))
  }

  @Test func otherNumbers() throws {
    let file = try HDF5File(Self.fixture("kinds.h5"))
    #expect(try file.numbers("numbers/truth") == NumericArray([true, false]))
    #expect(try file.numbers("numbers/complex").type == .complex128)
    #expect(try file.numbers("numbers/scalar") == NumericArray([2.5], shape: []))
    #expect(try file.numbers("numbers/empty") == NumericArray([Double](), shape: [0, 3]))
    #expect(
      try file.numbers("numbers/packed") == NumericArray((0..<20000).map(Int32.init), shape: [200, 100]))
  }

  @Test func rows() throws {
    let file = try HDF5File(Self.fixture("kinds.h5"))
    #expect(
      try file.numbers("numbers/packed", rows: 50..<52)
        == NumericArray((5000..<5200).map(Int32.init), shape: [2, 100]))
    #expect(try file.numbers("numbers/packed", rows: 7..<7).shape == [0, 100])
    #expect(try file.texts("texts/any", rows: 1..<2) == ["Purkinje é"])
    #expect(try file.runs("runs", rows: 2..<3).map { try $0.values(as: Double.self) } == [[2]])
    #expect(
      message { _ = try file.numbers("numbers/i1", rows: 2..<9) }?.contains("rows 2..<9 are asked") == true)
  }

  @Test func textsRunsAndReferences() throws {
    let file = try HDF5File(Self.fixture("kinds.h5"))
    #expect(try file.texts("texts/any") == ["soma", "Purkinje é", ""])
    #expect(try file.texts("texts/fixed") == ["ab", "c"])
    #expect(try file.texts("texts/one") == ["alone"])
    #expect(try file.runs("runs").map { try $0.values(as: Double.self) } == [[0.5, 1.5], [], [2]])
    #expect(try file.references("references") == ["/runs", "/texts/one"])
  }

  @Test func namesKindsAndAttributes() throws {
    let file = try HDF5File(Self.fixture("kinds.h5"))
    #expect(try file.names() == ["compound", "numbers", "references", "runs", "texts"])
    #expect(try file.names(in: "/texts") == ["any", "fixed", "one"])
    #expect(file.kind(of: "/texts") == .group)
    #expect(file.kind(of: "/runs") == .dataset)
    #expect(file.kind(of: "/nothing") == nil)
    #expect(try file.shape(of: "numbers/packed") == [200, 100])
    #expect(try file.attributeTexts("unit", of: "runs") == ["seconds"])
    #expect(try file.attributeTexts("tags", of: "runs") == ["a", "b"])
    #expect(try file.attributeNumbers("rate", of: "runs") == NumericArray([1.5, 2.5]))
    #expect(try file.attributeReferences("target", of: "runs") == ["/texts/one"])
    #expect(file.hasAttribute("unit", of: "runs"))
    #expect(!file.hasAttribute("colour", of: "runs"))
  }

  @Test func refusals() throws {
    let path = try Self.fixture("kinds.h5")
    let file = try HDF5File(path)
    #expect(message { _ = try file.numbers("/none") } == "\(path), '/none': there is no such dataset")
    #expect(message { _ = try file.names(in: "/none") } == "\(path), '/none': there is no such group")
    #expect(
      message { _ = try file.numbers("runs") }?
        .hasSuffix("it holds runs of numbers of different length; expected numbers") == true)
    #expect(
      message { _ = try file.texts("numbers/i1") }?.hasSuffix("it holds numbers; expected texts") == true)
    #expect(message { _ = try file.numbers("compound") }?.contains("compound or opaque") == true)
    #expect(
      message { _ = try file.attributeTexts("colour", of: "runs") }?
        .hasSuffix("'runs@colour': there is no such attribute") == true)
    #expect(message { _ = try HDF5File("/none.h5") } == "/none.h5: there is no such file; check the path")
    #expect(message { _ = try HDF5File(NSTemporaryDirectory()) }?.contains("is a folder") == true)
  }

  @Test func cutFilesAreRefused() throws {
    let whole = try Data(contentsOf: URL(fileURLWithPath: Self.fixture("kinds.h5")))
    let folder = try Self.scratch()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    for part in stride(from: 0, to: whole.count, by: 509) {
      let path = folder + "/cut.h5"
      try whole.prefix(part).write(to: URL(fileURLWithPath: path))
      let text = message { _ = try HDF5File(path) }
      #expect(text?.contains("cannot be opened") == true)
      #expect(text?.contains("\n") == false)
    }
  }

  @Test func whatIsWrittenIsReadAgain() throws {
    let folder = try Self.scratch()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let path = folder + "/out.h5"
    let arrays: [String: NumericArray] = [
      "/a/double": NumericArray([1.5, 2.5, 3.5, 4.5], shape: [2, 2]), "/a/whole": NumericArray([-1, 2]),
      "/b/truth": NumericArray([true, false]), "/b/empty": NumericArray([Float](), shape: [0, 2]),
      "/one": NumericArray([UInt8(3)], shape: []),
    ]
    let runs = [NumericArray([1.0, 2]), NumericArray([Double]()), NumericArray([3.0])]
    try HDF5Writer.write(to: path) { (writer) throws(FileError) in
      for (name, array) in arrays { try writer.write(array, to: name) }
      try writer.write(runs: runs, of: .float64, to: "/runs")
      try writer.write(["é", ""], to: "/texts")
      try writer.write("alone", to: "/c/d/text")
      try writer.makeGroup("/empty/group")
      try writer.setAttribute("unit", of: "/runs", to: "ms")
      try writer.setAttribute("list", of: "/", to: ["x", "y"])
      try writer.setAttribute("rate", of: "/a", to: NumericArray([2.0], shape: []))
      try writer.setAttribute("target", of: "/a/whole", referringTo: "/runs")
    }
    let file = try HDF5File(path)
    for (name, array) in arrays { #expect(try file.numbers(name) == array) }
    #expect(try file.runs("/runs") == runs)
    #expect(try file.texts("/texts") == ["é", ""])
    #expect(try file.texts("/c/d/text") == ["alone"])
    #expect(try file.names(in: "/empty") == ["group"])
    #expect(try file.attributeTexts("unit", of: "/runs") == ["ms"])
    #expect(try file.attributeTexts("list", of: "/") == ["x", "y"])
    #expect(try file.attributeNumbers("rate", of: "/a") == NumericArray([2.0], shape: []))
    #expect(try file.attributeReferences("target", of: "/a/whole") == ["/runs"])
  }

  @Test func aFailedWriteLeavesNothing() throws {
    let folder = try Self.scratch()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    #expect(
      message {
        try HDF5Writer.write(to: folder + "/x.h5") { (writer) throws(FileError) in
          try writer.write(NumericArray([1]), to: "/a")
          try writer.write(NumericArray([1]), to: "/a")
        }
      }?.contains("'/a'") == true)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
    #expect(
      message { try HDF5Writer.write(to: folder + "/no/such/x.h5") { _ in } }?.contains("cannot be created")
        == true)
  }
}
