import ArgumentParsing
import Biclustering
import Foundation
import Laboratory
import NeuralData
import Synchronization

/// Markov chains for one recording.
struct BiclusterFitCommand: Command {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      "fit", abstract: "Samples clusters, states and trajectories given counts.",
      discussion:
        "Counts stand in a table, a row a neuron and a column a bin, empty where a bin is missing, or in an .npy array [neuron, bin]; spike times are counted in bins. Chains run on one thread each, or with --temperatures one for each replica where there are enough, are saved every half minute and on Ctrl-C, and go on with --resume to the same result. 'neuropil bicluster summarize' reads the folder.",
      examples: [
        .init(
          "neuropil bicluster simulate --neurons-per-cluster 4 --bins 90 --out /tmp/neuropil-sim3 && neuropil bicluster fit --counts /tmp/neuropil-sim3/counts.csv --sweeps 100 --chains 2 --out /tmp/neuropil-fit3",
          "Two short chains."),
        .init(
          "neuropil bicluster simulate --neurons-per-cluster 4 --bins 90 --out /tmp/neuropil-sim3 && neuropil bicluster fit --counts /tmp/neuropil-sim3/counts.csv --labels /tmp/neuropil-sim3/labels.csv --infer-concentrations --sweeps 100 --chains 1 --out /tmp/neuropil-fit3b",
          "Clusters given, states and concentrations sought."),
        .init(
          "neuropil bicluster simulate --neurons-per-cluster 4 --bins 90 --out /tmp/neuropil-sim3 && neuropil bicluster fit --counts /tmp/neuropil-sim3/counts.csv --temperatures 4 --hottest 0.7 --sweeps 60 --chains 1 --out /tmp/neuropil-fit3c",
          "A chain that exchanges states with three replicas of flatter likelihood."),
      ])
  }
  @Option("Markov chains.") var chains = 4
  @Option("Sweeps of each chain.") var sweeps = 10_000
  @Option("Share of the sweeps that is dropped at the beginning.") var burnIn = 0.25
  @Option("Sweeps from one kept draw to the next.") var thinning = 10
  @Option("Clusters that k-means begins with; by the largest silhouette unless given.") var startClusters:
    Int?
  @Option(
    "A column of cluster labels, a row a neuron, that are kept; all alike is a switching linear dynamical system.",
    valueName: "FILE", completion: .file) var labels: String?
  @Option("Share of the counts that is hidden and then predicted.") var holdOut = 0.0
  @Option(
    "Replicas of each chain with the likelihood raised to falling powers, its own 1 among them; 1 for none.")
  var temperatures = 1
  @Option("The smallest of these powers; 0.8 unless given.", valueName: "POWER") var hottest: Double?
  @Option("Sums this many neighbouring bins.") var coarsen = 1
  @Option("Folder for the fit.", valueName: "DIR", completion: .folder) var out: String
  @Flag("Goes on from what --out holds.") var resume
  @OptionGroup var data: BiclusterDataOptions
  @OptionGroup var model: BiclusterModelOptions
  @OptionGroup var chance: ChanceOptions
  @OptionGroup var common: CommonOptions

  private func tempering() throws -> Tempering? {
    guard (1...64).contains(temperatures) else {
      throw UsageError("--temperatures is \(temperatures), but must be 1 to 64")
    }
    guard temperatures != 1 else {
      if hottest == nil { return nil }
      throw UsageError("--hottest needs --temperatures of 2 or more")
    }
    return Tempering(replicas: temperatures, hottest: hottest ?? Tempering().hottest)
  }

  private struct Result: Encodable {
    var out: String
    var chains: Int
    var sweeps: Int
    var clusters: [Int]
    var states: [Int]
    var logDensity: [Double]
    var seconds: Double
  }

  func run() throws {
    Interruption.install()
    let started = Date()
    let table = try data.read().coarsened(by: coarsen)
    var fit = BiclusterFit(model: model.model)
    fit.chains = chains
    fit.sweeps = sweeps
    fit.burnIn = burnIn
    fit.thinning = thinning
    if let startClusters { fit.start = startClusters == 1 ? .oneCluster : .kMeans(clusters: startClusters) }
    if let labels {
      fit.start = .labels(try SpikeCounts.readLabels(labels, count: table.neurons))
      fit.model.fixesLabels = true
    }
    fit.hiddenShare = holdOut
    fit.tempering = try tempering()
    fit.seed = chance.seed
    try fit.validate(counts: table)
    let threads = try chance.threadCount()
    for text in table.warnings(factors: model.factors) { Terminal.warn(text, quiet: common.quiet) }
    var run = try beginRun(out, seed: chance.seed, resuming: resume, quiet: common.quiet)!
    run.noteInput(try data.path())
    let folder = try FitFolder(out, fit: fit, counts: table, resuming: resume)
    let progress = Progress(isQuiet: common.quiet)
    progress.begin("\(chains) chains", total: Double(chains * sweeps))
    let done = Mutex([Int](repeating: 0, count: chains))
    let draws: [ChainDraws]
    do {
      draws = try fit.run(
        table, threads: threads, checkpoint: { folder.checkpoint($0) }, resuming: resume
      ) { chain, sweep, line in
        let more = done.withLock { done in
          defer { done[chain] = sweep }
          return sweep - done[chain]
        }
        progress.advance(by: Double(more), status: line)
        try Interruption.check()
      }
    } catch {
      progress.finish()
      throw error
    }
    progress.finish()
    let result = Result(
      out: out, chains: chains, sweeps: sweeps, clusters: draws.map { Int($0.clusters.last!) },
      states: draws.map { Int($0.occupied.last!) }, logDensity: draws.map { $0.logDensity.last! },
      seconds: Date().timeIntervalSince(started))
    try run.write(result, to: "metrics.json")
    try run.finish()
    if common.json { return print(JSONText.encode(result)) }
    showTable(
      ["chain", "clusters", "states", "log density"],
      draws.indices.map {
        [
          "\($0 + 1)", "\(result.clusters[$0])", "\(result.states[$0])",
          String(format: "%.1f", result.logDensity[$0]),
        ]
      })
    print("The fit is in \(out): see it with 'neuropil bicluster summarize \(out)'.")
  }
}
