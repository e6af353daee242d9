import Dendrites
import Probability

func measureDendrites(_ bench: inout Bench) throws {
  let scipy = try bench.peer("dendrites.py")
  let law = try OverlapLaw(cells: 10_000, active: 300, synapses: 24)
  let evaluation =
    least(9) {
      for theta in 0..<100_000 { bench.sink += law.falseMatch(threshold: 12 + theta & 1).significand }
    }
    / 1e5
  bench.add(
    "closed form, one evaluation", "SciPy", evaluation, scipy["closed form, one evaluation"],
    floor: "about 150 operations, 40 of them divisions")
  let sweep = try least(9) { bench.sink += try Sweep.figure6.rows(threads: 1)[0].median }
  bench.add(
    "Fig 6 sweep, 9240 evaluations", "SciPy", sweep, scipy["Fig 6 sweep, 9240 evaluations"],
    floor: "9240 evaluations")
  let draws =
    try least(3) {
      bench.sink += Double(
        try MatchSimulator(seed: 1, threads: 1).falseMatches(
          cells: 3500, active: 256, synapses: 24, trials: 2_000_000
        ).counts[3])
    } / 2e6
  bench.add(
    "explicit draw, n = 3500, s = 24", "NumPy", draws, scipy["explicit draw, n = 3500, s = 24"],
    floor: "24 random numbers, 72 bit tests")
  var stream = RandomStream(seed: 1, "benchmark")
  let segments = try (0..<10_000).map { _ in try SparsePattern.random(cells: 2048, active: 20, using: &stream)
  }
  let patterns = try (0..<10_000).map { _ in try SparsePattern.random(cells: 2048, active: 40, using: &stream)
  }
  let matcher = try SegmentMatcher(segments, threshold: 8)
  let matching = try least(5) { bench.sink += Double(try matcher.matches(patterns, threads: 1).count) }
  bench.add(
    "10000 segments against 10000 patterns", "SciPy sparse", matching,
    scipy["10000 segments against 10000 patterns"],
    floor: "500 MB of bit rows read, 1.4e8 vector operations of 512 bits")
}
