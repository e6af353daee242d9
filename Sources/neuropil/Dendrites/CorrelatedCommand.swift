import ArgumentParsing
import Dendrites
import Foundation
import Laboratory
import Probability

/// Correlated patterns beside the law.
struct CorrelatedCommand: Command {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      "correlated", abstract: "How far the laws mislead when patterns are correlated.",
      discussion:
        "Neurons learn one half of a set of clustered patterns, a segment each, and are tested on the other half. Each set has clusters of its own sizes, and so a correlation of its own; sets are pooled by it. The laws assume uniform patterns.",
      examples: [
        .init(
          "neuropil dendrites correlated --cells 2000 --active 32 --synapses 20 --threshold 10 --trials 4",
          "The official experiment, four sets of 20000 patterns.")
      ])
  }
  @Option("Cells in the population, n.") var cells: Int
  @Option("Active cells, a.") var active: Int
  @Option("Synapses, s.") var synapses: Int
  @Option("Active synapses that make a match.", valueName: "T|half") var threshold: ThresholdRule
  @Option("Segments of a neuron, and patterns it is tested on.") var segments = 500
  @Option("Neurons for each set of patterns.") var neurons = 20
  @Option("Sets of patterns.") var trials = 20
  @OptionGroup var chance: ChanceOptions
  @OptionGroup var common: CommonOptions

  struct Result: Encodable {
    var uniformProbability: Double
    var uniformLog10Probability: Double?
    var trials: [CorrelationExperiment.Trial]
    var bins: [CorrelationExperiment.Bin]
  }

  func run() throws {
    Interruption.install()
    var experiment = CorrelationExperiment(
      cells: cells, active: active, synapses: synapses, threshold: threshold.threshold(synapses: synapses))
    (experiment.segments, experiment.neurons) = (segments, neurons)
    let uniform = try experiment.uniformProbability()
    let progress = Progress(isQuiet: common.quiet)
    progress.begin("correlated patterns", total: Double(trials))
    let found = try experiment.run(trials: trials, seed: chance.seed, threads: chance.threadCount()) {
      try Interruption.check()
      progress.advance(by: 1)
    }
    progress.finish()
    let bins = CorrelationExperiment.pooled(found)
    if common.json {
      return print(
        JSONText.encode(
          Result(
            uniformProbability: uniform.value,
            uniformLog10Probability: uniform.isZero ? nil : uniform.log10, trials: found, bins: bins)))
    }
    print("uniform law: \(uniform.text()) for each pattern")
    showTable(
      ["correlation", "sets", "false matches", "share", "95 % interval"],
      bins.map { bin in
        let interval = bin.rate.clopperPearson()
        return [
          String(format: "%.2f–%.2f", bin.low, bin.high), "\(bin.trials)",
          "\(bin.rate.successes) of \(bin.rate.trials)", String(format: "%.3g", bin.rate.estimate),
          String(format: "%.3g to %.3g", interval.lowerBound, interval.upperBound),
        ]
      })
  }
}
