import Foundation
import HippocampalMemory
import NeuralData
import Spiking
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The acceptance cases of the specification, by their numbers (C6 and C7 are not used there).
@Suite struct AcceptanceTests {
  @Test func C1_closedForms() throws {
    let expected = try Recordings.read().closed_form
    let values: [String: Double] = [
      "syn_decay": CurrentLIF.slow.excitatoryDecay(timeStep: 1),
      "syn_init": CurrentLIF.slow.excitatoryGain(timeStep: 1),
      "slow_R": CurrentLIF.slow.resistance, "fast_R": CurrentLIF.fast.resistance,
      "slow_mV_per_nA": CurrentLIF.slow.peakResponse(timeStep: 1),
      "fast_mV_per_nA": CurrentLIF.fast.peakResponse(timeStep: 1),
      "slow_w_threshold": CurrentLIF.slow.firingThreshold(timeStep: 1),
      "fast_w_threshold": CurrentLIF.fast.firingThreshold(timeStep: 1),
      "out_w_threshold": CurrentLIF.output.firingThreshold(timeStep: 1),
      "epsp6_slow": 6 * CurrentLIF.slow.peakResponse(timeStep: 1),
      "epsp6_fast": 6 * CurrentLIF.fast.peakResponse(timeStep: 1),
    ]
    for (name, value) in values {
      #expect(abs(value - (try #require(expected[name]))) < 1e-9, "\(name)")
    }
    // As the specification prints them.
    #expect(abs(values["syn_decay"]! - 0.035673993347) < 1e-9)
    #expect(abs(values["syn_init"]! - 0.289297801996) < 1e-9)
    #expect(abs(values["slow_R"]! - 11.1111111111) < 1e-9)
    #expect(abs(values["fast_R"]! - 3.5714285714) < 1e-9)
    #expect(abs(values["slow_w_threshold"]! - 3.292407136) < 1e-9)
    #expect(abs(values["fast_w_threshold"]! - 3.358044248) < 1e-9)
    #expect(abs(values["out_w_threshold"]! - 2.743672613) < 1e-9)
  }

  @Test func C2_experiment1() throws {
    let result = try Comparison(Recordings.read().exp1)
    #expect(result.different == 0 && result.spikes == 322)
  }

  @Test func C3_experiment2() throws {
    let experiment = try Recordings.read().exp2
    let result = try Comparison(experiment)
    #expect(result.different == 0 && result.spikes == 1828)
    #expect(experiment.ops.count == 60 && result.answers.count == 45)
    #expect(result.answers.allSatisfy { $0.correct })
    // The same 60 operations called one by one.
    var memory = try CueContentMemory(cues: 5, contents: 10)
    for operation in experiment.schedule.operations {
      switch operation.action {
      case .learn(let cue, let content, _): try memory.learn(cue: cue, content: content)
      case .recallCue(let cue): #expect(try memory.recall(cue: cue).correct)
      case .recallContent(let bits): #expect(try memory.recall(content: bits).correct)
      case .forget: Issue.record("the experiment forgets by overwriting")
      }
    }
  }

  @Test func C4_experiment3() throws {
    let result = try Comparison(Recordings.read().exp3)
    #expect(result.different == 0 && result.spikes == 504)
  }

  @Test func C5_singleSynapse() throws {
    var memory = try CueContentMemory(cues: 2, contents: 2)
    try memory.recordWeights(every: 1)
    try memory.run(
      Schedule([
        Operation(time: 0, .learn(cue: 0, content: [0])), Operation(time: 30, .recallCue(0)),
        Operation(time: 60, .recallContent([0])),
      ]))
    #expect(abs(memory.weightTraces[0].values[31][0] - 5.998879377) < 1e-6)
    #expect(abs(memory.weightTraces[1].values[63][0] - 5.999619785) < 1e-6)
  }

  /// With the hardware's 15 remembered spikes a memory vanishes after eight others that share its bit.
  @Test func C8_history() throws {
    func recalls(after others: Int, _ history: PairSTDP.History) throws -> Bool {
      var memory = try CueContentMemory(cues: 12, contents: 3, options: .init(postSpikeHistory: history))
      for cue in 0...others { try memory.learn(cue: cue, content: [0]) }
      return try memory.recall(cue: 0).correct
    }
    #expect(try recalls(after: 7, .newest(15)))
    #expect(try !recalls(after: 8, .newest(15)))
    #expect(try recalls(after: 8, .unlimited))
  }

  /// Learning 10 steps apart is right, fresh and replaced, when the first question waits; 7 steps lose content.
  @Test(arguments: [(5, 10, 0.4, 0.45...0.65), (16, 6, 1 / 6.0, 0...0.6), (16, 16, 0.3, 0.15...0.4)])
  func C9_spacing(cues: Int, contents: Int, density: Double, range: ClosedRange<Double>) throws {
    var study = try MemoryStudy(cues: cues, contents: contents, density: density, pause: 40, seeds: 10)
    let fresh = try study.spacing([7, 10])
    #expect(fresh.allSatisfy { $0.byCue.share == 1 })
    #expect(range.contains(fresh[0].byContent.share!) && fresh[0].wrongCues == 0, "\(fresh[0])")
    #expect(fresh[1].byContent.share == 1)
    study.overwrites = true
    let replaced = try study.spacing([7, 10])
    #expect(replaced[0].byContent.share! < fresh[0].byContent.share!)
    #expect(replaced[1].byCue.share == 1 && replaced[1].byContent.share == 1)
  }

