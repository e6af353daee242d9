/// Communities of communities of a graph's nodes.
public struct CommunityHierarchy: Sendable, Hashable, Codable {
  /// A label for every node on each level, finest first; the last level has one group.
  public let levels: [[Int]]
  /// Number of groups of each level.
  public let groups: [Int]
  /// Nats that describe the graph, weights included.
  public let descriptionLength: Double
  /// The same by terms.
  public let terms: DescriptionLength
  /// Whether every node's degree is a parameter.
  public let degreeCorrected: Bool
  /// The law of the weights.
  public let weights: BlockModel.Weights

  /// A hierarchy.
  ///
  /// - Parameter partitions: a label for every node, then for every group of the level below.
  init(_ graph: WeightedGraph, _ partitions: [[Int]], model: BlockModel) {
    let terms = DescriptionLength.nested(graph, partitions, model: model)
    self.terms = terms
    descriptionLength = terms.total
    degreeCorrected = model.degreeCorrected
    weights = model.weights
    var levels: [[Int]] = []
    var labels = Array(0..<graph.nodes)
    for partition in partitions {
      labels = labels.map { partition[$0] }
      levels.append(labels)
      if labels.allSatisfy({ $0 == 0 }) { break }
    }
    self.levels = levels
    groups = levels.map { ($0.max() ?? -1) + 1 }
  }

  /// For each level a label for every group of the level below, as ``DescriptionLength/nested(_:_:model:convention:)`` takes it.
  public var nestedPartitions: [[Int]] {
    levels.indices.map { index in
      guard index > 0 else { return levels[0] }
      var above = [Int](repeating: 0, count: groups[index - 1])
      for (low, high) in zip(levels[index - 1], levels[index]) { above[low] = high }
      return above
    }
  }

  /// Nodes in an order in which groups of all levels stand together.
  public var order: [Int] {
    let nodes = levels.first?.indices ?? 0..<0
    return nodes.sorted { a, b in
      for level in levels.reversed() where level[a] != level[b] { return level[a] < level[b] }
      return a < b
    }
  }
}
