import Biclustering
import Probability
import Testing

@Suite struct ScanTests {
  private func counts() throws -> SpikeCounts {
    var simulation = PublishedSimulation()
    simulation.neuronsPerCluster = 4
    simulation.bins = 120
    return try simulation.run(seed: 5).counts
  }

  private func fit(sweeps: Int) -> BiclusterFit {
    var fit = BiclusterFit()
    (fit.chains, fit.sweeps, fit.thinning, fit.hiddenShare) = (1, sweeps, 2, 0.1)
    fit.model.stateLimit = 3
    return fit
  }

  @Test func fitsAreComparedByHiddenCounts() throws {
    let scan = BiclusterScan(
      fit: fit(sweeps: 60), factors: [1, 2], binFactors: [1, 2], includesBaseline: true)
    let entries = try scan.run(counts())
    #expect(entries.count == scan.fits)
    #expect(entries.map(\.isBaseline) == [false, false, true, false, false, true])
    #expect(entries.map(\.binFactor) == [1, 1, 1, 2, 2, 2])
    #expect(entries.filter(\.isBaseline).allSatisfy { $0.clusters == 1 })
    // The counts follow trajectories, so that any fit beats mean rates.
    #expect(entries.allSatisfy { $0.gainPerSpike > 0 })
  }

  @Test func refusals() throws {
    let counts = try counts()
    var fit = fit(sweeps: 60)
    func message(_ factors: [Int], _ binFactors: [Int]) -> String {
      let scan = BiclusterScan(fit: fit, factors: factors, binFactors: binFactors, includesBaseline: false)
      let error = #expect(throws: BiclusteringError.self) { try scan.validate(counts: counts) }
      return "\(error!)"
    }
    #expect(message([], [1]) == "the number of settings to try is 0, but must be at least 1")
    #expect(message([9], [1]) == "the number of factors is 9, but must be 1 to 8")
    #expect(message([1], [50]) == "the factor of the bin size is 50, but must be 1 to 40 for 120 bins")
    fit.hiddenShare = 0
    #expect(message([1], [1]) == "the held-out share is 0.0, but must be enough to hide a count")
  }

  /// Labels that are held stay as given.
  @Test func givenLabelsAreKept() throws {
    let counts = try counts()
    var fit = fit(sweeps: 40)
    let labels = (0..<12).map { $0 % 2 }
    fit.start = .labels(labels)
    fit.model.fixesLabels = true
    let chains = try fit.run(counts)
    for draw in 0..<Int(chains[0].count) {
      let own = chains[0].labels[(draw * 12)..<(draw * 12 + 12)].map(Int.init)
      #expect(canonicalLabels(own) == labels)
    }
  }
}
