import Foundation
import NeuralData
import Testing

@Suite struct NumPyTests {
  private func fixture(_ name: String) throws -> String {
    try #require(Bundle.module.resourcePath) + "/Fixtures/" + name
  }

  @Test(
    arguments: ["i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8", "f2", "f4", "f8"],
    ["little_C", "little_F", "big_C", "big_F"])
  func realArrays(code: String, layout: String) throws {
    let array = try NPY.read(fixture("\(code)_\(layout).npy"))
    #expect(array.shape == [2, 3, 4])
    #expect(try array.values(as: Double.self) == (0..<24).map(Double.init))
  }

  @Test(arguments: ["c8", "c16"], ["little_C", "little_F", "big_C", "big_F"])
  func complexArrays(code: String, layout: String) throws {
    let array = try NPY.read(fixture("\(code)_\(layout).npy"))
    #expect(array.type == (code == "c8" ? .complex64 : .complex128))
    let parts: [Double] =
      code == "c8"
      ? array.bytes.withUnsafeBytes { bytes in
        (0..<48).map { Double(bytes.loadUnaligned(fromByteOffset: $0 * 4, as: Float.self)) }
      }
      : array.bytes.withUnsafeBytes { bytes in
        (0..<48).map { bytes.loadUnaligned(fromByteOffset: $0 * 8, as: Double.self) }
      }
    #expect(parts == (0..<24).flatMap { [Double($0), 0] })
  }

  @Test func truthValues() throws {
    #expect(try NPY.read(fixture("b1_little_F.npy")).values(as: Int.self) == (0..<24).map { $0 % 2 })
  }

  @Test(arguments: ["compressed.npz", "stored.npz"])
  func archives(name: String) throws {
    let arrays = try NPZ.read(fixture(name))
    #expect(arrays.keys.sorted() == ["a", "b"])
    #expect(try arrays["a"]!.values(as: Int.self) == Array(0..<24))
    #expect(try arrays["b"]!.values(as: Float.self) == [1.5, 2.5])
  }
}
