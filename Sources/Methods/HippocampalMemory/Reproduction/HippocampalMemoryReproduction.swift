import Figures
import Foundation
import Laboratory
import Spiking

/// The memory's claims: the three recorded experiments, and what they do not show.
public enum HippocampalMemoryReproduction: Reproduction {
  /// The command's name.
  public static let method = "memory"
  /// The paper.
  public static let paper =
    "Casanueva-Morato, Ayuso-Martinez, Dominguez-Morales, Jimenez-Fernandez, Jimenez-Moreno: Bio-inspired computational memory model of the Hippocampus: an approach to a neuromorphic spike-based Content-Addressable Memory. Neural Networks 178 (2024)"

  /// Measures every claim.
  public static func measure(in context: ReproductionContext) throws -> ReproductionOutcome {
    let seeds = context.scale == .smoke ? 3 : context.scale == .quick ? 40 : 400
    var results: [ClaimResult] = []
    func claim(
      _ id: String, _ source: String, _ statement: String, published: String, method: String,
      _ measurement: Laboratory.Measurement
    ) {
      results.append(
        ClaimResult(
          Claim(
            id: "memory.\(id)", source: source, statement: statement, published: published, method: method),
          measurement))
    }

    // The recorded experiments.
    let recorded = [(322, "exp. 1"), (1828, "exp. 2"), (504, "exp. 3")]
    let published: [[[Int]]?] = [
      [[0, 1, 8, 9], [3, 4], [0, 3], [1, 3, 4, 8], [4]], nil,
      [[2, 6, 10, 12, 13, 14], [3, 5, 11, 15], [1, 7, 9], [0, 4, 8]],
    ]
    var first: CueContentMemory?
    for (index, experiment) in PublishedExperiment.all.enumerated() {
      var memory = try CueContentMemory(cues: experiment.cues, contents: experiment.contents)
      memory.recordAll()
      let start = ContinuousClock.now
      let answers = try memory.run(experiment.schedule, until: experiment.steps)
      let elapsed = (ContinuousClock.now - start).components
      let seconds = Double(elapsed.seconds) + Double(elapsed.attoseconds) * 1e-18
      let spikes = memory.populationNames.map { memory.raster(of: $0)!.count }.reduce(0, +)
      let right =
        answers.allSatisfy(\.correct) && published[index].map { $0 == answers.map(\.answer) } ?? true
      let (count, name) = recorded[index]
      claim(
        "experiment\(index + 1)", name, "\(experiment.title): every recall is right",
        published: "\(count) spikes recorded, all recalls right",
        method:
          "simulation of the whole circuit, decoded from the output; the tests compare every population at every step",
        Laboratory.Measurement(
          holds: right && spikes == count,
          text: "\(spikes) spikes, \(answers.count(where: \.correct)) of \(answers.count) recalls right",
          note: index == 1 ? String(format: "%.2f ms for 851 ms of hardware time", seconds * 1000) : ""))
      if index == 0 { first = memory }
    }

    // Resources.
    let circuit = first!.circuit
    let neurons = circuit.populations.values.map { first!.network.count(of: $0) }.reduce(0, +)
    claim(
      "neurons", "architecture", "3C + 4N + 1 internal neurons", published: "56 for 5 cues and 10 bits",
      method: "counted in the built network", Laboratory.Measurement(holds: neurons == 56, text: "\(neurons)")
    )

    // Spacing.
    var figures: [Figure] = []
    let spacings = [6, 7, 8, 9, 10, 12, 14]
    let study = try MemoryStudy(
      cues: 16, contents: 16, density: 0.3, seeds: seeds, seed: context.seed, threads: context.threads)
    let fresh = try study.spacing(spacings, progress: context.progress)
    var replacing = study
    replacing.overwrites = true
    let replaced = try replacing.spacing(spacings, progress: context.progress)
    func percent(_ score: StudyResult.Score) -> String {
      String(format: "%.0f %% (%.0f to %.0f)", (score.share ?? 0) * 100, score.low * 100, score.high * 100)
    }
    claim(
      "spacing.cue", "the group's documentation", "7 steps after learning are enough: recall by cue",
      published: "right", method: "\(seeds) random memories, 16 cues, 16 bits, every cue asked",
      Laboratory.Measurement(holds: fresh[1].byCue.share == 1, text: percent(fresh[1].byCue) + " right"))
    claim(
      "spacing.content", "the group's documentation", "7 steps after learning are enough: recall by content",
      published: "right", method: "the same memories, every bit asked",
      Laboratory.Measurement(
        holds: fresh[1].byContent.low > 0.99, text: percent(fresh[1].byContent) + " right",
        note:
          "the next learning depresses bits it shares below threshold; 10 steps: \(percent(fresh[4].byContent))"
      ))
    claim(
      "spacing.replaced", "the group's documentation",
      "the same where every memory is replaced before it is asked",
      published: "right", method: "the same, each cue learned twice",
      Laboratory.Measurement(
        holds: replaced[1].byContent.low > 0.99, text: percent(replaced[1].byContent) + " right",
        note: "10 steps: \(percent(replaced[4].byContent)), 14 steps: \(percent(replaced[6].byContent))"))

    // Cell 13.
    let map = PublishedExperiment.map
    var alone = try CueContentMemory(cues: map.cues, contents: map.contents)
    let four = try alone.run(
      Schedule(map.schedule.operations.filter(\.isLearning) + [Operation(time: 112, .recallContent([4]))]))[0]
    claim(
      "map.cell13", "exp. 3", "the map answers which cells are of state 4",
      published: "6, 10, 13, 14 (among states 1, 2 and 4)",
      method: "the published schedule, asked for state 4 alone",
      Laboratory.Measurement(
        holds: four.correct, text: "cells \(four.cues.map(String.init).joined(separator: ", "))",
        note: "cell 13 is missing; in the recording a stray weight from state 2 brings it up"))

    // Self-inhibition.
    func strict(_ bits: Int) throws -> Bool {
      var memory = try CueContentMemory(cues: 3, contents: bits, options: .init(strictPyNN: true))
      try memory.learn(cue: 0, content: [0, 1])
      return try memory.recall(content: [0]).correct
    }
    let (twelve, thirteen) = (try strict(12), try strict(13))
    claim(
      "selfinhibition", "architecture",
      "works at any number of content bits, also with PyNN's rule for self-connections",
      published: "shown for 6 and 10 bits", method: "one memory, asked by content, strict PyNN connections",
      Laboratory.Measurement(
        holds: twelve && thirteen,
        text: "12 bits \(twelve ? "right" : "wrong"), 13 bits \(thirteen ? "right" : "no answer")",
        note: "without the partner's inhibition, as built here, 600 bits work"))

    // Questions that teach, bits that linger.
    var teaching = try CueContentMemory(cues: 3, contents: 4)
    try teaching.learn(cue: 0, content: [0])
    for _ in 0..<2 { _ = try teaching.recall(content: [0, 1]) }
    let taught = try teaching.recall(content: [1])
    claim(
      "union", "recall by content",
      "several bits at once give the union of their cues, as often as they are asked",
      published: "shown once", method: "cue 0 holds bit 0; bits 0 and 1 asked twice, then bit 1",
      Laboratory.Measurement(
        holds: taught.correct, text: taught.cues.isEmpty ? "no cue" : "bit 1 gives cue 0",
        note: "each question strengthens every asked bit towards every answering cue by 3.08 nA"))
    var old = try CueContentMemory(cues: 2, contents: 4)
    try old.learn(cue: 0, content: [1, 2])
    try old.learn(cue: 0, content: [3])
    let lingering = try old.recall(content: [1, 2])
    claim(
      "forgetting", "learning on a used cue", "overwritten content no longer gives the cue",
      published: "shown with one bit",
      method: "two overwritten bits asked together",
      Laboratory.Measurement(
        holds: lingering.correct, text: lingering.cues.isEmpty ? "no cue" : "the old cue answers",
        note: "each old bit keeps 3.08 of 6 nA; 3.36 nA make a cue answer"))

    // The hardware's history.
    func survives(_ others: Int) throws -> Bool {
      var memory = try CueContentMemory(cues: 12, contents: 3, options: .init(postSpikeHistory: .newest(15)))
      try memory.learn(cue: 0, content: [0])
      for cue in 1...others { try memory.learn(cue: cue, content: [0]) }
      return try memory.recall(cue: 0).correct
    }
    let (seven, eight) = (try survives(7), try survives(8))
    claim(
      "history", "hardware", "a memory lasts until it is overwritten", published: "not tested",
      method:
        "the hardware's 15 remembered spikes; a shared bit learned by other cues before the first is asked",
      Laboratory.Measurement(
        holds: seven && eight,
        text: "7 others: \(seven ? "kept" : "lost"), 8 others: \(eight ? "kept" : "lost")",
        note: "with an unlimited history it is kept"))

    // Figures.
    let names = first!.populationNames
    figures.append(
      Figure(
        id: "memory-raster", title: "Experiment 1, every population",
        caption:
          "Each learning is three volleys in, two out; recall is one. At 60 the memory of cue 3 is replaced, and its old bits leak out once between the volleys.",
        panels: names.map { first!.raster(of: $0)!.panel(title: $0, timeStep: 1) }, columns: 2))
    func line(_ name: String, _ results: [StudyResult], _ score: KeyPath<StudyResult, StudyResult.Score>)
      -> Mark
    {
      Mark(
        name,
        .line(
          x: results.map(\.value), y: results.map { ($0[keyPath: score].share ?? 0) * 100 },
          low: results.map { $0[keyPath: score].low * 100 },
          high: results.map { $0[keyPath: score].high * 100 }))
    }
    figures.append(
      Figure(
        id: "memory-spacing", title: "How far apart must operations be?",
        caption:
          "Right recalls of random memories, 16 cues and 16 bits, with 95 % intervals. The group's pages ask for 7 steps.",
        x: Axis("steps from one operation to the next"), y: Axis("right recalls (%)", range: 0...102),
        marks: [
          line("by cue, fresh", fresh, \.byCue), line("by content, fresh", fresh, \.byContent),
          line("by cue, replaced", replaced, \.byCue), line("by content, replaced", replaced, \.byContent),
        ]))
    let distances = Array(5...20)
    figures.append(
      Figure(
        id: "memory-remaining", title: "What a second memory leaves of the first",
        caption:
          "Content-to-cue weight of a shared bit after another cue learned it too; the dashed line is what a cue needs to answer.",
        x: Axis("steps between the two learnings"), y: Axis("weight (nA)", range: 0...6.2),
        marks: [
          Mark(
            "remaining",
            .line(
              x: distances.map(Double.init), y: try distances.map { try ScheduleCheck.remaining(after: $0) })),
          Mark(
            "threshold",
            .line(
              x: [5, 20], y: [Double](repeating: CurrentLIF.fast.firingThreshold(timeStep: 1), count: 2),
              isDashed: true)),
        ]))
    return ReproductionOutcome(
      results: results, figures: figures,
      notes: [
        "The circuit is exact to the spike, so where it differs from a statement the hardware would too. The statements about spacing, questions that teach, and lingering bits are findings of this reproduction."
      ])
  }
}
