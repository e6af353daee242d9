import ArgumentParsing
import DynamicConnectomes
import Foundation
import Laboratory
import NeuralData

/// Affinities alone.
struct ConnectomeAffinityCommand: Command {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      "affinity", abstract: "Computes the affinity of every pair of neurons at every moment in every animal.",
      discussion:
        "Traces: .csv (a row a trace: animal, neuron, samples; or the header animal,neuron,time,value), .npy [animal, neuron, time], .npz with arrays 'animal/neuron', .nwb or a folder of them, .mat of the NeuroPAL recordings. With --out it writes affinity.npz: tensor [time, animal, pair] with NaN where unknown, and pairs; where the tensor would be above --memory-limit, entries [entry, (time, animal, pair)], their values, and missing [run, (animal, pair, begin, end)] instead; neurons.csv and animals.csv hold the names.",
      examples: [
        .init(
          "neuropil connectome simulate --out /tmp/neuropil-worms && neuropil connectome affinity --traces /tmp/neuropil-worms/traces.csv --out /tmp/neuropil-affinity",
          "The tensor of simulated recordings.")
      ])
  }
  @Option("Recordings.", valueName: "FILE", completion: .file) var traces: String
  @Option("Folder for affinity.npz.", valueName: "DIR", completion: .folder) var out: String?
  @Option("Most threads to use; all of the machine's unless given.") var threads: Int?
  @OptionGroup var recordings: TraceOptions
  @OptionGroup var affinity: AffinityOptions
  @OptionGroup var common: CommonOptions

  private struct Result: Encodable {
    var animals: Int
    var neurons: Int
    var pairs: Int
    var samples: Int
    var mean: Double
    var largest: Double
    var zeros: Double
    var unknown: Double
    var unobservedPairs: [[String]]
    var constantTraces: [String]
  }

  func run() throws {
    let chance = ChanceOptions()
    chance.threads = threads
    let set = try recordings.read(traces)
    let tensor = try AffinityTensor(
      set, affinity: affinity.affinity, threads: chance.threadCount(), memoryLimit: affinity.bytes())
    let summary = tensor.summary
    let result = Result(
      animals: tensor.animals.count, neurons: tensor.neurons.count, pairs: tensor.pairs.count,
      samples: tensor.tensor.times, mean: summary.mean, largest: summary.largest, zeros: summary.zeros,
      unknown: summary.unknown, unobservedPairs: tensor.unobservedPairs, constantTraces: tensor.constantTraces
    )
    for text in tensor.warnings { Terminal.warn(text, quiet: common.quiet) }
    if let out {
      var run = try beginRun(out, seed: 0, quiet: common.quiet)!
      run.noteInput(traces)
      let all = AffinityTensor.bytes(
        samples: result.samples, animals: result.animals, neurons: result.neurons)
      let fits = try (all ?? .max) <= affinity.bytes()
      try NPZ.write(fits ? tensor.arrays : tensor.entryArrays, to: run.path("affinity.npz"), compressed: true)
      try AtomicFile.write(tensor.neurons.map { $0 + "\n" }.joined(), to: run.path("neurons.csv"))
      try AtomicFile.write(tensor.animals.map { $0 + "\n" }.joined(), to: run.path("animals.csv"))
      try run.write(result, to: "metrics.json")
      try run.finish()
    }
    show(
      result, json: common.json,
      [
        (
          "tensor",
          "\(result.samples) samples, \(result.animals) animals, \(result.pairs) pairs of \(result.neurons) neurons"
        ),
        ("mean affinity", String(format: "%.4f, largest %.4f", result.mean, result.largest)),
        ("exactly zero", String(format: "%.1f %% of what is known", 100 * result.zeros)),
        ("unknown", String(format: "%.1f %%", 100 * result.unknown)),
      ])
  }
}
