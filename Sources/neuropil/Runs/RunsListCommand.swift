import ArgumentParsing
import Laboratory

/// The recorded runs, the newest first.
struct RunsListCommand: Command {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      "list", abstract: "Lists the recorded runs, the newest first.",
      examples: [.init("neuropil runs list --status done --limit 10", "The last ten that ended well.")])
  }
  @Option("Only commands that begin with these words, such as 'homeostasis train'.") var command: String?
  @Option("Only runs that have come this far.") var status: Run.Status?
  @Option("At most so many.") var limit = 20
  @OptionGroup var common: CommonOptions

  func run() throws {
    guard limit >= 1 else { throw UsageError("--limit is \(limit), but must be 1 or more") }
    let record = try RunsCommand.record()
    let chosen = try record.entries().filter {
      (status == nil || $0.run.status == status) && $0.commandName.hasPrefix(command ?? "")
    }
    let shown = Array(chosen.prefix(limit))
    if common.json { return print(JSONText.encode(["runs": shown])) }
    guard !shown.isEmpty else {
      return Terminal.warn(
        "there is no such run in \(record.path); a command with --out adds one", quiet: common.quiet)
    }
    showTable(
      ["run", "began (UTC)", "status", "took", "command"],
      shown.map { [$0.run.id, $0.began, $0.run.status.rawValue, $0.took, $0.commandLine] })
    if chosen.count > shown.count {
      Terminal.warn("\(chosen.count - shown.count) more; see --limit", quiet: common.quiet)
    }
  }
}
