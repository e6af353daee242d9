import Foundation
import NeuralData
import Probability

/// Which block model describes a graph (Peixoto 2014, 2018).
public struct BlockModel: Sendable, Hashable, Codable {
  /// What an edge's weight is within a pair of groups.
  public enum Weights: String, Sendable, Hashable, Codable, CaseIterable {
    /// Weights count for nothing.
    case none
    /// Exponential with an unknown mean: positive weights.
    case exponential
    /// Normal with unknown mean and variance: any weights.
    case normal
  }

  /// How the description length is counted.
  public enum Convention: String, Sendable, Hashable, Codable, CaseIterable {
    /// Exactly: every quantity once; scaling all weights adds the same to every partition.
    case exact
    /// As graph-tool 2.45 does, for comparison: the lowest level's weight hyper-prior stays although the levels above replace
    /// it, and numbers of partitions are undercounted.
    case graphTool245 = "graph-tool-2.45"
  }

  /// Whether each node's degree is a parameter.
  public var degreeCorrected = false
  /// The law of the weights.
  public var weights = Weights.exponential

  /// A model.
  public init(degreeCorrected: Bool = false, weights: Weights = .exponential) {
    self.degreeCorrected = degreeCorrected
    self.weights = weights
  }

  /// - Throws: ``ConnectomeError`` when the graph has no edges, fewer than two nodes, or a weight that the law forbids.
  public func validate(_ graph: WeightedGraph) throws(ConnectomeError) {
    guard graph.nodes >= 2 else {
      throw .badGraph(
        problem:
          "the graph has \(graph.nodes) node\(graph.nodes == 1 ? "" : "s"); a partition needs at least 2")
    }
    guard !graph.edges.isEmpty else {
      throw .badGraph(
        problem: "the graph has \(graph.nodes) nodes and no edges; nothing says which belong together")
    }
    guard weights == .exponential else { return }
    for edge in graph.edges where edge.weight <= 0 {
      throw .badEdge(
        place: "edge '\(graph.names[edge.i])' - '\(graph.names[edge.j])'",
        problem:
          "its weight is \(edge.weight), but exponential weights must be above 0; leave the edge out, or give --weights normal"
      )
    }
  }
}

/// Constants of the weights' law that a graph fixes.
struct WeightLaw: Sendable {
  let kind: BlockModel.Weights
  /// Sums below this count as 0 (a tenth of the least weight).
  let epsilon: Double
  /// Mean and variance of all weights: the centre of the normal law's prior, which weighs as one observation.
  let mean: Double
  let variance: Double

  init(_ kind: BlockModel.Weights, _ graph: WeightedGraph) {
    self.kind = kind
    let weights = graph.edges.map(\.weight)
    let count = Double(max(weights.count, 1))
    epsilon = (weights.min() ?? 0) / 10
    let mean = weights.reduce(0, +) / count
    self.mean = mean
    let spread = weights.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
    variance = spread > 0 ? spread : max(mean * mean, 1)
  }

  /// −ln of the density of n exponential weights given their sum x: −(ln Γ(n) − (n − 1) ln x).
  @inline(__always)
  func exponential(_ n: Int, _ x: Double, _ numbers: PartitionNumbers) -> Double {
    n < 2 || x < epsilon ? 0 : Double(n - 1) * log(x) - numbers.logFactorial(n - 1)
  }

  /// −ln of the marginal density of n normal weights with sum x and sum of squares x2, under a normal-inverse-χ² prior at the
  /// mean and variance of all weights with one observation's weight.
  func normal(_ n: Int, _ x: Double, _ x2: Double) -> Double {
    if n == 0 { return 0 }
    let count = Double(n)
    let average = x / count
    let squares = max(0, x2 - x * average)
    let degrees = 1 + count
    let scale =
      variance + squares + count / (1 + count) * (mean - average) * (mean - average)
    return
      -(HalfGamma.log(n + 1) - HalfGamma.log(1) - 0.5 * log(1 + count) + 0.5 * log(variance)
      - degrees / 2 * log(scale) - count / 2 * log(Double.pi))
  }

  /// −ln density of a group pair's weights at the lowest level.
  @inline(__always)
  func term(_ n: Int, _ x: Double, _ x2: Double, _ numbers: PartitionNumbers) -> Double {
    switch kind {
    case .none: 0
    case .exponential: exponential(n, x, numbers)
    case .normal: normal(n, x, x2)
    }
  }
}

/// ln Γ(n/2) from a table.
private enum HalfGamma {
  private static let table: [Double] = {
    var values = [Double](repeating: 0, count: 4096)
    values[1] = 0.5 * Foundation.log(Double.pi)
    for n in 3..<values.count { values[n] = values[n - 2] + Foundation.log(Double(n - 2) / 2) }
    return values
  }()

  static func log(_ n: Int) -> Double {
    n < table.count ? table[n] : logGamma(Double(n) / 2)
  }
}
