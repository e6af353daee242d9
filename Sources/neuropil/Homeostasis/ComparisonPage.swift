import ArgumentParsing
import Figures
import Foundation
import Homeostasis
import Probability

extension CompareCommand {
  static func header(against first: LearnerName) -> [String] {
    [
      "swaps", "rate", "learner", "accuracy", "κ", "recovered", "samples to recover",
      "difference to \(first.rawValue)", "verdict",
    ]
  }
}

extension CompareCommand.Row {
  var meanAccuracy: Double { accuracy.reduce(0, +) / Double(accuracy.count) }

  /// The row as the table shows it.
  var cells: [String] {
    [
      swaps.argumentText, learningRate.argumentText, learner, String(format: "%.4f", meanAccuracy),
      String(format: "%.4f", kappa.reduce(0, +) / Double(kappa.count)),
      recovered.map { String(format: "%.0f %%", 100 * $0) } ?? "-",
      samplesToRecover.map { String(format: "%.0f", $0) } ?? "-",
      difference.map { String(format: "%+.4f [%+.4f, %+.4f]", $0.difference, $0.low, $0.high) } ?? "",
      difference?.verdict.words ?? "",
    ]
  }
}

extension PairedComparison.Verdict {
  var words: String {
    switch self {
    case .higher: "better"
    case .lower: "worse"
    case .undecided: "undecided"
    case .tooFewPairs: "too few seeds"
    }
  }
}

/// The report of a comparison.
struct ComparisonPage {
  var rows: [CompareCommand.Row]
  var command: CompareCommand

  var report: Report {
    let panels = command.learningRates.map { rate in
      Panel(
        title: command.learningRates.count > 1 ? "learning rate \(rate.argumentText)" : "",
        x: Axis("swaps in an epoch, plus one", scale: .log), y: Axis("prequential accuracy"),
        marks: command.learners.map { learner in
          let own = rows.filter { $0.learner == learner.rawValue && $0.learningRate == rate }
          return Mark(
            learner.rawValue,
            .line(
              x: own.map { $0.swaps + 1 }, y: own.map(\.meanAccuracy),
              low: own.map { $0.accuracy.min() ?? 0 },
              high: own.map { $0.accuracy.max() ?? 0 }))
        })
    }
    let figure = Figure(
      id: "accuracy", title: "Accuracy against the rate of concept shift",
      caption: "Bands reach from the lowest to the highest of \(command.seeds) seeds.", panels: panels)
    return Report(
      title: "Learners compared",
      introduction:
        "Prequential accuracy of epoch \(command.epochs) on \((command.stream.path as NSString).lastPathComponent). All learners of a seed meet the same weights, order and shifts; differences are paired by seed, with bootstrap intervals at 95 %.",
      sections: [
        Report.Section("Accuracy", [.figure(figure)]),
        Report.Section(
          "Learners",
          [.table(header: CompareCommand.header(against: command.learners[0]), rows: rows.map(\.cells))]),
      ])
  }
}
