import ArgumentParsing
import Foundation
import HierarchicalData
import Laboratory

signal(SIGPIPE, SIG_DFL)
CrashGuard.install(program: "neuropil", exitCode: 65)
do {
  switch try parse(Array(CommandLine.arguments.dropFirst()), as: Neuropil.self, columns: Terminal.columns) {
  case .help(let text): print(text)
  case .version: print("neuropil \(neuropilVersion)")
  case .run(var command): try command.run()
  }
} catch {
  Run.close(as: error is Interrupted ? .stopped : .failed)
  let failure = Failure(error)
  FileHandle.standardError.write(Data("neuropil: \(failure.message)\n".utf8))
  exit(failure.code)
}
