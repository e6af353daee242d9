import Foundation
import Probability
import Testing

@Suite struct GoldenTests {
  private static let golden: [String: [[Double]]] = {
    let url = Bundle.module.url(forResource: "Fixtures/golden", withExtension: "json")!
    return try! JSONDecoder().decode([String: [[Double]]].self, from: Data(contentsOf: url))
  }()

  private func check(_ name: String, relative: Double, _ value: ([Double]) -> Double) throws {
    for row in try #require(Self.golden[name]) {
      let expected = row.last!
      #expect(abs(value(row) - expected) <= relative * max(abs(expected), 1e-300), "\(name) of \(row)")
    }
  }

  @Test func specialFunctions() throws {
    try check("logGamma", relative: 2e-14) { logGamma($0[0]) }
    try check("incompleteBeta", relative: 1e-11) { incompleteBeta($0[0], a: $0[1], b: $0[2]) }
    try check("upperGamma", relative: 1e-11) { upperIncompleteGamma(a: $0[0], x: $0[1]) }
    try check("binomialLogProbability", relative: 1e-11) {
      Binomial(trials: Int($0[0]), probability: $0[1]).logProbability(Int($0[2]))
    }
    try check("binomialCumulative", relative: 1e-11) {
      Binomial(trials: Int($0[0]), probability: $0[1]).cumulative(Int($0[2]))
    }
    for row in try #require(Self.golden["normalQuantile"]) {
      #expect(abs(StandardNormal.quantile(row[0]) - row[1]) < 1e-9)
    }
  }

  @Test func intervals() throws {
    for (name, interval) in [
      ("clopperPearson", { (p: Proportion, c: Double) in p.clopperPearson(confidence: c) }),
      ("wilson", { (p: Proportion, c: Double) in p.wilson(confidence: c) }),
    ] {
      for row in try #require(Self.golden[name]) {
        let ours = interval(Proportion(successes: Int(row[0]), trials: Int(row[1])), row[2])
        #expect(abs(ours.lowerBound - row[3]) < 1e-9, "\(name) of \(row)")
        #expect(abs(ours.upperBound - row[4]) < 1e-9, "\(name) of \(row)")
      }
    }
  }

  @Test func nothingSeenInManyTrials() {
    #expect(abs(Proportion(successes: 0, trials: 1_000_000).ruleOfThree - 3e-6) < 1e-8)
  }

  @Test func logSumExpNeitherOverflowsNorUnderflows() {
    #expect(abs(logSumExp([1000, 1000]) - (1000 + log(2))) < 1e-12)
    #expect(abs(logSumExp([-1000, -1001]) - (-1000 + log1p(exp(-1)))) < 1e-12)
    #expect(logSumExp([]) == -.infinity)
  }
}
