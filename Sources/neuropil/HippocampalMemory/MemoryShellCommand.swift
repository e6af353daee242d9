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
        "\(help) With --json each answer is one JSON object a line, and a mistake is {\"error\": …}.",
      examples: [
        .init(
          "printf 'learn 0 = 0 1 8 9\\nlearn 4 = 1 5\\ncue 0\\nrecall 1\\nforget 0\\nrecall 1\\n' | neuropil memory shell --cues 5 --contents 10",
          "Two memories, one forgotten.")
      ])
  }
  static let help =
    "Lines: 'learn CUE = BITS', 'cue CUE' (its content), 'recall BITS' (cues with any of them, asked bit by bit), 'all BITS' (cues with all), 'together BITS' (asked at once, as in the paper; this also teaches), 'forget CUE', 'weights', 'save FILE', 'load FILE', 'help', 'quit'."

  @OptionGroup var memory: MemoryGroup
  @OptionGroup var common: CommonOptions

  private struct Answer: Encodable {
    var operation: String
    var cues: [Int]?
    var content: [Int]?
    var expected: [Int]?
    var correct: Bool?
    var margin: Double?
    var cueToContent: [[Double]]?
    var contentToCue: [[Double]]?
  }

  private struct Mistake: Error { var text: String }

  func run() throws {
    var memory = try self.memory.make()
    let isTerminal = isatty(STDIN_FILENO) == 1 && !common.json
    if isTerminal { print(Self.help) }
    while true {
      if isTerminal { FileHandle.standardOutput.write(Data("memory> ".utf8)) }
      guard let line = readLine() else { return }
      let words = line.replacing("=", with: " ").replacing(",", with: " ").split(separator: " ").map(
        String.init)
      guard let verb = words.first else { continue }
      if verb == "quit" || verb == "exit" { return }
      do {
        try perform(verb, Array(words.dropFirst()), &memory)
      } catch {
        let text = (error as? Mistake)?.text ?? "\(error)"
        if common.json {
          print(JSONText.encode(["error": text]))
        } else {
          FileHandle.standardError.write(Data("neuropil: \(text)\n".utf8))
        }
      }
    }
  }

  private func perform(_ verb: String, _ words: [String], _ memory: inout CueContentMemory) throws {
    func numbers() throws -> [Int] {
      guard !words.isEmpty else { throw Mistake(text: "'\(verb)' needs numbers; type 'help'") }
      return try words.map { word in
        guard let number = Int(word) else { throw Mistake(text: "'\(word)' is not a whole number") }
        return number
      }
    }
    func cue() throws -> Int {
      let numbers = try numbers()
      guard numbers.count == 1 else { throw Mistake(text: "'\(verb)' needs one cue") }
      return numbers[0]
    }
    func file() throws -> String {
      guard words.count == 1 else { throw Mistake(text: "'\(verb)' needs one file") }
      return words[0]
    }
    switch verb {
    case "learn":
      let given = try numbers()
      try memory.learn(cue: given[0], content: Array(given.dropFirst()))
      answer(Answer(operation: "learn", cues: [given[0]], content: given.dropFirst().sorted()), "learned")
    case "cue":
      let recall = try memory.recall(cue: cue())
      answer(
        Answer(
          operation: "cue", cues: recall.cues, content: recall.content, expected: recall.expected,
          correct: recall.correct, margin: recall.margin), "content \(list(recall.content))\(warning(recall))"
      )
    case "together":
      let recall = try memory.recall(content: numbers())
      answer(
        Answer(
          operation: "together", cues: recall.cues, content: recall.content, expected: recall.expected,
          correct: recall.correct, margin: recall.margin), "cues \(list(recall.cues))\(warning(recall))")
    case "recall":
      let bits = try numbers()
      let cues = try memory.recall(any: bits)
      answer(Answer(operation: "recall", cues: cues, content: bits), "cues \(list(cues))")
    case "all":
      let bits = try numbers()
      let cues = try memory.recall(all: bits)
      answer(Answer(operation: "all", cues: cues, content: bits), "cues \(list(cues))")
    case "forget":
      let cue = try cue()
      try memory.forget(cue: cue)
      answer(Answer(operation: "forget", cues: [cue]), "forgotten")
    case "weights": showWeights(memory)
    case "save":
      try memory.save(to: file())
      answer(Answer(operation: "save"), "saved")
    case "load":
      memory = try CueContentMemory(contentsOf: file())
      answer(
        Answer(operation: "load"), "loaded: \(memory.circuit.cues) cues, \(memory.circuit.contents) bits")
    case "help": print(common.json ? JSONText.encode(["help": Self.help]) : Self.help)
    default:
      let verbs = [
        "learn", "cue", "recall", "all", "together", "forget", "weights", "save", "load", "help", "quit",
      ]
      let hint = nearest(to: verb, among: verbs).map { "did you mean '\($0)'?" } ?? "type 'help'"
      throw Mistake(text: "unknown line '\(verb)'; \(hint)")
    }
  }

  private func answer(_ answer: Answer, _ text: String) {
    print(common.json ? JSONText.encode(answer) : text)
  }

  private func list(_ values: [Int]) -> String {
    values.isEmpty ? "none" : values.map(String.init).joined(separator: " ")
  }

  private func warning(_ recall: Recall) -> String {
    recall.correct ? "" : "   (an ideal memory answers \(list(recall.expected)))"
  }

  private func showWeights(_ memory: CueContentMemory) {
    func rows(_ weights: [Double], _ columns: Int) -> [[Double]] {
      stride(from: 0, to: weights.count, by: columns).map { Array(weights[$0..<$0 + columns]) }
    }
    let forward = rows(memory.cueToContent, memory.circuit.contents)
    let backward = rows(memory.contentToCue, memory.circuit.cues)
    if common.json {
      return print(
        JSONText.encode(Answer(operation: "weights", cueToContent: forward, contentToCue: backward)))
    }
    print("from cue (row) to content bit (column), nA")
    for (cue, row) in forward.enumerated() { print("\(cue): " + row.map(decimals).joined(separator: " ")) }
    if backward.isEmpty { return }
    print("from content bit (row) to cue (column), nA")
    for (bit, row) in backward.enumerated() { print("\(bit): " + row.map(decimals).joined(separator: " ")) }
  }
}
