import Foundation
import NeuralData
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
      "neuropil: the schedule: 1 too close, 0 wrong answers, 1 lost; expected a safe one"
    ),
    (
      "neuropil memory run --experiment 1 --operations x", 64,
      "neuropil: give the operations by one of --operations, --test-bench, --spikes and --experiment"
    ),
    (
      "echo '[]' | neuropil memory run --operations -", 64,
      "neuropil: --cues is missing: give the number of cues, such as --cues 5"
    ),
    (
      "echo '[{\"time\": 0, \"learn\": {\"cue\": 0, \"content\": []}}]' | neuropil memory run --operations - --cues 2 --contents 2",
      65,
      "neuropil: operation 0, learning of cue 0 at step 0: the content is empty; expected at least one bit; to remove a memory use forget, for learning nothing erases one direction alone"
    ),
    (
      "echo '{\"simTime\": 9, \"cue\": [[4]], \"cont\": [[]]}' | neuropil memory run --test-bench -",
      65, "neuropil: -, simTime: 9 ms; expected at least 12 ms, when the last answer has come"
    ),
    (
      "neuropil memory run --spikes /nonexistent.csv --cues 1 --contents 1", 66,
      "neuropil: /nonexistent.csv: there is no such file; check the path"
    ),
    (
      "neuropil memory study --resume", 64,
      "neuropil: --resume needs --out, the folder of the run to go on with; see 'neuropil memory study --help'"
    ),
    (
      "neuropil memory study --cues 2 --contents 2 --density 0", 64,
      "neuropil: the density is 0.0, but must be above 0, at most 1"
    ),
    (
      "neuropil memory study --cues 2 --contents 2 --values 2.5", 64,
      "neuropil: --values holds 2.5, but --of spacing needs whole numbers"
    ),
    (
      "neuropil memory run --experiment 1 --loss 1.5", 64,
      "neuropil: the chance of loss is 1.5, but must be 0 to 1"
    ),
    (
      "neuropil memory run --experiment 1 --out /dev/null/x", 73,
      "neuropil: /dev/null/x: the folder cannot be made; choose another place with --out"
    ),
    (
      "neuropil memory study --memory x --cues 2 --contents 2", 64,
      "neuropil: --memory goes with run, shell and export alone: give --cues and --contents; see 'neuropil memory study --help'"
    ),
    (
      "neuropil memory shell --memory /nonexistent", 66,
      "neuropil: /nonexistent: there is no such file; check the path"
    ),
  ])
  func mistakesGetOneLine(line: String, status: Int32, message: String) throws {
    let program = try Program(line)
    #expect(program.status == status)
    #expect(program.errors == message + "\n")
  }

  /// Operations that come too close are told on standard error; the answers stand on standard output all the same.
  @Test func runsWarnOfUnsafeSpacing() throws {
    let program = try Program("neuropil memory run --experiment 3")
    #expect(program.status == 0 && program.output.contains("4 of 4 recalls right"))
    #expect(
      program.errors
        == "note: learning of cue 14 at step 98 comes 7 steps after the learning of cue 13 at step 91, needs 10, and leaves 2.377 nA of bit 4, which needs 3.358; see 'neuropil memory check'\n"
    )
    #expect(try Program("neuropil memory run --experiment 1").errors.isEmpty)
  }

  /// Recorded spikes come as archives, NWB units, tables and a picture; they are input again.
  @Test func recordingsAreWrittenAndRead() throws {
    let folder = NSTemporaryDirectory() + "neuropil-memory-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let run = try Program(
      "neuropil memory run --experiment 1 --record --record-weights 10 --out \(folder) --quiet --json")
    #expect(run.status == 0, "\(run.errors)")
    for file in [
      "run.json", "metrics.json", "rasters.npz", "rasters.nwb", "rasters.svg", "rasters/OUT.csv",
      "weights.npz",
      "report.html",
    ] { #expect(FileManager.default.fileExists(atPath: folder + "/" + file), "\(file)") }
    let trains = try SpikeTrains.read(csv: folder + "/rasters/OUT.csv")
    // Learned at 0, recalled at 30, and the answer to a question at 50.
    #expect(trains.times[0].map { ($0 * 1000).rounded() } == [5, 7, 35, 56])
    func answers(_ program: Program) throws -> Data {
      try JSONSerialization.data(
        withJSONObject: #require(program.json["answers"] as? [Any]), options: .sortedKeys)
    }
    for file in ["rasters.npz", "rasters.nwb"] {
      let again = try Program(
        "neuropil memory run --spikes \(folder)/\(file) --cues 5 --contents 10 --json --quiet")
      #expect(try answers(again) == answers(run))
    }
  }

  @Test func fixedPointAnswersTheSame() throws {
    let double = try Program("neuropil memory run --experiment 2 --json")
    let fixed = try Program("neuropil memory run --experiment 2 --arithmetic fixed-point --history 15 --json")
    #expect(fixed.json["spikes"] as? Int == 1828 && double.json["spikes"] as? Int == 1828)
    #expect(fixed.json["correct"] as? Int == 45)
  }

  /// A study that is stopped exits with 75 and goes on to the same result.
  @Test func interruptedStudiesGoOn() throws {
    let folder = NSTemporaryDirectory() + "neuropil-study-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let study =
      "neuropil memory study --of spacing --values 7,8,9,10 --cues 48 --contents 48 --overwrites --seeds 40 --quiet --json --threads 2 --out \(folder)"
    let binary = "'\(Program.path)' " + study.dropFirst("neuropil ".count)
    let stopped = try Program(
      "\(binary) & pid=$!; for i in $(seq 400); do [ \"$(cat \(folder)/ledger.tsv 2>/dev/null | wc -l)\" -gt 3 ] && break; sleep 0.01; done; kill -INT $pid; wait $pid"
    )
    #expect(stopped.status == 75, "\(stopped.errors)")
    #expect(stopped.errors == "neuropil: stopped on request; go on with --resume\n")
    let other = try Program(study.replacing("--overwrites ", with: "") + " --resume")
    #expect(other.status == 65 && other.errors.contains("ledger.tsv"))
    let resumed = try Program(study + " --resume")
    #expect(resumed.status == 0, "\(resumed.errors)")
    let whole = try Program(study.replacing(" --out \(folder)", with: ""))
    #expect(resumed.output == whole.output)
    #expect(FileManager.default.fileExists(atPath: folder + "/study.svg"))
  }

  /// The shell: right and wrong lines, one line for each mistake, and it goes on to the end of its input.
  @Test func shellsGoOnAfterMistakes() throws {
    let folder = NSTemporaryDirectory() + "neuropil-shell-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let lines: [(line: String, answer: String?, mistake: String?)] = [
      ("learn 0 = 1 2", "learned", nil),
      ("learn", nil, "'learn' needs numbers; type 'help'"),
      ("learn 9 = 1", nil, "cue 9; expected 0 to 2"),
      (
        "learn 1 =", nil,
        "the content is empty; expected at least one bit; to remove a memory use forget, for learning nothing erases one direction alone"
      ),
      ("learn 1 = 2 x", nil, "'x' is not a whole number"),
      ("cue 0 1", nil, "'cue' needs one cue"),
      ("recall 7", nil, "content bit 7; expected 0 to 3"),
      ("save", nil, "'save' needs one file, without spaces in its name"),
      ("load /nonexistent", nil, "/nonexistent: there is no such file; check the path"),
      ("weights 5", nil, "cue 5; expected 0 to 2"),
      ("list all", nil, "'list' takes nothing"),
      ("recal 1", nil, "unknown line 'recal'; did you mean 'recall'?"),
      ("", nil, nil),
      ("learn 1 = 2, 3", "learned", nil),
      ("cue 0", "content 1 2", nil),
      ("recall 2", "cues 0 1", nil),
      ("all 2 3", "cues 1", nil),
      ("match 1 2", "cue 0: 2 of 2\ncue 1: 1 of 2", nil),
      (
        "list",
        "cue 0 = 1 2   (margin 2.708 nA)\ncue 1 = 2 3   (margin 2.708 nA)", nil
      ),
      ("save \(folder)/memory", "saved", nil),
      ("forget 0", "forgotten", nil),
      ("cue 0", "content none", nil),
      ("load \(folder)/memory", "loaded: 3 cues and 4 content bits", nil),
      ("cue 0", "content 1 2", nil),
    ]
    // No line end after the last line: the end of the input ends the conversation.
    let program = try Program(
      "neuropil memory shell --cues 3 --contents 4", input: lines.map(\.line).joined(separator: "\n"))
    #expect(program.status == 0)
    #expect(program.output == lines.compactMap(\.answer).map { $0 + "\n" }.joined())
    #expect(program.errors == lines.compactMap(\.mistake).map { "neuropil: \($0)\n" }.joined())
    let help = try Program("neuropil memory shell --cues 3 --contents 4", input: "help\n")
    for verb in ["learn CUE = BITS", "weights CUE", "save FILE", "quit"] {
      #expect(help.output.contains(verb))
    }
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
