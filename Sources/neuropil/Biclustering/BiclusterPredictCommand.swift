import ArgumentParsing
import Biclustering
import Foundation
import Laboratory
import NeuralData

/// Rates that a fit predicts.
struct BiclusterPredictCommand: Command {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      "predict", abstract: "Posterior mean rates of every neuron and bin, also of missing and hidden ones.",
      discussion: "With --out it writes rates.npz: mean and standard deviation, spikes a bin, [neuron, bin].",
      examples: [
        .init(
          "neuropil bicluster simulate --neurons-per-cluster 4 --bins 90 --out /tmp/neuropil-sim5 && neuropil bicluster fit --counts /tmp/neuropil-sim5/counts.csv --hold-out 0.1 --sweeps 100 --chains 2 --out /tmp/neuropil-fit5 && neuropil bicluster predict /tmp/neuropil-fit5",
          "With hidden counts.")
      ])
  }
  @Argument("Folder that 'fit' made.", completion: .folder) var folder: String
  @Option("Folder for rates.npz.", valueName: "DIR", completion: .folder) var out: String?
  @OptionGroup var common: CommonOptions

  func run() throws {
    let fit = try FitFolder(reading: folder)
    let prediction = RatePrediction(fit.fit, counts: fit.counts, chains: try fit.chains())
    if let out {
      var run = try beginRun(out, seed: fit.fit.seed, quiet: common.quiet)!
      let shape = [fit.counts.neurons, fit.counts.bins]
      try NPZ.write(
        [
          "mean": NumericArray(prediction.mean, shape: shape),
          "standardDeviation": NumericArray(prediction.standardDeviation, shape: shape),
        ], to: run.path("rates.npz"))
      try run.write(prediction.scores, to: "metrics.json")
      try run.finish()
    }
    let scores = prediction.scores
    func text(_ value: Double?) -> String { value.map { String(format: "%.4f", $0) } ?? "none hidden" }
    show(
      scores, json: common.json,
      [
        ("neurons, bins", "\(fit.counts.neurons), \(fit.counts.bins)"),
        ("correlation with the counts", text(scores.correlation)),
        ("correlation with hidden counts", text(scores.heldOutCorrelation)),
        ("hidden counts, nats a count", text(scores.heldOutLogLikelihoodPerCount)),
        ("neuron's mean rate instead", text(scores.meanRateLogLikelihoodPerCount)),
      ])
  }
}
