import Biclustering
import Foundation
import Laboratory
import NeuralData
import Probability
import Testing

@Suite struct FitTests {
  private func simulation() throws -> PublishedSimulation.Outcome {
    var simulation = PublishedSimulation()
    simulation.neuronsPerCluster = 5
    simulation.bins = 200
    return try simulation.run(seed: 3)
  }

  private func fit(sweeps: Int, chains: Int = 2) -> BiclusterFit {
    var fit = BiclusterFit()
    fit.chains = chains
    fit.sweeps = sweeps
    fit.thinning = 2
    fit.model.stateLimit = 4
    fit.hiddenShare = 0.05
    return fit
  }

  /// The paper's own simulated counts, 3 clusters of 10 neurons.
  @Test func clustersOfTheSimulationAreFound() throws {
    let url = try #require(
      Bundle.module.url(forResource: "Fixtures/official_sim_counts", withExtension: "csv"))
    let counts = try SpikeCounts.read(url.path)
    let fit = fit(sweeps: 120)
    let chains = try fit.run(counts)
    let summary = PosteriorSummary(
      fit, chains: chains, similarity: BiclusterSimilarity(chains, neurons: 30, bins: 500))
    #expect(PartitionAgreement(summary.neuronPartition, (0..<30).map { $0 / 10 }).adjustedRandIndex > 0.9)
    #expect(summary.statePartition.count == 500)
    #expect(abs(summary.neuronClusters.values.reduce(0, +) - 1) < 1e-9)
    let scores = RatePrediction(fit, counts: counts, chains: chains).scores
    let hidden = try #require(summary.heldOutLogLikelihood)
    let perCount = try #require(scores.heldOutLogLikelihoodPerCount)
    #expect(abs(hidden / Double(summary.heldOutCounts!) - perCount) < 1e-9)
    #expect(perCount > scores.meanRateLogLikelihoodPerCount!)
    let bands = TrajectorySummary.all(chains, partition: summary.neuronPartition, rows: 3, bins: 500)
    #expect(bands.allSatisfy { zip($0.low, $0.high).allSatisfy { $0 <= $1 } })
  }

  @Test(arguments: [nil, Tempering(replicas: 3, hottest: 0.9)])
  func threadsAndInterruptionsChangeNothing(tempering: Tempering?) throws {
    let counts = try simulation().counts
    var fit = fit(sweeps: 40)
    fit.tempering = tempering
    let folder = NSTemporaryDirectory() + "biclustering-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let whole = try fit.run(counts, threads: 1)
    let place = try FitFolder(folder, fit: fit, counts: counts, resuming: false)
    #expect(throws: Interrupted.self) {
      try fit.run(counts, threads: 5, checkpoint: { place.checkpoint($0) }) { _, sweep, _ in
        if sweep >= 24 { throw Interrupted() }
      }
    }
    #expect(throws: FileError.self) { try FitFolder(reading: folder).chains() }
    let resumed = try fit.run(
      counts, threads: 2, checkpoint: { place.checkpoint($0) }, resuming: true)
    let read = try FitFolder(reading: folder).chains()
    for (a, b) in zip(whole + whole, resumed + read) {
      #expect(a.clusters == b.clusters)
      #expect(a.logDensity == b.logDensity)
      #expect(a.labels == b.labels)
      #expect(a.states == b.states)
      #expect(a.rateSum == b.rateSum)
      #expect(a.hidden == b.hidden)
      #expect(a.paths == b.paths)
      #expect(a.swaps == b.swaps)
      #expect((a.swaps == nil) == (tempering == nil))
    }
    var other = fit
    other.sweeps = 48
    #expect(throws: FileError.self) {
      try FitFolder(folder, fit: other, counts: counts, resuming: true)
    }
  }

  /// What a chain keeps grows by less than what would make 200 MB of 10,000 sweeps at a thinning of 10, trajectories kept in full
  /// for 200 draws only.
  @Test func keptDrawsStaySmall() throws {
    let url = try #require(
      Bundle.module.url(forResource: "Fixtures/official_sim_counts", withExtension: "csv"))
    let counts = try SpikeCounts.read(url.path)
    func kept(_ sweeps: Int) throws -> (all: Int, paths: Int, draws: Int) {
      var fit = BiclusterFit()
      (fit.chains, fit.sweeps, fit.burnIn, fit.start) = (1, sweeps, 0, .kMeans(clusters: 3))
      fit.model.fixesLabels = true  // for the time it takes; as much is kept
      let draws = try fit.run(counts)[0]
      let paths = 4 * (draws.paths.count + draws.pathDraws.count)
      let traces = 4 * (draws.clusters.count + draws.occupied.count + draws.labels.count)
      let doubles = 8 * (draws.logDensity.count + draws.levelNorm.count + draws.logDispersion.count)
      let fixed = 8 * (draws.rateSum.count + draws.rateSquares.count + draws.hidden.count)
      return (paths + traces + doubles + fixed + draws.states.count, paths, Int(draws.count))
    }
    let (short, long) = (try kept(40), try kept(80))
    #expect(long.draws == 2 * short.draws)
    let perDraw = Double(long.all - long.paths - short.all + short.paths) / Double(long.draws - short.draws)
    let perPath = Double(long.paths) / Double(long.draws)
    let whole = Double(long.all) + 1_000 * perDraw + 200 * perPath
    #expect(perDraw > 0 && perPath > 0)
    // The rest of the 200 MB is the program's and the sampler's own.
    #expect(whole < 50e6, "10,000 sweeps would keep \(whole) bytes")
  }

  @Test func comparisonMatchesLabels() {
    let agreement = FitComparison.Agreement([0, 0, 0, 1, 1, 2, 2], [2, 2, 0, 0, 0, 1, 1])
    #expect(agreement.second == [0, 0, 1, 1, 1, 2, 2])
    #expect(agreement.alike == 6)
  }

  /// Fits of earlier versions have no word of it.
  @Test func settingsWithoutTemperingAreAsBefore() {
    #expect(!JSONText.encode(BiclusterFit()).contains("tempering"))
  }

  @Test func settingsAreChecked() throws {
    let counts = try simulation().counts
    var short = fit(sweeps: 8)
    short.thinning = 8
    #expect(throws: BiclusteringError.tooFew(what: "draws after the burn-in", have: 0, need: 4)) {
      try short.validate(counts: counts)
    }
    var wide = fit(sweeps: 40)
    wide.model.factors = 99
    var tempered = fit(sweeps: 40)
    for (tempering, name) in [
      (Tempering(replicas: 1), "the number of temperatures"), (Tempering(hottest: 0), "the hottest power"),
      (Tempering(hottest: 1), "the hottest power"), (Tempering(hottest: .nan), "the hottest power"),
    ] {
      tempered.tempering = tempering
      let error = #expect(throws: BiclusteringError.self) { try tempered.validate(counts: counts) }
      #expect("\(error!)".hasPrefix(name))
    }
    #expect(
      throws: BiclusteringError.outOfRange(name: "the number of factors", value: "99", allowed: "1 to 8")
    ) {
      try wide.validate(counts: counts)
    }
  }
}
