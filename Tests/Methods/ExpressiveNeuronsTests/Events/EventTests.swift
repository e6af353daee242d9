import ExpressiveNeurons
import Foundation
import NeuralData
import Testing

@Suite struct EventTests {
  func path() -> String { NSTemporaryDirectory() + "elm-\(UUID().uuidString).npz" }

  @Test func eventsAreSortedByStep() throws {
    let events = try EventSequence(
      time: [2, 0, 2], channel: [1, 0, 2], values: [1, -1, 2], steps: 3, channels: 3)
    #expect(events.dense == [-1, 0, 0, 0, 0, 0, 0, 1, 2])
    #expect(events.window(from: 1, length: 4).dense == [0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 0, 0])
    #expect(try EventSequence(dense: events.dense, steps: 3, channels: 3) == events)
  }

  @Test func filesRoundTrip() throws {
    let events = try EventSequence(
      time: [2, 0, 2], channel: [1, 0, 2], values: [1, -1, 2], steps: 3, channels: 3)
    let file = path()
    defer { try? FileManager.default.removeItem(atPath: file) }
    try EventFile.write(events, to: file)
    #expect(try EventFile.read(file) == events)
    let short = events.window(from: 0, length: 2)
    let labelled = try SequenceDataSet([events, short], .labels([4, 0], classes: 5))
    try labelled.write(to: file)
    #expect(try SequenceDataSet(path: file) == labelled)
    let traced = try SequenceDataSet(
      [events, short], .traces([[0, 1, 1, 2, 0, 3], [0, 0.5, 1, 0]], outputs: 2), voltage: .neuronIO)
    try traced.write(to: file)
    #expect(try SequenceDataSet(path: file) == traced)
  }

  /// Steps cost memory, so a file that claims far more than it can fill is refused before any is taken.
  @Test func claimedStepsAreBounded() throws {
    let file = path()
    defer { try? FileManager.default.removeItem(atPath: file) }
    for (steps, words) in [
      ([1 << 27, 1 << 27], "there are said to be 268435456 steps for 1 events"),
      ([Int.max, 3], "sample 0 is said to have 9223372036854775807 steps"),
      ([5, -1], "sample 1 is said to have -1"),
    ] {
      try NPZ.write(
        [
          "time": NumericArray([0]), "channel": NumericArray([0]), "steps": NumericArray(steps),
          "channels": NumericArray([1], shape: []), "label": NumericArray([0, 0]),
          "classes": NumericArray([1], shape: []),
        ], to: file)
      let error = #expect(throws: FileError.self) { try SequenceDataSet(path: file) }
      #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
    }
  }

  @Test func anArchiveOfNoSequences() throws {
    let file = path()
    defer { try? FileManager.default.removeItem(atPath: file) }
    let none = NumericArray([Int]())
    try NPZ.write(
      ["time": none, "channel": none, "steps": none, "channels": NumericArray([1], shape: [])], to: file)
    let error = #expect(throws: FileError.self) { try EventFile.readAll(file) }
    #expect(error?.description == "\(file), array 'steps': there are no sequences")
  }

  @Test func refusals() throws {
    #expect(throws: ExpressiveNeuronError.badData("event 1 is at step 3, but there are steps 0 to 2")) {
      try EventSequence(time: [0, 3], channel: [0, 0], steps: 3, channels: 1)
    }
    #expect(throws: ExpressiveNeuronError.badData("event 0 is on channel -1, but there are channels 0 to 0"))
    {
      try EventSequence(time: [0], channel: [-1], steps: 3, channels: 1)
    }
    let file = path()
    defer { try? FileManager.default.removeItem(atPath: file) }
    try NPZ.write(["time": NumericArray([0])], to: file)
    #expect {
      try EventFile.read(file)
    } throws: {
      "\($0)" == "\(file): array 'shape' is missing; expected 'shape' among 'time'"
    }
  }
}
