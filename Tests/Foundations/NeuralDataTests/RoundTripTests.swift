import Foundation
import NeuralData
import Probability
import Testing

/// A folder that is removed with the test.
final class Scratch {
  let path: String
  init() throws {
    path = NSTemporaryDirectory() + "neuropil-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }
  deinit { try? FileManager.default.removeItem(atPath: path) }
  func file(_ name: String) -> String { path + "/" + name }
}

@Suite struct RoundTripTests {
  private func arrays() -> [String: NumericArray] {
    [
      "bool": NumericArray([true, false, true]), "int8": NumericArray([Int8.min, 0, .max]),
      "int16": NumericArray([Int16.min, 0, .max]), "int32": NumericArray([Int32.min, 0, .max]),
      "int64": NumericArray([Int64.min, 0, .max]), "uint8": NumericArray([UInt8(0), 7, .max]),
      "uint16": NumericArray([UInt16(0), 7, .max]), "uint32": NumericArray([UInt32(0), 7, .max]),
      "uint64": NumericArray([UInt64(0), 7, .max]), "float32": NumericArray([Float(0.1), -.infinity, 3]),
      "float64": NumericArray([0.1, .infinity, -1e300, 4, 5, 6], shape: [2, 3]),
      "scalar": NumericArray([42.0], shape: []), "empty": NumericArray([Double](), shape: [0, 3]),
    ]
  }

  @Test func npy() throws {
    let scratch = try Scratch()
    for (name, array) in arrays() {
      try NPY.write(array, to: scratch.file(name + ".npy"))
      #expect(try NPY.read(scratch.file(name + ".npy")) == array, "\(name)")
    }
  }

  @Test(arguments: [false, true])
  func npz(compressed: Bool) throws {
    let scratch = try Scratch()
    try NPZ.write(arrays(), to: scratch.file("a.npz"), compressed: compressed)
    #expect(try NPZ.read(scratch.file("a.npz")) == arrays())
  }

  @Test func safeTensors() throws {
    let scratch = try Scratch()
    let contents = SafeTensors.Contents(tensors: arrays(), metadata: ["state": "{\"a\": 1}"])
    try SafeTensors.write(contents, to: scratch.file("a.safetensors"))
    #expect(try SafeTensors.read(scratch.file("a.safetensors")) == contents)
  }

  @Test func csv() throws {
    let table = CSVTable(header: ["a", "b,c"], values: [1, 2.5, -3e-7, 4], columns: 2)
    #expect(table.encoded() == "a,\"b,c\"\n1,2.5\n-3e-07,4\n")
    let plain = CSVTable(values: [1, 2.5, -3e-7, 4], columns: 2)
    #expect(try CSVTable.decode(Array(plain.encoded().utf8), path: "x") == plain)
    #expect(try CSVTable.decode(Array("1, 2\r\n\r\n 3,4".utf8), path: "x").values == [1, 2, 3, 4])
  }

  @Test func conversionsAreExactOrRefused() throws {
    #expect(try NumericArray([Int64(3), -4]).values(as: Double.self) == [3, -4])
    #expect(try NumericArray([2.0, 3]).values(as: Int.self) == [2, 3])
    let error = #expect(throws: NumericArray.ConversionError.self) {
      try NumericArray([2.0, 2.5]).values(as: Int.self)
    }
    #expect(error?.description == "number 1 is 2.5, which Int cannot hold")
    #expect(throws: NumericArray.ConversionError.self) {
      try NumericArray([Int64.max]).values(as: Double.self)
    }
    #expect(throws: NumericArray.ConversionError.self) { try NumericArray([-1]).values(as: UInt8.self) }
    #expect(try NumericArray([Double.nan]).values(as: Double.self)[0].isNaN)
  }

  @Test func pngsDecode() throws {
    let picture = try PNG.encode(grey: [0, 128, 255, 7, 8, 9], width: 3, height: 2)
    #expect(picture.starts(with: [0x89, 0x50, 0x4E, 0x47]))
    #expect(Array(picture[16..<24]) == [0, 0, 0, 3, 0, 0, 0, 2])
    #expect(try PNG.encode(rgb: [1, 2, 3], width: 1, height: 1).count > 40)
  }
}
