import Foundation
import HippocampalMemory
import NeuralData
import Probability
import Spiking
import Testing

@Suite struct AnalysisTests {
  @Test func publishedSchedulesAreTheRecordedOnes() throws {
    let recordings = try Recordings.read()
    for (index, experiment) in PublishedExperiment.all.enumerated() {
      let recorded = recordings.experiment(index + 1)
      #expect(experiment.schedule == recorded.schedule)
      #expect(experiment.cues == recorded.cues && experiment.contents == recorded.contents)
      #expect(experiment.steps == recorded.steps)
    }
  }

  /// Fresh memories, three sizes: the shares of the specification's own study.
  @Test(arguments: [(5, 10, 0.4, 0.45...0.65), (16, 6, 1 / 6.0, 0.3...0.6), (16, 16, 0.3, 0.15...0.4)])
  func spacingOfSevenLosesContent(cues: Int, contents: Int, density: Double, range: ClosedRange<Double>)
    throws
  {
    var study = try MemoryStudy(cues: cues, contents: contents, density: density, seeds: 20)
    let fresh = try study.spacing([7, 10])
    #expect(fresh.allSatisfy { $0.byCue.share == 1 })
    #expect(range.contains(fresh[0].byContent.share!), "\(fresh[0].byContent)")
    #expect(fresh[1].byContent.share == 1)
    // When every memory is replaced before it is asked, 10 steps lose some, 14 none.
    study.overwrites = true
    let replaced = try study.spacing([7, 14])
    #expect(replaced[0].byContent.share! < fresh[0].byContent.share!)
    #expect(replaced[1].byCue.share == 1 && replaced[1].byContent.share == 1)
  }

  @Test func studiesDoNotDependOnThreads() throws {
    var study = try MemoryStudy(cues: 4, contents: 8, seeds: 6, seed: 3)
    let one = try study.disturbances([.init(loss: 0.1), .init(jitter: 0.2), .init(dead: 0.1)])
    study.threads = 3
    #expect(try study.disturbances([.init(loss: 0.1), .init(jitter: 0.2), .init(dead: 0.1)]) == one)
    #expect(one.allSatisfy { $0.byCue.share! < 1 })
    #expect(try study.capacity([1, 4]).allSatisfy { $0.byCue.share == 1 && $0.byContent.share == 1 })
  }

  /// The weight that a second memory leaves of a first one with the same content: too little at 7 steps.
  @Test func remainingWeights() throws {
    let threshold = CurrentLIF.fast.firingThreshold(timeStep: 1)
    #expect(abs(try ScheduleCheck.remaining(after: 7) - 2.36) < 0.03)
    #expect(try ScheduleCheck.remaining(after: 7) < threshold)
    #expect(try ScheduleCheck.remaining(after: 10) > threshold + 1)
  }

