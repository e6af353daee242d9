import ArgumentParsing
import Laboratory

/// Runs side by side.
struct RunsCompareCommand: Command {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      "compare", abstract: "Shows runs side by side: the options in which they differ, and their metrics.",
      examples: [
        .init(
          "for s in 1 2; do neuropil homeostasis train --data digits --epochs 1 --seed $s --out /tmp/neuropil-seed-$s --quiet; done; neuropil runs compare /tmp/neuropil-seed-1 /tmp/neuropil-seed-2",
          "Two seeds.")
      ])
  }
  @Argument("Folders of runs, or the first digits of their identifiers.", completion: .folder) var runs:
    [String] = []
  @OptionGroup var common: CommonOptions

  /// One thing in which runs may differ.
  private struct Row: Encodable {
    var name: String
    /// One for each run; `null` where a run has none.
    var values: [JSONValue]
    var differs: Bool { Set(values).count > 1 }
  }

  private struct Result: Encodable {
    var runs: [RunRecord.Entry]
    var options: [Row]
    var inputs: [Row]
    var metrics: [Row]
  }

  /// Where results go and how they are shown: no difference between experiments.
  private static let presentation: Set = ["out", "resume", "json", "quiet"]

  func validate() throws {
    if runs.count < 2 { throw UsageError("give two runs or more, each a folder or an identifier") }
  }

  func run() throws {
    let entries = try runs.map(RunsCommand.find)
    func rows(_ parts: [[String: JSONValue]]) -> [Row] {
      Set(parts.flatMap(\.keys)).sorted().map { name in
        Row(name: name, values: parts.map { $0[name] ?? .null })
      }
    }
    let options = rows(
      entries.map { entry in
        var values = entry.run.options.filter { !Self.presentation.contains($0.key) }
        values["seed"] = "\(entry.run.seed)"
        values["version"] = entry.run.version
        values["command"] = entry.commandName
        values["processor"] = "\(entry.run.host.processor), \(entry.run.host.threads) threads"
        return values.mapValues { .text($0) }
      }
    ).filter(\.differs)
    let inputs = rows(entries.map { $0.run.inputs.mapValues { .text($0.sha256) } }).filter(\.differs)
    let metrics = rows(
      entries.map {
        Dictionary($0.metrics.flattened.filter { !$0.name.isEmpty }.map { ($0.name, $0.value) }) { $1 }
      })
    if common.json {
      return print(
        JSONText.encode(Result(runs: entries, options: options, inputs: inputs, metrics: metrics)))
    }
    let isPair = entries.count == 2
    func lines(_ kind: String, _ rows: [Row]) -> [[String]] {
      rows.map { row in
        ["\(kind) \(row.name)"]
          + row.values.map { kind == "input" ? String($0.cell.prefix(12)) : $0.cell }
          + (isPair ? [difference(row)] : [])
      }
    }
    showTable(
      [""] + entries.map(\.run.id) + (isPair ? ["difference"] : []),
      [["status"] + entries.map(\.run.status.rawValue) + (isPair ? [""] : [])]
        + lines("option", options) + lines("input", inputs) + lines("metric", metrics))
    if options.isEmpty, inputs.isEmpty {
      Terminal.warn("the runs differ in no option, input or version", quiet: common.quiet)
    }
  }

  /// Second minus first, of lists the last numbers'.
  private func difference(_ row: Row) -> String {
    func number(_ value: JSONValue) -> Double? {
      switch value {
      case .number(let number): number
      case .array(let values): values.last.flatMap(number)
      default: nil
      }
    }
    guard let first = number(row.values[0]), let second = number(row.values[1]) else { return "" }
    return first == second ? "same" : (second > first ? "+" : "") + JSONValue.number(second - first).cell
  }
}
