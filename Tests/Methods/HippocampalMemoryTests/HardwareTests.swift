import HippocampalMemory
import Spiking
import Testing

/// The three recordings of the hardware, spike for spike.
@Suite struct HardwareTests {
  @Test func everyRecallOfTheFirstTwoIsRight() throws {
    let recordings = try Recordings.read()
    let first = try Comparison(recordings.exp1).answers
    #expect(first.map(\.answer) == [[0, 1, 8, 9], [3, 4], [0, 3], [1, 3, 4, 8], [4]])
    #expect(first.map(\.time) == [36, 46, 56, 76, 86])
    let second = try Comparison(recordings.exp2)
    #expect(second.answers.count == 45)
    #expect((first + second.answers).allSatisfy { $0.correct && $0.margin > 0 })
  }

  /// Asked for states 1, 2 and 4 together, the map has cell 13 only because the third neighbour's trace helps.
  @Test func theMapRunsOnCrossTalk() throws {
    let map = try Recordings.read().exp3
    let published = try Comparison(map).answers
    #expect(
      published.map(\.cues) == [[2, 6, 10, 12, 13, 14], [3, 5, 11, 15], [1, 7, 9], [0, 4, 8]])
    func fourAlone(spacing: Int) throws -> [Int] {
      var memory = try CueContentMemory(cues: map.cues, contents: map.contents)
      let learning = map.schedule.operations.filter(\.isLearning).enumerated().map {
        Operation(time: spacing * $0.offset, $0.element.action)
      }
      let query = Operation(time: spacing * learning.count, .recallContent([4]))
      return try memory.run(Schedule(learning + [query]))[0].cues
    }
    #expect(try fourAlone(spacing: 7) == [6, 10, 14])
    #expect(try fourAlone(spacing: 10) == [6, 10, 13, 14])
  }

  @Test func theAmplitudeIsAbsolute() throws {
    let recordings = try Recordings.read()
    #expect(try Comparison(recordings.exp1, options: .init(amplitude: .timesMaxWeight)).different > 0)
  }

  @Test(arguments: [PairSTDP.Coincidence.potentiate, .ignore])
  func coincidentSpikesDepress(coincidence: PairSTDP.Coincidence) throws {
    let recordings = try Recordings.read()
    #expect(try Comparison(recordings.exp1, options: .init(coincidence: coincidence)).different > 0)
  }

  /// With NEST's rule what was overwritten stays.
  @Test func ignoringCoincidenceForgetsNothing() throws {
    let answers = try Comparison(try Recordings.read().exp1, options: .init(coincidence: .ignore)).answers
    #expect(answers[3].content == [1, 3, 4, 5, 6, 8])
    #expect(answers[4].cues == [3, 4])
  }

  @Test func strictPyNNAgreesWithTheSmallRecordings() throws {
    let recordings = try Recordings.read()
    for number in 1...3 {
      #expect(try Comparison(recordings.experiment(number), options: .init(strictPyNN: true)).different == 0)
    }
  }

  /// The lazy form of the rule, as the hardware computes it, with a history long enough: the same spikes, and the
  /// recorded weights.
  @Test(arguments: [1, 2, 3])
  func aLongHistoryIsAnUnlimitedOne(number: Int) throws {
    let experiment = try Recordings.read().experiment(number)
    let ours = try Comparison(experiment, options: .init(postSpikeHistory: .newest(1000)))
    #expect(ours.different == 0)
    func difference(_ ours: [Double], _ theirs: [[Double]]) -> Double {
      zip(ours, theirs.flatMap { $0 }).map { abs($0 - $1) }.max() ?? .infinity
    }
    #expect(difference(ours.memory.cueToContent, experiment.W_cue_to_content) < 1e-6)
    #expect(difference(ours.memory.contentToCue, experiment.W_content_to_cue) < 1e-6)
  }

  /// Both forms of the rule agree at presynaptic spikes.
  @Test(arguments: [PairSTDP.History.unlimited, .newest(15)])
  func singleSynapse(history: PairSTDP.History) throws {
    let single = try Recordings.read().single_learn_recall
    var memory = try CueContentMemory(cues: 2, contents: 2, options: .init(postSpikeHistory: history))
    try memory.recordWeights(every: 1)
    try memory.run(Recordings.schedule(single.ops))
    #expect(abs(memory.weightTraces[0].values[31][0] - single.weight_changes_t_W1_W2[1][1]) < 1e-6)
    #expect(abs(memory.weightTraces[1].values[63][0] - single.weight_changes_t_W1_W2[2][2]) < 1e-6)
  }

  /// The hardware's numbers and its short history change no spike of its recordings.
  @Test(arguments: [1, 2, 3])
  func fixedPointFiresTheSameSpikes(number: Int) throws {
    let experiment = try Recordings.read().experiment(number)
    for options in [MemoryOptions(arithmetic: .fixedPoint), .hardware] {
      let ours = try Comparison(experiment, options: options)
      #expect(ours.different == 0)
      // Weights lie on a grid, each beside that of double precision.
      var exact = options
      exact.arithmetic = .double
      let theirs = try Comparison(experiment, options: exact)
      let weights = ours.memory.cueToContent + ours.memory.contentToCue
      let exactWeights = theirs.memory.cueToContent + theirs.memory.contentToCue
      #expect(weights.allSatisfy { $0 * 1024 == ($0 * 1024).rounded() })
      let difference = zip(weights, exactWeights).map { abs($0 - $1) }.max()!
      #expect(difference < 0.02 && difference > 0, "\(difference) nA")
    }
  }
}
