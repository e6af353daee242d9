import Dendrites
import Foundation
import Probability
import Testing

@Suite struct MatchSimulatorTests {
  /// Fig 4A at n = 1500, a = 256, s = 24: every threshold within four standard errors of the law.
  @Test(arguments: [1, 2, 99] as [UInt64])
  func countsFollowTheLaw(seed: UInt64) throws {
    let law = try OverlapLaw(cells: 1500, active: 256, synapses: 24)
    let overlaps = try MatchSimulator(seed: seed).falseMatches(
      cells: 1500, active: 256, synapses: 24, trials: 2_000_000)
    #expect(overlaps.trials == 2_000_000)
    for theta in 1...12 {
      let p = law.falseMatch(threshold: theta).value
      let error = (p * (1 - p) / 2_000_000).squareRoot()
      #expect(abs(overlaps.matches(threshold: theta).estimate - p) < 4 * error, "threshold \(theta)")
    }
  }

  @Test func missesFollowTheLaw() throws {
    let law = try NoiseLaw(active: 128, synapses: 30, noise: 64)
    let overlaps = try MatchSimulator(seed: 3).falseNegatives(
      active: 128, synapses: 30, noise: 64, trials: 1_000_000)
    for theta in 8...20 {
      let p = law.falseNegative(threshold: theta).value
      #expect(
        abs(overlaps.misses(threshold: theta).estimate - p) < 4 * (p * (1 - p) / 1e6).squareRoot() + 1e-9)
    }
  }

  @Test func threadsDoNotMatter() throws {
    let all = try [1, 2, 5].map {
      try MatchSimulator(seed: 4, threads: $0).falseMatches(
        cells: 500, active: 64, synapses: 24, trials: 123_456)
    }
    #expect(all[0] == all[1] && all[1] == all[2])
  }

  @Test func wrongSizesAreRefused() {
    #expect(throws: DendritesError.self) {
      try MatchSimulator().falseMatches(cells: 10, active: 20, synapses: 5, trials: 10)
    }
    #expect(throws: DendritesError.self) {
      try MatchSimulator().falseMatches(cells: 10, active: 5, synapses: 5, trials: 0)
    }
  }

  @Test(arguments: [(10_000, 300, 24, 12), (10_000, 64, 24, 12), (2000, 40, 20, 15), (300, 150, 24, 12)])
  func rareMatchesAreUnbiased(n: Int, a: Int, s: Int, theta: Int) throws {
    let law = try OverlapLaw(cells: n, active: a, synapses: s)
    let truth = law.falseMatch(threshold: theta)
    let ratios = try (0..<20).map { seed in
      let estimate = try RareMatches.falseMatch(law, threshold: theta, draws: 20_000, seed: UInt64(seed))
      #expect(estimate.relativeError < 0.05)
      return (estimate.probability / truth).value
    }
    #expect(abs(mean(ratios) - 1) < 4 * standardDeviation(ratios) / 20.0.squareRoot() + 1e-12)
  }
}

@Suite struct SegmentMatcherTests {
  @Test(arguments: [
    (100, 10, 8, 3), (300, 40, 20, 6), (2048, 40, 20, 2), (64, 60, 50, 45), (400, 200, 130, 60),
  ])
  func agreesWithEachPair(cells: Int, active: Int, synapses: Int, threshold: Int) throws {
    var stream = RandomStream(seed: 5, "matcher", cells)
    let segments = try (0..<700).map { _ in
      try SparsePattern.random(cells: cells, active: synapses, using: &stream)
    }
    let patterns = try (0..<70).map { _ in
      try SparsePattern.random(cells: cells, active: active, using: &stream)
    }
    let matcher = try SegmentMatcher(segments, threshold: threshold)
    let found = try matcher.matches(patterns, threads: 2)
    for (pattern, matches) in zip(patterns, found) {
      let expected = try segments.indices.filter { try segments[$0].overlap(with: pattern) >= threshold }
      #expect(matches == expected)
    }
    #expect(found == (try matcher.matches(patterns, threads: 1)))
    #expect(found.contains { !$0.isEmpty })
  }

  @Test func differentPopulationsAreRefused() throws {
    let matcher = try SegmentMatcher([SparsePattern(cells: 10, active: [1, 2])], threshold: 1)
    let error = #expect(throws: DendritesError.self) {
      try matcher.matches([SparsePattern(cells: 11, active: [1])])
    }
    #expect(error?.description == "pattern 1 is of 11 cells, but the segments are on 10")
  }
}
