import ArgumentParsing
import Foundation
import Laboratory

/// Takes runs out of the record.
struct RunsForgetCommand: Command {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      "forget", abstract: "Takes runs out of the record; their folders stay.",
      examples: [.init("neuropil runs forget --gone", "Runs whose folders are no longer there.")])
  }
  @Argument("Folders of runs, or the first digits of their identifiers.", completion: .folder) var runs:
    [String] = []
  @Flag("All runs whose folder is gone or holds another run now.") var gone
  @OptionGroup var common: CommonOptions

  func validate() throws {
    if runs.isEmpty && !gone { throw UsageError("name the runs to forget, or give --gone") }
  }

  func run() throws {
    let record = try RunsCommand.record()
    var forgotten = try runs.map { try RunsCommand.find($0).run.id }
    if gone {
      forgotten += try record.entries().filter { (try? Run.read(folder: $0.folder).run.id) != $0.run.id }.map(
        \.run.id)
    }
    if !forgotten.isEmpty { try record.forget(forgotten) }
    show(["forgotten": forgotten], json: common.json, [("forgotten", "\(Set(forgotten).count)")])
  }
}
