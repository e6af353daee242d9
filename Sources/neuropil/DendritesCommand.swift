import ArgumentParsing
import Dendrites
import Foundation
import Laboratory
import Probability

struct DendritesCommand: Command {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      "dendrites",
      abstract: "Sizes and thresholds for sparse codes on active dendrites (Ahmad and Hawkins 2016).",
      discussion:
        "A segment has synapses on some cells of a population; it matches a pattern of activity when at least a threshold of them is active.",
      examples: [
        .init(
          "neuropil dendrites union --cells 20000 --active 100 --synapses 25 --patterns 10 --threshold 15",
          "Ten patterns stored on one segment."),
        .init(
          "neuropil dendrites plan --find synapses --cells 2000 --active 40 --segments 1000 --threshold half --error 1e-9",
          "The smallest segment for a target error."),
      ],
      subcommands: [
        FalseMatchCommand.self, FalseNegativeCommand.self, UnionCommand.self, OverlapCommand.self,
        SweepCommand.self, PlanCommand.self,
        SimulateCommand.self, CorrelatedCommand.self,
      ])
  }
}

extension ThresholdRule: OptionValue {
  /// Reads a whole number or `half`.
  public init?(argument: String) {
    if argument == "half" {
      self = .half
    } else if let value = Int(argument: argument) {
      self = .fixed(value)
    } else {
      return nil
    }
  }
  /// `T|half`
  public static var placeholder: String { "T|half" }
  /// A number or `half`.
  public static var expectation: String { "a whole number, or 'half' for half of the synapses, rounded up" }
}

private struct FalseMatchCommand: Command {
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
      ])
  }
  @Option("Cells in the population, n.") var cells: Int
  @Option("Active cells of the pattern, a.") var active: Int
  @Option("Synapses of the segment, s.") var synapses: Int
  @Option("Active synapses that make a match.", placeholder: "T|half") var threshold: ThresholdRule
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

private struct FalseNegativeCommand: Command {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      "false-negative", abstract: "The probability that a segment misses its own pattern under noise (Eq 6).",
      examples: [
        .init(
          "neuropil dendrites false-negative --active 300 --synapses 30 --noise 60 --threshold 12",
          "A fifth of the active cells move: 3.9e-8.")
      ])
  }
  @Option("Active cells of the pattern, a.") var active: Int
  @Option("Synapses of the segment, s, all on the pattern.") var synapses: Int
  @Option("Active cells that noise moves elsewhere, v.") var noise: Int
  @Option("Active synapses that make a match.", placeholder: "T|half") var threshold: ThresholdRule
  @OptionGroup var common: CommonOptions

  struct Result: Encodable {
    var probability: Double
    var log10Probability: Double?
  }

  func run() throws {
    let law = try NoiseLaw(active: active, synapses: synapses, noise: noise)
    let missed = law.falseNegative(threshold: threshold.threshold(synapses: synapses))
    show(
      Result(probability: missed.value, log10Probability: missed.isZero ? nil : missed.log10),
      json: common.json,
      [("probability", missed.text())]
        + (missed.isZero ? [("", "never: noise can silence at most \(noise) synapses")] : []))
  }
}

