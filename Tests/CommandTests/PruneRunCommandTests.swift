import Foundation
import Testing

/// `neuropil prune run` and `compare`, from the built program.
@Suite(.enabled(if: hasLibTorch, "LibTorch is not installed"))
struct PruneRunCommandTests {
  private static let short = "--network mlp-20 --data digits --epochs 2 --quiet"

  @Test func runGivesAnObjectACycle() throws {
    let program = try Program("neuropil prune run \(Self.short) --cycles 2 --json")
    #expect(program.status == 0 && program.errors.isEmpty, "\(program.errors)")
    let cycles = try #require(program.json["cycles"] as? [[String: Any]])
    #expect(cycles.count == 3)
    for key in [
      "remaining", "accuracy", "dynamicDeadRate", "staticDeadRate", "basePruned", "activationPruned",
    ] {
      #expect(cycles.allSatisfy { $0[key] is NSNumber }, "\(key)")
    }
    // 64 · 20 + 20 · 10 weights, of which 18 % and 2 % go.
    #expect(cycles[1]["basePruned"] as? Int == 266 && cycles[1]["activationPruned"] as? Int == 29)
  }

  @Test func firstWeightsAndScheduleAreChosen() throws {
    let line = "neuropil prune run \(Self.short) --cycles 0 --json"
    let programs = try ["", " --weights he", " --schedule steps", " --schedule cosine"].map {
      try Program(line + $0)
    }
    #expect(programs.allSatisfy { $0.status == 0 })
    #expect(Set(programs.map(\.output)).count == 4)
  }

  @Test(arguments: ["KILL", "INT"]) func runsGoOn(signal: String) throws {
    let command =
      "prune run --network mlp-20 --data digits --epochs 6 --cycles 6 --rewind epoch:1 --quiet --json"
    let program = try Program(
      """
      d=$(mktemp -d); trap 'rm -rf "$d"' EXIT
      neuropil \(command) --out $d/a >$d/whole || exit 2
      '\(Program.path)' \(command) --out $d/b >/dev/null 2>$d/errors & pid=$!
      for i in $(seq 1000); do [ -e $d/b/checkpoint.safetensors.previous ] && break; sleep 0.01; done
      kill -\(signal) $pid; wait $pid; echo "status $?"
      neuropil \(command) --out $d/b --resume >$d/resumed || exit 3
      cmp $d/whole $d/resumed && cmp $d/a/metrics.json $d/b/metrics.json && cmp $d/a/network.safetensors $d/b/network.safetensors && echo same
      neuropil \(command) --out $d/b --resume --ap-share 3 >/dev/null 2>&1; echo $?
      neuropil prune measure --checkpoint $d/b/network.safetensors --data digits --quiet --json >$d/measured && echo measured
      """)
    let status = signal == "KILL" ? 137 : 75
    #expect(program.output == "status \(status)\nsame\n65\nmeasured\n", "\(program.output) \(program.errors)")
  }

  @Test func comparisonsArePaired() throws {
    let command =
      "neuropil prune compare \(Self.short) --cycles 1 --seeds 3 --additions none,activating,random-negative --json"
    let one = try Program(command + " --threads 1")
    let two = try Program(command + " --threads 2")
    #expect(one.status == 0 && one.output == two.output, "\(one.errors)")
    let rows = try #require(one.json["rows"] as? [[String: Any]])
    #expect(rows.count == 6)
    #expect(rows.allSatisfy { ($0["accuracy"] as? [Double])?.count == 3 })
    // The dense network is the same with any addition.
    #expect(rows[0]["accuracy"] as? [Double] == rows[2]["accuracy"] as? [Double])
    #expect(Set(rows.filter { $0["cycle"] as? Int == 1 }.compactMap { $0["steps"] as? Int }).count == 1)
    #expect((rows[3]["dynamicDifference"] as? [String: Any])?["low"] is NSNumber)
  }

  @Test(arguments: [
    ("neuropil prune run --network mlp-20 --data digits --rate 100", 64, "the rate is 100.0 %"),
    ("neuropil prune run --network mlp-20 --data digits --ap-share 30", 64, "the activation share 30.0 %"),
    ("neuropil prune run --network mlp-20 --data digits --rewind epoch:30", 64, "rewinding goes to step 780"),
    ("neuropil prune run --network mlp-20 --data digits --rewind back", 64, "step:N"),
    ("neuropil prune run --network mlp-20 --data digits --epochs 0", 64, "--epochs is 0"),
    (
      "neuropil prune run --network mlp-20 --data digits --learning-rate 1e30 --quiet", 65,
      "the loss is not a finite number"
    ),
    ("neuropil prune run --network mlp-20 --data digits --weights ones", 64, "one of uniform, he, glorot"),
    ("neuropil reproduce prune --scale smoke --device tpu", 66, "'tpu' names no kind of device"),
    ("neuropil prune run --network mlp-20 --data /nowhere", 66, "there is no such file"),
    ("neuropil prune run --network mlp-20 --data digits --resume", 64, "--resume needs --out"),
    ("neuropil prune compare --network mlp-20 --data digits --seeds 0", 64, "--seeds is 0"),
    ("neuropil prune compare --network mlp-20 --data digits --scores size", 64, "one of magnitude"),
  ]) func mistakesGetOneLine(command: String, status: Int32, text: String) throws {
    let program = try Program(command)
    #expect(program.status == status && program.output.isEmpty, "\(program.errors)")
    let lines = program.errors.split(separator: "\n").filter { !$0.hasPrefix("pruning ") }
    #expect(lines.count == 1 && lines[0].contains(text), "\(program.errors)")
  }
}
