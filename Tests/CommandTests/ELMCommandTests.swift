import Foundation
import Testing

@Suite struct ELMCommandTests {
  private static let teach =
    "neuropil elm teach --teacher lif --basal 20 --apical 20 --spikes 60 --training 8 --validation 2 --test 4 --milliseconds 2000 --quiet"

  /// From a teacher to a score, with the keys that the manual names.
  @Test func aNeuronIsTaughtTrainedEvaluatedAndRun() throws {
    let program = try Program(
      """
      d=$(mktemp -d); trap 'rm -rf "$d"' EXIT
      \(Self.teach) --out $d/data >/dev/null && \
      neuropil elm train --data $d/data --steps 12 --quiet --out $d/run >/dev/null && \
      neuropil elm run --weights $d/run/weights.safetensors --input $d/data/test.npz --record --out $d/o.npz --json >&2 && \
      printf '0 3\\n\\n5:-1\\n' | neuropil elm run --weights $d/run/weights.safetensors --stream | wc -l >&2 && \
      neuropil elm evaluate --weights $d/run/weights.safetensors --data $d/data --most-spikes 1000 --quiet --json --out $d/report && \
      [ -s $d/report/report.html ]
      """)
    #expect(program.status == 0, "\(program.errors)")
    for key in ["rmse", "explainedVariance", "meanAbsoluteError", "parameters", "recordings"] {
      #expect(program.json[key] is NSNumber, "\(key)")
    }
    let lines = program.errors.split(separator: "\n")
    #expect(lines.count == 2 && lines[0].contains("\"sequences\":4") && lines[1] == "3")
  }

  @Test(arguments: [
    "--model snn --neurons 60", "--model layers --neurons 3,2 --memory-units 3",
    "--model chrono-lstm --memory-units 8",
  ])
  func everyModelTrainsOnWords(model: String) throws {
    let program = try Program(
      """
      d=$(mktemp -d); trap 'rm -rf "$d"' EXIT
      neuropil elm teach --task shd --bin 50 --word-spikes 100 --training 20 --quiet --out $d/data >/dev/null && \
      neuropil elm train --task shd --bin 50 --data $d/data --steps 4 --quiet --out $d/run \(model) >/dev/null && \
      neuropil elm evaluate --weights $d/run/weights.safetensors --task shd --data $d/data --quiet --json
      """)
    #expect(program.status == 0 && program.json["accuracy"] is NSNumber, "\(program.errors)")
  }

  @Test func pairsOfDocumentsTrainTwoTowers() throws {
    let program = try Program(
      """
      d=$(mktemp -d); trap 'rm -rf "$d"' EXIT
      for i in $(seq 30); do printf '%d\\t%d\\t%d\\tabc\\tabd\\n' $((i % 2)) $i $i; done >$d/train.tsv
      neuropil elm train --task retrieval --data $d/train.tsv --memory-units 6 --batch 4 --steps 4 --quiet --out $d/run >/dev/null && \
      neuropil elm evaluate --weights $d/run/weights.safetensors --task retrieval --data $d/train.tsv --quiet --json
      """)
    #expect(program.status == 0 && program.json["accuracy"] is NSNumber, "\(program.errors)")
  }

