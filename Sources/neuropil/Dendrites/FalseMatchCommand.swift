import ArgumentParsing
import Dendrites

/// How often a random pattern matches a segment.
struct FalseMatchCommand: Command {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      "false-match", abstract: "The probability that a random pattern matches a segment (Eq 4).",
      examples: [
        .init(
          "neuropil dendrites false-match --cells 10000 --active 300 --synapses 24 --threshold 12",
          "One segment: 8.4e-13."),
        .init(
          "neuropil dendrites false-match --cells 10000 --active 300 --synapses 30 --threshold 15 --segments 1000000 --json",
          "A million segments, as JSON."),
        .init(
          "neuropil dendrites false-match --cells 2048 --active 2% --synapses 20 --threshold half",
          "Two per cent active, half of the synapses needed."),
      ])
  }
  @Option("Cells in the population, n.") var cells: Int
  @Option("Active cells of the pattern, a, or their share of the population.") var active: CellCount
  @Option("Synapses of the segment, s.") var synapses: Int
  @Option("Active synapses that make a match.", valueName: "T|half") var threshold: ThresholdRule
  @Option("Segments of which any may match, M.") var segments: Int?
  @OptionGroup var common: CommonOptions

  struct Result: Encodable {
    var probability: Double
    var log10Probability: Double?
    var populationProbability: Double?
    var populationLog10Probability: Double?
    var populationBound: Double?
  }

  func run() throws {
    let active = try active.resolved(outOf: cells, "active", of: "cells", quiet: common.quiet)
    let law = try OverlapLaw(cells: cells, active: active, synapses: synapses)
    let theta = threshold.threshold(synapses: synapses)
    let single = law.falseMatch(threshold: theta)
    if theta <= 0 { Terminal.warn("a threshold of \(theta) matches every pattern", quiet: common.quiet) }
    if theta > law.support.upperBound {
      Terminal.warn(
        "a threshold of \(theta) can never be reached: at most \(law.support.upperBound) cells overlap",
        quiet: common.quiet)
    }
    var result = Result(probability: single.value, log10Probability: single.isZero ? nil : single.log10)
    var lines = [("probability", single.text())]
    if !single.isZero { lines.append(("log10", "\(single.log10)")) }
    if let segments {
      guard segments >= 0 else { throw UsageError("--segments is \(segments), but must be 0 or more") }
      let any = Population.anyMatch(single, segments: Double(segments))
      let bound = Population.bound(single, segments: Double(segments))
      result.populationProbability = any.value
      result.populationLog10Probability = any.isZero ? nil : any.log10
      result.populationBound = bound.value
      lines += [("any of \(segments) segments", any.text()), ("union bound", bound.text())]
    }
    show(result, json: common.json, lines)
  }
}
