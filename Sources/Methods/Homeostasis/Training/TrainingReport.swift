import Figures
import Foundation

/// The page about one run: accuracy, learning rate, objects taken, recoveries and vital signs.
public struct TrainingReport: Sendable {
  private let reports: [EpochReport]
  private let recoveries: [Recovery]
  private let batch: Int
  private let floor: Double

  /// A page about finished epochs, at least one.
  public init(_ reports: [EpochReport], configuration: LearnerConfiguration) {
    precondition(!reports.isEmpty, "TrainingReport: no epoch is finished")
    self.reports = reports
    batch = configuration.batch
    floor = configuration.floor
    recoveries = Recovery.all(of: reports, batch: configuration.batch)
  }

  /// The page.
  ///
  /// - Parameters:
  ///   - title: its heading.
  ///   - settings: names and values that are shown below it.
  public func report(title: String, settings: [(String, String)]) -> Report {
    var sections = [
      Report.Section(
        "Accuracy",
        [.table(header: header, rows: reports.map(row)), .figure(accuracy), .figure(stream)]),
      Report.Section("Regulation", [.figure(rate)] + (takes.map { [.figure($0)] } ?? []) + vitals),
    ]
    if let recovery {
      sections.append(Report.Section("Recovery from the shifts", [.paragraph(summary), .figure(recovery)]))
    }
    sections.append(
      Report.Section(
        "Settings", [.table(header: ["Setting", "Value"], rows: settings.map { [$0.0, $0.1] })]))
    return Report(
      title: title,
      introduction:
        "Every sample is predicted before it is learned; the share of right predictions is the prequential accuracy.",
      sections: sections)
  }

  private let header = [
    "Epoch", "Prequential", "Cohen's κ", "Validation", "Shifts", "Takes", "Decisions", "Rate at the end",
    "At the floor",
  ]

  private func row(_ report: EpochReport) -> [String] {
    [
      "\(report.epoch + 1)", String(format: "%.4f", report.prequentialAccuracy),
      String(format: "%.4f", report.kappa),
      report.validationAccuracy.map { String(format: "%.4f", $0) } ?? "–", "\(report.shifts)",
      "\(report.takes)",
      "\(report.opportunities)", String(format: "%.4g", report.learningRate),
      String(format: "%.1f %%", 100 * report.deadShare),
    ]
  }

  private var epochs: [Double] { reports.map { Double($0.epoch + 1) } }

  private var accuracy: Figure {
    var marks = [Mark("prequential", .line(x: epochs, y: reports.map(\.prequentialAccuracy)))]
    let validation = reports.compactMap(\.validationAccuracy)
    if validation.count == reports.count {
      marks.append(Mark("validation", .line(x: epochs, y: validation)))
      let before = reports.compactMap(\.validationBeforeShift)
      if before != validation {
        marks.append(
          Mark("validation before the epoch's last shift", .line(x: epochs, y: before, isDashed: true)))
      }
    }
    marks.append(Mark("Cohen's κ", .line(x: epochs, y: reports.map(\.kappa))))
    return Figure(
      id: "accuracy", title: "Accuracy of each epoch", x: Axis("epoch"), y: Axis("share"), marks: marks)
  }

  /// The mean over blocks of batches, so that at most `limit` points are drawn.
  private func blocks(_ values: [Double], limit: Int = 1500) -> (x: [Double], y: [Double]) {
    let size = max(1, (values.count + limit - 1) / limit)
    let starts = stride(from: 0, to: values.count, by: size)
    return (
      starts.map { Double(min(values.count, $0 + size) * batch) },
      starts.map { start in
        let block = values[start..<min(values.count, start + size)]
        return block.reduce(0, +) / Double(block.count)
      }
    )
  }

  private var stream: Figure {
    let hits = reports.flatMap { $0.hits.map { Double($0) / Double(batch) } }
    let points = blocks(hits, limit: 300)
    return Figure(
      id: "stream", title: "Accuracy along the stream",
      caption: "Each point is the mean over \(Int(points.x[0])) samples.", x: Axis("samples"),
      y: Axis("prequential accuracy"), marks: [Mark("", .line(x: points.x, y: points.y))])
  }