private struct UnionCommand: Command {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      "union",
      abstract:
        "False matches of a segment that stores several patterns: the paper's plug-in and the exact law.",
      examples: [
        .init(
          "neuropil dendrites union --cells 20000 --active 100 --synapses 25 --patterns 10 --threshold 15",
          "The worked example of section 3.3.")
      ])
  }
  @Option("Cells in the population, n.") var cells: Int
  @Option("Active cells of the tested pattern, a.") var active: Int
  @Option("Synapses for each stored pattern, s.") var synapses: Int
  @Option("Stored patterns, M.") var patterns: Int
  @Option("Active synapses that make a match.", placeholder: "T|half") var threshold: ThresholdRule
  @Option("Active cells of a stored pattern that noise moves, v; adds the probability to miss it.") var noise:
    Int?
  @OptionGroup var common: CommonOptions

  struct Result: Encodable {
    var expectedSize: Double
    var sizeStandardDeviation: Double
    var plugInProbability: Double
    var exactProbability: Double
    var bloomProbability: Double
    var falseNegative: Double?
  }

  func run() throws {
    let law = try UnionLaw(cells: cells, synapses: synapses, patterns: patterns)
    let theta = threshold.threshold(synapses: synapses)
    let plugIn = try law.plugInFalseMatch(active: active, threshold: theta)
    let exact = try law.falseMatch(active: active, threshold: theta)
    let missed = try noise.map { try law.falseNegative(active: active, noise: $0, threshold: theta) }
    let result = Result(
      expectedSize: law.expectedSize, sizeStandardDeviation: law.sizeStandardDeviation,
      plugInProbability: plugIn.value,
      exactProbability: exact.value, bloomProbability: law.bloomFalseMatch.value, falseNegative: missed?.value
    )
    show(
      result, json: common.json,
      [
        ("expected size", "\(law.expectedSize) synapses"), ("its deviation", "\(law.sizeStandardDeviation)"),
        ("plug-in probability (Eq 14)", plugIn.text()), ("exact probability", exact.text()),
        ("exact matching (Eq 12)", law.bloomFalseMatch.text()),
      ] + (missed.map { [("missed under noise", $0.text())] } ?? []))
  }
}

private struct OverlapCommand: Command {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      "overlap", abstract: "The exact number of patterns that overlap a segment in given cells (Eq 2).",
      examples: [
        .init(
          "neuropil dendrites overlap --cells 600 --active 40 --synapses 40 --overlap 39", "22400 patterns.")
      ])
  }
  @Option("Cells in the population, n.") var cells: Int
  @Option("Active cells of a pattern, a.") var active: Int
  @Option("Synapses of the segment, s.") var synapses: Int
  @Option("Cells in common, b.") var overlap: Int
  @OptionGroup var common: CommonOptions

  struct Result: Encodable {
    var count: String
    var probability: Double
    var log10Probability: Double?
  }

  func run() throws {
    let law = try OverlapLaw(cells: cells, active: active, synapses: synapses)
    let count = try law.count(ofOverlap: overlap)
    let probability = law.probability(ofOverlap: overlap)
    show(
      Result(
        count: count.description, probability: probability.value,
        log10Probability: probability.isZero ? nil : probability.log10),
      json: common.json, [("count", count.description), ("probability", probability.text())])
  }
}

private struct SweepCommand: Command {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      "sweep", abstract: "False matches over a grid of sizes, summarised for each threshold (Fig 6).",
      discussion:
        "Without a grid of its own it is the one of Fig 6: n 10000 to 190000, 0.5 to 3 % active, 20 to 50 synapses.",
      examples: [
        .init("neuropil dendrites sweep", "The paper's grid."),
        .init(
          "neuropil dendrites sweep --cells 2000,4000 --activities 1%,2% --synapses 20,30 --thresholds 8,10,12",
          "A grid of one's own."),
      ])
  }
  @Option("Populations, n.") var cells: [Int] = Sweep.figure6.cells
  @Option("Active shares, as fractions or percentages.", placeholder: "X,…") var activities: [String] = Sweep
    .figure6.activities.map { "\($0)" }
  @Option("Synapses, s.") var synapses: [Int] = Sweep.figure6.synapses
  @Option("Thresholds.") var thresholds: [Int] = Sweep.figure6.thresholds
  @OptionGroup var common: CommonOptions

  func run() throws {
    let shares = try activities.map { try ActivityFraction.parse($0, name: "activities") }
    let rows = try Sweep(cells: cells, activities: shares, synapses: synapses, thresholds: thresholds).rows()
    if common.json { return print(JSONText.encode(["rows": rows])) }
    showTable(
      ["threshold", "median", "mean", "min", "max"],
      rows.map { row in
        ["\(row.threshold)"]
          + [row.median, row.mean, row.minimum, row.maximum].map { String(format: "%.6g", $0) }
      })
  }
}

private struct PlanCommand: Command {
  enum Quantity: String, CaseIterable, OptionValue { case synapses, threshold, cells, patterns, segments }

