import Probability
import Testing

@Suite struct PairedComparisonLawTests {
  @Test func fewSeedsGiveNoVerdict() {
    for seeds in 1...2 {
      let far = [Double](repeating: 1, count: seeds)
      let none = [Double](repeating: 0, count: seeds)
      let comparison = PairedComparison(far, against: none)
      #expect(comparison.verdict == .tooFewPairs && comparison.difference == 1)
    }
  }

  @Test func exchangingBothExchangesTheVerdict() {
    var stream = RandomStream(seed: 41, "pairs")
    for shift in [-0.5, 0, 0.5] {
      let first = (0..<8).map { _ in stream.normal() * 0.1 + shift }
      let second = (0..<8).map { _ in stream.normal() * 0.1 }
      let there = PairedComparison(first, against: second)
      let back = PairedComparison(second, against: first)
      #expect(abs(there.difference + back.difference) < 1e-12)
      #expect(there.low <= there.difference && there.difference <= there.high)
      #expect(abs(there.low + back.high) < 0.02 && abs(there.high + back.low) < 0.02)
      if shift != 0 { #expect(there.verdict == (shift > 0 ? .higher : .lower)) }
    }
  }

  /// Percentile intervals of ten values cover a little less than their 95 %, never far less.
  @Test func intervalsCoverTheTruth() {
    var covered = 0
    for trial in 0..<400 {
      var stream = RandomStream(seed: 42, "coverage", trial)
      let values = (0..<10).map { _ in stream.normal() }
      let comparison = PairedComparison(
        values, against: [Double](repeating: 0, count: 10),
        bootstrap: Bootstrap(resamples: 500, seed: UInt64(trial)))
      covered += comparison.low <= 0 && comparison.high >= 0 ? 1 : 0
    }
    #expect((340...388).contains(covered))
  }

  @Test func verdictsNeedThreePairs() {
    #expect(PairedComparison([0.9, 0.8], against: [0.1, 0.2]).verdict == .tooFewPairs)
    #expect(PairedComparison([0.9, 0.8, 0.85], against: [0.1, 0.2, 0.15]).verdict == .higher)
    #expect(PairedComparison([0.1, 0.2, 0.15], against: [0.9, 0.8, 0.85]).verdict == .lower)
    #expect(PairedComparison([0.1, 0.3, 0.2], against: [0.2, 0.2, 0.2]).verdict == .undecided)
  }

  @Test func assignmentsOfSigns() {
    let higher = PairedComparison([1, 2, 3, 4, 5, 6], against: [0, 1, 2, 3, 4, 5])
    #expect(higher.difference == 1 && higher.low == 1 && higher.probability == 2.0 / 64)
    let mixed = PairedComparison([1, -1], against: [0, 0])
    #expect(mixed.difference == 0 && mixed.pairs == 2 && mixed.probability == 1)
  }
}
