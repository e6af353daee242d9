import Probability

/// How well simple methods find planted groups of neurons.
public struct BaselineScore: Sendable, Hashable, Codable {
  /// Mean over motifs of the largest F1 of a community of windowed correlation, by Louvain, in the motif's stretch.
  public let louvainF1: Double
  /// The same by Leiden.
  public let leidenF1: Double
  /// The same of the groups of a non-negative factorisation of the traces, each neuron in its strongest component.
  public let nonnegativeFactorsF1: Double

  /// Scores the baselines on simulated recordings.
  ///
  /// - Parameters:
  ///   - traces: the recordings.
  ///   - truth: what was planted; the baselines are told the stretches, and the factorisation the number of motifs.
  ///   - seed: of their chance.
  public init(_ traces: TraceSet, truth: [CalciumSimulation.Motif], seed: UInt64 = 1) throws {
    let groups = truth.map { motif in
      Set(traces.neurons.indices.filter { motif.neurons.contains(traces.neurons[$0]) })
    }
    func correlation(_ algorithm: Modularity.Algorithm) throws -> Double {
      let found = try CorrelationCommunities(
        traces, windows: truth.map { $0.on...$0.off }, algorithm: algorithm, seed: seed)
      return mean(zip(found.windows, groups).map { ConnectomeScore.bestF1($0.labels, $1) })
    }
    louvainF1 = try correlation(.louvain)
    leidenF1 = try correlation(.leiden)
    let factors = try NonnegativeFactors(traces, rank: min(truth.count, traces.neurons.count), seed: seed)
    nonnegativeFactorsF1 = mean(groups.map { ConnectomeScore.bestF1(factors.labels, $0) })
  }
}
