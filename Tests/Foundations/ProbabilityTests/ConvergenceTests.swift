import Foundation
import Probability
import Testing

@Suite struct ConvergenceTests {
  private func chain(_ index: Int, length: Int, correlation: Double, mean: Double = 0) -> [Double] {
    var stream = RandomStream(seed: 9, "chain", index)
    var value = stream.normal()
    return (0..<length).map { _ in
      value = correlation * value + (1 - correlation * correlation).squareRoot() * stream.normal()
      return value + mean
    }
  }

  @Test(arguments: [0.0, 0.5, 0.9])
  func autoregressiveChains(correlation: Double) {
    let chains = (0..<4).map { chain($0, length: 5000, correlation: correlation) }
    let diagnostics = ConvergenceDiagnostics(chains: chains)
    let expected = 20_000 * (1 - correlation) / (1 + correlation)
    #expect(abs(diagnostics.bulkEffectiveSize / expected - 1) < 0.15)
    #expect(diagnostics.rHat < 1.02)
    #expect(diagnostics.tailEffectiveSize > 0.5 * expected)
  }

  @Test func disagreementShows() {
    let apart = [chain(0, length: 1000, correlation: 0), chain(1, length: 1000, correlation: 0, mean: 1)]
    #expect(ConvergenceDiagnostics(chains: apart).rHat > 1.1)
    let wide = chain(2, length: 1000, correlation: 0).map { 4 * $0 }
    #expect(ConvergenceDiagnostics(chains: [chain(3, length: 1000, correlation: 0), wide]).rHat > 1.1)
    let constant = ConvergenceDiagnostics(chains: [[Double](repeating: 2, count: 10)])
    #expect(constant.rHat == 1)
    #expect(constant.bulkEffectiveSize == 10)
  }

  /// Sums of equal numbers round, which must not look like a little movement.
  @Test(arguments: [7, 60, 450, 1125]) func chainsThatStandStill(length: Int) {
    func still(_ values: [Double]) -> ConvergenceDiagnostics {
      ConvergenceDiagnostics(chains: values.map { [Double](repeating: $0, count: length) })
    }
    let apart = still([2, 2, 5, 2])
    #expect(apart.rHat == .infinity)
    #expect(apart.bulkEffectiveSize < 8.5)
    #expect(still([0.1, 0.1, 0.1]).rHat == 1)
  }

  @Test func gewekeScoreIsAboutStandardNormal() {
    let scores = (0..<200).map { gewekeScore(chain($0, length: 2000, correlation: 0.5)) }
    #expect(abs(mean(scores)) < 0.3)
    #expect((0.8...1.5).contains(standardDeviation(scores)))
    let drifting = (0..<2000).map { Double($0) / 1000 } + chain(1, length: 10, correlation: 0)
    #expect(abs(gewekeScore(drifting)) > 4)
  }
}
