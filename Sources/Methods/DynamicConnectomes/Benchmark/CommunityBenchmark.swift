import Probability

/// Scores of community detection on networks with planted communities.
public struct CommunityBenchmark: Sendable, Hashable, Codable {
  /// One network.
  public struct Score: Sendable, Hashable, Codable {
    /// Its kind, from 1.
    public let kind: Int
    /// Its number among those of the kind, from 1.
    public let number: Int
    /// Planted communities.
    public let planted: Int
    /// NMI of the block model's finest level.
    public let lowestLevel: Double
    /// NMI of the level that is best, which only the planted partition can tell.
    public let bestLevel: Double
    /// NMI of Louvain's communities.
    public let louvain: Double
    /// NMI of Leiden's.
    public let leiden: Double
    /// NMI of those of greatest asymptotic surprise.
    public let surprise: Double
    /// Groups of each level.
    public let groups: [Int]
    /// Whether degrees were parameters of the shorter description.
    public let degreeCorrected: Bool
    /// The description length in nats.
    public let descriptionLength: Double
    /// That of the planted partition under the same model.
    public let plantedLength: Double
  }

  /// Means over the networks of one kind.
  public struct Mean: Sendable, Hashable, Codable {
    /// The kind, from 1.
    public let kind: Int
    /// Number of networks.
    public let networks: Int
    /// Mean of the finest levels.
    public let lowestLevel: Double
    /// Mean of the best levels.
    public let bestLevel: Double
    /// Mean of Louvain's.
    public let louvain: Double
    /// Mean of Leiden's.
    public let leiden: Double
    /// Mean of those of greatest surprise.
    public let surprise: Double
    /// Mean number of groups of the finest level.
    public let groups: Double
    /// Mean number of planted communities.
    public let planted: Double
  }

  /// All networks.
  public let scores: [Score]
  /// By kind.
  public let means: [Mean]

  /// Gathers scores.
  public init(_ scores: [Score]) {
    self.scores = scores
    means = Set(scores.map(\.kind)).sorted().map { kind in
      let own = scores.filter { $0.kind == kind }
      func average(_ value: (Score) -> Double) -> Double {
        own.reduce(0) { $0 + value($1) } / Double(own.count)
      }
      return Mean(
        kind: kind, networks: own.count, lowestLevel: average(\.lowestLevel), bestLevel: average(\.bestLevel),
        louvain: average(\.louvain), leiden: average(\.leiden), surprise: average(\.surprise),
        groups: average { Double($0.groups.first ?? 0) },
        planted: average { Double($0.planted) })
    }
  }

  /// A network of a kind with two communities at least, as the paper leaves out those with one.
  public static func network(kind: Int, number: Int, seed: UInt64) throws(ConnectomeError)
    -> LFRBenchmark.Network
  {
    let benchmark = LFRBenchmark(published: kind)
    for attempt in 0..<1000 {
      var stream = RandomStream(seed: seed, "benchmark network", kind, number, attempt)
      let network = try benchmark.make(seed: stream.next())
      if (network.labels.max() ?? 0) >= 1 { return network }
    }
    throw .badGraph(problem: "no network of kind \(kind) had two communities")
  }

  /// Scores one network.
  public static func score(
    _ network: LFRBenchmark.Network, kind: Int, number: Int, fit: NestedBlockFit, doubled: Bool, seed: UInt64,
    check: @Sendable () throws -> Void = {}
  ) throws -> Score {
    let graph = doubled ? network.graph.doubled() : network.graph
    let found = try fit.run(graph, threads: 1, check: check).best
    func agreement(_ labels: [Int]) -> Double {
      PartitionAgreement(network.labels, labels).normalizedMutualInformation
    }
    let planted = canonicalLabels(network.labels)
    let groups = (planted.max() ?? 0) + 1
    let levels = found.levels.map(agreement)
    return Score(
      kind: kind, number: number, planted: groups, lowestLevel: levels[0], bestLevel: levels.max() ?? 0,
      louvain: agreement(try Modularity.communities(network.graph, by: .louvain, seed: seed)),
      leiden: agreement(try Modularity.communities(network.graph, by: .leiden, seed: seed)),
      surprise: agreement(try Surprise.communities(network.graph, seed: seed)),
      groups: found.groups, degreeCorrected: found.degreeCorrected,
      descriptionLength: found.descriptionLength,
      plantedLength: DescriptionLength.nested(
        graph, [planted, Array(repeating: 0, count: groups)],
        model: BlockModel(degreeCorrected: found.degreeCorrected, weights: found.weights)
      ).total)
  }
}
