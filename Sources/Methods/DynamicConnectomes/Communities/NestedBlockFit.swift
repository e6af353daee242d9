import Parallel
import Probability

/// How a graph's hierarchy of communities is found.
public struct NestedBlockFit: Sendable, Hashable, Codable {
  /// Which variants compete by description length.
  public enum DegreeCorrection: String, Sendable, Hashable, Codable, CaseIterable {
    /// With and without; the shorter wins.
    case both
    /// Degrees are parameters.
    case on
    /// They are not.
    case off
  }

  /// Which variants compete.
  public var degreeCorrection = DegreeCorrection.both
  /// The law of the weights.
  public var weights = BlockModel.Weights.exponential
  /// Independent searches of each variant; the shortest description wins.
  public var attempts = 1
  /// Further rounds of moves, merges and random splits that only shorten the description.
  public var refinements = 0
  /// Fixes all chance.
  public var seed: UInt64 = 1

  /// One search of each variant.
  public init() {}

  /// What was found for one variant.
  public struct Outcome: Sendable, Hashable, Codable {
    /// The shortest description.
    public let best: CommunityHierarchy
    /// The best of every variant, the shortest first.
    public let variants: [CommunityHierarchy]
  }

  /// - Throws: ``ConnectomeError`` for settings out of range.
  public func validate() throws(ConnectomeError) {
    guard (1...1000).contains(attempts) else {
      throw .outOfRange(name: "attempts", value: "\(attempts)", allowed: "1 to 1000")
    }
    guard (0...100_000).contains(refinements) else {
      throw .outOfRange(name: "refinements", value: "\(refinements)", allowed: "0 to 100000")
    }
  }

  /// Finds the hierarchy with the shortest description.
  ///
  /// - Parameters:
  ///   - graph: at least two nodes and one edge; weights as the law allows.
  ///   - threads: most threads to use; the result does not depend on it.
  ///   - check: called now and then; may throw to stop.
  /// - Throws: ``ConnectomeError`` that names a bad edge, and what `check` throws.
  public func run(
    _ graph: WeightedGraph, threads: Int = availableThreads, check: @Sendable () throws -> Void = {}
  ) throws -> Outcome {
    try validate()
    try BlockModel(weights: weights).validate(graph)
    let kinds = degreeCorrection == .both ? [false, true] : [degreeCorrection == .on]
    let index = GraphIndex(graph, weights: weights)
    let found = try parallelMap(count: kinds.count * attempts, threads: threads) { part in
      let model = BlockModel(degreeCorrected: kinds[part / attempts], weights: weights)
      var search = HierarchySearch(index, model: model, seed: seed, attempt: part % attempts)
      try search.run(check: check)
      if refinements > 0 { try search.refine(rounds: refinements, check: check) }
      return CommunityHierarchy(graph, search.partitions, model: model)
    }
    let variants = kinds.indices.map { kind in
      found[(kind * attempts)..<((kind + 1) * attempts)].min { $0.descriptionLength < $1.descriptionLength }!
    }.sorted { $0.descriptionLength < $1.descriptionLength }
    return Outcome(best: variants[0], variants: variants)
  }
}
