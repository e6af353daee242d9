import Foundation
import Laboratory
import NeuralData
import Synchronization
import Testing

@Suite struct ClaimTests {
  private func claim(_ range: ClosedRange<Double>?) -> Claim {
    Claim(
      id: "m.c", source: "Fig 1", statement: "It holds.", published: "1", method: "counted", agreement: range)
  }

  @Test func verdicts() {
    #expect(ClaimResult(claim(0...1), Measurement(1, text: "1")).verdict == .agrees)
    #expect(ClaimResult(claim(0...1), Measurement(1.01, text: "1")).verdict == .differs)
    #expect(ClaimResult(claim(0...1), Measurement(nil, text: "")).verdict == .needsData)
    #expect(ClaimResult(claim(nil), Measurement(holds: true, text: "")).verdict == .agrees)
    #expect(ClaimResult(claim(nil), Measurement(holds: false, text: "")).verdict == .differs)
    #expect(ClaimResult(claim(0...1), Measurement(.nan, text: "")).verdict == .differs)
    #expect(ClaimResult(claim(0...1), Measurement(undecided: "", note: "")).verdict == .undecided)
  }
}

@Suite struct CheckpointTests {
  private struct State: Codable, Equatable { var step: Int }

  @Test func savesAndLoads() throws {
    let scratch = try Scratch()
    let checkpoint = Checkpoint(path: scratch.file("c"), configuration: ["seed": 1])
    #expect(try checkpoint.load(State.self) == nil)
    for step in 1...3 {
      try checkpoint.save(arrays: ["w": NumericArray([Double(step)])], state: State(step: step))
    }
    let loaded = try #require(try checkpoint.load(State.self))
    #expect(loaded.state == State(step: 3) && loaded.arrays["w"] == NumericArray([3.0]))
  }

  @Test func damageCostsOneInterval() throws {
    let scratch = try Scratch()
    let checkpoint = Checkpoint(path: scratch.file("c"), configuration: ["seed": 1])
    for step in 1...2 {
      try checkpoint.save(arrays: ["w": NumericArray([Double(step)])], state: State(step: step))
    }
    let whole = try Data(contentsOf: URL(fileURLWithPath: scratch.file("c")))
    try AtomicFile.write(whole.prefix(whole.count - 3), to: scratch.file("c"))
    #expect(try checkpoint.load(State.self)?.state == State(step: 1))
    try AtomicFile.write("no", to: scratch.file("c.previous"))
    #expect(throws: FileError.self) { try checkpoint.load(State.self) }
  }

  @Test func otherSettingsAreRefused() throws {
    let scratch = try Scratch()
    try Checkpoint(path: scratch.file("c"), configuration: ["seed": 1]).save(
      arrays: [:], state: State(step: 1))
    let error = #expect(throws: FileError.self) {
      try Checkpoint(path: scratch.file("c"), configuration: ["seed": 2]).load(State.self)
    }
    #expect(error?.kind == .mismatched)
  }
}

@Suite struct ProgressTests {
  private final class Recorder: Sendable {
    let text = Mutex("")
    let time = Mutex(0.0)
  }

  private func progress(_ recorder: Recorder, isTerminal: Bool, isQuiet: Bool = false) -> Laboratory.Progress
  {
    Laboratory.Progress(
      isQuiet: isQuiet, isTerminal: isTerminal, columns: 70, now: { recorder.time.withLock { $0 } },
      write: { part in recorder.text.withLock { $0 += part } })
  }

  @Test func plainLinesComeSeldom() {
    let recorder = Recorder()
    let progress = progress(recorder, isTerminal: false)
    progress.begin("training", total: 100)
    for second in 1...10 {
      recorder.time.withLock { $0 = Double(second) }
      progress.advance(by: 10, status: "accuracy 0.8")
    }
    progress.finish()
    #expect(
      recorder.text.withLock { $0 } == """
        training 0 % · 0 s so far
        training 50 % · 5 s left · 5 s so far · accuracy 0.8
        training 100 % · 10 s so far · accuracy 0.8
        training 100 % · 10 s so far · accuracy 0.8

        """)
  }

  @Test func barsFitTheTerminal() {
    let recorder = Recorder()
    let progress = progress(recorder, isTerminal: true)
    progress.begin("training", total: 4)
    recorder.time.withLock { $0 = 60 }
    progress.advance(by: 1)
    let last = recorder.text.withLock { $0 }.split(separator: "\r").last!
    #expect(
      last == "\u{1B}[K[" + String(repeating: "█", count: 4) + String(repeating: "·", count: 13)
        + "] training 25 % · 3 min 0 s left · 1 min 0 s so far")
  }

  @Test func quietIsQuiet() {
    let recorder = Recorder()
    let progress = progress(recorder, isTerminal: true, isQuiet: true)
    progress.begin("training", total: 4)
    progress.finish()
    #expect(recorder.text.withLock { $0 } == "")
  }
}
