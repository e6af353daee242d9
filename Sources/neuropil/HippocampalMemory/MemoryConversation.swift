import ArgumentParsing
import Foundation
import HippocampalMemory
import Laboratory
import NeuralData

/// What is said to a memory and what it answers, line by line.
struct MemoryConversation {
  private struct Answer: Encodable {
    struct Stored: Encodable {
      var cue: Int
      var content: [Int]
      var margin: Double
    }
    var operation: String
    var cues: [Int]?
    var content: [Int]?
    var overlaps: [Int]?
    var expected: [Int]?
    var correct: Bool?
    var margin: Double?
    var memories: [Stored]?
    var cueToContent: [[Double]]?
    var contentToCue: [[Double]]?
  }

  /// A wrong line, in words.
  struct Mistake: Error { var text: String }

  var memory: CueContentMemory
  let inJSON: Bool

  /// The memory's size in words.
  var size: String { "\(memory.circuit.cues) cues and \(memory.circuit.contents) content bits" }

  /// Answers a line; `false` when it ends the conversation.
  ///
  /// - Throws: ``Mistake`` for a line that cannot be answered; the memory is then as before.
  mutating func answer(_ line: String) throws(Mistake) -> Bool {
    let words = line.replacing("=", with: " ").replacing(",", with: " ").split(whereSeparator: \.isWhitespace)
      .map(String.init)
    guard let verb = words.first else { return true }
    if ["quit", "exit"].contains(verb) { return false }
    do {
      try perform(verb, Array(words.dropFirst()))
    } catch let mistake as Mistake {
      throw mistake
    } catch MemoryError.badEntry(_, let problem, let expected) {
      // Where in a schedule it stands means nothing here.
      throw Mistake(text: "\(problem); expected \(expected)")
    } catch { throw Mistake(text: "\(error)") }
    return true
  }

  private mutating func perform(_ verb: String, _ words: [String]) throws {
    switch verb {
    case "learn":
      let given = try numbers(verb, words)
      let (cue, bits) = (given[0], Array(given.dropFirst()))
      try memory.learn(cue: cue, content: bits)
      say(Answer(operation: verb, cues: [cue], content: Array(Set(bits)).sorted()), "learned")
    case "cue":
      let recall = try memory.recall(cue: one(verb, words))
      say(recall, verb, "content \(list(recall.content))\(warning(recall))")
    case "together":
      let recall = try memory.recall(content: numbers(verb, words))
      say(recall, verb, "cues \(list(recall.cues))\(warning(recall))")
    case "recall", "all":
      let bits = try numbers(verb, words)
      let cues = verb == "all" ? try memory.recall(all: bits) : try memory.recall(any: bits)
      say(Answer(operation: verb, cues: cues, content: bits), "cues \(list(cues))")
    case "match":
      let bits = try numbers(verb, words)
      let found = try memory.overlaps(with: bits)
      say(
        Answer(operation: verb, cues: found.map(\.cue), content: bits, overlaps: found.map(\.overlap)),
        found.isEmpty
          ? "cues none"
          : found.map { "cue \($0.cue): \($0.overlap) of \(Set(bits).count)" }.joined(separator: "\n"))
    case "forget":
      let cue = try one(verb, words)
      try memory.forget(cue: cue)
      say(Answer(operation: verb, cues: [cue]), "forgotten")
    case "list": try showMemories(words)
    case "weights": try showWeights(words)
    case "save":
      try memory.save(to: file(verb, words))
      say(Answer(operation: verb), "saved")
    case "load":
      memory = try CueContentMemory(contentsOf: file(verb, words))
      say(Answer(operation: verb), "loaded: \(size)")
    case "help": showHelp()
    default:
      let verbs = MemoryShellCommand.verbs.map { String($0.form.prefix { $0 != " " }) }
      let hint = nearest(to: verb, among: verbs).map { "did you mean '\($0)'?" } ?? "type 'help'"
      throw Mistake(text: "unknown line '\(verb)'; \(hint)")
    }
  }

  // MARK: Reading words

