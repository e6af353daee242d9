import Foundation
import Testing

/// Work of many parts that is killed or stopped goes on without repeating them, to the same result.
@Suite struct ResumedCommandTests {
  private static let hasImages = FileManager.default.fileExists(
    atPath: "/usr/share/datasets/fashion-mnist")

  /// Runs a command whole in `$d/a`; begins it in `$d/b`, ends it by `signal` once a part is finished there, and resumes.
  private func compare(_ command: String, signal: String, result: String) throws {
    let program = try Program(
      """
      d=$(mktemp -d); trap 'rm -rf "$d"' EXIT
      neuropil \(command) --quiet --json --out $d/a >$d/whole || exit 2
      '\(Program.path)' \(command) --quiet --json --out $d/b >/dev/null 2>$d/errors & pid=$!
      for i in $(seq 400); do [ "$(cat $d/b/ledger.tsv 2>/dev/null | wc -l)" -ge 2 ] && break; sleep 0.02; done
      kill -\(signal) $pid; wait $pid; echo "status $?"
      cp $d/b/ledger.tsv $d/before
      neuropil \(command) --quiet --json --out $d/b --resume >$d/resumed || exit 3
      cmp $d/whole $d/resumed && cmp $d/a/\(result) $d/b/\(result) && echo same
      head -c $(stat -c %s $d/before) $d/b/ledger.tsv | cmp - $d/before >/dev/null || echo torn
      [ -s $d/b/report.html ] && echo report; neuropil runs show $d/b | grep '^status'; cat $d/errors
      """)
    let lines = program.output.split(separator: "\n").map(String.init)
    let status = signal == "KILL" ? 137 : 75
    #expect(lines.first == "status \(status)", "\(program.output) \(program.errors)")
    // A part that was cut short while it was noted is the only one that may be computed again.
    let kept = lines.filter { $0 != "torn" }
    #expect(kept.dropFirst().prefix(2) == ["same", "report"], "\(program.output) \(program.errors)")
    #expect(kept.count > 3 && kept[3].hasSuffix("done"))
  }

  @Test(.enabled(if: hasImages), arguments: ["KILL", "INT"])
  func comparisonsGoOn(signal: String) throws {
    try compare(
      "homeostasis compare --learners constant,homeostatic --swaps 0,50 --seeds 3 --epochs 2 --samples 12000",
      signal: signal, result: "metrics.json")
  }

  @Test(.enabled(if: hasImages), arguments: ["KILL", "INT"])
  func reproductionsGoOn(signal: String) throws {
    try compare("reproduce homeostasis --scale smoke", signal: signal, result: "claims.json")
  }

  @Test(.enabled(if: hasImages)) func otherOptionsAreRefusedAndChangeNothing() throws {
    let program = try Program(
      """
      d=$(mktemp -d); trap 'rm -rf "$d"' EXIT
      c="neuropil homeostasis compare --learners constant --swaps 0 --samples 600 --quiet --out $d/a"
      $c --epochs 1 >/dev/null; cat $d/a/* | sha256sum >$d/before
      $c --epochs 2 --resume; echo $?; cat $d/a/* | sha256sum | cmp - $d/before && echo unchanged
      $c --epochs 1 --resume --seeds 4 >/dev/null; echo $?
      """)
    #expect(program.output == "65\nunchanged\n0\n", "\(program.output) \(program.errors)")
    #expect(program.errors.contains("belong to a run with other options"))
  }

  @Test(arguments: ["homeostasis compare", "reproduce"]) func resumingNeedsAFolder(command: String) throws {
    let program = try Program("neuropil \(command) --resume")
    #expect(program.status == 64 && program.errors.contains("--resume needs --out"))
  }

  @Test(.enabled(if: hasImages)) func trainingTellsKappaAndRecovery() throws {
    let program = try Program(
      "neuropil homeostasis train --learner constant --learning-rate 0.02 --samples 6000 --epochs 2 --swaps 3 --json --quiet"
    )
    let kappa = try #require(program.json["kappa"] as? [Double])
    let accuracy = try #require(program.json["prequentialAccuracy"] as? [Double])
    #expect(kappa.count == 2 && zip(kappa, accuracy).allSatisfy { $0 > 0.2 && $0 < $1 })
    let recovery = try #require(program.json["recovery"] as? [[String: Any]])
    #expect(recovery.compactMap { $0["shift"] as? Int } == [100, 300, 500, 700, 900, 1100])
    for shift in recovery {
      #expect(
        shift["before"] as? Double ?? 0 > 0.3 && shift["areaLost"] is Double && shift["after"] is Double)
    }
  }

  @Test func detectorsAreSetByName() throws {
    let rising = (0..<400).map { "\($0 < 200 ? 0 : 1)" }.joined(separator: "\n")
    func places(_ set: String) throws -> Program {
      try Program(
        "neuropil homeostasis detect --detector page-hinkley \(set) --json", input: rising)
    }
    let (slow, quick) = (try places(""), try places("--set threshold=5,min_instances=10 --set delta=0.1"))
    let first = try #require((quick.json["detections"] as? [Int])?.first)
    #expect(first < (slow.json["detections"] as? [Int])?.first ?? 400 && first >= 200)
    for (set, message) in [
      ("--set nonsense=1", "page-hinkley has no parameter 'nonsense'"),
      ("--set threshold=-1", "page-hinkley's threshold is -1, but must be 0 to"),
      ("--set threshold", "--set is 'threshold', but must be a parameter's name and a number"),
      ("--set threshold=nan", "page-hinkley's threshold is nan"),
    ] {
      let program = try places(set)
      #expect(program.status == 64 && program.errors.contains(message), "\(program.errors)")
      #expect(program.errors.split(separator: "\n").count == 1)
    }
    let help = try Program("neuropil homeostasis detect --help").output
    for name in ["max-buckets=5", "lambda-val=0.05", "stat-size=30"] { #expect(help.contains(name)) }
  }

  /// A neuron with another λ has as many parameters, yet is another neuron.
  @Test func expressiveNeuronsGoOnWithTheirOwnSettings() throws {
    let train = "neuropil elm train --data $d/data --steps 10 --quiet --json --out $d/run"
    let program = try Program(
      """
      d=$(mktemp -d); trap 'rm -rf "$d"' EXIT
      neuropil elm teach --teacher lif --basal 20 --apical 20 --spikes 60 --training 4 --milliseconds 2000 --quiet --out $d/data >/dev/null
      \(train) >/dev/null; \(train) --resume >/dev/null; echo $?; \(train) --resume --lambda 4; echo $?
      """)
    #expect(program.output.split(separator: "\n") == ["0", "65"], "\(program.output) \(program.errors)")
    #expect(program.errors.contains("the checkpoint belongs to a run with other options"))
  }

  @Test func doctorNamesEveryLibrary() throws {
    let program = try Program("neuropil doctor --json")
    for key in [
      "zlib", "libpng", "libmatio", "igraph", "SQLite", "BLAS", "LibTorch", "Plotly", "run record",
      "features",
    ] {
      #expect((program.json[key] as? String)?.isEmpty == false, "\(key)")
    }
    #expect((program.json["run record"] as? String)?.contains("writable, 0 runs") == true)
    let unusable = try Program("NEUROPIL_RUNS=/dev/null/r neuropil doctor --json")
    #expect(unusable.status == 0)
    #expect((unusable.json["run record"] as? String)?.hasPrefix("not usable") == true)
  }
}
