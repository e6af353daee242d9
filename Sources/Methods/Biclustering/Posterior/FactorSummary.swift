import Probability

/// What chains say about the numbers of factors, where these are inferred.
public struct FactorSummary: Sendable, Codable {
  /// Number of factors of the cluster of a neuron chosen at random → probability.
  public let overall: [String: Double]
  /// The same for each part of the point partition of the neurons: number of factors of the cluster that most of its neurons are
  /// in → probability.
  public let parts: [[String: Double]]

  /// Pools the draws of all chains.
  ///
  /// - Parameter partition: the part of every neuron.
  public init(_ chains: [ChainDraws], partition: [Int]) {
    let n = partition.count
    let members = (0..<((partition.max() ?? -1) + 1)).map { part in
      partition.indices.filter { partition[$0] == part }
    }
    var counts: [String: Double] = [:]
    var own = [[String: Double]](repeating: [:], count: members.count)
    var draws = 0.0
    for chain in chains {
      for draw in 0..<Int(chain.count) {
        let labels = chain.labels[(draw * n)..<((draw + 1) * n)].map(Int.init)
        let factors = chain.factors[(draw * n)..<((draw + 1) * n)].map(Int.init)
        draws += 1
        for value in factors { counts["\(value)", default: 0] += 1 / Double(n) }
        for (part, members) in members.enumerated() {
          var votes: [Int: Int] = [:]
          for i in members { votes[labels[i], default: 0] += 1 }
          let label = votes.max { ($0.value, $1.key) < ($1.value, $0.key) }!.key
          own[part]["\(factors[labels.firstIndex(of: label)!])", default: 0] += 1
        }
      }
    }
    overall = counts.mapValues { $0 / draws }
    parts = own.map { $0.mapValues { $0 / draws } }
  }
}
