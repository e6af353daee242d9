import Foundation
import Testing

@testable import DynamicConnectomes

@Suite struct GraphTests {
  private let path = NSTemporaryDirectory() + "edges-" + UUID().uuidString + ".csv"

  private func read(_ text: String) throws -> WeightedGraph {
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    return try WeightedGraph.read(path)
  }

  @Test func tablesOfEdges() throws {
    #expect(try read("i,j,weight\n0,2,1.5\n").nodes == 3)
    #expect(try read("0,2\n2,3\n").edges.map(\.weight) == [1, 1])
    let named = try read("AWA, AWB, 2\nAWB,AWC,1e-3\n")
    #expect(named.names == ["AWA", "AWB", "AWC"] && named.edges[1] == .init(1, 2, weight: 1e-3))
    #expect(try read(named.encoded()) == named)
    #expect(try read("source,target,weight\n5,6,1\n").nodes == 7)
  }

  @Test(arguments: [
    ("", "PATH: the graph has no edges"), ("i,j,weight\n", "PATH: the graph has no edges"),
    ("0,1,1\n0,1,x\n", "PATH, line 2: 'x' is not a weight; expected a number"),
    ("0,1,1\n0\n", "PATH, line 2: the row has 1 fields; expected i,j,weight"),
    ("a,b,1\na,c,inf\n", "PATH, line 2, edge 'a' - 'c': its weight is inf, but must be finite"),
    (
      "a,b,1\na,c,-2\n",
      "edge 'a' - 'c': its weight is -2.0, but exponential weights must be above 0; leave the edge out, or give --weights normal"
    ),
    (
      "a,b,1\na,c,0\n",
      "edge 'a' - 'c': its weight is 0.0, but exponential weights must be above 0; leave the edge out, or give --weights normal"
    ),
    ("0,0,1\n", "the graph has 1 node; a partition needs at least 2"),
  ])
  func mistakes(text: String, message: String) throws {
    let error = #expect(throws: (any Error).self) { try NestedBlockFit().run(try read(text)) }
    #expect("\(error!)".replacing(path, with: "PATH") == message)
  }

  /// Negative weights are allowed under the normal law, which also finds groups by them.
  @Test func normalWeights() throws {
    var edges: [WeightedGraph.Edge] = []
    for i in 0..<12 {
      for j in (i + 1)..<12 {
        edges.append(
          .init(
            i, j, weight: (i < 6) == (j < 6) ? 3 + 0.1 * Double((i * j) % 5) : -3 - 0.1 * Double((i + j) % 5))
        )
      }
    }
    var fit = NestedBlockFit()
    fit.weights = .normal
    let graph = try WeightedGraph(nodes: 12, edges: edges)
    let best = try fit.run(graph).best
    #expect(best.levels[0] == (0..<12).map { $0 / 6 })
    // Scaling adds the same to all partitions: E ln c.
    let model = BlockModel(weights: .normal)
    let scaled = try graph.scaled(by: 50)
    for labels in [best.levels[0], Array(repeating: 0, count: 12), Array(0..<12)] {
      let change =
        DescriptionLength.flat(scaled, labels, model: model).total
        - DescriptionLength.flat(graph, labels, model: model).total
      #expect(abs(change - Double(edges.count) * log(50)) < 1e-6)
    }
  }

  /// The marginal density of normal weights, against numerical integration over mean and variance.
  @Test func normalDensityIsAnIntegral() throws {
    let weights = [0.5, 1.2, -0.3]
    let graph = try WeightedGraph(
      nodes: 4, edges: [.init(0, 1, weight: 2), .init(1, 2, weight: -1), .init(2, 3, weight: 0.5)])
    let law = WeightLaw(.normal, graph)
    let ours = law.normal(3, weights.reduce(0, +), weights.reduce(0) { $0 + $1 * $1 })
    // Prior: variance scaled inverse chi-square with one degree, mean normal around the centre with that variance.
    var sum = 0.0
    let steps = 1500
    for a in 0..<steps {
      let logVariance = -8 + 22 * (Double(a) + 0.5) / Double(steps)
      let variance = exp(logVariance)
      let prior =
        0.5 * log(law.variance / 2) - logGammaHalf - 1.5 * logVariance - law.variance / (2 * variance)
        + logVariance
      var inner = 0.0
      let spread = 12 * variance.squareRoot()
      for b in 0..<300 {
        let mean = law.mean - spread + 2 * spread * (Double(b) + 0.5) / 300
        let terms = weights.reduce(
          -0.5 * log(2 * Double.pi * variance) - pow(mean - law.mean, 2) / (2 * variance)
        ) {
          $0 - 0.5 * log(2 * Double.pi * variance) - pow($1 - mean, 2) / (2 * variance)
        }
        inner += exp(terms) * 2 * spread / 300
      }
      sum += exp(prior) * inner * 22 / Double(steps)
    }
    #expect(abs(ours + log(sum)) < 1e-3)
  }
  private let logGammaHalf = 0.5 * log(Double.pi)

  /// Partition numbers: exact from the table, near by the asymptotic law.
  @Test func numbersOfPartitions() {
    let numbers = PartitionNumbers(sum: 400, parts: 400)
    for (m, n, count) in [(7, 3, 8.0), (5, 5, 7), (10, 4, 23), (100, 100, 190_569_292), (4, 9, 5)] {
      #expect(abs(exp(numbers.logPartitions(m, n)) / count - 1) < 1e-9)
    }
    #expect(abs(exp(PartitionNumbers(sum: 20, parts: 20, isClipped: false).logPartitions(7, 3)) - 5) < 1e-9)
    for (m, n) in [(400, 400), (400, 60), (300, 20)] {
      let exact = numbers.logPartitions(m, n)
      #expect(abs(PartitionNumbers.asymptotic(m, n) - exact) < 0.05 * exact)
    }
  }

  /// A graph larger than what is searched from single nodes.
  @Test func largerGraphs() throws {
    var edges: [WeightedGraph.Edge] = []
    for group in 0..<100 {
      for i in 0..<8 { for j in (i + 1)..<8 { edges.append(.init(8 * group + i, 8 * group + j, weight: 1)) } }
      edges.append(.init(8 * group, (8 * group + 8) % 800, weight: 0.5))
    }
    var fit = NestedBlockFit()
    fit.degreeCorrection = .off
    let found = try fit.run(try WeightedGraph(nodes: 801, edges: edges)).best
    #expect(found.groups.last == 1 && found.groups[0] > 1)
    #expect(found.levels.allSatisfy { $0.count == 801 })
  }
}
