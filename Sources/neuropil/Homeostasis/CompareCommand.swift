import ArgumentParsing
import Foundation
import Homeostasis
import Laboratory
import Parallel

/// Learners, rates and seeds, paired.
struct CompareCommand: Command {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      "compare", abstract: "Compares learners over rates of shift and seeds, paired.",
      discussion:
        "All learners of a seed meet the same weights, order and shifts. The difference is to the first learner, with a bootstrap interval over the seeds; with fewer than three seeds no verdict is given.",
      examples: [
        .init(
          "neuropil homeostasis compare --learners constant,homeostatic --swaps 0,50 --seeds 3 --epochs 1 --samples 6000",
          "Two learners at two rates.")
      ])
  }
  @Option("Learners; the first is the one compared with.", placeholder: "NAME,…") var learners:
    [LearnerName] = [.constant, .random, .homeostatic, .memoryGradient]
  @Option("Shifts in an epoch.") var swaps: [Double] = [0, 5, 50, 500]
  @Option("Number of seeds, from --seed on.") var seeds = 3
  @Option("Passes over the training samples; the last one's prequential accuracy is compared.") var epochs = 5
  @Option("Learning rates at the beginning.") var learningRates: [Double] = [0.0058]
  @OptionGroup var stream: StreamOptions
  @OptionGroup var chance: ChanceOptions
  @OptionGroup var common: CommonOptions

  private struct Row: Encodable {
    var learner: String
    var swaps: Double
    var learningRate: Double
    var accuracy: [Double]
    var difference: PairedComparison?
  }

  func run() throws {
    guard seeds >= 1, epochs >= 1 else { throw UsageError("--seeds and --epochs must be 1 or more") }
    let (training, _) = try stream.read()
    struct Cell { var learner: LearnerName, swaps: Double, rate: Double, seed: UInt64 }
    let cells = learningRates.flatMap { rate in
      swaps.flatMap { swap in
        learners.flatMap { name in
          (0..<seeds).map { Cell(learner: name, swaps: swap, rate: rate, seed: chance.seed + UInt64($0)) }
        }
      }
    }
    let prepared = try cells.map { cell in
      (
        cell.learner.configuration(learningRate: cell.rate, detector: .adwin),
        try stream.stream(training, rate: .constant(cell.swaps), batch: 10, seed: cell.seed), cell.seed
      )
    }
    let progress = Progress(isQuiet: common.quiet)
    progress.begin("comparing", total: Double(cells.count * epochs))
    let epochs = epochs
    let accuracies = try parallelMap(count: cells.count, threads: chance.threadCount()) { index in
      let (configuration, concepts, seed) = prepared[index]
      let trainer = try Trainer(configuration, training: training, stream: concepts, seed: seed)
      var done = 0
      try trainer.run(epochs: epochs) { _ in
        if trainer.reports.count > done {
          progress.advance(by: Double(trainer.reports.count - done))
          done = trainer.reports.count
        }
      }
      return trainer.reports.last!.prequentialAccuracy
    }
    progress.finish()
    var rows: [Row] = []
    for first in stride(from: 0, to: cells.count, by: seeds) {
      let values = Array(accuracies[first..<(first + seeds)])
      let base = first / (seeds * learners.count) * seeds * learners.count
      let others = Array(accuracies[base..<(base + seeds)])
      rows.append(
        Row(
          learner: cells[first].learner.rawValue, swaps: cells[first].swaps, learningRate: cells[first].rate,
          accuracy: values,
          difference: first == base ? nil : try PairedComparison(values, against: others)))
    }
    if common.json { return print(JSONText.encode(["rows": rows])) }
    showTable(
      ["swaps", "rate", "learner", "accuracy", "difference to \(learners[0].rawValue)", "verdict"],
      rows.map { row in
        let mean = row.accuracy.reduce(0, +) / Double(row.accuracy.count)
        let difference =
          row.difference.map { String(format: "%+.4f [%+.4f, %+.4f]", $0.difference, $0.low, $0.high) } ?? ""
        return [
          row.swaps.argumentText, row.learningRate.argumentText, row.learner, String(format: "%.4f", mean),
          difference, row.difference?.verdict.words ?? "",
        ]
      })
  }
}

extension PairedComparison.Verdict {
  fileprivate var words: String {
    switch self {
    case .better: "better"
    case .worse: "worse"
    case .undecided: "undecided"
    case .tooFewSeeds: "too few seeds"
    }
  }
}
