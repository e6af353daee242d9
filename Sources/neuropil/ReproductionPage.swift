import Figures
import Foundation
import Laboratory
import NeuralData

/// What the reproductions came to, for the terminal and for the report.
struct ReproductionPage {
  var scale: Scale
  var seed: UInt64
  private(set) var results: [ClaimResult] = []
  private var sections: [Report.Section] = []
  private var figures: [Figure] = []
  private var last = ""

  init(scale: Scale, seed: UInt64) {
    self.scale = scale
    self.seed = seed
  }

  mutating func add(_ outcome: ReproductionOutcome, of reproduction: any Reproduction.Type) {
    results += outcome.results
    figures += outcome.figures
    let rows = outcome.results.map {
      [
        $0.claim.source, $0.claim.statement, $0.claim.published, $0.measurement.text, $0.verdict.rawValue,
        $0.measurement.note,
      ]
    }
    sections.append(
      Report.Section(
        reproduction.paper,
        [.table(header: ["Where", "Claim", "Paper", "Ours", "Verdict", "Note"], rows: rows)]
          + outcome.notes.map { .paragraph($0) } + outcome.figures.map { .figure($0) }))
    last = ([reproduction.paper] + outcome.results.map(Self.lines)).joined(separator: "\n")
  }

  private static func lines(_ result: ClaimResult) -> String {
    let verdict = result.verdict.rawValue.padding(10)
    var lines = [
      "  \(verdict)  \(result.claim.source): \(result.claim.statement)",
      "              paper \(result.claim.published) · ours \(result.measurement.text)",
    ]
    if !result.measurement.note.isEmpty { lines.append("              \(result.measurement.note)") }
    return lines.joined(separator: "\n")
  }

  /// Writes each figure as a picture of its own, `figures/<id>.svg`.
  func writeFigures(to run: Run) throws {
    let folder = run.path("figures")
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch { throw FileError(.cannotWrite, folder, "the folder cannot be made") }
    for figure in figures { try AtomicFile.write(figure.svg(), to: run.path("figures/\(figure.id).svg")) }
  }

  /// Prints the claims of the method added last.
  func printLast() { print(last) }

  /// What `metrics.json` holds, so that two runs can be compared.
  struct Metrics: Encodable {
    var agrees: Int
    var differs: Int
    var needsData: Int
    var undecided: Int
    /// The measured numbers by the claims' names.
    var claims: [String: Double]
  }

  var metrics: Metrics {
    func count(_ verdict: Verdict) -> Int { results.count { $0.verdict == verdict } }
    return Metrics(
      agrees: count(.agrees), differs: count(.differs), needsData: count(.needsData),
      undecided: count(.undecided),
      claims: Dictionary(
        results.compactMap { result in result.measurement.value.map { (result.claim.id, $0) } },
        uniquingKeysWith: { $1 }))
  }

  var report: Report {
    Report(
      title: "Neuropil: claims measured",
      introduction:
        "Each claim of a paper beside what was measured here, at scale \(scale.rawValue) with seed \(seed). A claim that does not hold is shown as it is.",
      sections: sections)
  }
}

extension String {
  fileprivate func padding(_ width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - count))
  }
}
