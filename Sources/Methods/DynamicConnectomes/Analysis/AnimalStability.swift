import Parallel

/// How far the components stay when one animal is left out.
public struct AnimalStability: Sendable, Hashable, Codable {
  /// For each animal that was left out, and each component, the mean cosine of its time and pair factors with the matched ones.
  public let cosines: [String: [Double]]
  /// For each component the least over the animals.
  public let least: [Double]

  /// Gathers the outcomes.
  ///
  /// - Parameters:
  ///   - fit: of all animals.
  ///   - parts: the outcome of ``part(_:fit:neurons:plan:threads:check:)`` for every animal.
  ///   - animals: their names.
  public init(_ fit: NonnegativeCP, parts: [[Double]], animals: [String]) {
    cosines = Dictionary(uniqueKeysWithValues: zip(animals, parts))
    least = (0..<fit.rank).map { r in parts.map { $0[r] }.min() ?? 1 }
  }

  /// The cosines without one animal, component by component.
  ///
  /// - Parameters:
  ///   - tensor: of the other animals, at the times of the fit.
  ///   - fit: of all animals.
  ///   - neurons: the neurons of that fit.
  ///   - plan: as for the whole.
  ///   - threads: most threads to use; the result does not depend on it.
  ///   - check: called after each sweep; may throw to stop.
  public static func part(
    _ tensor: AffinityTensor, fit: NonnegativeCP, neurons: [String], plan: ConnectomePlan,
    threads: Int = availableThreads, check: @Sendable () throws -> Void = {}
  ) throws -> [Double] {
    let other = try CPEnsemble(
      tensor.tensor, fit: plan.factorization, restarts: plan.restarts, threads: threads,
      report: { _, _, _ in try check() }
    ).best
    // Neurons that only the left-out animal had are not in the other fit: their pairs count as 0 there.
    let places = Dictionary(uniqueKeysWithValues: tensor.neurons.enumerated().map { ($1, $0) })
    let pairs = NeuronPairs(neurons: tensor.neurons.count)
    var moved: [Double] = []
    for (i, j) in NeuronPairs(neurons: neurons.count).all {
      if let a = places[neurons[i]], let b = places[neurons[j]] {
        let row = pairs.index(min(a, b), max(a, b)) * other.rank
        moved += other.pair[row..<(row + other.rank)]
      } else {
        moved += Array(repeating: 0, count: other.rank)
      }
    }
    let aligned = NonnegativeCP(
      FactorTriple(
        rank: other.rank, modes: [other.time, Array(repeating: 1, count: fit.animal.count), moved]),
      errors: [], converged: true, reseeded: 0)
    return CPAlignment(fit, aligned, modes: [0, 2]).cosines
  }
}
