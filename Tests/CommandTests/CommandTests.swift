import Foundation
import Testing

/// Runs the built program.
struct Program {
  var status: Int32
  var output: String
  var errors: String

  static let path: String = {
    let folder = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
      .deletingLastPathComponent()
    let beside = folder.appendingPathComponent("neuropil").path
    return FileManager.default.isExecutableFile(atPath: beside) ? beside : ".build/release/neuropil"
  }()

  init(_ line: String, input: String = "") throws {
    let scratch = NSTemporaryDirectory() + "neuropil-command-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: scratch, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: scratch) }
    try input.write(toFile: scratch + "/in", atomically: false, encoding: .utf8)
    let shell = Process()
    shell.executableURL = URL(fileURLWithPath: "/bin/bash")
    shell.arguments = [
      "-c",
      "export NEUROPIL_RUNS='\(scratch)/runs.sqlite'; neuropil() { '\(Self.path)' \"$@\"; }; { \(line); } <'\(scratch)/in' >'\(scratch)/out' 2>'\(scratch)/err'",
    ]
    try shell.run()
    shell.waitUntilExit()
    status = shell.terminationStatus
    output = try String(contentsOfFile: scratch + "/out", encoding: .utf8)
    errors = try String(contentsOfFile: scratch + "/err", encoding: .utf8)
  }

  var json: [String: Any] {
    (try? JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any]) ?? [:]
  }
}

@Suite struct CommandTests {
  @Test(arguments: [
    (
      "dendrites false-match --cells 10000 --active 64 --synapses 24 --threshold 12", "probability",
      4.0415971227765704e-21
    ),
    (
      "dendrites false-match --cells 100 --active 7 --synapses 7 --threshold 4 --segments 500",
      "populationProbability", 0.13472849336104609
    ),
    (
      "dendrites false-match --cells 100 --active 7 --synapses 7 --threshold 4 --segments 500",
      "populationBound", 0.14469100126735111
    ),
    (
      "dendrites false-negative --active 300 --synapses 30 --noise 60 --threshold 12", "probability",
      3.9474360873928386e-8
    ),
    (
      "dendrites union --cells 20000 --active 200 --synapses 25 --patterns 10 --threshold 15",
      "plugInProbability", 3.3224256764760784e-8
    ),
    (
      "dendrites union --cells 20000 --active 200 --synapses 25 --patterns 10 --threshold 15",
      "exactProbability", 3.2577754389143804e-8
    ),
    (
      "dendrites union --cells 1000 --active 200 --synapses 25 --patterns 19 --threshold 15", "expectedSize",
      381.85878951887138
    ),
    (
      "dendrites plan --find synapses --cells 2000 --active 40 --segments 1000 --threshold half --error 1e-9",
      "synapses", 19
    ),
  ])
  func jsonNumbers(line: String, key: String, value: Double) throws {
    let program = try Program("neuropil \(line) --json")
    let ours = try #require(program.json[key] as? Double)
    #expect(abs(ours - value) <= 1e-12 * value)
    #expect(program.output.split(separator: "\n").count == 1)
  }