  private var rate: Figure {
    let points = blocks(reports.flatMap(\.rates))
    return Figure(
      id: "rate", title: "Learning rate along the stream", x: Axis("samples"),
      y: Axis("learning rate", scale: .log),
      marks: [
        Mark("learning rate", .line(x: points.x, y: points.y.map { max($0, floor) })),
        Mark(
          "floor", .line(x: [0, points.x[points.x.count - 1]], y: [floor, floor], isDashed: true), colour: 6),
      ])
  }

  private var takes: Figure? {
    guard reports.contains(where: { $0.opportunities > 0 }) else { return nil }
    let names = reports.map { "\($0.epoch + 1)" }
    return Figure(
      id: "takes", title: "Objects taken in each epoch",
      caption:
        "Of \(reports.map(\.opportunities).reduce(0, +)) decisions, the two simulations differed in \(reports.map(\.differing).reduce(0, +)).",
      x: Axis("epoch"), y: Axis("objects"),
      marks: [
        Mark("raised the rate", .bar(names: names, values: reports.map { Double($0.raises) })),
        Mark("lowered or kept it", .bar(names: names, values: reports.map { Double($0.takes - $0.raises) })),
      ])
  }

  private var vitals: [Report.Item] {
    guard reports.contains(where: { $0.deadShare > 0 }) else {
      return [
        .paragraph("The learning rate never lay at its floor, \(floor): the learner was alive throughout.")
      ]
    }
    return [
      .figure(
        Figure(
          id: "floor", title: "Time at the floor",
          caption:
            "The share of batches learned at a rate no higher than \(floor). A learner that stays there is dead: it no longer learns.",
          x: Axis("epoch"), y: Axis("share of batches", range: 0...1),
          marks: [
            Mark("", .bar(names: reports.map { "\($0.epoch + 1)" }, values: reports.map(\.deadShare)))
          ]))
    ]
  }

  private var summary: String {
    let measures = RunMeasures(reports, batch: batch)
    let time =
      measures.samplesToRecover.map { "after \(Int($0.rounded())) samples in the mean" } ?? "and so never"
    return
      "After \(measures.recovered) of \(measures.shifts) shifts the accuracy came back to 95 % of what it was before the next shift, \(time). A shift cost \(String(format: "%.0f", measures.areaLost ?? 0)) hits in the mean."
  }

  private var recovery: Figure? {
    if recoveries.isEmpty { return nil }
    let step = max(1, (recoveries.count + 499) / 500)
    let shown = stride(from: 0, to: recoveries.count, by: step).map { recoveries[$0] }
    let x = shown.map { Double($0.shift * batch) }
    let back = shown.filter { $0.samplesToRecover != nil }
    let samples = Axis("samples before the shift")
    return Figure(
      id: "recovery", title: "Each shift",
      caption: step > 1 ? "Every \(step)th of \(recoveries.count) shifts." : "",
      panels: [
        Panel(
          title: "accuracy", x: samples, y: Axis("share"),
          marks: [
            Mark("before", .scatter(x: x, y: shown.map(\.before))),
            Mark("after", .scatter(x: x, y: shown.map(\.after))),
            Mark("lowest after", .scatter(x: x, y: shown.map(\.lowest))),
          ]),
        Panel(
          title: "time to recover", x: samples, y: Axis("samples"),
          marks: [
            Mark(
              "",
              .scatter(
                x: back.map { Double($0.shift * batch) }, y: back.map { Double($0.samplesToRecover ?? 0) }),
              colour: 3)
          ]),
        Panel(
          title: "hits lost", x: samples, y: Axis("samples"),
          marks: [Mark("", .scatter(x: x, y: shown.map(\.areaLost)), colour: 5)]),
      ], columns: 1)
  }
}
