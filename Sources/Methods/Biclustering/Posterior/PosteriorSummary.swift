import Foundation
import Laboratory
import Probability

/// What several chains say together.
public struct PosteriorSummary: Sendable, Codable {
  /// Number of neuron clusters → probability.
  public let neuronClusters: [String: Double]
  /// Number of occupied states → probability.
  public let states: [String: Double]
  /// The maxPEAR partition of the neurons.
  public let neuronPartition: [Int]
  /// The maxPEAR partition of the bins; a bin has the state that governs the step to the next, the last one that of the bin
  /// before.
  public let statePartition: [Int]
  /// Numbers of factors; `nil` where they are given.
  public let factors: FactorSummary?
  /// Split R̂ by quantity.
  public let rhat: [String: Double]
  /// Effective sample sizes of the centre by quantity.
  public let bulkEffectiveSize: [String: Double]
  /// Effective sample sizes of the tails by quantity.
  public let tailEffectiveSize: [String: Double]
  /// Geweke's score of each chain by quantity.
  public let geweke: [String: [Double]]
  /// Number of draws of all chains.
  public let draws: Int
  /// The share of sweeps after the burn-in in which every state was occupied.
  public let fullStateShare: Double
  /// Mean log joint density of each chain after the burn-in.
  public let logDensity: [Double]
  /// log predictive probability of the hidden counts, all chains pooled; `nil` when none were hidden.
  public let heldOutLogLikelihood: Double?
  /// Number of hidden counts.
  public let heldOutCounts: Int?
  /// The share of accepted exchanges of all chains between each power of the likelihood and the next, 1 first; `nil` without
  /// tempering.
  public let swapAcceptance: [Double]?
  /// How often each walker of each chain came from power 1 to the smallest and back; `nil` without tempering.
  public let roundTrips: [[Int]]?

  /// Summarises the chains of a fit.
  public init(_ fit: BiclusterFit, chains: [ChainDraws], similarity: BiclusterSimilarity) {
    func share(_ values: [Int32]) -> [String: Double] {
      var counts: [String: Double] = [:]
      for value in values { counts["\(value)", default: 0] += 1 }
      return counts.mapValues { $0 / Double(values.count) }
    }
    let burnt = Int(fit.burnIn * Double(fit.sweeps))
    let thinned = burnt / fit.thinning
    let kept = chains.map { Array($0.clusters.dropFirst(burnt)) }
    let occupied = chains.map { Array($0.occupied.dropFirst(burnt)) }
    neuronClusters = share(kept.flatMap { $0 })
    states = share(occupied.flatMap { $0 })
    neuronPartition = similarity.neurons.partition(.expectedAdjustedRand)
    let steps = similarity.states.partition(.expectedAdjustedRand)
    statePartition = steps + [steps.last!]
    factors = fit.model.infersFactors ? FactorSummary(chains, partition: neuronPartition) : nil
    var series: [String: [[Double]]] = [
      "clusters": kept.map { $0.map(Double.init) }, "states": occupied.map { $0.map(Double.init) },
      "logDensity": chains.map { Array($0.logDensity.dropFirst(thinned)) },
      "levelNorm": chains.map { Array($0.levelNorm.dropFirst(thinned)) },
      "logDispersion": chains.map { Array($0.logDispersion.dropFirst(thinned)) },
    ]
    if fit.model.infersFactors {
      series["factors"] = chains.map { $0.meanFactors.dropFirst(burnt).map(Double.init) }
    }
    let diagnostics = series.mapValues { ConvergenceDiagnostics(chains: $0) }
    rhat = diagnostics.mapValues(\.rHat)
    bulkEffectiveSize = diagnostics.mapValues(\.bulkEffectiveSize)
    tailEffectiveSize = diagnostics.mapValues(\.tailEffectiveSize)
    geweke = series.mapValues { $0.filter { $0.count >= 40 }.map { gewekeScore($0) } }
    draws = chains.reduce(0) { $0 + Int($1.count) }
    let all = occupied.flatMap { $0 }
    fullStateShare =
      Double(all.count { Int($0) == fit.model.stateLimit }) / Double(max(1, all.count))
    logDensity = chains.map { mean(Array($0.logDensity.dropFirst(thinned))) }
    let swaps = chains.compactMap(\.swaps)
    roundTrips = swaps.isEmpty ? nil : swaps.map(\.roundTrips)
    swapAcceptance = swaps.first.map { first in
      first.proposed.indices.map { pair in
        let proposed = swaps.reduce(0) { $0 + $1.proposed[pair] }
        return Double(swaps.reduce(0) { $0 + $1.accepted[pair] }) / Double(max(1, proposed))
      }
    }
    let hidden = chains[0].hidden.count
    heldOutCounts = hidden == 0 ? nil : hidden
    let total = log(Double(chains.reduce(0) { $0 + Int($1.count) }))
    heldOutLogLikelihood =
      hidden == 0
      ? nil
      : (0..<hidden).reduce(0.0) { sum, place in sum + logSumExp(chains.map { $0.hidden[place] }) - total }
  }

  /// R̂ of a quantity in ``rhat`` for people.
  ///
  /// - Returns: the number, or "infinite" when each chain stands still at a value of its own.
  public func rhatText(_ name: String, decimals: Int = 3) -> String {
    let value = rhat[name]!
    return value == .infinity ? "infinite" : String(format: "%.\(decimals)f", value)
  }

  /// What a user should know, a sentence each.
  public func warnings(_ fit: BiclusterFit) -> [String] {
    var texts: [String] = []
    if fullStateShare > 0.05, fit.model.stateLimit > 1 {
      texts.append(
        String(
          format: "all %d states were occupied in %.0f %% of the sweeps: raise the state limit",
          fit.model.stateLimit, 100 * fullStateShare))
    }
    let apart = rhat.filter { !($0.value < 1.05) }.keys.sorted()
    if fit.chains > 1, !apart.isEmpty {
      texts.append("the chains do not agree on \(apart.joined(separator: ", ")): run more sweeps")
    }
    if let least = swapAcceptance?.min(), let trips = roundTrips, trips.joined().allSatisfy({ $0 == 0 }) {
      texts.append(
        String(
          format:
            "no replica came from power 1 to the smallest and back; neighbours exchanged %.0f %% of the times or more: use more temperatures, a smaller range of powers or more sweeps",
          100 * least))
    }
    return texts
  }
}

/// Posterior similarities of neurons and of transitions.
public struct BiclusterSimilarity: Sendable {
  /// Of the neurons.
  public private(set) var neurons: PosteriorSimilarity
  /// Of the transitions t → t + 1.
  public private(set) var states: PosteriorSimilarity

  /// Pools the draws of all chains.
  public init(_ chains: [ChainDraws], neurons n: Int, bins: Int) {
    neurons = PosteriorSimilarity(items: n)
    states = PosteriorSimilarity(items: bins - 1)
    for chain in chains {
      for draw in 0..<Int(chain.count) {
        neurons.add(chain.labels[(draw * n)..<((draw + 1) * n)].map(Int.init))
        states.add(chain.states[(draw * (bins - 1))..<((draw + 1) * (bins - 1))].map(Int.init))
      }
    }
  }
}
