import ArgumentParsing
import Foundation
import HippocampalMemory
import Laboratory
import NeuralData

/// A memory to talk to.
struct MemoryShellCommand: Command {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      "shell", abstract: "Learns, recalls and forgets line by line.",
      discussion:
        "Lines: \(verbs.map { "'\($0.form)' \($0.meaning)" }.joined(separator: "; ")). A wrong line is answered by one line and changes nothing. With --json each answer is one JSON object a line, and a mistake is {\"error\": …}.",
      examples: [
        .init(
          "printf 'learn 0 = 0 1 8 9\\nlearn 4 = 1 5\\ncue 0\\nrecall 1\\nforget 0\\nrecall 1\\n' | neuropil memory shell --cues 5 --contents 10",
          "Two memories, one forgotten."),
        .init(
          "printf 'learn 2 = 0 3\\nsave /tmp/neuropil-shell.safetensors\\n' | neuropil memory shell --cues 4 --contents 6 && printf 'list\\ncue 2\\n' | neuropil memory shell --memory /tmp/neuropil-shell.safetensors",
          "Saved, and gone on with."),
      ])
  }

  static let verbs: [(form: String, meaning: String)] = [
    ("learn CUE = BITS", "stores the bits under the cue, in place of what was there"),
    ("cue CUE", "recalls the content of a cue"),
    ("recall BITS", "recalls the cues with any of the bits, asked one by one"),
    ("all BITS", "recalls the cues with all of the bits"),
    ("match BITS", "recalls the cues with any of the bits, the one with most first"),
    ("together BITS", "asks all bits at once, as in the paper; this also teaches"),
    ("forget CUE", "removes a memory"),
    ("list", "what should be stored, with the margin to a wrong answer"),
    ("weights", "both matrices of weights"),
    ("weights CUE", "the weights from and to one cue"),
    ("save FILE", "saves the memory"),
    ("load FILE", "goes on with a saved one"),
    ("help", "this list"),
    ("quit", "ends, as the end of the input does"),
  ]

  @OptionGroup var memory: MemoryGroup
  @OptionGroup var common: CommonOptions

  func run() throws {
    var conversation = MemoryConversation(memory: try memory.make(), inJSON: common.json)
    let isTerminal = isatty(STDIN_FILENO) == 1 && !common.json
    if isTerminal { print("A memory of \(conversation.size). Type 'help' for the lines it understands.") }
    while true {
      if isTerminal { FileHandle.standardOutput.write(Data("memory> ".utf8)) }
      guard let line = readLine() else {
        if isTerminal { print() }
        return
      }
      do {
        guard try conversation.answer(line) else { return }
      } catch {
        if common.json {
          print(JSONText.encode(["error": error.text]))
        } else {
          FileHandle.standardError.write(Data("neuropil: \(error.text)\n".utf8))
        }
      }
    }
  }
}
