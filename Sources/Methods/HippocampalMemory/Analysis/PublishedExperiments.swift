/// The paper's three experiments as schedules.
public struct PublishedExperiment: Sendable, Hashable {
  /// What it shows.
  public var title: String
  /// Number of cues.
  public var cues: Int
  /// Number of content bits.
  public var contents: Int
  /// Steps of 1 ms.
  public var steps: Int
  /// The operations.
  public var schedule: Schedule

  /// Experiment 1: learning, both recalls and overwriting.
  public static let functional = PublishedExperiment(
    title: "learn, recall by cue and by content, overwrite", cues: 5, contents: 10, steps: 90,
    schedule: Schedule([
      Operation(time: 0, .learn(cue: 0, content: [0, 1, 8, 9])),
      Operation(time: 10, .learn(cue: 4, content: [1, 5, 6])),
      Operation(time: 20, .learn(cue: 3, content: [4, 5, 6])), Operation(time: 30, .recallCue(0)),
      Operation(time: 40, .recallContent([6])), Operation(time: 50, .recallContent([0, 4])),
      Operation(time: 60, .learn(cue: 3, content: [1, 3, 4, 8])), Operation(time: 70, .recallCue(3)),
      Operation(time: 80, .recallContent([6])),
    ]))

  /// Experiment 2: every memory learned, replaced by its complement and learned again, with all recalls between.
  public static let stress: PublishedExperiment = {
    var operations: [Operation] = []
    func add(_ action: Operation.Action) {
      operations.append(Operation(time: 1 + 14 * operations.count, action))
    }
    for round in 0..<3 {
      for cue in 0..<5 {
        add(.learn(cue: cue, content: (0..<10).filter { ((cue + 1) >> $0 & 1 == 1) != (round == 1) }))
      }
      for cue in 0..<5 { add(.recallCue(cue)) }
      for bit in 0..<10 { add(.recallContent([bit])) }
    }
    return PublishedExperiment(
      title: "every memory replaced twice", cues: 5, contents: 10, steps: 851, schedule: Schedule(operations))
  }()

  /// Experiment 3: a 4 × 4 map of states, a cell a cue; which cells are of a state?
  public static let map: PublishedExperiment = {
    let states = [0, 5, 1, 3, 0, 3, 4, 5, 0, 5, 4, 3, 2, 4, 4, 3]
    let learning = states.enumerated().map {
      Operation(time: 7 * $0.offset, .learn(cue: $0.offset, content: [$0.element]))
    }
    let queries = [[1, 2, 4], [3], [5], [0]].enumerated().map {
      Operation(time: 112 + 6 * $0.offset, .recallContent($0.element))
    }
    return PublishedExperiment(
      title: "a map of states", cues: 16, contents: 6, steps: 140, schedule: Schedule(learning + queries))
  }()

  /// All three.
  public static let all = [functional, stress, map]
}
