import Parallel

/// The whole analysis of a set of recordings: affinities, components, and the communities of each component.
public struct ConnectomePlan: Sendable, Hashable, Codable {
  /// How affinities are computed.
  public var affinity = DifferentialAffinity()
  /// How the tensor is decomposed.
  public var factorization = CPFit()
  /// Random starts of the decomposition.
  public var restarts = 6
  /// Pairs whose loading is at most this share of a component's largest are no edges of its graph.
  public var edgeThreshold = 1e-3
  /// How communities are found.
  public var communities = NestedBlockFit()
  /// Most bytes of the tensor.
  public var memoryLimit = 8 << 30
  /// Strongest pairs that are listed for each component.
  public var listedPairs = 20

  /// The usual constants.
  public init() {}

  /// - Throws: ``ConnectomeError`` for a setting out of range.
  public func validate() throws(ConnectomeError) {
    guard (1...10_000).contains(restarts) else {
      throw .outOfRange(name: "restarts", value: "\(restarts)", allowed: "1 to 10000")
    }
    guard edgeThreshold >= 0, edgeThreshold < 1 else {
      throw .outOfRange(name: "edge threshold", value: "\(edgeThreshold)", allowed: "from 0 to below 1")
    }
    guard memoryLimit > 0 else {
      throw .outOfRange(name: "memory limit", value: "\(memoryLimit) bytes", allowed: "above 0")
    }
    try communities.validate()
  }

  /// The communities of every component; `nil` for one whose graph has no edges.
  ///
  /// - Parameter done: called when a component is finished.
  public func hierarchies(
    of fit: NonnegativeCP, neurons: [String], threads: Int = availableThreads,
    check: @Sendable () throws -> Void = {}, done: @Sendable (Int) -> Void = { _ in }
  ) throws -> [CommunityHierarchy?] {
    try parallelMap(count: fit.rank, threads: threads) { r in
      defer { done(r) }
      let graph = WeightedGraph(loadings: fit.pairLoadings(of: r), names: neurons, threshold: edgeThreshold)
      if graph.edges.isEmpty { return nil }
      return try communities.run(graph, threads: 1, check: check).best
    }
  }
}
