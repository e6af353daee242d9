import ArgumentParsing
import Foundation
import Laboratory
import NeuralData

/// What was run, and what came out.
struct RunsCommand: Command {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      "runs", abstract: "Lists, shows and compares the runs made with --out.",
      discussion:
        "Every command with --out notes its run in one database: at NEUROPIL_RUNS, or else neuropil/runs.sqlite in XDG_DATA_HOME or ~/.local/share. An empty NEUROPIL_RUNS notes nothing. A run is named by its folder or by the first digits of its identifier.",
      examples: [
        .init("neuropil runs list --limit 5", "The last five runs.")
      ],
      subcommands: [
        RunsListCommand.self, RunsShowCommand.self, RunsCompareCommand.self, RunsForgetCommand.self,
      ])
  }

  /// The user's record.
  static func record() throws -> RunRecord {
    guard let record = RunRecord.standard else {
      throw UsageError("NEUROPIL_RUNS is empty, so no runs are recorded; unset it or set it to a file")
    }
    return record
  }

  /// The run that a word names: a run's folder, or the beginning of an identifier.
  static func find(_ word: String) throws -> RunRecord.Entry {
    if FileManager.default.fileExists(atPath: (word as NSString).appendingPathComponent("run.json")) {
      return try Run.read(folder: word)
    }
    let record = try record()
    let found = word.isEmpty ? [] : try record.entries(withPrefix: word.lowercased())
    guard found.count <= 1 else {
      throw UsageError(
        "'\(word)' begins \(found.count) identifiers (\(found.prefix(4).map(\.run.id).joined(separator: ", "))\(found.count > 4 ? ", …" : "")); give more digits"
      )
    }
    guard let entry = found.first else {
      throw FileError(
        .missing, word, "is neither the folder of a run nor an identifier in \(record.path)",
        remedy: "see 'neuropil runs list'")
    }
    return entry
  }
}

extension Run.Status: OptionValue {}

extension RunRecord.Entry {
  /// The words before the first option: method and verb.
  var commandName: String {
    run.command.dropFirst().prefix { !$0.hasPrefix("-") }.joined(separator: " ")
  }

  /// The command line as it can be typed again.
  var commandLine: String {
    let words = run.command.dropFirst().map { word in
      word.allSatisfy { $0.isLetter || $0.isNumber || "-_=./,:%+".contains($0) } && !word.isEmpty
        ? word : "'" + word.replacing("'", with: "'\\''") + "'"
    }
    return (["neuropil"] + words).joined(separator: " ")
  }

  var began: String { String(run.started.prefix(19)).replacing("T", with: " ") }

  var took: String {
    guard let seconds = run.seconds else { return "-" }
    return seconds < 100
      ? String(format: "%.1f s", seconds)
      : seconds < 6000 ? String(format: "%.0f min", seconds / 60) : String(format: "%.1f h", seconds / 3600)
  }
}

extension JSONValue {
  /// One cell of a table; of long lists the ends.
  var cell: String {
    switch self {
    case .null: "-"
    case .bool(let value): "\(value)"
    case .number(let value):
      value == value.rounded() && abs(value) < 1e15
        ? String(format: "%.0f", value) : String(format: "%.6g", value)
    case .text(let value): value
    case .array(let values):
      values.count <= 4
        ? values.map(\.cell).joined(separator: ", ")
        : "\(values[0].cell) … \(values[values.count - 1].cell) (\(values.count))"
    case .object: "…"
    }
  }
}
