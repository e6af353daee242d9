import Foundation
import Parallel

/// Fits that differ in the number of factors, the size of bins, or in having one trajectory for all neurons, compared by how
/// well they predict hidden counts.
public struct BiclusterScan: Sendable {
  /// What the fits have in common; some counts must be hidden.
  public var fit: BiclusterFit
  /// Numbers of factors to try.
  public var factors: [Int]
  /// Numbers of neighbouring bins to sum.
  public var binFactors: [Int]
  /// Whether to add, for each bin size, a switching linear dynamical system: all neurons on one trajectory that has as many
  /// rows as the clusters of the first fit together, at most 8 factors.
  public var includesBaseline: Bool

  /// A scan.
  public init(fit: BiclusterFit, factors: [Int], binFactors: [Int], includesBaseline: Bool) {
    self.fit = fit
    self.factors = factors
    self.binFactors = binFactors
    self.includesBaseline = includesBaseline
  }

  /// Number of fits.
  public var fits: Int { binFactors.count * (factors.count + (includesBaseline ? 1 : 0)) }

  /// One fit of a scan.
  public struct Entry: Sendable, Codable {
    /// Whether all neurons share one trajectory.
    public let isBaseline: Bool
    /// Latent factors of a cluster.
    public let factors: Int
    /// Neighbouring bins that were summed.
    public let binFactor: Int
    /// The most frequent number of clusters.
    public let clusters: Int
    /// The most frequent number of occupied states.
    public let states: Int
    /// log predictive probability of the hidden counts over their number.
    public let logLikelihoodPerCount: Double
    /// The same less that of each neuron's mean rate, over the number of hidden spikes, in nats.
    public let gainPerSpike: Double
  }

  /// Checks every setting.
  public func validate(counts: SpikeCounts) throws(BiclusteringError) {
    guard !factors.isEmpty, !binFactors.isEmpty else {
      throw .outOfRange(name: "the number of settings to try", value: "0", allowed: "at least 1")
    }
    for binFactor in binFactors {
      let table = try counts.coarsened(by: binFactor)
      for p in factors {
        var fit = fit
        fit.model.factors = p
        try fit.validate(counts: table)
        guard !fit.hiddenPlaces(of: table).isEmpty else {
          throw .outOfRange(
            name: "the held-out share", value: "\(fit.hiddenShare)", allowed: "enough to hide a count")
        }
      }
    }
  }

  /// Runs all fits, one after the other.
  ///
  /// - Parameter report: called now and then with sweeps done since the last call and a line; an error stops the scan.
  public func run(
    _ counts: SpikeCounts, threads: Int = availableThreads,
    report: @Sendable (Int, String) throws -> Void = { _, _ in }
  ) throws -> [Entry] {
    try validate(counts: counts)
    var entries: [Entry] = []
    for binFactor in binFactors {
      let table = try counts.coarsened(by: binFactor)
      func measure(_ fit: BiclusterFit) throws -> Entry {
        let draws = try fit.run(table, threads: threads, report: { _, _, line in try report(8, line) })
        let similarity = BiclusterSimilarity(draws, neurons: table.neurons, bins: table.bins)
        let summary = PosteriorSummary(fit, chains: draws, similarity: similarity)
        let scores = RatePrediction(fit, counts: table, chains: draws).scores
        let own = scores.heldOutLogLikelihoodPerCount!
        let hidden = fit.hiddenPlaces(of: table)
        let spikes = hidden.reduce(0.0) { $0 + Double(table.values[$1]) }
        func mode(_ law: [String: Double]) -> Int {
          Int(law.max { ($0.value, $1.key) < ($1.value, $0.key) }!.key)!
        }
        return Entry(
          isBaseline: fit.model.fixesLabels, factors: fit.model.factors, binFactor: binFactor,
          clusters: mode(summary.neuronClusters), states: mode(summary.states), logLikelihoodPerCount: own,
          gainPerSpike: (own - scores.meanRateLogLikelihoodPerCount!) * Double(hidden.count) / max(1, spikes))
      }
      for p in factors {
        var own = fit
        own.model.factors = p
        entries.append(try measure(own))
      }
      if includesBaseline {
        let first = entries[entries.count - factors.count]
        var own = fit
        own.model.fixesLabels = true
        own.model.factors = min(8, max(1, min(table.bins / 3, first.clusters * (first.factors + 1) - 1)))
        own.start = .oneCluster
        entries.append(try measure(own))
      }
    }
    return entries
  }
}
