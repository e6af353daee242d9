import Foundation
import Testing

@Suite struct ConnectomeCommandTests {
  private let folder = NSTemporaryDirectory() + "connectome-command-" + UUID().uuidString

  @Test func communitiesPrintTheirKeys() throws {
    let edges = "a,b,1\\na,c,1.5\\nb,c,2\\nd,e,4\\nd,f,5\\ne,f,3\\nc,d,0.25\\n"
    let program = try Program(
      "printf '\(edges)' > \(folder).csv && neuropil connectome communities --graph \(folder).csv --json")
    #expect(program.status == 0, "\(program.errors)")
    let levels = try #require(program.json["levels"] as? [[Int]])
    #expect(levels.allSatisfy { $0.count == 6 })
    #expect((program.json["groups"] as? [Int])?.count == levels.count)
    let terms = try #require(program.json["terms"] as? [String: Double])
    let length = try #require(program.json["descriptionLength"] as? Double)
    #expect(abs(terms.values.reduce(0, +) - length) < 1e-9)
    #expect(program.json["degreeCorrected"] is Bool)
    #expect(program.output.split(separator: "\n").count == 1)
  }

  @Test(arguments: [
    (
      "printf '0,1,-1\\n' > EDGES && neuropil connectome communities --graph EDGES", 65,
      "neuropil: edge '0' - '1': its weight is -1.0, but exponential weights must be above 0; leave the edge out, or give --weights normal"
    ),
    (
      "neuropil connectome communities --graph /nonexistent.csv", 66,
      "neuropil: /nonexistent.csv: there is no such file; check the path"
    ),
    (
      "neuropil connectome benchmark --kind 10", 64,
      "neuropil: --kind is '10', but must be numbers from 1 to 9 such as 1-9 or 4,9; see 'neuropil connectome benchmark --help'"
    ),
    (
      "printf 'w1,A,1,2,3,4\\n' > EDGES && neuropil connectome affinity --traces EDGES --window 3", 65,
      "neuropil: animals: there is 1, but at least 2 are needed"
    ),
    (
      "printf 'w1,A,1,2,3,4\\n' > EDGES && neuropil connectome factorize --traces EDGES --window 4", 64,
      "neuropil: smoothing window is 4 samples, but must be an odd number above the polynomial order 2, at most 1001"
    ),
    (
      "neuropil connectome factorize --traces x --ranks 3-1", 64,
      "neuropil: --ranks is '3-1', but must be numbers such as 1-8 or 2,4,6; see 'neuropil connectome factorize --help'"
    ),
    (
      "neuropil connectome simulate --missing 2 --out /tmp/x", 64,
      "neuropil: missing share is 2.0, but must be 0 to 1"
    ),
  ])
  func mistakesGetOneLine(line: String, status: Int32, message: String) throws {
    let program = try Program(line.replacing("EDGES", with: folder + ".csv"))
    #expect(program.status == status)
    #expect(program.errors == message + "\n")
    #expect(program.output == "")
  }

  /// The same bits for any number of threads, and after a stop.
  @Test func runsAreRepeatedExactly() throws {
    let simulate = try Program("neuropil connectome simulate --duration 60 --out \(folder)-s --quiet")
    #expect(simulate.status == 0, "\(simulate.errors)")
    let run =
      "neuropil connectome run --traces \(folder)-s/traces.csv --stimuli \(folder)-s/stimuli.csv --restarts 3 --surrogates 2 --quiet --json"
    let outputs = try ["a --threads 1", "b --threads 3", "b --threads 2 --resume"].map { end in
      let program = try Program("\(run) --out \(folder)-\(end)")
      #expect(program.status == 0, "\(program.errors)")
      return program.output
    }
    #expect(outputs[0] == outputs[1] && outputs[0] == outputs[2])
    for file in ["motifs.json", "factors.npz", "motif-1.csv", "run.json", "metrics.json"] {
      #expect(FileManager.default.fileExists(atPath: "\(folder)-a/\(file)"))
    }
    let other = try Program("\(run) --seed 2 --out \(folder)-b --resume")
    #expect(other.status == 65)
  }

  /// Work that is killed goes on after its finished parts, to the same JSON and files.
  @Test(arguments: [
    (
      "factorize --traces $d/s/traces.csv --restarts 30 --sweeps 400 --tolerance 0 --threads 1",
      "factors.json"
    ),
    ("factorize --traces $d/s/traces.csv --ranks 1-6 --restarts 4 --tolerance 0 --threads 1", "ranks.json"),
    ("benchmark --kind 4,7 --networks 2 --degree-correction off --threads 1", "scores.json"),
  ])
  func killedWorkGoesOn(command: String, result: String) throws {
    let program = try Program(
      """
      d=$(mktemp -d); trap 'rm -rf "$d"' EXIT
      neuropil connectome simulate --duration 60 --out $d/s --quiet >/dev/null || exit 2
      neuropil connectome \(command) --quiet --json --out $d/a >$d/whole || exit 3
      '\(Program.path)' connectome \(command) --quiet --json --out $d/b >/dev/null & pid=$!
      for i in $(seq 1000); do [ "$(cat $d/b/ledger.tsv 2>/dev/null | wc -l)" -ge 2 ] && break; sleep 0.01; done
      kill -KILL $pid; wait $pid; echo "status $?"
      head -n 2 $d/b/ledger.tsv >$d/before; [ -e $d/b/\(result) ] && echo finished
      neuropil connectome \(command) --quiet --json --out $d/b --resume >$d/resumed || exit 4
      cmp $d/whole $d/resumed && cmp $d/a/\(result) $d/b/\(result) && echo same
      head -n 2 $d/b/ledger.tsv | cmp - $d/before && echo kept
      """)
    #expect(program.output == "status 137\nsame\nkept\n", "\(program.errors)")
  }
}
