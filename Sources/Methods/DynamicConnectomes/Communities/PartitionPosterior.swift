import Parallel
import Probability

/// Partitions drawn from their posterior, and what most of them agree on.
public struct PartitionPosterior: Sendable, Hashable, Codable {
  /// Draws that were kept.
  public let draws: Int
  /// How often two nodes shared a group of the lowest level, `[node, node]`.
  public let comembership: [Double]
  /// The partition of the lowest level nearest to the draws, by variation of information.
  public let consensus: [Int]
  /// How often the lowest level had so many groups.
  public let groups: [String: Double]
  /// The description length at every kept draw, chain by chain, in nats.
  public let lengths: [[Double]]
  /// Split R-hat of the description lengths; near 1 when the chains agree, `nil` below 8 draws a chain.
  public let rHat: Double?

  /// Draws partitions of as many levels as the start has.
  ///
  /// - Parameters:
  ///   - graph: as ``NestedBlockFit/run(_:threads:check:)`` takes it.
  ///   - start: where the chains begin.
  ///   - chains: independent chains, one on each thread.
  ///   - sweeps: of each chain after the first `burnIn`.
  ///   - burnIn: sweeps that are dropped.
  ///   - thinning: sweeps from one kept draw to the next.
  ///   - seed: fixes all chance.
  ///   - threads: most threads to use; the result does not depend on it.
  ///   - check: called after each sweep; may throw to stop.
  public init(
    _ graph: WeightedGraph, from start: CommunityHierarchy, chains: Int = 2, sweeps: Int = 500,
    burnIn: Int = 100, thinning: Int = 5, seed: UInt64 = 1, threads: Int = availableThreads,
    check: @Sendable () throws -> Void = {}
  ) throws {
    guard (1...1000).contains(chains) else {
      throw ConnectomeError.outOfRange(name: "chains", value: "\(chains)", allowed: "1 to 1000")
    }
    guard thinning >= 1, sweeps >= thinning, burnIn >= 0, sweeps <= 10_000_000, burnIn <= 10_000_000 else {
      throw ConnectomeError.outOfRange(
        name: "sweeps, burn-in, thinning", value: "\(sweeps), \(burnIn), \(thinning)",
        allowed: "positive, with at least one kept draw")
    }
    let model = BlockModel(degreeCorrected: start.degreeCorrected, weights: start.weights)
    try model.validate(graph)
    let index = GraphIndex(graph, weights: model.weights)
    let found = start.nestedPartitions
    // Above a single group stands a level for the groups that may appear.
    let partitions = found.count == 1 ? found + [[0]] : found
    let results = try parallelMap(count: chains, threads: threads) { chain in
      var sampler = BlockSampler(
        index, model: model, partitions: partitions, stream: RandomStream(seed: seed, "block chain", chain))
      var labels: [[Int]] = []
      var lengths: [Double] = []
      for sweep in 0..<(burnIn + sweeps) {
        sampler.sweep()
        try check()
        if sweep >= burnIn, (sweep - burnIn + 1) % thinning == 0 {
          labels.append(sampler.state.partitions[0])
          lengths.append(sampler.length)
        }
      }
      return (labels, lengths)
    }
    var similarity = PosteriorSimilarity(items: graph.nodes)
    var counts: [Int: Int] = [:]
    for labels in results.flatMap(\.0) {
      similarity.add(labels)
      counts[(labels.max() ?? -1) + 1, default: 0] += 1
    }
    let total = results.reduce(0) { $0 + $1.0.count }
    draws = total
    comembership = similarity.matrix
    consensus = similarity.partition(.variationOfInformation)
    groups = Dictionary(
      uniqueKeysWithValues: counts.map { ("\($0.key)", Double($0.value) / Double(total)) })
    lengths = results.map(\.1)
    rHat = (lengths.first?.count ?? 0) >= 8 ? ConvergenceDiagnostics(chains: lengths).rHat : nil
  }
}