  @Test func checkFindsTheMapsTrouble() throws {
    let map = PublishedExperiment.map
    let check = try ScheduleCheck(map.schedule, cues: map.cues, contents: map.contents)
    #expect(!check.isSafe)
    #expect(!check.conflicts.isEmpty)
    #expect(
      check.conflicts.contains { $0.first == 13 && $0.second == 14 && $0.sharedContent == [4] && $0.loses })
    // The recorded answers were right, by luck.
    #expect(check.wrongAnswers == 0)
    let learning = map.schedule.operations.filter(\.isLearning)
    let alone = try ScheduleCheck(
      Schedule(learning + [Operation(time: 112, .recallContent([4]))]), cues: 16, contents: 6)
    #expect(alone.wrongAnswers == 1)
    let safe = try #require(alone.smallestSafeSchedule)
    var memory = try CueContentMemory(cues: 16, contents: 6)
    #expect(try memory.run(safe).allSatisfy(\.correct))
    // One step less after any operation is wrong or breaks the protocol's least distances.
    let times = safe.operations.map(\.time)
    for place in times.indices.dropLast() {
      let gap = times[place + 1] - times[place]
      // Learnings that share a bit need 10 steps in any case, others 7.
      let (before, after) = (safe.operations[place].action, safe.operations[place + 1].action)
      var least = 7
      if case .learn(_, let a, _) = before, case .learn(_, let b, _) = after, !Set(a).isDisjoint(with: b) {
        least = 10
      }
      #expect(gap >= least)
      guard gap > least else { continue }
      let shifted = safe.operations.enumerated().map {
        Operation(time: $0.element.time - ($0.offset > place ? 1 : 0), $0.element.action)
      }
      var other = try CueContentMemory(cues: 16, contents: 6)
      #expect(try !other.run(Schedule(shifted)).allSatisfy(\.correct))
    }
    #expect(try ScheduleCheck(safe, cues: 16, contents: 6).isSafe)
    let functional = PublishedExperiment.functional
    #expect(try ScheduleCheck(functional.schedule, cues: 5, contents: 10).isSafe)
  }

  @Test func configurationsRoundTrip() throws {
    for circuit in CircuitKind.allCases {
      let configuration = MemoryConfiguration(circuit)
      #expect(try MemoryConfiguration(json: Array(configuration.json.utf8), path: "c.json") == configuration)
    }
  }

  @Test(arguments: [
    (
      "\"CA3mergeCueL-OL\"", "\"CA3mergeCueL-OX\"",
      "c.json, synParameters.CA3mergeCueL-OX: there are no such synapses"
    ),
    ("\"cm\" : 0.14", "\"cn\" : 0.14", "neuronParameters.CA3contCondIntL.cn: there is no such parameter"),
    ("\"delay\" : 3", "\"delay\" : 1.5", "delay: 1.5 ms; expected a whole number of 1 ms steps, 1 to 1000"),
    ("\"delay\" : 3", "\"delay\" : 0", "delay: 0.0 ms; expected a whole number of 1 ms steps, 1 to 1000"),
    (
      "\"initWeight\" : 9", "\"initWeight\" : -9",
      "synParameters.CA3contCueRecallL-CA3contCondL.initWeight: -9.0 nA"
    ),
    (
      "\"initWeight\" : 9", "\"initWeight\" : 3",
      "CA3contCondL cannot fire: 3.0 nA through CA3contCueRecallL-CA3contCondL gives 2.68 mV of the 3.0 mV to the threshold"
    ),
    ("\"w_min\" : 0", "\"w_min\" : 7", "w_min: 7.0 nA; expected 0 to w_max, which is 6.0 nA"),
    ("\"tau_m\" : 0.5", "\"tau_m\" : 0", "membraneTimeConstant is 0.0, but must be greater than 0"),
    (
      "\"tau_syn_E\" : 0.3", "\"tau_syn_E\" : 0.001", "excitatoryTimeConstant is 0.001 ms, but must be longer"
    ),
    ("\"initWeight\" : 9", "\"initWeight\" : \"x\"", "initWeight: this is text; expected a number"),
    ("\"neuronParameters\"", "\"neurons\"", "'neuronParameters' is missing"),
  ])
  func mistakesInConfigurations(from: String, to: String, message: String) throws {
    let text = MemoryConfiguration().json
    let damaged = text.replacingOccurrences(of: from, with: to, range: text.range(of: from))
    #expect(damaged != text, "\(from) is not in the file")
    do {
      _ = try MemoryConfiguration(json: Array(damaged.utf8), path: "c.json")
      Issue.record("accepted: \(to)")
    } catch { #expect("\(error)".contains(message), "\(error)") }
  }

  @Test func damagedJSONNeverCrashes() throws {
    let bytes = Array(MemoryConfiguration().json.utf8)
    var stream = RandomStream(seed: 5, "damage")
    for _ in 0..<300 {
      var damaged = bytes
      if stream.bernoulli(0.3) { damaged.removeLast(stream.integer(below: damaged.count)) }
      for _ in 0..<3 where !damaged.isEmpty {
        damaged[stream.integer(below: damaged.count)] = UInt8(stream.integer(below: 256))
      }
      _ = try? MemoryConfiguration(json: damaged, path: "c.json")
    }
  }

  @Test func schedulesAndTestBenches() throws {
    let path = NSTemporaryDirectory() + "memory-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: path) }
    for experiment in PublishedExperiment.all {
      try AtomicFile.write(experiment.schedule.json, to: path)
      #expect(try Schedule(contentsOf: path) == experiment.schedule)
      let bench = try TestBench(experiment.schedule, cues: experiment.cues, contents: experiment.contents)
      try AtomicFile.write(bench.json, to: path)
      #expect(try TestBench(contentsOf: path).schedule() == experiment.schedule)
    }
    func message(_ text: String, _ read: (String) throws -> Void) throws -> String {
      try AtomicFile.write(text, to: path)
      do {
        try read(path)
        return ""
      } catch { return "\(error)" }
    }
    let operations: (String) throws -> Void = { _ = try Schedule(contentsOf: $0) }
    let bench: (String) throws -> Void = { _ = try TestBench(contentsOf: $0).schedule() }
    #expect(
      try message(#"[{"time": 0, "lern": {}}]"#, operations).contains("'lern' is not a key of an operation"))
    #expect(try message(#"[{"time": 0}]"#, operations).contains("exactly one of learn, recall, forget"))
    #expect(
      try message(#"[{"time": 0.5, "recall": {"cue": 1}}]"#, operations).contains(
        "[0]: time is 0.5, but must be a whole number"))
    #expect(try message(#"[{"time": 0, "recall": {}}]"#, operations).contains("either 'cue' or 'content'"))
    #expect(
      try message(#"{"simTime": 5, "numOperations": 1, "cue": [[-1]], "cont": [[]]}"#, bench).contains(
        "cue[0]: spike time -1 ms; expected 0 to simTime, 5 ms"))
    #expect(
      try message(#"{"simTime": 5, "numOperations": 1, "cue": [[1],[1]], "cont": [[]]}"#, bench).contains(
        "cues 0 and 1 spike together"))
    #expect(
      try message(#"{"simTime": 5, "numOperations": 1, "cue": [[1.5]], "cont": [[]]}"#, bench).contains(
        "cue[0]: 1.5 ms; expected a whole number of 1 ms steps"))
  }

  @Test func savedMemoriesComeBack() throws {
    let path = NSTemporaryDirectory() + "memory-\(UUID().uuidString).safetensors"
    defer { try? FileManager.default.removeItem(atPath: path) }
    for options in [MemoryOptions(), MemoryOptions(postSpikeHistory: .newest(15))] {
      var memory = try CueContentMemory(cues: 6, contents: 9, options: options)
      for cue in 0..<6 { try memory.learn(cue: cue, content: [cue, cue + 1, cue + 3]) }
      try memory.learn(cue: 2, content: [0, 8])
      try memory.save(to: path)
      var restored = try CueContentMemory(contentsOf: path)
      #expect(restored.cueToContent == memory.cueToContent)
      #expect(restored.contentToCue == memory.contentToCue)
      #expect(restored.ideal == memory.ideal)
      #expect(restored.circuit.options == options)
      for cue in 0..<6 {
        let (ours, theirs) = (try restored.recall(cue: cue), try memory.recall(cue: cue))
        #expect(ours.content == theirs.content && ours.correct && abs(ours.margin - theirs.margin) < 1e-12)
      }
    }
    try AtomicFile.write("nothing", to: path)
    #expect(throws: FileError.self) { try CueContentMemory(contentsOf: path) }
  }
}
