import ArgumentParsing
import Laboratory

/// All that is known about one run.
struct RunsShowCommand: Command {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      "show", abstract: "Shows one run: its command, options, inputs and metrics.",
      examples: [
        .init(
          "neuropil homeostasis train --data digits --epochs 1 --out /tmp/neuropil-shown --quiet && neuropil runs show /tmp/neuropil-shown",
          "By its folder.")
      ])
  }
  @Argument("Folder of a run, or the first digits of its identifier.", completion: .folder) var folderOrId:
    String
  @OptionGroup var common: CommonOptions

  func run() throws {
    let entry = try RunsCommand.find(folderOrId)
    if common.json { return print(JSONText.encode(entry)) }
    let (run, host) = (entry.run, entry.run.host)
    var rows = [
      ("run", run.id), ("command", entry.commandLine), ("folder", entry.folder),
      ("status", run.status.rawValue),
      ("began", entry.began + " UTC"), ("took", entry.took), ("seed", "\(run.seed)"),
      ("version", run.version),
      ("host", "\(host.name), \(host.processor), \(host.threads) threads, \(host.system)"),
    ]
    rows += run.options.sorted { $0.key < $1.key }.map { ("option \($0.key)", $0.value) }
    rows += run.inputs.sorted { $0.key < $1.key }.map {
      ("input \($0.key)", "\($0.value.bytes) bytes, sha256 \($0.value.sha256.prefix(16))…")
    }
    rows += entry.metrics.flattened.filter { !$0.name.isEmpty }.map { ("metric \($0.name)", $0.value.cell) }
    show(entry, json: false, rows)
  }
}
