import Foundation
import Probability

/// Communities of greatest asymptotic surprise (Traag, Aldecoa and Delvenne 2015), a baseline without a model of the graph.
///
/// With m the total weight, q the share of it within communities, and p the share of all pairs of nodes that lie within them, the
/// quality is m · D(q ‖ p), D(q ‖ p) = q ln(q/p) + (1 − q) ln((1 − q)/(1 − p)): how unlikely a random graph has so much within.
/// Scaling all weights changes nothing but the quality's unit.
public enum Surprise {
  /// The quality of a partition, 0 or more.
  ///
  /// - Parameters:
  ///   - graph: weights not negative; loops count within.
  ///   - labels: a label for every node.
  public static func quality(_ graph: WeightedGraph, _ labels: [Int]) -> Double {
    precondition(labels.count == graph.nodes, "Surprise: there must be a label for every node")
    let total = graph.edges.reduce(0.0) { $0 + $1.weight }
    let within = graph.edges.reduce(0.0) { labels[$1.i] == labels[$1.j] ? $0 + $1.weight : $0 }
    var pairs = 0
    for (node, label) in labels.enumerated() { pairs += labels[..<node].count { $0 == label } }
    return divergence(within: within, pairs: Double(pairs), total: total, nodes: graph.nodes) * total
  }

  /// D(q ‖ p)
  private static func divergence(within: Double, pairs: Double, total: Double, nodes: Int) -> Double {
    let all = Double(nodes) * Double(nodes - 1) / 2
    guard total > 0, all > 0 else { return 0 }
    func term(_ q: Double, _ p: Double) -> Double { q <= 0 ? 0 : q * log(q / p) }
    // What moves in and out of communities leaves rounding errors.
    let (q, p) = (min(1, max(0, within / total)), pairs / all)
    return term(q, p) + term(1 - q, 1 - p)
  }

  /// A label for every node: moves of single nodes, then of whole communities, as long as the quality rises (the steps of Louvain),
  /// once from single nodes and once from one community; the better is taken.
  ///
  /// Partitions with less within communities than chance has, which the quality praises too, are not considered.
  ///
  /// - Parameters:
  ///   - graph: weights not negative.
  ///   - seed: fixes the order of the moves.
  /// - Throws: ``ConnectomeError`` for a negative weight.
  public static func communities(_ graph: WeightedGraph, seed: UInt64 = 1) throws(ConnectomeError) -> [Int] {
    for edge in graph.edges where edge.weight < 0 {
      throw .badEdge(
        place: "edge '\(graph.names[edge.i])' - '\(graph.names[edge.j])'",
        problem: "its weight is \(edge.weight), but surprise needs weights that are not negative")
    }
    var stream = RandomStream(seed: seed, "surprise")
    let apart = search(graph, from: Array(0..<graph.nodes), &stream)
    let together = search(graph, from: [Int](repeating: 0, count: graph.nodes), &stream)
    return quality(graph, together) > quality(graph, apart) + 1e-9 ? together : apart
  }

  private static func search(_ graph: WeightedGraph, from start: [Int], _ stream: inout RandomStream) -> [Int]
  {
    var labels = start
    while true {
      let before = labels
      // Single nodes first, from where they are; then communities as wholes until none moves.
      var state = State(graph, items: Array(0..<graph.nodes), labels: labels)
      state.moveAll(&stream)
      labels = canonicalLabels(state.groups)
      while true {
        var wholes = State(graph, items: labels, labels: Array(0..<((labels.max() ?? -1) + 1)))
        guard wholes.moveAll(&stream) else { break }
        labels = canonicalLabels(labels.map { wholes.groups[$0] })
      }
      if labels == before { return labels }
    }
  }

  /// Items, which are sets of nodes, in groups.
  private struct State {
    private(set) var groups: [Int]
    /// Weight that joins an item to others.
    private var links: [[(item: Int, weight: Double)]]
    private var sizes: [Double]
    private var groupSizes: [Double]
    private var within: Double
    private var pairs: Double
    private let total: Double
    private let nodes: Int
    private var weightTo: [Double]

    /// - Parameters:
    ///   - items: the item of every node, from 0 without gaps.
    ///   - labels: the group of every item, each below the number of items.
    init(_ graph: WeightedGraph, items: [Int], labels: [Int]) {
      let count = labels.count
      groups = labels
      nodes = graph.nodes
      total = graph.edges.reduce(0.0) { $0 + $1.weight }
      var joined = [[Int: Double]](repeating: [:], count: count)
      within = 0
      for edge in graph.edges {
        let (a, b) = (items[edge.i], items[edge.j])
        if labels[a] == labels[b] { within += edge.weight }
        if a == b { continue }
        joined[a][b, default: 0] += edge.weight
        joined[b][a, default: 0] += edge.weight
      }
      links = joined.map { $0.sorted { $0.key < $1.key }.map { (item: $0.key, weight: $0.value) } }
      sizes = [Double](repeating: 0, count: count)
      for item in items { sizes[item] += 1 }
      groupSizes = [Double](repeating: 0, count: count)
      for item in 0..<count { groupSizes[labels[item]] += sizes[item] }
      pairs = 0
      for size in groupSizes { pairs += size * (size - 1) / 2 }
      weightTo = [Double](repeating: 0, count: count)
    }

    /// Moves items to the best neighbouring or empty group until none moves.
    ///
    /// - Returns: whether any moved.
    @discardableResult
    mutating func moveAll(_ stream: inout RandomStream) -> Bool {
      var order = Array(groups.indices)
      var hasMoved = false
      while true {
        stream.shuffle(&order)
        let moved = order.count { move($0) }
        if moved == 0 { return hasMoved }
        hasMoved = true
      }
    }

    /// The divergence, below 0 where less lies within than chance has.
    private func value(_ within: Double, _ pairs: Double) -> Double {
      let value = divergence(within: within, pairs: pairs, total: total, nodes: nodes)
      return within * Double(nodes) * Double(nodes - 1) / 2 < pairs * total ? -value : value
    }

    private mutating func move(_ item: Int) -> Bool {
      let own = groups[item]
      var candidates: [Int] = []
      for link in links[item] {
        let group = groups[link.item]
        if weightTo[group] == 0, group != own { candidates.append(group) }
        weightTo[group] += link.weight
      }
      defer {
        weightTo[own] = 0
        for group in candidates { weightTo[group] = 0 }
      }
      if groupSizes[own] > sizes[item], let empty = groupSizes.firstIndex(of: 0) { candidates.append(empty) }
      func quality(_ group: Int) -> (value: Double, within: Double, pairs: Double) {
        let inside = within + weightTo[group] - weightTo[own]
        let places = pairs + sizes[item] * (groupSizes[group] - groupSizes[own] + sizes[item])
        return (value(inside, places), inside, places)
      }
      var best = (group: own, value: value(within, pairs) + 1e-12)
      for group in candidates {
        let value = quality(group).value
        if value > best.value { best = (group, value) }
      }
      guard best.group != own else { return false }
      (_, within, pairs) = quality(best.group)
      groupSizes[own] -= sizes[item]
      groupSizes[best.group] += sizes[item]
      groups[item] = best.group
      return true
    }
  }
}
