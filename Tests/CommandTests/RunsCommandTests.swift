import Foundation
import Testing

/// The run record as a user meets it, on scikit-learn's digits.
@Suite struct RunsCommandTests {
  private static let hasDigits =
    (try? Program("neuropil homeostasis train --data digits --epochs 1"))?.status == 0

  /// Runs a script in a folder of its own with a record of its own.
  private func script(_ text: String) throws -> Program {
    try Program("d=$(mktemp -d); trap 'rm -rf \"$d\"' EXIT; export NEUROPIL_RUNS=$d/r.sqlite; \(text)")
  }

  private let train = "neuropil homeostasis train --data digits --epochs 1 --quiet --json --out"

  @Test(.enabled(if: hasDigits)) func runsAreListedAndCompared() throws {
    let program = try script(
      """
      \(train) $d/a --seed 1 >/dev/null; \(train) $d/b --seed 2 --swaps 3 >/dev/null
      (cd $d && neuropil runs compare a b --json)
      """)
    let options = try #require(program.json["options"] as? [[String: Any]])
    #expect(options.map { $0["name"] as? String } == ["seed", "swaps"])
    #expect(options.map { $0["values"] as? [String] } == [["1", "2"], ["0", "3"]])
    let metrics = try #require(program.json["metrics"] as? [[String: Any]])
    #expect(metrics.contains { $0["name"] as? String == "prequentialAccuracy" })
    #expect((program.json["inputs"] as? [Any])?.count == 0)
  }

  @Test(.enabled(if: hasDigits)) func identifiersMayBeShortened() throws {
    let program = try script(
      """
      \(train) $d/a >/dev/null
      id=$(neuropil runs list --json | grep -o '"id":"[0-9a-f]*"' | cut -d'"' -f4)
      test "$(neuropil runs show ${id:0:5} --json)" = "$(neuropil runs show $id --json)" || echo differs
      neuropil runs show $id | head -1
      neuropil runs forget ${id:0:5} --json
      neuropil runs list --json
      """)
    let lines = program.output.split(separator: "\n")
    #expect(lines.count == 3, "\(program.output) \(program.errors)")
    #expect(lines.first?.hasPrefix("run  ") == true && lines.last == "{\"runs\":[]}")
  }

  @Test(.enabled(if: hasDigits)) func runsAtOnceAreAllRecorded() throws {
    let program = try script(
      """
      for i in 1 2 3 4 5 6 7 8; do \(train) $d/$i --threads 1 >/dev/null & done; wait
      neuropil runs list --status done --json | grep -o '"id"' | wc -l
      """)
    #expect(program.output.trimmingCharacters(in: .whitespacesAndNewlines) == "8", "\(program.errors)")
  }

  /// A damaged or unwritable record costs one line, never the computation.
  @Test(
    .enabled(if: hasDigits),
    arguments: [
      "printf 'damaged record, no database, %01000d' 0 >$d/r.sqlite", "export NEUROPIL_RUNS=/dev/null/r",
    ])
  func theComputationNeverFails(preparation: String) throws {
    let program = try script(
      "\(preparation); neuropil homeostasis train --data digits --epochs 1 --json --out $d/a 2>$d/log; status=$?; grep note: $d/log >&2; exit $status"
    )
    #expect(program.status == 0)
    #expect(program.json["prequentialAccuracy"] != nil)
    #expect(
      program.errors.split(separator: "\n").count == 1 && program.errors.hasSuffix("the run itself goes on\n")
    )
  }

  @Test(.enabled(if: hasDigits)) func failuresAndStopsAreRecorded() throws {
    let program = try script(
      """
      \(train) $d/a --learning-rate 1e30 2>/dev/null; neuropil runs show $d/a | grep status
      '\(Program.path)' homeostasis train --data digits --epochs 1000 --quiet --out $d/b >/dev/null 2>&1 & pid=$!
      for i in $(seq 200); do [ -e $d/b/run.json ] && break; sleep 0.05; done
      kill -INT $pid; wait $pid; neuropil runs show $d/b | grep status
      '\(Program.path)' homeostasis train --data digits --epochs 1000 --quiet --out $d/c >/dev/null 2>&1 & pid=$!
      for i in $(seq 200); do [ -e $d/c/checkpoint.safetensors ] && break; sleep 0.05; done
      kill -KILL $pid; wait $pid; neuropil runs show $d/c | grep status; neuropil runs list --status killed --json | grep -c $d/c
      """)
    let words = program.output.split(whereSeparator: \.isWhitespace)
    #expect(
      words == ["status", "failed", "status", "stopped", "status", "killed", "1"],
      "\(program.output) \(program.errors)")
  }

  @Test(arguments: [
    ("neuropil runs show none", 66), ("neuropil runs compare one", 64), ("neuropil runs forget", 64),
    ("NEUROPIL_RUNS= neuropil runs list", 64), ("neuropil runs list --limit 0", 64),
  ])
  func mistakesGetOneLine(line: String, status: Int32) throws {
    let program = try script(line)
    #expect(program.status == status)
    #expect(program.errors.split(separator: "\n").count == 1 && program.output.isEmpty)
  }
}