  /// Images and texts from a user's files, and recordings in the published pickle form.
  @Test func aUsersFilesAreLearned() throws {
    let fixtures = "Tests/Methods/ExpressiveNeuronsTests/Fixtures"
    let program = try Program(
      """
      d=$(mktemp -d); trap 'rm -rf "$d"' EXIT
      learn() {
        neuropil elm train --task $1 --data $2 --memory-units 6 --batch 4 --steps 3 --quiet --out $d/$1 $3 >/dev/null && \
        neuropil elm evaluate --weights $d/$1/weights.safetensors --task $1 --data $2 --quiet --json
      }
      { for i in $(seq 40); do printf '%d' $((i % 2)); for p in $(seq 0 15); do printf ',%d' $(((i * p * 37) % 256)); done; echo; done
      } >$d/images.csv
      for i in $(seq 40); do printf '%d\\tword %d and so on\\n' $((i % 2)) $i; done >$d/train.tsv
      learn image $d/images.csv; learn text $d/train.tsv
      gunzip -c \(fixtures)/neuronio_small.p.gz >$d/small.p
      learn neuronio $d/small.p "--branches 3 --synapses 2"
      NEUROPIL_NEURONIO=$d/small.p NEUROPIL_ELM_WEIGHTS=$d/neuronio/weights.safetensors neuropil reproduce elm --scale smoke --json --quiet
      """)
    let lines = program.output.split(separator: "\n")
    try #require(lines.count == 4, "\(program.output) \(program.errors)")
    let objects = lines.map {
      (try? JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]) ?? [:]
    }
    #expect(objects[0]["accuracy"] is NSNumber && objects[1]["accuracy"] is NSNumber)
    let claims = try #require(objects[3]["claims"] as? [[String: Any]])
    let released = try #require(
      claims.first { ($0["claim"] as? [String: Any])?["id"] as? String == "elm.released" })
    let measurement = try #require(released["measurement"] as? [String: Any])
    // Six channels and three batches cannot be the published neuron.
    #expect(released["verdict"] as? String == "differs")
    #expect((measurement["text"] as? String)?.contains("RMSE") == true)
    #expect((measurement["note"] as? String)?.hasPrefix("2 recordings of ") == true)
  }

  /// The LSTM on digits has the paper's cells and recurrent dropout, which other models refuse.
  @Test func theLSTMLeavesCellsOut() throws {
    let program = try Program(
      """
      d=$(mktemp -d); trap 'rm -rf "$d"' EXIT
      neuropil elm teach --task shd --bin 50 --word-spikes 100 --training 20 --quiet --out $d/data >/dev/null
      train="neuropil elm train --task shd --bin 50 --data $d/data --steps 2 --quiet --json"
      $train --model lstm; $train --model lstm --recurrent-dropout 0; $train --model elm --recurrent-dropout 0.3; echo $?
      """)
    let lines = program.output.split(separator: "\n").map(String.init)
    try #require(lines.count == 3 && lines[2] == "64", "\(program.output) \(program.errors)")
    let results = lines.prefix(2).map {
      (try? JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]) ?? [:]
    }
    #expect(results.allSatisfy { $0["parameters"] as? Int == 4 * 250 * (700 + 250 + 1) + 250 * 20 + 20 })
    #expect(results[0]["loss"] as? Double != results[1]["loss"] as? Double)
    #expect(program.errors.contains("recurrent dropout is for LSTMs"))
  }

  /// Making data stops on Ctrl-C with what is finished, and goes on to the same files.
  @Test func teachingGoesOn() throws {
    let teach =
      "elm teach --teacher lif --training 100 --validation 1 --test 1 --milliseconds 3000 --quiet"
    let program = try Program(
      """
      d=$(mktemp -d); trap 'rm -rf "$d"' EXIT
      '\(Program.path)' \(teach) --out $d/b >/dev/null 2>$d/errors & pid=$!
      for i in $(seq 2000); do [ -f $d/b/unfinished/0.npz ] && break; sleep 0.02; done
      kill -INT $pid; wait $pid; echo "status $?"; cat $d/errors
      neuropil \(teach.replacing("--training 100", with: "--training 99")) --out $d/b --resume >/dev/null 2>&1; echo "status $?"
      neuropil \(teach) --out $d/b --resume >/dev/null && neuropil \(teach) --out $d/a >/dev/null
      cmp $d/a/train.npz $d/b/train.npz && cmp $d/a/test.npz $d/b/test.npz && [ ! -e $d/b/unfinished ] && echo same
      """)
    #expect(
      program.output == "status 75\nneuropil: stopped on request; go on with --resume\nstatus 65\nsame\n",
      "\(program.output) \(program.errors)")
  }

  @Test(arguments: [
    ("elm train --data /nonexistent", 66, "/nonexistent: there is no such file or folder; check the path"),
    (
      "elm train --task pathfinder --data /tmp", 65,
      "/tmp: there is no train.npz; expected a folder of 'elm teach'; draw pictures with 'neuropil elm teach --task pathfinder'"
    ),
    (
      "elm train --data x --learn-time-constants --fixed-time-constants", 64,
      "give --learn-time-constants or --fixed-time-constants, not both; see 'neuropil elm train --help'"
    ),
    (
      "elm evaluate --weights /nonexistent --data /tmp", 66,
      "/nonexistent: there is no such file; check the path"
    ),
    (
      "elm run --stream --plot x.html --weights x", 64,
      "--stream answers on standard output; leave --out, --record and --plot out; see 'neuropil elm run --help'"
    ),
    ("elm teach", 64, "--out is missing: give the folder for the files; see 'neuropil elm teach --help'"),
  ])
  func mistakesGetOneLine(line: String, status: Int32, message: String) throws {
    let program = try Program("neuropil \(line)")
    #expect(program.status == status && program.output == "")
    #expect(program.errors == "neuropil: \(message)\n")
  }
}
