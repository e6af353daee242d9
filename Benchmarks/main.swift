import Dendrites
import Foundation
import Homeostasis
import NeuralData
import Parallel
import Probability

/// One case: our time, the peer's, and what the machine must at least do.
struct Case: Codable {
  var name: String
  var peer: String
  var seconds: Double
  var peerSeconds: Double
  var floor: String
  var ratio: Double { peerSeconds / seconds }
}

func least(_ repeats: Int, _ work: () throws -> Void) rethrows -> Double {
  var best = Double.infinity
  for _ in 0..<repeats {
    let start = ContinuousClock.now
    try work()
    let time = (ContinuousClock.now - start).components
    best = min(best, Double(time.seconds) + Double(time.attoseconds) * 1e-18)
  }
  return best
}

/// Seconds of each case of a Python peer.
func peer(_ script: String) throws -> [String: Double] {
  let python = Process()
  let output = Pipe()
  python.executableURL = URL(fileURLWithPath: ".deps/peers/bin/python")
  python.arguments = ["Benchmarks/peers/\(script)"]
  // One thread for every library, as for our cases.
  python.environment = ProcessInfo.processInfo.environment.merging(
    ["OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"]) { $1 }
  python.standardOutput = output
  try python.run()
  let data = output.fileHandleForReading.readDataToEndOfFile()
  python.waitUntilExit()
  return try JSONDecoder().decode([String: Double].self, from: data)
}

var sink = 0.0
var cases: [Case] = []

@MainActor func add(_ name: String, _ peerName: String, _ ours: Double, _ theirs: Double?, floor: String) {
  guard let theirs else { return print("\(name): the peer is not installed") }
  cases.append(Case(name: name, peer: peerName, seconds: ours, peerSeconds: theirs, floor: floor))
  print(String(format: "%@: %.3g s, %@ %.3g s, ratio %.1f", name, ours, peerName, theirs, theirs / ours))
}

// Dendrites
let scipy = try peer("dendrites.py")
let law = try OverlapLaw(cells: 10_000, active: 300, synapses: 24)
let evaluation =
  least(9) { for theta in 0..<100_000 { sink += law.falseMatch(threshold: 12 + theta & 1).significand } }
  / 1e5
add(
  "closed form, one evaluation", "SciPy", evaluation, scipy["closed form, one evaluation"],
  floor: "about 150 operations, 40 of them divisions")
let sweep = try least(9) { sink += try Sweep.figure6.rows(threads: 1)[0].median }
add(
  "Fig 6 sweep, 9240 evaluations", "SciPy", sweep, scipy["Fig 6 sweep, 9240 evaluations"],
  floor: "9240 evaluations")
let draws =
  try least(3) {
    sink += Double(
      try MatchSimulator(seed: 1, threads: 1).falseMatches(
        cells: 3500, active: 256, synapses: 24, trials: 2_000_000
      ).counts[3])
  } / 2e6
add(
  "explicit draw, n = 3500, s = 24", "NumPy", draws, scipy["explicit draw, n = 3500, s = 24"],
  floor: "24 random numbers, 72 bit tests")
var stream = RandomStream(seed: 1, "benchmark")
let segments = try (0..<10_000).map { _ in try SparsePattern.random(cells: 2048, active: 20, using: &stream) }
let patterns = try (0..<10_000).map { _ in try SparsePattern.random(cells: 2048, active: 40, using: &stream) }
let matcher = try SegmentMatcher(segments, threshold: 8)
let matching = try least(5) { sink += Double(try matcher.matches(patterns, threads: 1).count) }
add(
  "10000 segments against 10000 patterns", "SciPy sparse", matching,
  scipy["10000 segments against 10000 patterns"],
  floor: "500 MB of bit rows read, 1.4e8 vector operations of 512 bits")

// Homeostasis
let numpy = try peer("homeostasis.py")
if let data = try? ImageClassificationData.read(ImageClassificationData.installedFashionMNIST) {
  let training = SampleSet(data.training)
  func epoch(_ learner: LearnerConfiguration) throws -> Double {
    let concepts = try ConceptStream(
      samples: training.count, classes: 10, width: 784, schedule: ShiftSchedule(rate: .constant(0)), seed: 1)
    return try least(3) {
      let trainer = try Trainer(learner, training: training, stream: concepts, seed: 1)
      try trainer.run(epochs: 1)
      sink += trainer.reports[0].prequentialAccuracy
    }
  }
  let constant = try epoch(.constant())
  let homeostatic = try epoch(.homeostatic())
  let floors = ("17 GFLOP", "22 GFLOP")
  add(
    "homeostatic learner, 60000 samples", "NumPy, as published", homeostatic,
    numpy["homeostatic learner, 60000 samples (NumPy)"], floor: floors.1)
  add(
    "constant learner, 60000 samples", "NumPy, as published", constant,
    numpy["constant learner, 60000 samples (NumPy)"], floor: floors.0)
  add(
    "constant learner, 60000 samples", "PyTorch", constant,
    numpy["constant learner, 60000 samples (PyTorch)"], floor: floors.0)
  print(String(format: "homeostatic over constant: %.2f", homeostatic / constant))
}
for (name, kind) in [("ADWIN", DetectorKind.adwin), ("DDM", .ddm), ("Page-Hinkley", .pageHinkley)] {
  let values = (0..<1_000_000).map { _ in stream.bernoulli(0.2) ? 1.0 : 0 }
  let each =
    least(3) {
      var detector = kind.makeDetector()
      for value in values { sink += detector.update(value) == .drift ? 1 : 0 }
    } / 1e6
  add("\(name), one value", "river", each, numpy["\(name), one value"], floor: "a few operations")
}

// Uses every result, so that no work can be left out.
if !sink.isFinite { print("a result was not finite") }

let encoder = JSONEncoder()
encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
try encoder.encode(cases).write(to: URL(fileURLWithPath: "Benchmarks/results.json"))
let rows = cases.map {
  "| \($0.name) | \(String(format: "%.3g", $0.seconds)) s | \($0.peer) | \(String(format: "%.3g", $0.peerSeconds)) s | **\(String(format: "%.1f", $0.ratio))** | \($0.floor) |"
}
let page = """
  # Benchmarks

  `make bench` runs every case beside what a user would otherwise run, one thread each, in one process tree, and writes this
  page. Times are the least of several; the ratio is the peer's time over ours.

  | case | ours | peer | peer's | ratio | what it must at least do |
  |---|---|---|---|---|---|
  \(rows.joined(separator: "\n"))

  """
try page.write(toFile: "Benchmarks/README.md", atomically: true, encoding: .utf8)
