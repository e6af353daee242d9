import Foundation
import NeuralData
import Testing

/// Places as typed: maps that are built, stopped, grown, asked and exchanged, and what goes wrong.
@Suite struct PlacesCommandTests {
  /// Six places in three seasons, once for all tests.
  private static let route: String = {
    let folder = NSTemporaryDirectory() + "neuropil-places-" + UUID().uuidString
    let program = try? Program("neuropil places synthesize --places 6 --out \(folder) --quiet")
    return program?.status == 0 ? folder : "no route"
  }()

  private static let modules = "--module-size 3 --neurons 30 --epochs 2"

  /// A script with the route as `$r` and a folder of its own as `$d`.
  private func run(_ script: String) throws -> Program {
    try Program("d=$(mktemp -d); trap 'rm -rf \"$d\"' EXIT; r=\(Self.route)\n\(script)")
  }

  private static let build =
    "neuropil places build --reference $r/spring --reference $r/fall \(modules) --quiet --out"

  @Test func aMapAnswers() throws {
    let program = try run(
      """
      \(Self.build) $d/map --json && neuropil places evaluate --map $d/map --query $r/summer --out $d/result --json --quiet
      ls $d/result | grep -c -e report.html -e similarity.npz -e similarity.png -e summed_rates.npy
      ls $r/summer/*.png | neuropil places recognize --map $d/map --query - --json
      neuropil places recognize --map $d/map --query $r/summer --decide certain --confidence 0.1 --json
      neuropil places show --map $d/map --out $d/show --json --quiet
      """)
    #expect(program.status == 0, "\(program.errors)")
    let lines = program.output.split(separator: "\n").map(String.init)
    try #require(lines.count == 11)
    let objects = lines.map {
      try? JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
    }
    #expect(objects[0]?["modules"] as? Int == 2 && objects[0]?["neurons"] as? Int == 60)
    for key in [
      "recallAt", "precisionAt100Recall", "recallAt100Precision", "areaUnderCurve", "places",
      "hyperactiveRemoved", "threshold",
    ] { #expect(objects[1]?[key] != nil, "\(key)") }
    #expect(lines[2] == "4")
    // The stream's answers are the drive's.
    let recall = try #require((objects[1]?["recallAt"] as? [String: Double])?["1"])
    let right = (0..<6).count { objects[3 + $0]?["place"] as? Int == $0 }
    #expect(Double(right) / 6 == recall)
    for answer in objects[3..<9] {
      #expect(answer?["synapticOperations"] as? Int ?? 0 > 0 && answer?["milliseconds"] is Double)
      #expect(answer?["shownMilliseconds"] as? Double == 350)
    }
    #expect((objects[9]?["answers"] as? [Any])?.count == 6)
    #expect((objects[10]?["regions"] as? [Any])?.count == 2)
  }

  @Test func regionsComeAndGo() throws {
    let program = try run(
      """
      \(Self.build) $d/map --places 3 >/dev/null
      neuropil places add --map $d/map --reference $r/spring --reference $r/fall --first 3 --quiet --json
      \(Self.build) $d/whole >/dev/null
      for f in $(cd $d/whole; ls *.safetensors *.npy); do cmp $d/map/$f $d/whole/$f || exit 2; done
      neuropil places remove --map $d/map --regions 0 --json; ls $d/map | grep -c -e region-0 -e module-0 || true
      """)
    #expect(program.status == 0, "\(program.errors) \(program.output)")
    let lines = program.output.split(separator: "\n")
    #expect(lines.count == 3 && lines[0].contains("\"places\":6") && lines[1].contains("\"places\":3"))
    #expect(lines.last?.trimmingCharacters(in: .whitespaces) == "0")
  }

  /// Building and adding that are interrupted or killed go on to the same files.
  @Test(arguments: ["INT", "KILL"]) func stoppedWorkGoesOn(signal: String) throws {
    let long = "--module-size 1 --neurons 60 --epochs 6 --threads 1"
    let build = "places build --reference $r/spring \(long) --quiet --json --out"
    let add = "places add --reference $r/spring --first 3 --threads 1 --quiet --json --map"
    let program = try run(
      """
      stop() { # a command that is ended once its folder holds a file
        '\(Program.path)' $2 >/dev/null 2>$d/errors & pid=$!
        for i in $(seq 1000); do [ -e $1 ] && break; sleep 0.01; done
        kill -\(signal) $pid; wait $pid; echo $?
      }
      neuropil \(build) $d/a --places 3 >$d/whole; neuropil \(add) $d/a >$d/grown
      stop $d/b/module-0-0.safetensors "\(build) $d/b --places 3"
      neuropil places recognize --map $d/b --query $r/fall 2>/dev/null; echo $?
      neuropil \(build) $d/b --places 3 --resume | cmp - $d/whole && echo same
      stop $d/b/module-3-0.safetensors "\(add) $d/b"
      neuropil places show --map $d/b | wc -l
      neuropil places add --reference $r/fall --first 3 --resume --quiet --map $d/b 2>/dev/null; echo $?
      neuropil \(add) $d/b --resume | cmp - $d/grown && echo same
      for f in $(cd $d/a; ls *.safetensors *.npy map.json); do cmp $d/a/$f $d/b/$f || echo $f; done; ls $d/b | grep addition
      """)
    let status = signal == "INT" ? "75" : "137"
    #expect(
      program.output.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
        == [status, "66", "same", status, "4", "65", "same"],
      "\(program.output) \(program.errors)")
  }

