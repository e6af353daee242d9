import Foundation
import Laboratory
import NeuralData
import Synchronization
import Testing

/// One after another: a process has at most one open run.
@Suite(.serialized) struct RunTests {
  private func description(_ run: Run) throws -> Run.Description { try Run.read(folder: run.folder).run }

  @Test func aRunTellsItsCommandAndItsEnd() throws {
    let scratch = try Scratch()
    let record = RunRecord(path: scratch.file("r"))
    var run = try Run(
      folder: scratch.file("a/b"), command: ["neuropil", "x"], options: ["swaps": "5"], seed: 7,
      record: record)
    #expect(try description(run).status == .running && description(run).ended == nil)
    #expect(try record.entries()[0].run.status == .running)
    try run.write(["accuracy": 0.1 + 0.2], to: "metrics.json")
    #expect(
      try String(contentsOfFile: run.path("metrics.json"), encoding: .utf8).contains("0.30000000000000004"))
    try AtomicFile.write("abc", to: scratch.file("input"))
    run.noteInput(scratch.file("input"))
    run.noteInput(scratch.file("absent"))
    try run.finish()
    Run.close(as: .failed)
    let entry = try #require(record.entries().first)
    #expect(entry.run == (try description(run)))
    #expect(entry.run.status == .done && entry.run.ended != nil && entry.run.seed == 7)
    #expect(entry.run.command == ["neuropil", "x"] && entry.run.options == ["swaps": "5"])
    #expect(entry.metrics == .object(["accuracy": .number(0.1 + 0.2)]))
    let digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    #expect(entry.run.inputs.mapValues(\.sha256) == [scratch.file("input"): digest])
  }

  @Test func aStoppedRunGoesOnUnderItsName() throws {
    let scratch = try Scratch()
    let record = RunRecord(path: scratch.file("r"))
    let first = try Run(folder: scratch.file("a"), command: ["neuropil"], seed: 1, record: record)
    Run.close(as: .stopped)
    #expect(try record.entries().map(\.run.status) == [.stopped])
    let earlier = try description(first)
    var second = try Run(
      folder: scratch.file("a"), command: ["neuropil", "--resume"], seed: 1, resuming: true, record: record)
    try second.finish()
    let later = try description(second)
    #expect(try record.entries().map(\.run.status) == [.done])
    #expect(later.id == earlier.id && later.started == earlier.started)
    #expect(later.seconds! >= earlier.seconds!)
    var third = try Run(folder: scratch.file("a"), command: ["neuropil"], seed: 1, record: record)
    try third.finish()
    #expect(try record.entries().count == 2)
  }

  @Test func aRunWhoseProcessIsGoneWasKilled() throws {
    let scratch = try Scratch()
    let run = try Run(folder: scratch.file("a"), command: [], seed: 1, record: nil)
    var description = try description(run)
    description.process = 1 << 30
    try AtomicFile.write(JSONText.encode(description), to: run.path("run.json"))
    #expect(try Run.read(folder: run.folder).run.status == .killed)
    Run.close(as: .done)
  }

  @Test func anUnusableRecordCostsOneWarning() throws {
    let scratch = try Scratch()
    let recorder = Recorder()
    var run = try Run(
      folder: scratch.file("a"), command: [], seed: 1, record: RunRecord(path: "/dev/null/r"),
      warn: { recorder.add($0) })
    try run.write(["a": 1], to: "metrics.json")
    try run.finish()
    #expect(try description(run).status == .done)
    #expect(recorder.lines.count == 1)
    #expect(recorder.lines[0].hasSuffix("; the run itself goes on"))
  }

  private final class Recorder: Sendable {
    private let storage = Mutex<[String]>([])
    func add(_ line: String) { storage.withLock { $0.append(line) } }
    var lines: [String] { storage.withLock { $0 } }
  }

  @Test func impossibleFoldersAreRefused() throws {
    let scratch = try Scratch()
    try AtomicFile.write("x", to: scratch.file("file"))
    let error = #expect(throws: FileError.self) {
      try Run(folder: scratch.file("file"), command: [], seed: 1, record: nil)
    }
    #expect(error?.kind == .cannotWrite)
    #expect(throws: FileError.self) { try Run(folder: "/dev/null/x", command: [], seed: 1, record: nil) }
  }

  @Test func jsonOfImpossibleNumbers() { #expect(JSONText.encode(["a": Double.nan]) == "{\"a\":\"NaN\"}") }
}
