import ArgumentParsing
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
