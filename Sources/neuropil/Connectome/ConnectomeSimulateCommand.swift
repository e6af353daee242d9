import ArgumentParsing
import DynamicConnectomes
import Foundation
import Laboratory
import NeuralData

/// Recordings with known motifs.
struct ConnectomeSimulateCommand: Command {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      "simulate", abstract: "Makes recordings of several animals with known motifs.",
      discussion:
        "The folder holds traces.csv (a row a trace: animal, neuron, samples), stimuli.csv (when each motif is active) and truth.json (its neurons, their signs, and its strength in each animal).",
      examples: [
        .init("neuropil connectome simulate --out /tmp/neuropil-worms", "Six animals, three motifs."),
        .init(
          "neuropil connectome simulate --animals 10 --motifs 4 --neurons-per-motif 6 --missing 0.3 --out /tmp/neuropil-worms --json",
          "More of all, with many neurons not found."),
      ])
  }
  @Option("Animals.") var animals = 6
  @Option("Motifs; each has an equal stretch of the recording.") var motifs = 3
  @Option("Neurons of a motif.") var neuronsPerMotif = 4
  @Option("Neurons of no motif.") var background = 2
  @Option("Length of the recording in seconds.") var duration = 90.0
  @Option("Samples a second, in Hz.") var rate = 4.0
  @Option("Decay time of calcium in seconds.") var decay = 0.8
  @Option("Standard deviation of the measurement noise; the signal's is 1.") var noise = 0.02
  @Option("Share of a motif's neurons with the opposite sign.") var opposite = 0.25
  @Option("Chance that a neuron is not found in an animal.") var missing = 0.1
  @Option("Folder for the files.", valueName: "DIR", completion: .folder) var out: String
  @Option("Fixes the result.") var seed: UInt64 = 1
  @OptionGroup var common: CommonOptions

  private struct Result: Encodable {
    var traces: String
    var animals: Int
    var neurons: Int
    var samples: Int
    var found: Int
  }

  func run() throws {
    var simulation = CalciumSimulation()
    simulation.animals = animals
    simulation.motifs = motifs
    simulation.neuronsPerMotif = neuronsPerMotif
    simulation.backgroundNeurons = background
    simulation.duration = duration
    simulation.samplingRate = rate
    simulation.calciumDecay = decay
    simulation.noise = noise
    simulation.oppositeShare = opposite
    simulation.missingShare = missing
    let outcome = try simulation.run(seed: seed)
    var run = try beginRun(out, seed: seed, quiet: common.quiet)!
    try AtomicFile.write(outcome.traces.encoded(), to: run.path("traces.csv"))
    try AtomicFile.write(outcome.schedule.encoded(), to: run.path("stimuli.csv"))
    try run.write(outcome.motifs, to: "truth.json")
    let result = Result(
      traces: run.path("traces.csv"), animals: outcome.traces.animals.count,
      neurons: outcome.traces.neurons.count, samples: outcome.traces.samples,
      found: outcome.traces.recordings.count)
    try run.write(result, to: "metrics.json")
    try run.finish()
    show(
      result, json: common.json,
      [
        (
          "traces",
          "\(result.traces): \(result.found) of \(result.animals) animals, \(result.neurons) neurons, \(result.samples) samples"
        ), ("rate", "\(rate) Hz: give '--rate \(rate)' when you read them"),
      ])
  }
}
