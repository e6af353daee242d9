import Foundation
import Laboratory
import NeuralData
import Probability
import Testing

@testable import Biclustering

@Suite struct FactorTests {
  private func counts() throws -> SpikeCounts {
    var simulation = PublishedSimulation()
    (simulation.neuronsPerCluster, simulation.bins, simulation.clusters) = (4, 100, 2)
    return try simulation.run(seed: 3).counts
  }

  private func fit() -> BiclusterFit {
    var fit = BiclusterFit()
    (fit.chains, fit.sweeps, fit.thinning) = (2, 24, 2)
    fit.model.factors = 3
    fit.model.infersFactors = true
    fit.model.stateLimit = 3
    fit.startFactors = 2
    return fit
  }

  @Test func drawsHoldTheNumbersOfFactors() throws {
    let (counts, fit) = (try counts(), fit())
    let folder = NSTemporaryDirectory() + "factors-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let place = try FitFolder(folder, fit: fit, counts: counts, resuming: false)
    let whole = try fit.run(counts, threads: 1)
    #expect(throws: Interrupted.self) {
      try fit.run(counts, threads: 2, checkpoint: { place.checkpoint($0) }) { _, sweep, _ in
        if sweep >= 16 { throw Interrupted() }
      }
    }
    _ = try fit.run(counts, threads: 2, checkpoint: { place.checkpoint($0) }, resuming: true)
    let read = try FitFolder(reading: folder).chains()
    for (a, b) in zip(whole, read) {
      #expect(a.factors == b.factors && a.meanFactors == b.meanFactors && a.paths == b.paths)
      #expect(a.factors.count == Int(a.count) * 8)
      #expect(a.meanFactors.count == 24)
    }
    let similarity = BiclusterSimilarity(read, neurons: 8, bins: 100)
    let summary = PosteriorSummary(fit, chains: read, similarity: similarity)
    let factors = try #require(summary.factors)
    for law in factors.parts + [factors.overall] { #expect(abs(law.values.reduce(0, +) - 1) < 1e-9) }
    #expect(summary.rhat["factors"] != nil)
    #expect(BiclusterReport.factorSections(summary).count == 1)
  }

  /// What a cluster has no factors for is 0, and what is drawn of it changes nothing.
  @Test func rowsBeyondTheFactorsAreZero() throws {
    let counts = try counts()
    var stream = RandomStream(seed: 6, "factors")
    let model = fit().model
    let state = try BiclusterState(
      .kMeans(clusters: 2), model: model, counts: counts, factors: 1, using: &stream)
    var sampler = try Sampler(model, counts: counts, state: state)
    sampler.factorSteps = 20
    for index in 0..<60 {
      sampler.sweep(index, using: &stream)
      let state = sampler.state
      let numbers = try #require(state.activeFactors)
      #expect(numbers.count == state.clusters && state.paths.count == state.clusters * 4 * state.stride)
      for (cluster, p) in numbers.enumerated() {
        let rows = state.paths[((cluster * 4 + p + 1) * state.stride)..<((cluster + 1) * 4 * state.stride)]
        #expect(rows.allSatisfy { $0 == 0 })
        for i in state.members(cluster) {
          #expect(state.loadings[(i * 4 + p + 1)..<((i + 1) * 4)].allSatisfy { $0 == 0 })
        }
      }
    }
  }

  /// Turns change no log-rate, and directions come as their density says.
  @Test func turnsHaveTheirDensity() throws {
    let (stride, bins) = (16, 12)
    var stream = RandomStream(seed: 7, "turn")
    let path = (0..<(3 * stride)).map { place in
      place % stride < bins ? (place / stride == 2 ? 0.4 : 1) * stream.normal() : 0
    }
    let loadings = (0..<5).map { _ in (0..<3).map { _ in stream.normal() } }
    func rates(_ path: [Double], _ loadings: [[Double]]) -> [Double] {
      loadings.flatMap { row in
        (0..<bins).map { t in
          row[0] + path[t] + row[1] * path[stride + t] + row[2] * path[2 * stride + t]
        }
      }
    }
    let law = try #require(FactorTurn(path: path, loadings: loadings, stride: stride, bins: bins))
    let draws = 40_000
    // The mean of 1/density is 1 when directions have that density.
    var (sum, squares) = (0.0, 0.0)
    for draw in 0..<draws {
      var (turned, own) = (path, loadings)
      let turn = law.draw(using: &stream)
      FactorTurn.apply(turn, path: &turned, loadings: &own, stride: stride)
      let found = try #require(FactorTurn(path: turned, loadings: own, stride: stride, bins: bins))
      let inverse = exp(-found.logDensity)
      sum += inverse
      squares += inverse * inverse
      if draw == 0 {
        for (a, b) in zip(rates(path, loadings), rates(turned, own)) { #expect(abs(a - b) < 1e-12) }
      }
    }
    let mean = sum / Double(draws)
    let error = ((squares / Double(draws) - mean * mean) / Double(draws)).squareRoot()
    #expect(abs(mean - 1) < 4.5 * error)
    #expect(error < 0.05)
  }

  @Test func refusals() throws {
    let counts = try counts()
    func message(_ change: (inout BiclusterFit) -> Void) -> String {
      var fit = fit()
      change(&fit)
      let error = #expect(throws: BiclusteringError.self) { try fit.validate(counts: counts) }
      return "\(error!)"
    }
    #expect(
      message { $0.model.coupling = .full }
        == "the coupling is full, but must be block-diagonal where the number of factors is inferred")
    #expect(
      message { $0.model.observation = .poisson }
        == "the law of a count is poisson, but must be negative-binomial where the number of factors is inferred"
    )
    #expect(message { $0.startFactors = 4 } == "the number of starting factors is 4, but must be 0 to 3")
  }

  /// Records of fits with a given number of factors say nothing of it, as before there was a choice.
  @Test func recordsOfGivenNumbersAreAsBefore() throws {
    let plain = JSONText.encode(BiclusterFit())
    #expect(!plain.contains("actorInference") && !plain.contains("startFactors"))
    #expect(try JSONText.decode(BiclusterFit.self, from: plain) == BiclusterFit())
    #expect(try JSONText.decode(BiclusterFit.self, from: JSONText.encode(fit())) == fit())
  }
}
