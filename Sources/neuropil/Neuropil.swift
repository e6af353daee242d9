import ArgumentParsing
import Foundation
import Laboratory
import Parallel

/// The outermost command.
struct Neuropil: Command {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      "neuropil", abstract: "Published methods about neurons as working software.",
      discussion: "Every command takes --help. With --json it prints one JSON object and nothing else.",
      examples: [
        .init(
          "neuropil dendrites false-match --cells 10000 --active 300 --synapses 24 --threshold 12",
          "How often a segment matches a random pattern."),
        .init(
          "neuropil homeostasis train --learner homeostatic --epochs 1 --swaps 5",
          "Trains a learner that regulates itself, on Fashion-MNIST."),
        .init(
          "neuropil reproduce dendrites --scale smoke --out /tmp/neuropil-demo",
          "Measures a paper's claims and writes a report."),
      ],
      subcommands: [
        BiclusterCommand.self, ConnectomeCommand.self, DendritesCommand.self, ElmCommand.self,
        HomeostasisCommand.self,
        MemoryCommand.self,
        PlacesCommand.self, PruneCommand.self, ReproduceCommand.self,
        RunsCommand.self,
        DoctorCommand.self,
        CompletionsCommand.self,
      ])
  }
}

/// Options of every command that computes.
struct CommonOptions: ArgumentGroup {
  static var title: String { "COMMON OPTIONS" }
  init() {}
  @Flag("Prints one JSON object instead of a table.") var json
  @Flag("Prints no progress and no warnings.") var quiet
}

/// Options of commands in which chance or several threads have a part.
struct ChanceOptions: ArgumentGroup {
  static var title: String { "CHANCE AND THREADS" }
  init() {}
  @Option("Fixes the result, for any number of threads.") var seed: UInt64 = 1
  @Option("Most threads to use; all of the machine's unless given.") var threads: Int?

  /// The threads to use.
  func threadCount() throws -> Int {
    guard let threads else { return availableThreads }
    guard (1...4096).contains(threads) else {
      throw UsageError("--threads is \(threads), but must be 1 to 4096")
    }
    return threads
  }
}

enum Terminal {
  static var columns: Int {
    min(100, max(60, ProcessInfo.processInfo.environment["COLUMNS"].flatMap(Int.init) ?? 90))
  }

  /// A sentence for the user beside the result.
  static func warn(_ text: String, quiet: Bool) {
    if !quiet { FileHandle.standardError.write(Data("note: \(text)\n".utf8)) }
  }
}

/// Prints a result as JSON or as lines of name and value.
func show(_ result: some Encodable, json: Bool, _ lines: [(String, String)]) {
  if json {
    print(JSONText.encode(result))
    return
  }
  let width = lines.map(\.0.count).max() ?? 0
  for (name, value) in lines { print(name.padding(toLength: width + 2, withPad: " ", startingAt: 0) + value) }
}

/// Prints rows under a header, columns aligned.
func showTable(_ header: [String], _ rows: [[String]]) {
  let widths = header.indices.map { column in ([header] + rows).map { $0[column].count }.max()! }
  for row in [header] + rows {
    print(
      zip(row, widths).map { $0.padding(toLength: $1, withPad: " ", startingAt: 0) }.joined(separator: "  ")
        .trimmingCharacters(in: .whitespaces))
  }
}
