/// What an analysis found: the motifs, and how good the decomposition is.
public struct ConnectomeAnalysis: Sendable, Hashable, Codable {
  /// The animals' names.
  public let animals: [String]
  /// The neurons' names.
  public let neurons: [String]
  /// Samples a second, in Hz.
  public let samplingRate: Double
  /// Samples of the tensor.
  public let samples: Int
  /// The components, the largest first.
  public let motifs: [Motif]
  /// Relative error over the known affinities.
  public let relativeError: Double
  /// Mean similarity of the other restarts to the best; 1 with one start.
  public let similarity: Double
  /// Share of affinities that are exactly 0 among the known.
  public let zeros: Double
  /// Pairs that no animal has.
  public let unobservedPairs: [[String]]
  /// Traces that are constant, as `animal/neuron`.
  public let constantTraces: [String]
  /// Components that had died and were started again in the best fit.
  public let reseeded: Int

  /// Describes a decomposition.
  ///
  /// - Parameters:
  ///   - tensor: the affinities.
  ///   - ensemble: its fits.
  ///   - schedule: the stimuli.
  ///   - hierarchies: the communities of the best fit's components.
  ///   - plan: how all was made.
  public init(
    _ tensor: AffinityTensor, _ ensemble: CPEnsemble, schedule: StimulusSchedule?,
    hierarchies: [CommunityHierarchy?], plan: ConnectomePlan
  ) {
    animals = tensor.animals
    neurons = tensor.neurons
    samplingRate = tensor.samplingRate
    samples = tensor.tensor.times
    let best = ensemble.best
    motifs = (0..<best.rank).map { r in
      Motif(
        best, component: r, tensor: tensor, schedule: schedule, communities: hierarchies[r], plan: plan)
    }
    relativeError = best.relativeError
    let others = ensemble.similarities.dropFirst()
    similarity = others.isEmpty ? 1 : others.reduce(0, +) / Double(others.count)
    zeros = tensor.summary.zeros
    unobservedPairs = tensor.unobservedPairs
    constantTraces = tensor.constantTraces
    reseeded = best.reseeded
  }

  /// What a user should know about the decomposition.
  public var warnings: [String] {
    var lines: [String] = []
    if similarity < 0.9 {
      lines.append(
        "restarts agree only to \((similarity * 100).rounded() / 100); the components are not well determined at this rank"
      )
    }
    if reseeded > 0 {
      lines.append(
        "a component died \(reseeded) time\(reseeded == 1 ? "" : "s") and was started again; fewer components may do"
      )
    }
    for motif in motifs where motif.weight == 0 {
      lines.append("component \(motif.component + 1) is zero; there are fewer components than asked for")
    }
    return lines
  }
}
