import Foundation
import HippocampalMemory
import Spiking
import Testing

/// What the hardware recorded: Fixtures/hardware_recordings.json.
struct Recordings: Decodable {
  struct Op: Decodable {
    var t: Int
    var cue: Int?
    var content: [Int]
    var hold: Int
  }
  struct Experiment: Decodable {
    var cues, contents, steps, total_spikes: Int
    var ops: [Op]
    var spikes: [String: [String: [Int]]]
    var W_cue_to_content, W_content_to_cue: [[Double]]

    var schedule: Schedule { Recordings.schedule(ops) }
  }
  struct Single: Decodable {
    var ops: [Op]
    var weight_changes_t_W1_W2: [[Double]]
  }
  var closed_form: [String: Double]
  var exp1, exp2, exp3: Experiment
  var single_learn_recall: Single

  static func schedule(_ ops: [Op]) -> Schedule {
    Schedule(
      ops.map { op in
        switch (op.cue, op.content) {
        case (let cue?, let content) where content.isEmpty: Operation(time: op.t, .recallCue(cue))
        case (let cue?, let content):
          Operation(time: op.t, .learn(cue: cue, content: content, hold: op.hold))
        case (nil, let content): Operation(time: op.t, .recallContent(content))
        }
      })
  }

  static func read() throws -> Recordings {
    let url = try #require(
      Bundle.module.url(forResource: "Fixtures/hardware_recordings", withExtension: "json"))
    return try JSONDecoder().decode(Recordings.self, from: Data(contentsOf: url))
  }

  func experiment(_ number: Int) -> Experiment { [exp1, exp2, exp3][number - 1] }
}

/// A simulated experiment beside the recorded one.
struct Comparison {
  /// Steps of a population whose spikes differ.
  var different = 0
  /// Spikes of all populations.
  var spikes = 0
  var memory: CueContentMemory
  var answers: [Recall]

  init(
    _ experiment: Recordings.Experiment, _ configuration: MemoryConfiguration = .init(),
    options: MemoryOptions = .init()
  ) throws {
    memory = try CueContentMemory(
      cues: experiment.cues, contents: experiment.contents, configuration: configuration, options: options)
    memory.recordAll()
    answers = try memory.run(experiment.schedule, until: experiment.steps)
    #expect(Set(experiment.spikes.keys) == Set(memory.populationNames))
    for (population, steps) in experiment.spikes {
      let raster = try #require(memory.raster(of: population))
      #expect(raster.stepCount == experiment.steps)
      spikes += raster.count
      different += (0..<experiment.steps).count { step in
        raster.spikes(at: step).map { Int($0) } != steps["\(step)", default: []].sorted()
      }
    }
  }
}
