import Foundation
import Laboratory
import NeuralData
import Parallel
import Testing

@Suite struct RunRecordTests {
  private func entry(_ id: String, started: String = "2022-05-17T00:00:00.000Z") -> RunRecord.Entry {
    let text = """
      {"format":2,"id":"\(id)","command":["neuropil","x"],"options":{"swaps":"5"},"seed":18446744073709551615,
      "version":"0","process":1,"started":"\(started)","status":"done","inputs":{},
      "host":{"name":"h","system":"s","architecture":"a","processor":"p","threads":2}}
      """
    return RunRecord.Entry(
      run: try! JSONText.decode(Run.Description.self, from: text), folder: "/tmp/it's",
      metrics: .object(["accuracy": .array([.number(0.1 + 0.2), .number(1)])]))
  }

  @Test func whatIsNotedIsRead() throws {
    let scratch = try Scratch()
    let record = RunRecord(path: scratch.file("deep/runs.sqlite"))
    #expect(try record.entries() == [])
    #expect(try record.probe() == 0)
    let old = entry("abc1", started: "2021-01-01T00:00:00.000Z")
    try record.note(old)
    try record.note(entry("abd2"))
    #expect(try record.entries() == [entry("abd2"), old])
    #expect(try record.entries(withPrefix: "ab").count == 2)
    #expect(try record.probe() == 2)
    #expect(try record.entries(withPrefix: "abc") == [old])
    #expect(try record.entries(withPrefix: "%") == [])
    var changed = old
    changed.run.status = .failed
    try record.note(changed)
    #expect(try record.entries() == [entry("abd2"), changed])
    try record.forget(["abd2", "none"])
    #expect(try record.entries() == [changed])
  }

  @Test func longListsStayInTheFolder() throws {
    let scratch = try Scratch()
    let record = RunRecord(path: scratch.file("r"))
    var long = entry("a")
    long.metrics = .object([
      "few": .array([.number(1)]), "many": .array([JSONValue](repeating: .number(0), count: 101)),
      "inner": .object(["table": .array([.object([:])]), "x": .bool(true)]),
    ])
    try record.note(long)
    #expect(
      try record.entries()[0].metrics
        == .object(["few": .array([.number(1)]), "inner": .object(["x": .bool(true)])]))
  }

  /// Many writers at once lose nothing, the first of them making the file.
  @Test func writersWaitForOneAnother() throws {
    let scratch = try Scratch()
    let path = scratch.file("r")
    let entries = (0..<60).map { entry("run\($0)") }
    _ = try parallelMap(count: entries.count, threads: 12) { try RunRecord(path: path).note(entries[$0]) }
    #expect(try Set(RunRecord(path: path).entries().map(\.run.id)) == Set(entries.map(\.run.id)))
  }

  @Test func damageIsToldInOneLine() throws {
    let scratch = try Scratch()
    let path = scratch.file("r")
    try AtomicFile.write(String(repeating: "no database ", count: 400), to: path)
    for body in [{ try RunRecord(path: path).note(entry("a")) }, { _ = try RunRecord(path: path).entries() }]
    {
      let problem = #expect(throws: RunRecord.Problem.self, performing: body)
      #expect(
        problem?.description
          == "the run record \(path) cannot be used: file is not a database; move it away to begin a new one")
      #expect(problem?.blame == .data)
    }
    let nowhere = #expect(throws: RunRecord.Problem.self) {
      try RunRecord(path: "/dev/null/r").note(entry("a"))
    }
    #expect(nowhere?.blame == .destination)
  }

  /// Whichever bytes are damaged, reading gives runs or a problem, never a crash.
  @Test func anyDamagedByteIsSurvived() throws {
    let scratch = try Scratch()
    let path = scratch.file("r")
    for index in 0..<3 { try RunRecord(path: path).note(entry("run\(index)")) }
    let whole = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
    for place in stride(from: 0, to: whole.count, by: 61) {
      var bytes = whole
      bytes[place] ^= 0xa5
      try AtomicFile.write(bytes, to: path)
      do { _ = try RunRecord(path: path).entries() } catch {}
    }
  }
}