  /// Evaluating and tuning that are interrupted or killed repeat no finished part, and end in the same result.
  @Test(arguments: ["INT", "KILL"]) func stoppedMeasuringGoesOn(signal: String) throws {
    let tune =
      "places tune --reference $r/spring --query $r/fall --regions 6 --module-size 1 --neurons 100 --epochs 2,4 --threads 1 --quiet --json"
    let program = try run(
      """
      neuropil places build --reference $r/spring --module-size 1 --neurons 400 --epochs 1 --quiet --out $d/map >/dev/null
      evaluate="places evaluate --map $d/map --query $r/summer --threads 1 --quiet --json"
      stop() { # a command that is ended once a file has so many lines
        '\(Program.path)' $3 >/dev/null 2>$d/errors & pid=$!
        for i in $(seq 1000); do [ "$(cat $1 2>/dev/null | wc -l)" -ge $2 ] && break; sleep 0.01; done
        kill -\(signal) $pid; wait $pid; echo $?
      }
      neuropil $evaluate --out $d/a >$d/whole
      stop $d/b/ledger.tsv 3 "$evaluate --out $d/b"; cp $d/b/ledger.tsv $d/before
      neuropil $evaluate --out $d/b --resume | cmp - $d/whole && echo same
      head -n 3 $d/b/ledger.tsv | cmp - <(head -n 3 $d/before) && echo kept
      cmp $d/a/similarity.npz $d/b/similarity.npz && cmp $d/a/metrics.json $d/b/metrics.json && echo same
      neuropil ${evaluate/summer/fall} --out $d/b --resume 2>/dev/null; echo $?
      neuropil \(tune) --out $d/c >$d/tuned; neuropil \(tune) | cmp - $d/tuned && echo same
      stop $d/e/epochs-4/module-1-0.safetensors 1 "\(tune) --out $d/e"
      cp -p $d/e/epochs-4/module-0-0.safetensors $d/first
      neuropil \(tune) --out $d/e --resume | cmp - $d/tuned && echo same
      [ $d/first -ot $d/e/epochs-4/module-0-0.safetensors ] || echo untouched
      cmp $d/c/metrics.json $d/e/metrics.json; [ -s $d/e/report.html ] && echo report
      """)
    let status = signal == "INT" ? "75" : "137"
    #expect(
      program.output.split(separator: "\n").map(String.init)
        == [
          status, "same", "kept", "same", "65", "same", status, "same", "untouched", "report",
        ], "\(program.output) \(program.errors)")
  }

  @Test(arguments: ["evaluate --map m --query q", "tune --reference r --query q --regions 1"])
  func resumingNeedsAFolder(command: String) throws {
    let program = try run("neuropil places \(command) --resume")
    #expect(program.status == 64 && program.errors.contains("--resume needs --out"))
  }

  /// Two members for each of two regions, out and in again: the same scores.
  @Test func ensemblesGoToThePublishedArraysAndBack() throws {
    let program = try run(
      """
      \(Self.build) $d/map --members 2 >/dev/null && neuropil places export --map $d/map --out $d/npy --quiet >/dev/null
      modules=$(for m in region-0-member-0 region-0-member-1 region-1-member-0 region-1-member-1; do echo --module $d/npy/$m; done)
      neuropil places import $modules --members 2 --reference $r/spring --out $d/again --quiet --json
      cmp <(neuropil places evaluate --map $d/map --query $r/summer --json --quiet) <(neuropil places evaluate --map $d/again --query $r/summer --json --quiet) && echo same
      neuropil places import $modules --members 3 --reference $r/spring --out $d/bad --quiet; echo $?
      neuropil places import $modules --reference $r/spring --out $d/bad --quiet; echo $?
      """)
    let lines = program.output.split(separator: "\n")
    #expect(
      lines.count == 4 && lines[0].contains("\"modules\":4") && lines[0].contains("\"regions\":2")
        && lines.suffix(3) == ["same", "64", "65"], "\(program.output) \(program.errors)")
    #expect(program.errors.contains("--members is 3, but the 4 modules must be as many for each region"))
  }

  /// A map of graded spikes is kept and asked; what only modules can do is refused.
  @Test func mapsOfGradedSpikesAreKept() throws {
    let program = try run(
      """
      g="neuropil places graded --reference $r/spring --reference $r/fall --quiet"
      $g --map $d/graded --query $r/summer --json
      ls $r/summer/*.png | neuropil places recognize --map $d/graded --query - --json
      neuropil places recognize --map $d/graded --query $r/summer --decide certain; echo $?
      neuropil places evaluate --map $d/graded --query $r/summer; echo $?
      $g; echo $?
      head -c 20000 $d/graded/graded.safetensors >$d/cut; mv $d/cut $d/graded/graded.safetensors
      neuropil places recognize --map $d/graded --query $r/summer; echo $?
      """)
    let lines = program.output.split(separator: "\n").map(String.init)
    try #require(lines.count == 11, "\(program.output) \(program.errors)")
    let objects = lines.map { try? JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any] }
    let recall = try #require((objects[0]?["recallAt"] as? [String: Double])?["1"])
    let right = (0..<6).count { objects[1 + $0]?["place"] as? Int == $0 }
    #expect(Double(right) / 6 == recall)
    for answer in objects[1...6] {
      #expect(answer?["synapticOperations"] as? Int ?? 0 > 0 && answer?["shownMilliseconds"] == nil)
    }
    #expect(lines.suffix(4) == ["64", "65", "64", "65"])
    let errors = program.errors.split(separator: "\n")
    #expect(errors.count == 4 && errors.allSatisfy { $0.hasPrefix("neuropil: ") }, "\(program.errors)")
  }

  @Test func modulesGoToThePublishedArraysAndBack() throws {
    let program = try run(
      """
      \(Self.build) $d/map >/dev/null && neuropil places export --map $d/map --out $d/npy --quiet >/dev/null
      ls $d/npy/region-1
      neuropil places import --module $d/npy/region-0 --module $d/npy/region-1 --reference $r/spring --out $d/again --quiet --json
      cmp <(neuropil places evaluate --map $d/map --query $r/summer --json --quiet) <(neuropil places evaluate --map $d/again --query $r/summer --json --quiet) && echo same
      """)
    #expect(program.status == 0, "\(program.errors)")
    let lines = program.output.split(separator: "\n")
    #expect(
      lines.prefix(7) == [
        "AeAi.npy", "AiAe.npy", "XeAe.npy", "assignments.npy", "inputNumbers.npy", "resultPopVecs.npy",
        "theta_A.npy",
      ])
    #expect(lines.last == "same", "\(program.output) \(program.errors)")
  }

  /// Every claim has its measurement, or says which data to pass; the figures of so small a route mean little.
  @Test func claimsAreMeasured() throws {
    let program = try run("neuropil reproduce places --scale smoke --json --quiet")
    #expect(program.status == 0, "\(program.errors)")
    let claims = try #require(program.json["claims"] as? [[String: Any]])
    #expect(claims.count == 10)
    for result in claims {
      let claim = try #require(result["claim"] as? [String: Any])
      let measurement = try #require(result["measurement"] as? [String: Any])
      let (id, text) = (claim["id"] as? String ?? "", measurement["text"] as? String ?? "")
      if ["places.descriptors", "places.nordland"].contains(id) {
        #expect(result["verdict"] as? String == "needs data")
      } else {
        #expect(
          text.contains("recall@1 ") || text == "not measured" && id == "places.photographs",
          "\(id): \(text)")
      }
      #expect((measurement["note"] as? String)?.isEmpty == false, "\(id)")
    }
  }

  @Test func otherMethodsOnTheSameRoute() throws {
    let folder = NSTemporaryDirectory() + "neuropil-descriptors-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    for (name, values) in [
      ("r", [1, 0, 0, 0, 1, 0, 0, 0, 1]), ("q", [0.9, 0.1, 0, 0.1, 0.8, 0, 0, 0.7, 0.6]),
      ("bad", [1, 0, 0, 0, .nan, 0]),
    ] {
      try NPY.write(
        NumericArray(values, shape: [values.count / 3, 3]), to: folder + "/\(name).npy")
    }
    let program = try run(
      """
      neuropil places baseline --reference $r/spring --reference $r/fall --query $r/summer --json
      neuropil places baseline --reference-descriptors \(folder)/r.npy --query-descriptors \(folder)/q.npy --json
      neuropil places graded --reference $r/spring --reference $r/fall --query $r/summer --json --quiet
      neuropil places baseline --reference-descriptors \(folder)/r.npy --query-descriptors \(folder)/bad.npy --json
      """)
    let lines = program.output.split(separator: "\n")
    try #require(lines.count == 3, "\(program.errors)")
    #expect(lines[0].contains("\"precisionAt100Recall\":1") && lines[1].contains("0.6666666666666666"))
    #expect(program.status == 65)
    #expect(
      program.errors.hasSuffix(
        "bad.npy: the descriptor of image 1 has nan at number 1; expected finite numbers\n"))
  }

  @Test(arguments: [
    (
      "neuropil places build --reference $r/spring --neurons 60000 --pixels 100 --out $d/m", 64,
      "neuropil: neurons is 60000, but must be at most 10000 with 10000 pixels: a module holds no more than 100000000 input synapses"
    ),
    (
      "neuropil places build --reference $r/spring --pixels 300 --out $d/m", 64,
      "neuropil: pixels of an image is 90000, but must be 1 to 65535"
    ),
    (
      "neuropil places build --reference $r/spring --module-size 0 --out $d/m", 64,
      "neuropil: module size is 0, but must be 1 to 1000000 places"
    ),
    (
      "neuropil places build --reference $r/spring --patch 6 --out $d/m", 64,
      "neuropil: patch is 6, but must be an odd number: an even patch has no pixel at its centre"
    ),
    (
      "neuropil places build --reference $r/spring --epochs 3 --assignment-epochs 4 --out $d/m", 64,
      "neuropil: assignment epochs is 4, but must be 1 to the number of epochs, 3"
    ),
    (
      "mkdir $d/empty; neuropil places build --reference $d/empty --out $d/m", 65,
      "neuropil: $d/empty: there are no pictures; expected PNG or JPEG files"
    ),
    (
      "head -c 90000 .deps/photographs/china.jpg > $d/a.jpg; neuropil places build --reference $d/a.jpg --out $d/m",
      65,
      "neuropil: $d/a.jpg: the JPEG picture cannot be read: Premature end of JPEG file; expected a whole JPEG file; fetch or copy it again"
    ),
    (
      "printf '%s\\n\\n%s\\n' $r/spring/000000.png $d/none.png > $d/list.txt; neuropil places build --reference $d/list.txt --out $d/m",
      66,
      "neuropil: $d/none.png, named in $d/list.txt, line 3: there is no such file; check the path"
    ),
    (
      "neuropil places build --reference $r/spring --reference $r/fall/000001.png --out $d/m", 65,
      "neuropil: 'spring' has 6 images, but '000001' 1; every traverse needs one image a place"
    ),
    (
      "neuropil places build --reference $r/spring --skip 4 --places 3 --out $d/m", 65,
      "neuropil: $r/spring: there are 6 images, which make 2 places from image 0 on, taking every 4th image; expected 3"
    ),
    (
      "neuropil places recognize --map $d --query $r/spring", 66,
      "neuropil: $d: there is no map here; expected a folder with map.json; build one with 'neuropil places build', or go on with its --resume"
    ),
    (
      "neuropil places synthesize --places 3 --conditions sumer --out $d/s", 64,
      "neuropil: unknown condition 'sumer'; did you mean 'summer'?"
    ),
    (
      "neuropil places baseline --reference $r/spring --query $r/summer --sequence 9", 64,
      "neuropil: sequence length is 9, but must be 1 to 6, the smaller of the numbers of queries and places"
    ),
    (
      "neuropil places evaluate --map $d --query $r/summer --ranks 1,0", 64,
      "neuropil: --ranks has 0, but recall@N needs an N of 1 or more; see 'neuropil places evaluate --help'"
    ),
    (
      "neuropil places graded --reference $r/spring --query $r/summer --pixels 100 --quiet", 64,
      "neuropil: pixels of an image is 10000, but must be at most 5000: a layer holds no more than 100000000 synapses"
    ),
    (
      "neuropil places graded --reference $r/spring --query $r/summer --epochs 9223372036854775807", 64,
      "neuropil: epochs is 9223372036854775807, but must be 1 to 100000"
    ),
    (
      "printf 'no array' > $d/a.npy; neuropil places build --reference $d/a.npy --out $d/m", 65,
      "neuropil: $d/a.npy: this is not a NumPy array; expected the bytes 93 4E 55 4D 50 59 at the beginning"
    ),
    (
      "neuropil places tune --reference $r/spring --query $r/summer --regions 4 --module-size 3 --epochs 1",
      64,
      "neuropil: regions is 4, but must be 1 to the number of the route's regions, 2"
    ),
  ])
  func mistakesGetOneLine(line: String, status: Int32, message: String) throws {
    let needsPhotograph = line.contains(".deps")
    if needsPhotograph && !FileManager.default.fileExists(atPath: ".deps/photographs/china.jpg") { return }
    let program = try run("echo $d; \(line)")
    #expect(program.status == status)
    let lines = program.output.split(separator: "\n")
    #expect(lines.count == 1)
    let expected = message.replacing("$d", with: lines.first ?? "").replacing("$r", with: Self.route)
    #expect(program.errors == expected + "\n")
  }

  /// What needs a map to go wrong.
  @Test func mistakesWithAMap() throws {
    let program = try run(
      """
      neuropil places build --reference $r/spring \(Self.modules) --quiet --out $d/map >/dev/null
      m="--map $d/map --quiet"; say() { "$@" >/dev/null; echo "$?" >&2; }
      say neuropil places evaluate $m --query $r/summer --threshold 1
      say neuropil places evaluate $m --query $r/summer/000000.png
      say neuropil places calibrate $m --query $r/summer --regions 0
      say neuropil places remove --map $d/map --regions 0,1
      say neuropil places recognize $m --query $r/summer --decide lead --lead 0
      printf '%s\\n%s\\n' $r/summer/000000.png $d/none.png | say neuropil places recognize $m --query -
      say neuropil places evaluate --map $d/map --query $r/summer --threshold 6
      printf 'broken' > $d/map/module-0-0.safetensors; say neuropil places show $m
      echo $d
      """)
    let lines = program.errors.replacing(
      program.output.trimmingCharacters(in: .whitespacesAndNewlines), with: "$d"
    ).replacing(Self.route, with: "$r").split(separator: "\n").map(String.init)
    let expected = [
      "neuropil: the threshold 1 for hyperactive neurons removes all 60 of them, so that no place can be recognised; choose a larger one, or 0 for none",
      "65",
      "neuropil: $r/summer/000000.png: the drive shows 1 places, but place 5 is asked for; expected an image of each place from 0 to 5",
      "65",
      "neuropil: --regions is 0, but must be 1 to 2, the number of the map's regions", "64",
      "neuropil: these are all regions of the map; delete its folder instead", "64",
      "neuropil: lead is 0.0, but must be greater than 0", "64",
      "neuropil: $d/none.png, line 2 of standard input: there is no such file; check the path", "66",
    ]
    #expect(Array(lines.prefix(expected.count)) == expected, "\(program.errors)")
    #expect(lines.last == "65", "\(program.errors)")
    #expect(lines.dropLast().last?.hasPrefix("neuropil: $d/map/module-0-0.safetensors") == true)
  }

  /// A black picture has no contrast, and an answer that is not sure enough is none.
  @Test func unknownPlacesAreSaidToBeUnknown() throws {
    let folder = NSTemporaryDirectory() + "neuropil-black-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try AtomicFile.write(
      PNG.encode(grey: [UInt8](repeating: 0, count: 900), width: 30, height: 30), to: folder + "/black.png")
    let program = try run(
      """
      neuropil places build --reference $r/spring --reference \(folder)/black.png --places 1 \(Self.modules) --out $d/map >/dev/null
      neuropil places recognize --map $d/map --query \(folder) --json; neuropil places recognize --map $d/map --query $r/fall --score 99
      """)
    #expect(program.status == 0)
    #expect(program.output.contains("\"reason\":\"the picture has no contrast\""))
    #expect(!program.output.contains("\"place\""))
    let lines = program.output.split(separator: "\n").dropFirst()
    #expect(
      lines.count == 6 && lines.allSatisfy { $0.contains(": unknown: the score is below 99, confidence") })
    #expect(program.errors.contains("1 reference picture has no contrast, such as \(folder)/black.png"))
  }
}
