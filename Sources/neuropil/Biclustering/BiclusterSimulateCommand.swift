import ArgumentParsing
import Biclustering
import Foundation
import Laboratory
import NeuralData

/// Counts with known clusters and states.
struct BiclusterSimulateCommand: Command {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      "simulate", abstract: "Draws the paper's simulation: clusters of neurons and two alternating states.",
      discussion:
        "The folder holds counts.csv (a row a neuron), labels.csv (the cluster of each neuron), states.csv (the state of each bin), and truth.npz with trajectories and loadings.",
      examples: [
        .init("neuropil bicluster simulate --out /tmp/neuropil-sim", "The paper's sizes."),
        .init(
          "neuropil bicluster simulate --clusters 5 --bins 300 --poisson --out /tmp/neuropil-sim --json",
          "More clusters, Poisson counts."),
      ])
  }
  @Option("Clusters of neurons.") var clusters = 3
  @Option("Neurons in a cluster.") var neuronsPerCluster = 10
  @Option("Time bins.") var bins = 500
  @Option("Latent factors of a cluster beside its level.") var factors = 2
  @Option("Dispersion r of every neuron: the variance of a count is m + m²/r.") var dispersion = 10.0
  @Option("Mean number of bins that a state lasts.") var duration = 50.0
  @Flag("Draws Poisson counts.") var poisson
  @Option("Folder for the files.", valueName: "DIR", completion: .folder) var out: String
  @Option("Fixes the result.") var seed: UInt64 = 1
  @OptionGroup var common: CommonOptions

  private struct Result: Encodable {
    var counts: String
    var neurons: Int
    var bins: Int
    var total: Int
    var switches: Int
  }

  func run() throws {
    var simulation = PublishedSimulation()
    simulation.clusters = clusters
    simulation.neuronsPerCluster = neuronsPerCluster
    simulation.bins = bins
    simulation.factors = factors
    simulation.dispersion = dispersion
    simulation.meanDuration = duration
    simulation.isPoisson = poisson
    let outcome = try simulation.run(seed: seed)
    var run = try beginRun(out, seed: seed, quiet: common.quiet)!
    try AtomicFile.write(outcome.counts.encoded(), to: run.path("counts.csv"))
    func column(_ values: [Int]) -> String { values.map { "\($0)\n" }.joined() }
    try AtomicFile.write(column(outcome.labels), to: run.path("labels.csv"))
    try AtomicFile.write(column(outcome.states), to: run.path("states.csv"))
    try NPZ.write(
      [
        "trajectories": NumericArray(outcome.trajectories, shape: [clusters, factors + 1, bins]),
        "loadings": NumericArray(outcome.loadings, shape: [outcome.counts.neurons, factors + 1]),
      ], to: run.path("truth.npz"))
    let result = Result(
      counts: run.path("counts.csv"), neurons: outcome.counts.neurons, bins: bins,
      total: outcome.counts.values.reduce(0) { $0 + Int($1) },
      switches: zip(outcome.states, outcome.states.dropFirst()).count { $0 != $1 })
    try run.write(result, to: "metrics.json")
    try run.finish()
    show(
      result, json: common.json,
      [
        ("counts", "\(result.counts): \(result.neurons) neurons, \(bins) bins, \(result.total) spikes"),
        ("state switches", "\(result.switches)"),
      ])
  }
}
