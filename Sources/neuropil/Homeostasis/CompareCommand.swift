import ArgumentParsing
import Foundation
import Homeostasis
import Laboratory
import Parallel
import Probability

/// Learners, rates and seeds, paired.
struct CompareCommand: Command {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      "compare", abstract: "Compares learners over rates of shift and seeds, paired.",
      discussion:
        "All learners of a seed meet the same weights, order and shifts. The difference is to the first learner, with a bootstrap interval over the seeds; with fewer than three seeds no verdict is given. With --out every finished run of a learner is kept, and --resume repeats none of them, also with further learners, rates or seeds.",
      examples: [
        .init(
          "neuropil homeostasis compare --learners constant,homeostatic --swaps 0,50 --seeds 3 --epochs 1 --samples 6000",
          "Two learners at two rates.")
      ])
  }
  @Option("Learners; the first is the one compared with.", valueName: "NAME,…") var learners: [LearnerName] =
    [.constant, .random, .homeostatic, .memoryGradient]
  @Option("Shifts in an epoch.") var swaps: [Double] = [0, 5, 50, 500]
  @Option("Number of seeds, from --seed on.") var seeds = 3
  @Option("Passes over the training samples; the last one's prequential accuracy is compared.") var epochs = 5
  @Option("Learning rates at the beginning.") var learningRates: [Double] = [0.0058]
  @Option("Folder for metrics.json and report.html.", valueName: "DIR", completion: .folder) var out: String?
  @Flag("Goes on with the finished runs in --out.") var resume
  @OptionGroup var stream: StreamOptions
  @OptionGroup var chance: ChanceOptions
  @OptionGroup var common: CommonOptions

  /// One learner under one rate of shifts.
  struct Row: Encodable {
    var learner: String
    var swaps: Double
    var learningRate: Double
    var accuracy: [Double]
    var kappa: [Double]
    /// Share of shifts, of all seeds, after which the accuracy came back; `nil` without a shift.
    var recovered: Double?
    /// Mean samples until it did.
    var samplesToRecover: Double?
    /// Mean hits lost after a shift.
    var areaLost: Double?
    var difference: PairedComparison?
  }

  private struct Cell {
    var learner: LearnerName
    var swaps: Double
    var rate: Double
    var seed: UInt64
    var key: String {
      "homeostasis/\(learner.rawValue), \(swaps.argumentText) swaps, rate \(rate.argumentText), seed \(seed)"
    }
  }

  func validate() throws {
    if resume && out == nil { throw UsageError("--resume needs --out, the folder of the run to go on with") }
    guard seeds >= 1, epochs >= 1 else { throw UsageError("--seeds and --epochs must be 1 or more") }
    guard seeds <= 100_000 else { throw UsageError("--seeds is \(seeds), but must be at most 100000") }
  }

  func run() throws {
    Interruption.install()
    let (training, _) = try stream.read()
    let cells = learningRates.flatMap { rate in
      swaps.flatMap { swap in
        learners.flatMap { name in
          (0..<seeds).map { Cell(learner: name, swaps: swap, rate: rate, seed: chance.seed &+ UInt64($0)) }
        }
      }
    }
    let prepared = try cells.map { cell in
      (
        cell.learner.configuration(learningRate: cell.rate, detector: .adwin),
        try stream.stream(training, rate: .constant(cell.swaps), batch: 10, seed: cell.seed), cell.seed
      )
    }
    let begun = try beginRun(
      out, parts: sharedSettings, seed: chance.seed, resuming: resume, quiet: common.quiet)
    var run = begun.run
    let progress = Progress(isQuiet: common.quiet)
    progress.begin("comparing", total: Double(cells.count * epochs))
    let (epochs, keys, ledger) = (epochs, cells.map(\.key), begun.ledger)
    let measures = try parallelMap(count: cells.count, threads: chance.threadCount()) { index in
      let (configuration, concepts, seed) = prepared[index]
      var done = 0
      let measures = try ledger.measure(keys[index]) {
        let trainer = try Trainer(configuration, training: training, stream: concepts, seed: seed)
        try trainer.run(epochs: epochs) { _ in
          try Interruption.check()
          if trainer.reports.count > done {
            progress.advance(by: Double(trainer.reports.count - done))
            done = trainer.reports.count
          }
        }
        return RunMeasures(trainer.reports, batch: configuration.batch)
      }
      progress.advance(by: Double(epochs - done))
      return measures
    }
    progress.finish()
    let rows = try stride(from: 0, to: cells.count, by: seeds).map { first in
      try row(cells, measures, first: first)
    }
    if run != nil {
      try run!.write(["rows": rows], to: "metrics.json")
      try run!.writeReport(ComparisonPage(rows: rows, command: self).report, quiet: common.quiet)
      run!.noteInput(stream.path)
      try run!.finish()
    }
    if common.json { return print(JSONText.encode(["rows": rows])) }
    showTable(Self.header(against: learners[0]), rows.map(\.cells))
  }

  /// What every run depends on besides its key.
  private var sharedSettings: [String: String] {
    var shared = settings(of: self)
    for name in [
      "learners", "swaps", "seeds", "seed", "learning-rates", "threads", "out", "resume", "json", "quiet",
    ] {
      shared[name] = nil
    }
    shared["version"] = neuropilVersion
    return shared
  }

  /// The row of the learner whose first seed is cell `first`, against the first learner of the same rates.
  private func row(_ cells: [Cell], _ measures: [RunMeasures], first: Int) throws -> Row {
    let own = Array(measures[first..<(first + seeds)])
    let base = first / (seeds * learners.count) * seeds * learners.count
    let shifts = own.map(\.shifts).reduce(0, +)
    func mean(_ values: [Double]) -> Double? {
      values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
    }
    return Row(
      learner: cells[first].learner.rawValue, swaps: cells[first].swaps, learningRate: cells[first].rate,
      accuracy: own.map(\.accuracy), kappa: own.map(\.kappa),
      recovered: shifts == 0 ? nil : Double(own.map(\.recovered).reduce(0, +)) / Double(shifts),
      samplesToRecover: mean(own.compactMap(\.samplesToRecover)), areaLost: mean(own.compactMap(\.areaLost)),
      difference: first == base
        ? nil
        : try .ofLearners(
          own.map(\.accuracy), against: measures[base..<(base + seeds)].map(\.accuracy)))
  }
}
