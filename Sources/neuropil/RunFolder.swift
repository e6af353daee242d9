import ArgumentParsing
import Figures
import Foundation
import Laboratory

extension Command {
  /// Begins the run of this command in the folder given with `--out`; `nil` without one.
  func beginRun(_ folder: String?, seed: UInt64, resuming: Bool = false, quiet: Bool) throws -> Run? {
    try folder.map {
      try Run(
        folder: $0, command: CommandLine.arguments, options: settings(of: self), seed: seed,
        resuming: resuming, warn: { Terminal.warn($0, quiet: quiet) })
    }
  }
}

extension Command {
  /// Begins a run of many parts, and the ledger of its finished ones; without a folder the ledger keeps nothing.
  ///
  /// - Parameter configuration: what the parts depend on besides their keys.
  func beginRun(
    _ folder: String?, parts configuration: [String: String], seed: UInt64, resuming: Bool, quiet: Bool
  ) throws -> (run: Run?, ledger: Ledger) {
    guard let folder else { return (nil, Ledger()) }
    let path = (folder as NSString).appendingPathComponent("ledger.tsv")
    // A ledger of other settings is refused before anything in the folder changes.
    let earlier =
      resuming && FileManager.default.fileExists(atPath: path)
      ? try Ledger(path: path, configuration: configuration, resuming: true) : nil
    let run = try beginRun(folder, seed: seed, resuming: resuming, quiet: quiet)
    return (run, try earlier ?? Ledger(path: path, configuration: configuration, resuming: false))
  }
}

extension Run {
  /// Writes `report.html`; without Plotly's script the results stay and a note says what is missing.
  func writeReport(_ report: Report, quiet: Bool) throws {
    do {
      try write(report)
    } catch let missing as PlotlyScript.Missing {
      Terminal.warn("report.html is left out: \(missing)", quiet: quiet)
    }
  }
}
