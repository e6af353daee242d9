import Foundation
import Testing

@Suite struct MemoryCommandTests {
  @Test func experimentsAnswerAsPublished() throws {
    let program = try Program("neuropil memory run --experiment 1 --json")
    let answers = try #require(program.json["answers"] as? [[String: Any]])
    #expect(answers.map { $0["time"] as? Int } == [36, 46, 56, 76, 86])
    #expect(answers.map { $0["content"] as? [Int] }[0] == [0, 1, 8, 9])
    #expect(answers.map { $0["cues"] as? [Int] }[1] == [3, 4])
    #expect(answers.allSatisfy { $0["correct"] as? Bool == true && $0["margin"] as? Double ?? 0 > 0 })
    #expect(program.json["spikes"] as? Int == 322)
  }

  @Test func filesGoRound() throws {
    let folder = NSTemporaryDirectory() + "neuropil-memory-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let program = try Program(
      "neuropil memory export --experiment 2 --test-bench-out \(folder)/bench.json --config-out \(folder)/config.json && neuropil memory import --test-bench \(folder)/bench.json --operations-out \(folder)/ops.json && neuropil memory run --operations \(folder)/ops.json --config \(folder)/config.json --cues 5 --contents 10 --save \(folder)/memory.safetensors && neuropil memory export --memory \(folder)/memory.safetensors --cue-to-content-out \(folder)/w1.csv --content-to-cue-out \(folder)/w2.csv && neuropil memory import --cue-to-content \(folder)/w1.csv --content-to-cue \(folder)/w2.csv --cues 5 --contents 10 --memory-out \(folder)/again.safetensors && printf 'cue 4\\n' | neuropil memory shell --memory \(folder)/again.safetensors"
    )
    #expect(program.status == 0, "\(program.errors)")
    #expect(program.output.hasSuffix("content 0 2   (an ideal memory answers none)\n"))
  }

  @Test(arguments: [
    (
      "neuropil memory run --experiment 4", 64,
      "neuropil: --experiment is 4, but must be 1, 2 or 3"
    ),
    (
      "echo '[{\"time\": 0, \"learn\": {\"cue\": 7, \"content\": [0]}}]' | neuropil memory run --operations - --cues 2 --contents 2",
      65, "neuropil: operation 0, learning of cue 7 at step 0: cue 7; expected 0 to 1"
    ),
    (
      "neuropil memory check --experiment 3 --strict > /dev/null", 65,
      "neuropil: the schedule: 1 pairs too close, 0 wrong answers; expected a safe one"
    ),
  ])
  func mistakesGetOneLine(line: String, status: Int32, message: String) throws {
    let program = try Program(line)
    #expect(program.status == status)
    #expect(program.errors == message + "\n")
  }

  @Test func shellsAnswerInJSON() throws {
    let program = try Program(
      "neuropil memory shell --cues 3 --contents 4 --json", input: "learn 1 = 0 3\nrecall 3\nlern\nquit\n")
    let lines = program.output.split(separator: "\n")
    #expect(lines.count == 3)
    #expect(lines[1].contains("\"cues\":[1]"))
    #expect(lines[2].contains("did you mean 'learn'?"))
  }
}
