import ArgumentParsing
import Dendrites
import Figures
import Foundation
import Homeostasis
import Laboratory

extension Laboratory.Scale: OptionValue {}

/// Measures the papers' claims.
struct ReproduceCommand: Command {
  private static let methods: [any Reproduction.Type] = [
    DendritesReproduction.self, HomeostasisReproduction.self,
  ]

  static var configuration: CommandConfiguration {
    CommandConfiguration(
      "reproduce", abstract: "Measures the claims of the papers and shows them beside the papers' figures.",
      discussion:
        "Without a method it measures all: \(methods.map { $0.method }.joined(separator: ", ")). With --out it writes claims.json and report.html.",
      examples: [
        .init(
          "neuropil reproduce dendrites --scale smoke --out /tmp/neuropil-demo", "One method, in seconds.")
      ])
  }
  @Argument("Methods to measure.") var method: [String] = []
  @Option(
    "How large: smoke takes seconds and shows that all runs, quick about a minute a method, paper the paper's sizes."
  ) var scale = Laboratory.Scale.quick
  @Option("Folder for claims.json and report.html.", placeholder: "DIR", completion: .folder) var out: String?
  @OptionGroup var chance: ChanceOptions
  @OptionGroup var common: CommonOptions

  func run() throws {
    for name in method where !Self.methods.contains(where: { $0.method == name }) {
      let names = Self.methods.map { $0.method }
      let hint =
        nearest(to: name, among: names).map { "did you mean '\($0)'?" }
        ?? "expected \(names.joined(separator: " or "))"
      throw UsageError("unknown method '\(name)'; \(hint)", command: "neuropil reproduce")
    }
    Interruption.install()
    var run = try beginRun(out, seed: chance.seed, quiet: common.quiet)
    if out != nil { _ = try PlotlyScript.find() }
    let context = ReproductionContext(
      scale: scale, seed: chance.seed, threads: try chance.threadCount(),
      progress: Progress(isQuiet: common.quiet))
    var all: [ClaimResult] = []
    var sections: [Report.Section] = []
    for reproduction in Self.methods where method.isEmpty || method.contains(reproduction.method) {
      let outcome = try reproduction.measure(in: context)
      all += outcome.results
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
            + outcome.notes.map { .paragraph($0) }
            + outcome.figures.map { .figure($0) }))
      if !common.json {
        print(reproduction.paper)
        for result in outcome.results {
          print(
            "  \(result.verdict.rawValue.padding(toLength: 10, withPad: " ", startingAt: 0))  \(result.claim.source): \(result.claim.statement)"
          )
          print("              paper \(result.claim.published) · ours \(result.measurement.text)")
          if !result.measurement.note.isEmpty { print("              \(result.measurement.note)") }
        }
      }
    }
    if common.json { print(JSONText.encode(["claims": all])) }
    guard run != nil else { return }
    let report = Report(
      title: "Neuropil: claims measured",
      introduction:
        "Each claim of a paper beside what was measured here, at scale \(scale.rawValue) with seed \(chance.seed). A claim that does not hold is shown as it is.",
      sections: sections)
    try run!.write(["claims": all], to: "claims.json")
    try run!.write(report)
    try run!.finish()
  }
}