  static var configuration: CommandConfiguration {
    CommandConfiguration(
      "plan", abstract: "Chooses a size for a target error.",
      discussion:
        "Finds the smallest number of synapses, threshold or cells, or the largest number of patterns in a union or of segments, at which false matches stay at or below --error. With --noise and --find threshold it finds the threshold that minimises false matches plus misses.",
      examples: [
        .init(
          "neuropil dendrites plan --find synapses --cells 2000 --active 40 --segments 1000 --threshold half --error 1e-9",
          "The smallest segment."),
        .init(
          "neuropil dendrites plan --find threshold --cells 2000 --active 40 --synapses 20 --noise 10 --error 1e-3",
          "The best threshold under noise."),
        .init(
          "neuropil dendrites plan --find patterns --cells 2000 --active 40 --synapses 20 --threshold 12 --error 1e-6",
          "The largest union."),
      ])
  }
  @Option("What is looked for.") var find: Quantity
  @Option("The largest acceptable probability.") var error: Double
  @Option("Cells in the population, n.") var cells: Int?
  @Option("Active cells, a.") var active: Int
  @Option("Synapses, s.") var synapses: Int?
  @Option("Active synapses that make a match.", placeholder: "T|half") var threshold: ThresholdRule?
  @Option("Segments of which any may match, M.") var segments = 1
  @Option("Active cells of the segment's own pattern that noise moves, v.") var noise: Int?
  @OptionGroup var common: CommonOptions

  private func given<Value>(_ value: Value?, _ name: String) throws -> Value {
    guard let value else {
      throw UsageError(
        "--\(name) is missing: --find \(find.rawValue) needs it", command: "neuropil dendrites plan")
    }
    return value
  }

  func run() throws {
    let planner = try Planner(error: error, segments: segments)
    var answer: Planner.Answer
    var missed: TailProbability?
    switch find {
    case .synapses:
      answer = try planner.smallestSynapses(
        cells: given(cells, "cells"), active: active, threshold: given(threshold, "threshold"), noise: noise)
    case .threshold:
      if let noise {
        let best = try planner.bestThreshold(
          cells: given(cells, "cells"), active: active, synapses: given(synapses, "synapses"), noise: noise)
        (answer, missed) = (best.answer, best.falseNegative)
        let total = best.answer.probability + best.falseNegative
        if total.value > error {
          Terminal.warn(
            "even the best threshold errs with probability \(total.text(digits: 3)), above \(error)",
            quiet: common.quiet)
        }
      } else {
        answer = try planner.smallestThreshold(
          cells: given(cells, "cells"), active: active, synapses: given(synapses, "synapses"))
      }
    case .cells:
      answer = try planner.smallestCells(
        active: active, synapses: given(synapses, "synapses"), threshold: given(threshold, "threshold"))
    case .patterns:
      answer = try planner.largestUnion(
        cells: given(cells, "cells"), active: active, synapses: given(synapses, "synapses"),
        threshold: given(threshold, "threshold"))
    case .segments:
      let synapses = try given(synapses, "synapses")
      answer = try planner.largestSegments(
        cells: given(cells, "cells"), active: active, synapses: synapses,
        threshold: given(threshold, "threshold").threshold(synapses: synapses))
    }
    if common.json {
      var result: [String: Double] = [
        find.rawValue: Double(answer.quantity), "probability": answer.probability.value,
        "threshold": Double(answer.threshold),
      ]
      if !answer.probability.isZero { result["log10Probability"] = answer.probability.log10 }
      if let missed { result["falseNegative"] = missed.value }
      return print(JSONText.encode(result))
    }
    show(
      0, json: false,
      [(find.rawValue, "\(answer.quantity)")]
        + (find == .threshold ? [] : [("threshold", "\(answer.threshold)")])
        + [("false match", answer.probability.text())] + (missed.map { [("missed", $0.text())] } ?? []))
  }
}

private struct SimulateCommand: Command {
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
  @Option("Active synapses that make a match.", placeholder: "T|half") var threshold: ThresholdRule
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
        "nothing was seen in \(trials) draws: the chance is below \(String(format: "%.2g", seen.interval.upperBound)); use --rare or the law itself",
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

private struct CorrelatedCommand: Command {
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
