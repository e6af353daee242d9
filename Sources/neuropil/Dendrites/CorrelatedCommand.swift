import ArgumentParsing
import Dendrites
import Foundation
import Laboratory

/// Correlated patterns beside the law.
struct CorrelatedCommand: Command {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      "correlated", abstract: "How far the laws mislead when patterns are correlated.",
      discussion:
        "Neurons learn one half of a set of clustered patterns, a segment each, and are tested on the other half. The laws assume uniform patterns.",
      examples: [
        .init(
          "neuropil dendrites correlated --cells 2000 --active 32 --synapses 20 --threshold 10 --trials 4",
          "The official experiment, four neurons.")
      ])
  }
  @Option("Cells in the population, n.") var cells: Int
  @Option("Active cells, a.") var active: Int
  @Option("Synapses, s.") var synapses: Int
  @Option("Active synapses that make a match.", placeholder: "T|half") var threshold: ThresholdRule
  @Option("Segments of a neuron.") var segments = 500
  @Option("Patterns tested for each neuron.") var samples = 500
  @Option("Neurons.") var trials = 20
  @OptionGroup var chance: ChanceOptions
  @OptionGroup var common: CommonOptions

  struct Result: Encodable {
    var uniformProbability: Double
    var trials: [CorrelatedPatterns.Trial]
  }

  func run() throws {
    guard trials >= 1 else { throw UsageError("--trials is \(trials), but must be 1 or more") }
    let theta = threshold.threshold(synapses: synapses)
    let single = try OverlapLaw(cells: cells, active: active, synapses: synapses).falseMatch(threshold: theta)
    let uniform = Population.anyMatch(single, segments: Double(segments))
    let found = try CorrelatedPatterns.experiment(
      cells: cells, active: active, synapses: synapses, threshold: theta, segments: segments,
      samples: samples, trials: trials, seed: chance.seed,
      threads: chance.threadCount())
    if common.json { return print(JSONText.encode(Result(uniformProbability: uniform.value, trials: found))) }
    print("uniform law: \(uniform.text()) for each pattern")
    showTable(
      ["correlation", "false matches", "share"],
      found.sorted { $0.correlation < $1.correlation }.map {
        [
          String(format: "%.4f", $0.correlation), "\($0.falseMatches) of \($0.samples)",
          String(format: "%.3g", Double($0.falseMatches) / Double(max(1, $0.samples))),
        ]
      })
  }
}
