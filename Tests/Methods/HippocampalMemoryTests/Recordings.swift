import Foundation
import HippocampalMemory
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
