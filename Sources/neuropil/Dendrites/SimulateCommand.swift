import ArgumentParsing
import Dendrites
import Foundation
import Laboratory
import Probability

/// Explicit draws beside the law.
struct SimulateCommand: Command {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      "simulate", abstract: "Counts matches in explicit random draws, beside the law.",
      discussion:
        "With --noise it tests noisy copies of the segment's own pattern. With --rare it draws from a law tilted towards the event, which reaches probabilities far below one over the trials.",
      examples: [
        .init(
          "neuropil dendrites simulate --cells 1500 --active 256 --synapses 24 --threshold 12 --trials 2000000",
          "A point of Fig 4A."),
        .init(
          "neuropil dendrites simulate --cells 10000 --active 64 --synapses 24 --threshold 12 --rare",
          "An event of probability 4e-21."),
      ])
  }
  @Option("Cells in the population, n; not needed with --noise.") var cells: Int?
  @Option("Active cells, a.") var active: Int
  @Option("Synapses, s.") var synapses: Int
  @Option("Active synapses that make a match.", valueName: "T|half") var threshold: ThresholdRule
  @Option("Active cells of the segment's pattern that noise moves, v.") var noise: Int?
  @Option("Draws.") var trials = 1_000_000
  @Flag("Draws from a tilted law (importance sampling).") var rare
  @OptionGroup var chance: ChanceOptions
  @OptionGroup var common: CommonOptions

  struct Result: Encodable {
    var probability: Double
    var low: Double
    var high: Double
    var events: Int?
    var trials: Int
    var exact: Double
    var exactLog10: Double?
    var effectiveDraws: Double?
  }

  func run() throws {
    let theta = threshold.threshold(synapses: synapses)
    if noise == nil && cells == nil {
      throw UsageError(
        "--cells is missing: false matches depend on the population", command: "neuropil dendrites simulate")
    }
    if rare {
      guard let cells, noise == nil else {
        throw UsageError(
          "--rare is for false matches: give --cells and leave --noise out",
          command: "neuropil dendrites simulate")
      }
      let law = try OverlapLaw(cells: cells, active: active, synapses: synapses)
      let estimate = try RareMatches.falseMatch(law, threshold: theta, draws: trials, seed: chance.seed)
      let exact = law.falseMatch(threshold: theta)
      let result = Result(
        probability: estimate.probability.value, low: estimate.interval.lowerBound.value,
        high: estimate.interval.upperBound.value, events: nil,
        trials: trials, exact: exact.value, exactLog10: exact.isZero ? nil : exact.log10,
        effectiveDraws: estimate.effectiveDraws)
      return show(
        result, json: common.json,
        [
          ("estimate", estimate.probability.text()),
          (
            "95 % interval",
            "\(estimate.interval.lowerBound.text()) to \(estimate.interval.upperBound.text())"
          ),
          ("law", exact.text()),
          ("effective draws", String(format: "%.0f of %d", estimate.effectiveDraws, trials)),
        ])
    }
    let simulator = MatchSimulator(seed: chance.seed, threads: try chance.threadCount())
    let progress = Progress(isQuiet: common.quiet || trials < 5_000_000)
    progress.begin("simulating", total: Double(trials))
    let onBlock: @Sendable (Int) throws -> Void = {
      try Interruption.check()
      progress.advance(by: Double($0))
    }
    let exact: TailProbability
    let seen: (estimate: Double, interval: ClosedRange<Double>, events: Int)
    if let noise {
      let overlaps = try simulator.falseNegatives(
        active: active, synapses: synapses, noise: noise, trials: trials, onBlock: onBlock)
      let share = overlaps.misses(threshold: theta)
      seen = (share.estimate, share.clopperPearson(), share.successes)
      exact = try NoiseLaw(active: active, synapses: synapses, noise: noise).falseNegative(threshold: theta)
    } else {
      let law = try OverlapLaw(cells: cells!, active: active, synapses: synapses)
      let overlaps = try simulator.falseMatches(
        cells: cells!, active: active, synapses: synapses, trials: trials, onBlock: onBlock)
      let share = overlaps.matches(threshold: theta)
      seen = (share.estimate, share.clopperPearson(), share.successes)
      exact = law.falseMatch(threshold: theta)
    }
    progress.finish()
    if seen.events == 0, !exact.isZero {
      Terminal.warn(
        "nothing was seen in \(trials) draws: the chance is below \(String(format: "%.2g", Proportion.ruleOfThree(trials: trials))) (rule of three, 95 %); use --rare or the law itself",
        quiet: common.quiet)
    }
    let result = Result(
      probability: seen.estimate, low: seen.interval.lowerBound, high: seen.interval.upperBound,
      events: seen.events, trials: trials,
      exact: exact.value, exactLog10: exact.isZero ? nil : exact.log10, effectiveDraws: nil)
    show(
      result, json: common.json,
      [
        ("estimate", String(format: "%.6g", seen.estimate)),
        ("95 % interval", String(format: "%.6g to %.6g", seen.interval.lowerBound, seen.interval.upperBound)),
        ("events", "\(seen.events) in \(trials)"), ("law", exact.text()),
      ])
  }
}
