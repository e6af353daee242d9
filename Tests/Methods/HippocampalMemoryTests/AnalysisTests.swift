import Foundation
import HierarchicalData
import HippocampalMemory
import Laboratory
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
    // The learning alone has lost state 4; asking it together with 1 and 2 has repaired it, and taught 2 other cells.
    // Cell 13 answers state 2 by the stray weight, 1.84 nA, and what the question added.
    let threshold = CurrentLIF.fast.firingThreshold(timeStep: 1)
    #expect(check.lost.map(\.content) == [2] && check.lost[0].cue == nil)
    #expect(abs(check.lost[0].margin - (threshold - 1.84 - 6 * exp(-2 / 3.0))) < 0.01)
    let learned = try ScheduleCheck(
      Schedule(map.schedule.operations.filter(\.isLearning)), cues: 16, contents: 6)
    #expect(learned.answers.isEmpty && !learned.isSafe)
    #expect(learned.lost.map(\.content) == [4] && learned.lost[0].cue == nil)
    // Of cell 13's weight 2.36 nA are left.
    #expect(abs(learned.lost[0].margin - (2.36 - threshold)) < 0.03)
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
      #expect(try !ScheduleCheck(Schedule(shifted), cues: 16, contents: 6).isSafe)
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
  }

  /// Recorded input spikes are the operations again, from every kind of file.
  @Test func recordedSpikesAreOperations() throws {
    let folder = NSTemporaryDirectory() + "memory-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    for experiment in PublishedExperiment.all {
      var memory = try CueContentMemory(cues: experiment.cues, contents: experiment.contents)
      memory.recordAll()
      let answers = try memory.run(experiment.schedule, until: experiment.steps)
      let input = try #require(memory.raster(of: "IN"))
      let rasters = memory.populationNames.map { ($0, memory.raster(of: $0)!) }
      try SpikeRaster.write(Dictionary(uniqueKeysWithValues: rasters), to: folder + "/rasters.npz")
      try SpikeRaster.write(
        rasters, timeStep: 1, session: .init(identifier: "a", description: "b"), nwb: folder + "/rasters.nwb")
      let trains = input.spikeTrains(timeStep: 1)
      try trains.write(npz: folder + "/trains.npz")
      try trains.write(csv: folder + "/trains.csv")
      for file in ["rasters.npz", "rasters.nwb", "trains.npz", "trains.csv"] {
        let bench = try TestBench(
          spikes: folder + "/" + file, cues: experiment.cues, contents: experiment.contents)
        #expect(try bench.schedule() == experiment.schedule, "\(file)")
        #expect(bench.numOperations == experiment.schedule.operations.count)
        var again = try CueContentMemory(cues: experiment.cues, contents: experiment.contents)
        #expect(try again.run(bench.schedule(), until: bench.simTime) == answers)
      }
    }
  }

  /// A study that was stopped goes on with what it noted, to the same result.
  @Test func stoppedStudiesGoOn() throws {
    let path = NSTemporaryDirectory() + "study-\(UUID().uuidString).tsv"
    defer { try? FileManager.default.removeItem(atPath: path) }
    let study = try MemoryStudy(cues: 4, contents: 6, seeds: 5)
    let whole = try study.spacing([7, 9])
    let first = try Ledger(path: path, configuration: ["a": "b"], resuming: false)
    _ = try study.spacing([7], ledger: first)
    #expect(first.count == 5)
    let second = try Ledger(path: path, configuration: ["a": "b"], resuming: true)
    #expect(second.count == 5)
    #expect(try study.spacing([7, 9], ledger: second) == whole)
    #expect(second.count == 10)
    // Another study finds nothing of this one in the same ledger.
    var replaced = study
    replaced.overwrites = true
    #expect(try replaced.spacing([7, 9], ledger: second) == replaced.spacing([7, 9]))
    #expect(second.count == 20)
  }

  @Test func savedMemoriesComeBack() throws {
    let path = NSTemporaryDirectory() + "memory-\(UUID().uuidString).safetensors"
    defer { try? FileManager.default.removeItem(atPath: path) }
    for options in [MemoryOptions(), MemoryOptions(postSpikeHistory: .newest(15)), .hardware] {
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