  /// When replaced memories are asked without a pause, 10 steps are too few and 13 enough; the mistakes are old cues.
  @Test func C9_questionsThatFollowAtOnce() throws {
    let study = try MemoryStudy(cues: 16, contents: 16, density: 0.3, overwrites: true, seeds: 20)
    let results = try study.spacing([10, 13])
    #expect(results[0].byContent.share! < 1 && results[0].missingCues == 0 && results[0].wrongCues > 0)
    #expect(results[1].byCue.share == 1 && results[1].byContent.share == 1)
    let threshold = CurrentLIF.fast.firingThreshold(timeStep: 1)
    #expect(try ScheduleCheck.lingering(spacing: 10, askedAfter: nil) < threshold)
    #expect(try ScheduleCheck.lingering(spacing: 10, askedAfter: 40) < threshold)
    #expect(try ScheduleCheck.lingering(spacing: 12, askedAfter: 12) > threshold)
    #expect(try ScheduleCheck.lingering(spacing: 13, askedAfter: 13) < threshold)
  }

  @Test func C10_strictPyNN() throws {
    func cues(contents: Int, strict: Bool) throws -> [Int] {
      var memory = try CueContentMemory(cues: 3, contents: contents, options: .init(strictPyNN: strict))
      try memory.learn(cue: 0, content: [0, 1])
      try memory.learn(cue: 1, content: [0, 2])
      return try memory.recall(content: [0]).cues
    }
    #expect(try cues(contents: 12, strict: true) == [0, 1])
    #expect(try cues(contents: 13, strict: true) == [])
    #expect(try cues(contents: 600, strict: false) == [0, 1])
  }

  /// The published parameters as a published file give experiment 1; mistakes are told with the key's path.
  @Test func C11_configuration() throws {
    let path = NSTemporaryDirectory() + "configuration-\(UUID().uuidString).json"
    defer { try? FileManager.default.removeItem(atPath: path) }
    let text = MemoryConfiguration().json
    try AtomicFile.write(text, to: path)
    let result = try Comparison(Recordings.read().exp1, MemoryConfiguration(contentsOf: path))
    #expect(result.different == 0 && result.spikes == 322)
    for (from, to, message) in [
      (
        "\"cm\" : 0.14", "\"cn\" : 0.14",
        "c.json, neuronParameters.CA3contCondIntL.cn: there is no such parameter; expected one of cm, i_offset, tau_m, tau_refrac, tau_syn_E, tau_syn_I, v_reset, v_rest, v_thresh"
      ),
      (
        "\"delay\" : 3", "\"delay\" : 0",
        "c.json, synParameters.CA3contCueRecallL-CA3mergeContL.delay: 0.0 ms; expected a whole number of 1 ms steps, 1 to 1000"
      ),
      (
        "\"delay\" : 3", "\"delay\" : 1.5",
        "c.json, synParameters.CA3contCueRecallL-CA3mergeContL.delay: 1.5 ms; expected a whole number of 1 ms steps, 1 to 1000"
      ),
      (
        "\"initWeight\" : 9", "\"initWeight\" : -9",
        "c.json, synParameters.CA3contCueRecallL-CA3contCondL.initWeight: -9.0 nA; expected 0 or more; receptor_type gives the sign"
      ),
    ] {
      let damaged = text.replacingOccurrences(of: from, with: to, range: text.range(of: from))
      #expect(
        #expect(throws: MemoryError.self) {
          try MemoryConfiguration(json: Array(damaged.utf8), path: "c.json")
        }?.description == message)
    }
  }

  /// 256 cues and bits, learned and recalled: all right, and in the best of some runs within five times 0.15 s of one
  /// processor. `make bench` times it on a quiet machine; tests run side by side on processors of any speed, and this
  /// bound catches a cost that grows with cues times bits.
  @Test func C12_speed() throws {
    let size = 256
    let schedule = Schedule(
      (0..<2 * size).map { index in
        Operation(
          time: 14 * index,
          index < size
            ? .learn(cue: index, content: (0..<size).filter { ($0 * 7 + index * 13) % 5 < 2 })
            : .recallCue(index - size))
      })
    let empty = try CueContentMemory(cues: size, contents: size)
    var best = Double.infinity
    // A processor that is shared with other work is slower; the least time is the program's own.
    for attempt in 0..<20 where best > 0.75 || attempt < 3 {
      var memory = empty
      let start = processorSeconds()
      let answers = try memory.run(schedule, until: 7179)
      best = min(best, processorSeconds() - start)
      #expect(answers.count == size && answers.allSatisfy(\.correct))
    }
    #expect(best <= 0.75)
  }

  private func processorSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}
