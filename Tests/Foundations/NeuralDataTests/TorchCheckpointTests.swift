import Foundation
import NeuralData
import Probability
import Testing

@Suite struct TorchCheckpointTests {
  private func message(_ read: () throws -> Void) -> String? {
    #expect(throws: FileError.self) { try read() }?.description
  }

  @Test func everyTypeAndLayout() throws {
    let checkpoint = try TorchCheckpoint.read(PickleTests.fixture("state.pt"))
    let tensors = checkpoint.tensors
    #expect(checkpoint.values.isEmpty)
    #expect(tensors.count == 11)
    #expect(tensors["weight"] == NumericArray((0..<12).map(Float.init), shape: [3, 4]))
    #expect(
      tensors["transposed"]
        == NumericArray([0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11] as [Float], shape: [4, 3]))
    #expect(tensors["column"] == NumericArray([1, 5, 9] as [Float]))
    #expect(try tensors["half"]?.values(as: Double.self) == [1.5, -2])
    #expect(tensors["half"]?.type == .float16)
    #expect(try tensors["bfloat"]?.values(as: Double.self) == [1.5, -2])
    #expect(tensors["bfloat"]?.type == .bfloat16)
    #expect(tensors["double"] == NumericArray([0.1]))
    #expect(tensors["steps"] == NumericArray([7], shape: []))
    #expect(tensors["truth"] == NumericArray([true, false]))
    #expect(tensors["empty"] == NumericArray([Float](), shape: [0, 3]))
    #expect(tensors["parameter"] == NumericArray([3] as [Float]))
    #expect(tensors["wide"] == NumericArray([65535] as [UInt16]))
  }

  @Test func namesWithinNames() throws {
    let checkpoint = try TorchCheckpoint.read(PickleTests.fixture("nested.pt"))
    #expect(checkpoint.tensors.keys.sorted() == ["model.layer.weight", "optimizer.0.momentum"])
    #expect(
      checkpoint.values == [
        "epoch": .integer(3), "name": .text("elm"), "losses": .list([.number(0.5), .number(0.25)]),
        "optimizer.1.rate": .number(0.1),
      ])
  }

  @Test func otherFormatsAreNamed() throws {
    #expect(
      message { _ = try TorchCheckpoint.read(PickleTests.fixture("legacy.pt")) }?
        .contains("PyTorch's format from before version 1.6") == true)
    #expect(
      message { _ = try TorchCheckpoint.read(PickleTests.fixture("script.pt")) }?
        .contains("TorchScript program") == true)
    #expect(
      message { _ = try TorchCheckpoint.read(PickleTests.fixture("stored.npz")) }?
        .contains("has no data.pkl; expected a checkpoint as torch.save writes it") == true)
    #expect(
      message { _ = try TorchCheckpoint.decode([1, 2, 3], path: "f") }
        == "f, byte 0: there is no zip directory; expected a checkpoint as torch.save writes it")
  }

  /// Two members on the same packed bytes are how small archives unpack to endless ones.
  @Test func overlappingMembersAreRefused() throws {
    let array = NumericArray([1.0, 2])
    var bytes = NPZ.encode(["a": array, "b": array])
    // The directory's second entry points at the first member.
    let entries = bytes.indices.dropLast(4).filter { Array(bytes[$0..<($0 + 4)]) == [0x50, 0x4B, 1, 2] }
    bytes.replaceSubrange(
      (entries[1] + 42)..<(entries[1] + 46), with: bytes[(entries[0] + 42)..<(entries[0] + 46)])
    #expect(message { _ = try NPZ.decode(bytes, path: "f") }?.contains("overlaps") == true)
  }

  @Test func unpackingStopsAtTheSaidSize() throws {
    var bytes = NPZ.encode(["a": NumericArray([Double](repeating: 0, count: 1 << 20))], compressed: true)
    let entry = try #require(
      bytes.indices.dropLast(4).first { Array(bytes[$0..<($0 + 4)]) == [0x50, 0x4B, 1, 2] })
    bytes.replaceSubrange((entry + 24)..<(entry + 28), with: [100, 0, 0, 0])
    #expect(
      message { _ = try NPZ.decode(bytes, path: "f") }?.contains("hold more than they are said to") == true)
  }

  /// Cut and changed archives, and changed pickles with a checksum that fits, give an error or a checkpoint.
  @Test(arguments: ["state.pt", "nested.pt"])
  func damagedFilesNeverCrash(name: String) throws {
    let whole = try PickleTests.bytes(name)
    var failures = 0
    for length in 0..<whole.count {
      do { _ = try TorchCheckpoint.decode(Array(whole.prefix(length)), path: "f") } catch { failures += 1 }
    }
    let entry = try #require(
      whole.indices.dropLast(60).first {
        Array(whole[$0..<($0 + 4)]) == [0x50, 0x4B, 1, 2]
          && String(decoding: whole[($0 + 46)..<($0 + 60)], as: UTF8.self).contains("/data.p")
      })
    let start = try #require(whole.firstIndex(of: 0x80))
    let length = Int(whole[entry + 20]) | Int(whole[entry + 21]) << 8
    #expect(checksum(whole[start..<(start + length)]) == Array(whole[(entry + 16)..<(entry + 20)]))
    var stream = RandomStream(seed: 4, name)
    for trial in 0..<6000 {
      var changed = whole
      let place = trial % 3 == 0 ? 0..<whole.count : start..<(start + length)
      for _ in 0...stream.integer(below: 4) {
        changed[place.lowerBound + Int(stream.integer(below: place.count))] = UInt8(
          stream.integer(below: 256))
      }
      if trial % 3 != 0 {
        changed.replaceSubrange(
          (entry + 16)..<(entry + 20), with: checksum(changed[start..<(start + length)]))
      }
      do { _ = try TorchCheckpoint.decode(changed, path: "f") } catch { failures += 1 }
    }
    #expect(failures > whole.count)
  }

  /// CRC-32, little-endian.
  private func checksum(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    var sum: UInt32 = .max
    for byte in bytes {
      sum ^= UInt32(byte)
      for _ in 0..<8 { sum = sum & 1 == 0 ? sum >> 1 : sum >> 1 ^ 0xEDB8_8320 }
    }
    return (0..<4).map { UInt8(truncatingIfNeeded: ~sum >> (8 * $0)) }
  }
}