  private func numbers(_ verb: String, _ words: [String]) throws(Mistake) -> [Int] {
    guard !words.isEmpty else { throw Mistake(text: "'\(verb)' needs numbers; type 'help'") }
    var numbers: [Int] = []
    for word in words {
      guard let number = Int(word) else { throw Mistake(text: "'\(word)' is not a whole number") }
      numbers.append(number)
    }
    return numbers
  }

  private func one(_ verb: String, _ words: [String]) throws(Mistake) -> Int {
    let numbers = try numbers(verb, words)
    guard numbers.count == 1 else { throw Mistake(text: "'\(verb)' needs one cue") }
    return numbers[0]
  }

  private func file(_ verb: String, _ words: [String]) throws(Mistake) -> String {
    guard words.count == 1 else {
      throw Mistake(text: "'\(verb)' needs one file, without spaces in its name")
    }
    return words[0]
  }

  // MARK: Answering

  private func say(_ answer: Answer, _ text: String) { print(inJSON ? JSONText.encode(answer) : text) }

  private func say(_ recall: Recall, _ verb: String, _ text: String) {
    say(
      Answer(
        operation: verb, cues: recall.cues, content: recall.content, expected: recall.expected,
        correct: recall.correct, margin: recall.margin), text)
  }

  private func list(_ values: [Int]) -> String {
    values.isEmpty ? "none" : values.map(String.init).joined(separator: " ")
  }

  private func warning(_ recall: Recall) -> String {
    recall.correct ? "" : "   (an ideal memory answers \(list(recall.expected)))"
  }

  private func showHelp() {
    if inJSON {
      let lines = MemoryShellCommand.verbs.map { "\($0.form): \($0.meaning)" }
      return print(JSONText.encode(["help": lines]))
    }
    for (form, meaning) in MemoryShellCommand.verbs {
      print("  \(form.padding(toLength: 18, withPad: " ", startingAt: 0))\(meaning)")
    }
  }

  private func showMemories(_ words: [String]) throws {
    guard words.isEmpty else { throw Mistake(text: "'list' takes nothing") }
    let margins = memory.margins.cues
    let stored = memory.ideal.cues.map {
      Answer.Stored(cue: $0, content: memory.ideal.content(of: $0), margin: margins[$0])
    }
    if inJSON { return print(JSONText.encode(Answer(operation: "list", memories: stored))) }
    if stored.isEmpty { print("nothing is stored") }
    for one in stored {
      print("cue \(one.cue) = \(list(one.content))   (margin \(decimals(one.margin)) nA)")
    }
  }

  private func showWeights(_ words: [String]) throws {
    func rows(_ weights: [Double], _ columns: Int) -> [[Double]] {
      stride(from: 0, to: weights.count, by: columns).map { Array(weights[$0..<$0 + columns]) }
    }
    func line(_ weights: [Double]) -> String { weights.map(decimals).joined(separator: " ") }
    var forward = rows(memory.cueToContent, memory.circuit.contents)
    var backward = rows(memory.contentToCue, memory.circuit.cues)
    if !words.isEmpty {
      let cue = try one("weights", words)
      guard forward.indices.contains(cue) else {
        throw Mistake(text: "cue \(cue); expected 0 to \(forward.count - 1)")
      }
      forward = [forward[cue]]
      backward = backward.map { [$0[cue]] }
      if !inJSON {
        print("from cue \(cue) to each content bit, nA\n\(line(forward[0]))")
        if !backward.isEmpty {
          print("from each content bit to cue \(cue), nA\n\(line(backward.flatMap(\.self)))")
        }
        return
      }
    }
    if inJSON {
      return print(
        JSONText.encode(Answer(operation: "weights", cueToContent: forward, contentToCue: backward)))
    }
    print("from cue (row) to content bit (column), nA")
    for (cue, row) in forward.enumerated() { print("\(cue): \(line(row))") }
    if backward.isEmpty { return }
    print("from content bit (row) to cue (column), nA")
    for (bit, row) in backward.enumerated() { print("\(bit): \(line(row))") }
  }
}
