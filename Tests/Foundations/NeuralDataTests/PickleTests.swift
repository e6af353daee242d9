import Foundation
import NeuralData
import Probability
import Testing

@Suite struct PickleTests {
  static func fixture(_ name: String) throws -> String {
    try #require(Bundle.module.resourcePath) + "/Fixtures/" + name
  }

  static func bytes(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(fileURLWithPath: fixture(name))))
  }

  private func message(_ bytes: [UInt8]) -> String? {
    #expect(throws: FileError.self) { try Pickle.decode(bytes, path: "f") }?.description
  }

  private func message(_ text: String) -> String? { message(Array(text.utf8)) }

  @Test(arguments: 0...5)
  func plainValues(version: Int) throws {
    let value = try Pickle.read(Self.fixture("plain\(version).pkl"))
    #expect(value["none"] == Pickle.Value.none)
    #expect(value["truth"] == .list([.truth(true), .truth(false)]))
    #expect(value["small"] == .integer(7))
    #expect(value["negative"] == .integer(-300))
    #expect(value["large"] == .integer(1 << 40))
    #expect(value["least"] == .integer(.min))
    #expect(value["number"] == .number(2.5))
    #expect(value["text"] == .text("Purkinje é α"))
    #expect(value["bytes"] == .bytes([0, 200, 10]))
    #expect(value["tuple"] == .tuple([]))
    #expect(value["pair"] == .tuple([.integer(1), .tuple([.integer(2), .text("x")])]))
    #expect(value["set"] == .set([.integer(3)]))
    #expect(value["frozen"] == .set([.integer(4)]))
    #expect(
      value["ordered"]
        == .dictionary([
          .init(key: .text("b"), value: .integer(1)), .init(key: .text("a"), value: .integer(2)),
        ]))
    let shared = Pickle.Value.list([.integer(1), .integer(2)])
    #expect(value["again"] == .list([shared, shared]))
    guard case .dictionary(let entries) = value else { return #expect(Bool(false)) }
    #expect(entries.first { $0.key == .integer(5) }?.value == .text("five"))
    #expect(entries.count == 16)
  }

  @Test(arguments: (0...5).map { "arrays\($0).pkl" } + ["arrays_numpy1.pkl"])
  func numpyArrays(name: String) throws {
    let value = try Pickle.read(Self.fixture(name))
    func array(_ key: String) throws -> NumericArray {
      guard case .array(let array) = value[key] else {
        throw FileError(.mismatched, name, "\(key) is no array")
      }
      return array
    }
    #expect(try array("float") == NumericArray([0.0, 1, 2, 3, 4, 5], shape: [2, 3]))
    #expect(try array("big") == NumericArray([0, 1, 2, 3] as [Int32]))
    #expect(try array("fortran") == NumericArray([0, 1, 2, 3, 4, 5] as [Float], shape: [2, 3]))
    #expect(try array("truth") == NumericArray([true, false]))
    #expect(try array("empty") == NumericArray([Double](), shape: [0, 3]))
    #expect(try array("zero") == NumericArray([8.0], shape: []))
    #expect(value["scalar"] == .number(1.5))
    #expect(value["whole"] == .integer(-4))
  }

  @Test func nothingIsExecuted() {
    #expect(
      message("cos\nsystem\n(S'echo harm'\ntR.")
        == "f, byte 0: the class 'os.system' cannot be read; save plain values, NumPy arrays or a state_dict instead of objects"
    )
    #expect(message("(S'x'\nibuiltins\neval\n.")?.contains("'builtins.eval'") == true)
    #expect(message([0x80, 4, 0x8C, 2, 0x6F, 0x73, 0x8C, 1, 0x61, 0x93, 0x2E])?.contains("'os.a'") == true)
  }

  @Test func refusals() {
    #expect(message("") == "f, byte 0: the pickle ends early; expected a pickle file")
    #expect(message(".")?.contains("nothing to work on") == true)
    #expect(message("h\u{1}.")?.contains("place 1 of the memory is empty") == true)
    #expect(message("Ihello\n.")?.contains("'hello' is no whole number") == true)
    #expect(message([0x80, 9, 0x4E, 0x2E])?.contains("protocol 9 is unknown") == true)
    #expect(message([0x8A, 9] + [UInt8](repeating: 0x7F, count: 9) + [0x2E])?.contains("64 bits") == true)
    #expect(message("X\u{7F}\u{7F}\u{7F}\u{7F}abc.")?.contains("ends early") == true)
    #expect(message("Q.")?.contains("nothing to work on") == true)
    #expect(message("NQ.")?.contains("outside the file") == true)
    #expect(message("}]Ns.")?.contains("no plain value") == true)
    #expect(message("ccollections\nOrderedDict\n.")?.contains("stands where a value is expected") == true)
    #expect(message("\u{1}.")?.contains("operation 1 is unknown") == true)
  }

  /// `[x, x]` where x is `[y, y]` and so on: 40 levels would spell out to a million million values.
  @Test func repetitionIsBounded() {
    var bomb = Array("]q\0Na".utf8)
    for level in 1...40 {
      let (before, now) = (UInt8(level - 1), UInt8(level))
      bomb += Array("]q".utf8) + [now] + Array("(h".utf8) + [before, 0x68, before] + Array("e".utf8)
    }
    #expect(message(bomb + Array(".".utf8))?.contains("repeats its contents too often") == true)
    // The same list made into sets again and again.
    var sets = Array("(".utf8)
    for _ in 0..<20000 { sets += Array("N".utf8) }
    sets += Array("lq\0".utf8)
    for _ in 0..<20000 { sets += Array("c__builtin__\nset\nh\0\u{85}R".utf8.filter { $0 != 0xC2 }) }
    #expect(message(sets + Array(".".utf8))?.contains("repeats its contents too often") == true)
  }

  @Test func nestingIsBounded() throws {
    #expect(
      message(String(repeating: "]", count: 100_000) + String(repeating: "a", count: 99_999) + ".")?
        .contains("more than 200 deep") == true)
    #expect(message("]q\0h\0a.")?.contains("contains itself") == true)
    let deep = String(repeating: "]", count: 200) + String(repeating: "a", count: 199) + "."
    _ = try Pickle.decode(Array(deep.utf8), path: "f")
  }

  /// Cut and changed files give an error or a value, never a crash.
  @Test(
    arguments: ["plain0.pkl", "plain2.pkl", "plain5.pkl", "arrays0.pkl", "arrays2.pkl", "arrays5.pkl"])
  func damagedFilesNeverCrash(name: String) throws {
    let whole = try Self.bytes(name)
    var failures = 0
    for length in 0..<whole.count {
      do { _ = try Pickle.decode(Array(whole.prefix(length)), path: "f") } catch { failures += 1 }
    }
    #expect(failures == whole.count)
    var stream = RandomStream(seed: 3, name)
    for _ in 0..<5000 {
      var changed = whole
      for _ in 0...stream.integer(below: 4) {
        changed[stream.integer(below: changed.count)] = UInt8(stream.integer(below: 256))
      }
      do { _ = try Pickle.decode(changed, path: "f") } catch { failures += 1 }
    }
    #expect(failures > whole.count)
  }
}
