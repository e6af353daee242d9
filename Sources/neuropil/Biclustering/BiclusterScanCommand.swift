import ArgumentParsing
import Biclustering
import Foundation
import Laboratory
import NeuralData

/// Whole numbers with commas between them.
struct NumberList: OptionValue {
  var values: [Int]
  init(_ values: [Int]) { self.values = values }
  init?(argument: String) {
    let words = argument.split(separator: ",", omittingEmptySubsequences: false)
    values = words.compactMap { Int(argument: String($0)) }
    if values.count != words.count || values.isEmpty { return nil }
  }
  static var valueName: String { "N,N,…" }
  static var expectation: String { "whole numbers with commas between them" }
  var argumentText: String { values.map(String.init).joined(separator: ",") }
}

/// Fits of several models and bin sizes, by how well they predict hidden counts.
struct BiclusterScanCommand: Command {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      "scan",
      abstract: "Compares numbers of factors, bin sizes and a model without clusters by hidden counts.",
      discussion:
        "Each fit hides the same share of the counts and predicts them. The gain over each neuron's mean rate, in nats a hidden spike, can be compared between bin sizes; log-likelihoods cannot. The baseline is a switching linear dynamical system: all neurons on one trajectory, with as many rows as the clusters found have together, at most 8 factors.",
      examples: [
        .init(
          "neuropil bicluster simulate --neurons-per-cluster 4 --bins 90 --out /tmp/neuropil-sim8 && neuropil bicluster scan --counts /tmp/neuropil-sim8/counts.csv --factors 1,2 --bin-factors 1,2 --chains 1 --sweeps 80 --baseline",
          "Five short fits.")
      ])
  }
  @Option("Numbers of factors to try.") var factors = NumberList([1, 2, 3])
  @Option("Numbers of neighbouring bins to sum.") var binFactors = NumberList([1])
  @Flag("Adds the switching linear dynamical system.") var baseline
  @Option("Markov chains of each fit.") var chains = 2
  @Option("Sweeps of each chain.") var sweeps = 1000
  @Option("Share of the counts that is hidden and then predicted.") var holdOut = 0.1
  @OptionGroup var data: BiclusterDataOptions
  @OptionGroup var chance: ChanceOptions
  @OptionGroup var common: CommonOptions

  private struct Result: Encodable {
    var fits: [BiclusterScan.Entry]
    var best: Int
  }

  func run() throws {
    Interruption.install()
    let table = try data.read()
    var fit = BiclusterFit()
    (fit.chains, fit.sweeps, fit.hiddenShare, fit.seed) = (chains, sweeps, holdOut, chance.seed)
    fit.thinning = max(1, min(10, sweeps / 40))
    let scan = BiclusterScan(
      fit: fit, factors: factors.values, binFactors: binFactors.values, includesBaseline: baseline)
    try scan.validate(counts: table)
    let threads = try chance.threadCount()
    let progress = Progress(isQuiet: common.quiet)
    progress.begin("\(scan.fits) fits", total: Double(scan.fits * chains * sweeps))
    defer { progress.finish() }
    let entries = try scan.run(table, threads: threads) { sweeps, line in
      progress.advance(by: Double(sweeps), status: line)
      try Interruption.check()
    }
    progress.finish()
    let result = Result(
      fits: entries, best: entries.indices.max { entries[$0].gainPerSpike < entries[$1].gainPerSpike }!)
    if common.json { return print(JSONText.encode(result)) }
    showTable(
      ["model", "factors", "bins summed", "clusters", "states", "nats a hidden count", "gain, nats a spike"],
      entries.map { entry in
        [
          entry.isBaseline ? "one trajectory" : "clusters", "\(entry.factors)", "\(entry.binFactor)",
          "\(entry.clusters)", "\(entry.states)", String(format: "%.4f", entry.logLikelihoodPerCount),
          String(format: "%.4f", entry.gainPerSpike),
        ]
      })
  }
}
