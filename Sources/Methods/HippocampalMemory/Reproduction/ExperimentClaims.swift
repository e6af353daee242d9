import Figures
import Foundation
import Laboratory
import Spiking

/// The experiments that were recorded on the hardware.
struct ExperimentClaims {
  /// Experiment 1 after its last step.
  private(set) var first: CueContentMemory

  init(_ claims: inout ClaimList) throws {
    let recorded = [(322, "exp. 1"), (1828, "exp. 2"), (504, "exp. 3")]
    let published: [[[Int]]?] = [
      [[0, 1, 8, 9], [3, 4], [0, 3], [1, 3, 4, 8], [4]], nil,
      [[2, 6, 10, 12, 13, 14], [3, 5, 11, 15], [1, 7, 9], [0, 4, 8]],
    ]
    var memories: [CueContentMemory] = []
    for (index, experiment) in PublishedExperiment.all.enumerated() {
      let start = ContinuousClock.now
      let (memory, answers) = try Self.run(experiment, .init())
      let elapsed = (ContinuousClock.now - start).components
      let seconds = Double(elapsed.seconds) + Double(elapsed.attoseconds) * 1e-18
      let spikes = memory.populationNames.map { memory.raster(of: $0)!.count }.reduce(0, +)
      let right =
        answers.allSatisfy(\.correct) && published[index].map { $0 == answers.map(\.answer) } ?? true
      let (count, name) = recorded[index]
      claims.add(
        "experiment\(index + 1)", name, "\(experiment.title): every recall is right",
        published: "\(count) spikes recorded, all recalls right",
        method:
          "simulation of the whole circuit, decoded from the output; the tests compare every population at every step",
        Measurement(
          holds: right && spikes == count,
          text: "\(spikes) spikes, \(answers.count(where: \.correct)) of \(answers.count) recalls right",
          note: index == 1 ? String(format: "%.2f ms for 851 ms of hardware time", seconds * 1000) : ""))
      memories.append(memory)
    }
    first = memories[0]
    try claimArithmetic(memories, &claims)
    claimResources(&claims)
  }

  private static func run(_ experiment: PublishedExperiment, _ options: MemoryOptions) throws -> (
    CueContentMemory, [Recall]
  ) {
    var memory = try CueContentMemory(cues: experiment.cues, contents: experiment.contents, options: options)
    memory.recordAll()
    let answers = try memory.run(experiment.schedule, until: experiment.steps)
    return (memory, answers)
  }

  /// Whether the limits of the hardware's numbers and memory change any spike of the experiments.
  private func claimArithmetic(_ exact: [CueContentMemory], _ claims: inout ClaimList) throws {
    var (steps, different, spikes) = (0, 0, 0)
    for (experiment, memory) in zip(PublishedExperiment.all, exact) {
      let (limited, _) = try Self.run(experiment, .hardware)
      for name in memory.populationNames {
        let (ours, theirs) = (memory.raster(of: name)!, limited.raster(of: name)!)
        steps += experiment.steps
        spikes += theirs.count
        different += (0..<experiment.steps).count { ours.spikes(at: $0) != theirs.spikes(at: $0) }
      }
    }
    claims.add(
      "hardware", "hardware", "the memory works with the hardware's numbers",
      published: "run on SpiNNaker",
      method:
        "the three experiments in fixed point (32-bit state, 16-bit weights) with 15 remembered spikes, against double precision",
      Measurement(
        holds: different == 0,
        text: "\(different) of \(steps) steps of a population differ, \(spikes) spikes"))
  }

  private func claimResources(_ claims: inout ClaimList) {
    let neurons = first.circuit.populations.values.map { first.network.count(of: $0) }.reduce(0, +)
    claims.add(
      "neurons", "architecture", "3C + 4N + 1 internal neurons", published: "56 for 5 cues and 10 bits",
      method: "counted in the built network", Measurement(holds: neurons == 56, text: "\(neurons)"))
  }

  /// Every population's spikes in experiment 1.
  var figure: Figure {
    Figure(
      id: "memory-raster", title: "Experiment 1, every population",
      caption:
        "Each learning is three volleys in, two out; recall is one. At 60 the memory of cue 3 is replaced, and its old bits leak out once between the volleys.",
      panels: first.populationNames.map { first.raster(of: $0)!.panel(title: $0, timeStep: 1) })
  }
}
