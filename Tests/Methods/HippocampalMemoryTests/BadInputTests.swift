import Foundation
import HippocampalMemory
import NeuralData
import Spiking
import Testing

/// Wrong input of every kind that the specification's section 8 lists, with the whole text of its message.
@Suite struct BadInputTests {
  private func message(_ work: () throws -> Void) -> String {
    do {
      try work()
      return "accepted"
    } catch { return "\(error)" }
  }

  @Test func sizes() {
    #expect(
      message { _ = try CueContentMemory(cues: 0, contents: 1) }
        == "the number of cues is 0, but must be 1 to 65536")
    #expect(
      message { _ = try CueContentMemory(cues: 1, contents: 0) }
        == "the number of content bits is 0, but must be 1 to 65536")
    #expect(
      message { _ = try CueContentMemory(cues: 60_000, contents: 60_000) }
        == "cues times content bits is 3600000000, but must be at most 268435456, the synapses of a matrix")
  }

  @Test func operations() throws {
    var memory = try CueContentMemory(cues: 2, contents: 3)
    func refused(_ operations: [HippocampalMemory.Operation], until steps: Int? = nil) -> String {
      message { try memory.run(Schedule(operations), until: steps) }
    }
    #expect(
      message { try memory.learn(cue: 2, content: [0]) }
        == "operation 0, learning of cue 2 at step 0: cue 2; expected 0 to 1")
    #expect(
      message { try memory.learn(cue: -1, content: [0]) }
        == "operation 0, learning of cue -1 at step 0: cue -1; expected 0 to 1")
    #expect(
      message { _ = try memory.recall(content: [0, 3]) }
        == "operation 0, recall of content 0,3 at step 0: content bit 3; expected 0 to 2")
    #expect(
      message { try memory.learn(cue: 0, content: []) }
        == "operation 0, learning of cue 0 at step 0: the content is empty; expected at least one bit; to remove a memory use forget, for learning nothing erases one direction alone"
    )
    #expect(
      message { _ = try memory.recall(content: []) }
        == "operation 0, recall of content  at step 0: the content is empty; expected at least one bit")
    #expect(
      refused([Operation(time: 3, .recallCue(0)), Operation(time: 3, .recallCue(1))])
        == "operation 1, recall of cue 1 at step 3: another operation begins at the same step; expected one operation at a time"
    )
    #expect(
      refused([Operation(time: -2, .recallCue(0))])
        == "operation 0: time -2; expected a step, 0 to 9999999; save the memory and go on from it for longer work"
    )
    #expect(
      refused([Operation(time: 0, .recallCue(0))], until: 5)
        == "the duration is 5 steps, but must be at least 8, when the last answer has come")
    #expect(
      refused([Operation(time: 0, .learn(cue: 0, content: [1], hold: 0))])
        == "operation 0, learning of cue 0 at step 0: hold 0; expected 1 to 1000 steps, 3 in the protocol")
    // None of them has changed anything.
    #expect(memory.network.step == 0 && memory.ideal == IdealMemory())
    try memory.learn(cue: 0, content: [1])
    #expect(
      refused([Operation(time: 3, .recallCue(0))])
        == "the time of the recall of cue 0 at step 3 is 3, but must be 40 or later: earlier steps are past")
    var oneWay = try CueContentMemory(cues: 2, contents: 2, configuration: .init(.ca3))
    #expect(
      message { _ = try oneWay.recall(content: [1]) }
        == "operation 0, recall of content 1 at step 0: the circuit ca3 has no recall by content; use the circuit content-addressable"
    )
  }

  /// Operations that come too close are named, with what the second leaves of the first.
  @Test func spacing() throws {
    let schedule = Schedule([
      Operation(time: 0, .learn(cue: 0, content: [0, 1])),
      Operation(time: 7, .learn(cue: 1, content: [1, 2])),
      Operation(time: 17, .recallCue(0)), Operation(time: 21, .recallContent([0])),
    ])
    let conflicts = try ScheduleCheck.conflicts(in: schedule)
    #expect(
      conflicts.map(\.operations) == [
        ["learning of cue 0 at step 0", "learning of cue 1 at step 7"],
        ["recall of cue 0 at step 17", "recall of content 0 at step 21"],
      ])
    #expect(conflicts[0].steps == 7 && conflicts[0].needed == 10 && conflicts[0].sharedContent == [1])
    #expect(abs(conflicts[0].remaining! - 2.377) < 0.001 && conflicts[0].loses)
    #expect(conflicts[1].steps == 4 && conflicts[1].needed == 6 && conflicts[1].remaining == nil)
  }

  /// Content asked six steps into an overwriting leaks the old bits: the check names the two operations.
  @Test func readingDuringAnOverwriting() throws {
    let schedule = Schedule([
      Operation(time: 0, .learn(cue: 0, content: [0, 1])),
      Operation(time: 20, .learn(cue: 0, content: [2])), Operation(time: 21, .recallCue(1)),
    ])
    let check = try ScheduleCheck(schedule, cues: 2, contents: 3)
    #expect(!check.isSafe)
    #expect(
      check.conflicts.map(\.operations) == [["learning of cue 0 at step 20", "recall of cue 1 at step 21"]])
    let safe = try #require(check.smallestSafeSchedule)
    #expect(try ScheduleCheck(safe, cues: 2, contents: 3).isSafe)
  }

  @Test func initialWeights() {
    func refused(_ forward: [Double], _ backward: [Double]? = nil) -> String {
      message {
        _ = try CueContentMemory(
          cues: 1, contents: 2, initialCueToContent: forward, initialContentToCue: backward)
      }
    }
    #expect(
      refused([1, 6.5])
        == "initial weight 1 of CA3cueCueRecallL-CA3contCueRecallL is 6.5 nA, but must be w_min to w_max, 0.0 to 6.0 nA"
    )
    #expect(
      refused([-0.1, 0])
        == "initial weight 0 of CA3cueCueRecallL-CA3contCueRecallL is -0.1 nA, but must be w_min to w_max, 0.0 to 6.0 nA"
    )
    #expect(
      refused([1])
        == "the number of initial weights of CA3cueCueRecallL-CA3contCueRecallL is 1, but must be 2, cues times content bits"
    )
    #expect(
      refused([0, 0], [.nan, 0])
        == "initial weight 0 of CA3contContRecallL-CA3cueContRecallL is nan nA, but must be w_min to w_max, 0.0 to 6.0 nA"
    )
    func list(_ rows: [Double]) -> String {
      message {
        _ = try CueContentMemory.matrix(
          from: CSVTable(header: ["pre", "post", "weight", "delay"], values: rows, columns: 4), sources: 2,
          targets: 3, name: "w.csv")
      }
    }
    #expect(list([0, 3, 1, 1]) == "w.csv, row 1: 0.0 to 3.0; expected pre 0 to 1, post 0 to 2")
    #expect(list([0, 0, 1, 2]) == "w.csv, row 1: delay 2.0; expected 1 ms, the circuit's")
    #expect(
      list([0, 0, 1, 1, 0, 0, 2, 1]) == "w.csv, row 2: 0 to 0 is listed twice; expected each pair once")
  }

  @Test(arguments: [
    (
      "\"w_min\" : 0", "\"w_min\" : 7",
      "c.json, synParameters.CA3contContRecallL-CA3cueContRecallL.w_min: 7.0 nA; expected 0 to w_max, which is 6.0 nA"
    ),
    (
      "\"tau_plus\" : 3", "\"tau_plus\" : 0",
      "c.json, synParameters.CA3contContRecallL-CA3cueContRecallL.tau_plus: 0.0 ms; expected greater than 0"
    ),
    (
      "\"tau_m\" : 0.5", "\"tau_m\" : -1",
      "c.json, neuronParameters.CA3contCondIntL: membraneTimeConstant is -1.0, but must be greater than 0; expected parameters of IF_curr_exp"
    ),
    (
      "\"tau_syn_E\" : 0.3", "\"tau_syn_E\" : 0.001",
      "c.json, neuronParameters.CA3contCondIntL: excitatoryTimeConstant is 0.001 ms, but must be longer: e^(-1.0/0.001) is 0 in a step of 1.0 ms; expected parameters of IF_curr_exp"
    ),
    (
      "\"tau_refrac\" : 1", "\"tau_refrac\" : 1e300",
      "c.json, neuronParameters.CA3contCondIntL: refractoryPeriod is 1e+300 ms, but must be 0 or more, at most 1000000000.0 ms; expected parameters of IF_curr_exp"
    ),
    (
      "\"initWeight\" : 9", "\"initWeight\" : 3",
      "CA3contCondL cannot fire: 3.0 nA through CA3contCueRecallL-CA3contCondL gives 2.68 mV of the 3.0 mV to the threshold; raise the weight or lower the threshold"
    ),
    (
      "\"initWeight\" : 9", "\"initWeight\" : \"x\"",
      "c.json, synParameters.CA3contCueRecallL-CA3contCondL.initWeight: this is text; expected a number"
    ),
    ("\"neuronParameters\"", "\"neurons\"", "c.json: 'neuronParameters' is missing; expected JSON"),
    ("{", "[", "c.json: The given data was not valid JSON; expected JSON"),
  ])
  func configurations(from: String, to: String, expected: String) {
    let text = MemoryConfiguration().json
    let damaged = text.replacingOccurrences(of: from, with: to, range: text.range(of: from))
    #expect(damaged != text, "\(from) is not in the file")
    #expect(message { _ = try MemoryConfiguration(json: Array(damaged.utf8), path: "c.json") } == expected)
  }

  @Test(arguments: [
    (
      #"[{"time": 0, "lern": {}}]"#,
      "[0]: 'lern' is not a key of an operation; expected time and one of learn, recall, forget"
    ),
    (
      #"[{"time": 0}]"#,
      "[0]: an operation needs exactly one of learn, recall, forget, but has none"
    ),
    (
      #"[{"time": 0, "learn": {"cue": 0, "content": [0]}, "forget": {"cue": 1}}]"#,
      "[0]: an operation needs exactly one of learn, recall, forget, but has learn and forget"
    ),
    (
      #"[{"time": 0.5, "recall": {"cue": 1}}]"#,
      "[0]: time is 0.5, but must be a whole number of 1 ms steps"
    ),
    (#"[{"time": 0, "recall": {}}]"#, "[0]: a recall needs either 'cue' or 'content'"),
    (
      #"[{"time": 0, "learn": {"cue": 0.5, "content": [0]}}]"#,
      "[0]: learn.cue holds 0.5, but must hold whole numbers"
    ),
    (#"[{"time": 0, "learn": {"cue": 0}}]"#, "[0]: learn needs 'cue' and 'content'"),
  ])
  func schedules(text: String, problem: String) throws {
    try withFile(text) { path in
      let text = message { _ = try Schedule(contentsOf: path) }
      #expect(text == "\(path), \(problem)")
    }
  }

  @Test(arguments: [
    (
      #"{"simTime": 5, "cue": [[-1]], "cont": [[]]}"#,
      "cue[0]: spike time -1 ms; expected 0 to simTime, 5 ms"
    ),
    (
      #"{"simTime": 5, "cue": [[1.5]], "cont": [[]]}"#,
      "cue[0]: 1.5 ms; expected a whole number of 1 ms steps"
    ),
    (
      #"{"simTime": 5, "cue": [[1], [1]], "cont": [[]]}"#,
      "step 1: cues 0 and 1 spike together; expected one cue at a time"
    ),
    (#"{"simTime": 5, "cue": [], "cont": [[]]}"#, "there are no cue lines; expected at least one"),
    (
      #"{"simTime": -5, "cue": [[]], "cont": [[]]}"#,
      "simTime: -5; expected a duration in ms, 0 to 9999999"
    ),
  ])
  func testBenches(text: String, problem: String) throws {
    try withFile(text) { path in
      let text = message { _ = try TestBench(contentsOf: path).schedule() }
      #expect(text == problem || text == "\(path), \(problem)" || text == "\(path): \(problem)")
    }
  }

  /// Input spikes on no step, and of units that are no line.
  @Test func inputSpikes() throws {
    let path = NSTemporaryDirectory() + "spikes-\(UUID().uuidString).csv"
    defer { try? FileManager.default.removeItem(atPath: path) }
    func refused(_ rows: String, cues: Int = 2, contents: Int = 2) throws -> String {
      try AtomicFile.write("unit,time\n" + rows, to: path)
      return message { _ = try TestBench(spikes: path, cues: cues, contents: contents) }
    }
    #expect(
      try refused("0,0.0015\n")
        == "\(path): a spike of unit 0 is at 1.5 ms, but must be on a step of 1.0 ms; expected units 0 to 3 with spikes at whole steps of 1 ms"
    )
    #expect(
      try refused("4,0.001\n")
        == "\(path): the neuron of a spike is 4, but must be 0 to 3; expected units 0 to 3 with spikes at whole steps of 1 ms"
    )
    #expect(
      try refused("0,0.001\n1,0.001\n")
        == "\(path), step 1: cues 0 and 1 spike together; expected one cue at a time")
    #expect(
      try refused("0,0.001\n", cues: 0) == "the number of cues is 0, but must be 1 to 65536")
  }

  private func withFile(_ text: String, _ work: (String) throws -> Void) throws {
    let path = NSTemporaryDirectory() + "memory-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try AtomicFile.write(text, to: path)
    try work(path)
  }
}