  @Test func overlapIsADecimalString() throws {
    #expect(
      try Program("neuropil dendrites overlap --cells 1024 --active 40 --synapses 40 --overlap 33 --json")
        .json["count"] as? String == "3234260837088433287495360")
  }

  @Test(arguments: [
    (
      "neuropil dendrits", 64,
      "neuropil: unknown command 'dendrits'; did you mean 'dendrites'?; see 'neuropil --help'"
    ),
    (
      "neuropil dendrites simulate --cells 100 --active 10 --synapses 5 --threshold 2 --thread 2", 64,
      "neuropil: unknown option '--thread'; did you mean --threads?; see 'neuropil dendrites simulate --help'"
    ),
    (
      "neuropil dendrites false-match --cells 10 --active 20 --synapses 5 --threshold 2", 64,
      "neuropil: active is 20, but must be 0 to 10: only cells of the population can be active"
    ),
    (
      "neuropil dendrites plan --find cells --active 40 --error 1e-9", 64,
      "neuropil: --synapses is missing: --find cells needs it; see 'neuropil dendrites plan --help'"
    ),
    (
      "neuropil dendrites sweep --activities 2", 64,
      "neuropil: activities is '2', but must be a fraction from 0 to 1 such as 0.02, or a percentage such as 2%"
    ),
    (
      "neuropil homeostasis train --data /nonexistent", 66,
      "neuropil: /nonexistent: there is no such file or folder; check the path"
    ),
    (
      "neuropil homeostasis train --resume", 64,
      "neuropil: --resume needs --out, the folder of the run to go on with; see 'neuropil homeostasis train --help'"
    ),
    (
      "echo x | neuropil homeostasis detect", 65,
      "neuropil: standard input, line 1: 'x' is not a finite number; expected one number a line"
    ),
    (
      "neuropil reproduce dendrite", 64,
      "neuropil: unknown method 'dendrite'; did you mean 'dendrites'?; see 'neuropil reproduce --help'"
    ),
    (
      "neuropil reproduce dendrites --scale smoke --out /dev/null/x --quiet", 73,
      "neuropil: /dev/null/x: the folder cannot be made; choose another place with --out"
    ),
  ])
  func mistakesGetOneLine(line: String, status: Int32, message: String) throws {
    let program = try Program(line)
    #expect(program.status == status)
    #expect(program.errors == message + "\n")
    #expect(program.output == "")
  }

  /// Every example in every help, as typed.
  @Test func examplesOfTheHelpRun() throws {
    var paths = ["neuropil"]
    var examples: [String] = []
    while let path = paths.popLast() {
      let help = try Program("\(path) --help")
      #expect(help.status == 0)
      let lines = help.output.components(separatedBy: "\n")
      if let start = lines.firstIndex(of: "COMMANDS") {
        for line in lines[(start + 1)...].prefix(while: { !$0.isEmpty })
        where line.hasPrefix("  ") && !line.hasPrefix("   ") {
          paths.append(path + " " + line.split(separator: " ")[0])
        }
      }
      if let start = lines.firstIndex(of: "EXAMPLES") {
        examples += lines[(start + 1)...].prefix(while: { !$0.isEmpty }).filter {
          $0.hasPrefix("  ") && !$0.hasPrefix("   ")
        }.map { $0.trimmingCharacters(in: .whitespaces) }
      }
    }
    #expect(examples.count >= 18)
    let hasImages = FileManager.default.fileExists(atPath: "/usr/share/datasets/fashion-mnist")
    for example in Set(examples) where hasImages || !example.contains("homeostasis") {
      if example.contains("neuropil prune"), !hasLibTorch || !hasImages { continue }
      // Each in an empty folder of its own, so that none leans on what another, or an earlier test, left behind.
      let folder = NSTemporaryDirectory() + "neuropil-example-" + UUID().uuidString
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      defer { try? FileManager.default.removeItem(atPath: folder) }
      let program = try Program(example.replacing("/tmp/", with: folder + "/"))
      #expect(program.status == 0, "\(example): \(program.errors)")
    }
  }

  @Test func seedsFixResultsForAnyThreads() throws {
    let line =
      "neuropil dendrites simulate --cells 500 --active 64 --synapses 24 --threshold 8 --trials 100000 --json --seed 5 --threads"
    #expect(try Program(line + " 1").output == Program(line + " 3").output)
    #expect(
      try Program(line + " 1").output != Program(line.replacing("--seed 5", with: "--seed 6") + " 1").output)
  }

  @Test func completionScriptsAreAccepted() throws {
    #expect(try Program("neuropil completions bash > /dev/stderr").errors.contains("complete -o filenames"))
    #expect(try Program("source <(neuropil completions bash)").status == 0)
  }

  @Test func detectFindsTheRecordedDrift() throws {
    var state: UInt64 = 12345
    let values = (0..<4000).map { index -> String in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 11) * 0x1p-53 < (index < 2000 ? 0.1 : 0.4) ? "1" : "0"
    }
    #expect(
      try Program("neuropil homeostasis detect --detector ddm", input: values.joined(separator: "\n")).output
        == "2094\n")
  }

  /// A run that is interrupted exits with 75 and goes on to the same result.
  @Test(.enabled(if: FileManager.default.fileExists(atPath: "/usr/share/datasets/fashion-mnist")))
  func interruptedRunsGoOn() throws {
    let folder = NSTemporaryDirectory() + "neuropil-resume-" + UUID().uuidString
    defer { for part in ["a", "b", "c"] { try? FileManager.default.removeItem(atPath: folder + part) } }
    let train =
      "neuropil homeostasis train --learner homeostatic --samples 12000 --epochs 4 --swaps 7 --learning-rate 0.01 --quiet --json --out \(folder)"
    let whole = try Program(train + "a")
    #expect(whole.status == 0)
    let binary = "'\(Program.path)' " + train.dropFirst("neuropil ".count)
    let stopped = try Program(
      "\(binary)b & pid=$!; for i in $(seq 200); do [ -e \(folder)b/run.json ] && break; sleep 0.02; done; kill -INT $pid; wait $pid"
    )
    #expect(stopped.status == 75, "\(stopped.errors)")
    let killed = try Program(
      "\(binary)c & pid=$!; for i in $(seq 200); do [ -e \(folder)c/checkpoint.safetensors ] && break; sleep 0.02; done; kill -KILL $pid; wait $pid"
    )
    #expect(killed.status == 137)
    for part in ["b", "c"] {
      let resumed = try Program(train + part + " --resume")
      #expect(resumed.status == 0, "\(resumed.errors)")
      for key in ["prequentialAccuracy", "validationAccuracy", "learningRate", "takes"] {
        #expect("\(resumed.json[key] ?? 0)" == "\(whole.json[key] ?? 1)", "\(key) of \(part)")
      }
    }
    let other = try Program(train.replacing("--swaps 7", with: "--swaps 8") + "b --resume")
    #expect(other.status == 65)
  }
}
