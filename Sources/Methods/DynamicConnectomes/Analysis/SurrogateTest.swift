import Foundation
import Parallel
import Probability

/// Whether components and communities are more than chance: the analysis repeated on traces of which each is shifted in time by a
/// random amount, around the end, so that every trace keeps its own course and loses its relation to the others.
///
/// The sample at which a shifted trace's end meets its beginning is unknown, so that the step there does not pass for a change.
public struct SurrogateTest: Sendable, Hashable, Codable {
  /// Number of shifted sets of recordings.
  public let surrogates: Int
  /// For each component, the share of surrogates with a component as large or larger: (1 + exceeding) / (1 + surrogates).
  ///
  /// A component's size is its norm. It is not held against the norm of the surrogate's tensor, which shrinks with what the
  /// shifts take away: the few meetings of bursts that are left would look large in it.
  public let componentP: [Double]
  /// For each component the same for the contrast of its communities: mean loading within them less that between them, over the
  /// mean of all; the surrogates' largest counts. `nil` where a component has one community.
  public let communityP: [Double?]
  /// Norm of each surrogate's largest component.
  public let largestComponents: [Double]
  /// Each surrogate's largest contrast.
  public let largestContrasts: [Double]

  /// One surrogate's outcome.
  public struct Draw: Sendable, Hashable, Codable {
    /// Norm of its largest component.
    public let component: Double
    /// Its largest contrast of communities.
    public let contrast: Double
  }

  /// Compares an analysis with surrogates.
  ///
  /// - Parameter draws: at least one.
  public init(_ analysis: ConnectomeAnalysis, _ fit: NonnegativeCP, draws: [Draw]) {
    precondition(!draws.isEmpty, "SurrogateTest: there must be a surrogate")
    surrogates = draws.count
    largestComponents = draws.map(\.component)
    largestContrasts = draws.map(\.contrast)
    func p(_ value: Double, _ others: [Double]) -> Double {
      Double(1 + others.count { $0 >= value }) / Double(1 + others.count)
    }
    componentP = analysis.motifs.map { p(fit.weights[$0.component], draws.map(\.component)) }
    communityP = analysis.motifs.map { motif in
      Self.contrast(fit.pairLoadings(of: motif.component), motif.communities).map {
        p($0, draws.map(\.contrast))
      }
    }
  }

  /// The recordings with each trace shifted.
  ///
  /// - Parameters:
  ///   - traces: the recordings.
  ///   - index: which surrogate.
  ///   - seed: fixes the shifts.
  public static func shifted(_ traces: TraceSet, index: Int, seed: UInt64) -> TraceSet {
    traces.mapTraces { animal, neuron, trace in
      var stream = RandomStream(seed: seed, "surrogate", index, animal, neuron)
      let by = stream.integer(below: trace.count)
      var moved = Array(trace[by...] + trace[..<by])
      if by > 0 { moved[trace.count - by] = .nan }
      return moved
    }
  }

  /// Analyses one surrogate.
  ///
  /// - Parameters:
  ///   - tensor: the affinities of shifted traces.
  ///   - plan: as for the recordings themselves.
  ///   - threads: most threads to use; the result does not depend on it.
  ///   - check: called after each sweep; may throw to stop.
  public static func draw(
    _ tensor: AffinityTensor, plan: ConnectomePlan, threads: Int = availableThreads,
    check: @Sendable () throws -> Void = {}
  ) throws -> Draw {
    let fit = try CPEnsemble(
      tensor.tensor, fit: plan.factorization, restarts: plan.restarts, threads: threads,
      report: { _, _, _ in try check() }
    ).best
    let hierarchies = try plan.hierarchies(of: fit, neurons: tensor.neurons, threads: threads, check: check)
    let contrasts = (0..<fit.rank).compactMap { contrast(fit.pairLoadings(of: $0), hierarchies[$0]) }
    return Draw(component: fit.weights.max() ?? 0, contrast: contrasts.max() ?? 0)
  }

  /// Mean loading within communities less that between them, over the mean of all.
  static func contrast(_ loadings: [Double], _ communities: CommunityHierarchy?) -> Double? {
    guard let labels = communities?.levels.first, labels.contains(where: { $0 != 0 }) else { return nil }
    var (within, between) = ([Double](), [Double]())
    for (pair, loading) in zip(NeuronPairs(neurons: labels.count).all, loadings) {
      if labels[pair.0] == labels[pair.1] { within.append(loading) } else { between.append(loading) }
    }
    let all = mean(loadings)
    guard !within.isEmpty, !between.isEmpty, all > 0 else { return nil }
    return (mean(within) - mean(between)) / all
  }
}
