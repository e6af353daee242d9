import Foundation

/// A graph as the search of block models reads it: each node's neighbours, with several edges joined, and tables of logarithms.
final class GraphIndex: Sendable {
  /// What joins a node to one neighbour.
  struct Link: Sendable {
    var node: Int32
    var edges: Int32
    var weight: Double
    var squares: Double
  }

  let source: WeightedGraph
  let nodes: Int
  let edges: [WeightedGraph.Edge]
  let starts: [Int]
  let links: [Link]
  let loops: [BlockLevel.Sums]
  let degrees: [Int32]
  let mostDegree: Int
  let numbers: PartitionNumbers
  let law: WeightLaw
  private let logarithms: [Double]
  static let logTwo = Foundation.log(2.0)

  init(_ graph: WeightedGraph, weights: BlockModel.Weights, numbers: PartitionNumbers? = nil) {
    source = graph
    nodes = graph.nodes
    edges = graph.edges
    var loops = [BlockLevel.Sums](repeating: BlockLevel.Sums(), count: nodes)
    var neighbours = [[Int32: Link]](repeating: [:], count: nodes)
    for edge in graph.edges {
      if edge.i == edge.j {
        loops[edge.i] += BlockLevel.Sums(
          edges: 1, count: 1, weight: edge.weight, squares: edge.weight * edge.weight)
        continue
      }
      for (a, b) in [(edge.i, edge.j), (edge.j, edge.i)] {
        var link = neighbours[a][Int32(b)] ?? Link(node: Int32(b), edges: 0, weight: 0, squares: 0)
        link.edges += 1
        link.weight += edge.weight
        link.squares += edge.weight * edge.weight
        neighbours[a][Int32(b)] = link
      }
    }
    self.loops = loops
    var starts = [0]
    var links: [Link] = []
    for own in neighbours {
      links += own.values.sorted { $0.node < $1.node }
      starts.append(links.count)
    }
    self.starts = starts
    self.links = links
    degrees = graph.degrees.map { Int32($0) }
    mostDegree = graph.degrees.max() ?? 0
    self.numbers = numbers ?? PartitionNumbers(sum: 2 * edges.count, parts: nodes)
    law = WeightLaw(weights, graph)
    logarithms = (0...max(nodes, 2)).map { $0 == 0 ? 0 : Foundation.log(Double($0)) }
  }

  /// ln n, 0 for n = 0.
  @inline(__always)
  func log(_ n: Int) -> Double { n < logarithms.count ? logarithms[n] : Foundation.log(Double(n)) }

  /// The description length in nats, counted anew.
  func length(_ levels: [[Int]], model: BlockModel) -> Double {
    DescriptionLength.nested(source, levels, model: model, numbers: numbers).total
  }
}
