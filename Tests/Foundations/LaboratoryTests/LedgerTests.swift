import Figures
import Foundation
import Laboratory
import NeuralData
import Testing

@Suite struct LedgerTests {
  private struct Stop: Error {}

  @Test func finishedPartsAreNotRepeated() throws {
    let scratch = try Scratch()
    var computed: [String] = []
    func measureAll(resuming: Bool, until last: String = "") throws -> [Double] {
      let ledger = try Ledger(path: scratch.file("l"), configuration: ["seed": 1], resuming: resuming)
      return try ["m/a", "m/b\t\n\"", "m/c"].map { key in
        try ledger.measure(key) {
          if key == last { throw Stop() }
          computed.append(key)
          return key == "m/a" ? Double.nan : 0.1 + 0.2
        }
      }
    }
    #expect(throws: Stop.self) { try measureAll(resuming: false, until: "m/c") }
    let values = try measureAll(resuming: true)
    #expect(values[0].isNaN && values[1] == 0.1 + 0.2 && values[2] == 0.1 + 0.2)
    #expect(computed == ["m/a", "m/b\t\n\"", "m/c"])
    _ = try measureAll(resuming: false)
    #expect(computed.count == 6)
  }

  /// However many bytes of the file reached the disk, whole parts are kept and the others computed again.
  @Test func anyPrefixOfTheFileGoesOn() throws {
    let scratch = try Scratch()
    do {
      let ledger = try Ledger(path: scratch.file("l"), configuration: 1, resuming: false)
      for index in 0..<3 { _ = try ledger.measure("m/\(index)") { 100 + index } }
    }
    let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: scratch.file("l"))))
    let head = try #require(bytes.firstIndex(of: UInt8(ascii: "\n"))) + 1
    for length in head...bytes.count {
      try AtomicFile.write(bytes.prefix(length), to: scratch.file("l"))
      let ledger = try Ledger(path: scratch.file("l"), configuration: 1, resuming: true)
      let kept = bytes[head..<length].count { $0 == UInt8(ascii: "\n") }
      #expect(ledger.count == kept)
      for index in 0..<3 { #expect(try ledger.measure("m/\(index)") { 100 + index } == 100 + index) }
      #expect(ledger.count == 3)
    }
    for length in 0..<head {
      try AtomicFile.write(bytes.prefix(length), to: scratch.file("l"))
      #expect(throws: FileError.self) {
        try Ledger(path: scratch.file("l"), configuration: 1, resuming: true)
      }
    }
  }

  @Test func otherSettingsAreRefused() throws {
    let scratch = try Scratch()
    _ = try Ledger(path: scratch.file("l"), configuration: 1, resuming: true).measure("m/a") { 1 }
    let error = #expect(throws: FileError.self) {
      try Ledger(path: scratch.file("l"), configuration: 2, resuming: true)
    }
    #expect(error?.kind == .mismatched)
  }

  @Test func withoutAFileEverythingIsComputed() throws {
    let ledger = Ledger()
    #expect(try ledger.measure("m/a") { 1 } == 1)
    #expect(try ledger.measure("m/a") { 2 } == 2)
  }

  @Test func outcomesComeBackWhole() throws {
    let claim = Claim(id: "m.c", source: "1", statement: "s", published: "1", method: "c", agreement: 0...1)
    let figure = Figure(
      id: "f", title: "t", x: Axis("x", scale: .log, range: 1...2), y: Axis("y"),
      marks: [
        Mark("a", .line(x: [1, .infinity], y: [1, 2], low: [0, 1], high: [2, 3], isDashed: true)),
        Mark("b", .imageGrid(pixels: [1, 2], rows: 1, columns: 1, perRow: 2, captions: ["p"]), colour: 2),
      ])
    let outcome = ReproductionOutcome(
      results: [ClaimResult(claim, Measurement(0.1 + 0.2, text: "0.3"))], figures: [figure], notes: ["n"])
    let read = try JSONText.decode(ReproductionOutcome.self, from: JSONText.encode(outcome))
    #expect(read.results == outcome.results && read.figures == outcome.figures && read.notes == outcome.notes)
  }
}
