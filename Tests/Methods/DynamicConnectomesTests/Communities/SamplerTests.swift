import Foundation
import Probability
import Testing

@testable import DynamicConnectomes

@Suite struct SamplerTests {
  /// All partitions of so many items as labels in order of first appearance.
  private static func partitions(_ n: Int) -> [[Int]] {
    n == 0
      ? [[]] : partitions(n - 1).flatMap { head in (0...((head.max() ?? -1) + 1)).map { head + [$0] } }
  }

  /// The chain visits every partition as often as its description length says, each unnamed partition standing for its labellings.
  @Test(arguments: [false, true])
  func partitionsAreVisitedByTheirLength(degreeCorrected: Bool) throws {
    let graph = try WeightedGraph(
      nodes: 5,
      edges: [
        .init(0, 1, weight: 2), .init(1, 2, weight: 1.5), .init(0, 2, weight: 1.8), .init(3, 4, weight: 0.3),
        .init(2, 3, weight: 0.2), .init(3, 4, weight: 0.4),
      ])
    let model = BlockModel(degreeCorrected: degreeCorrected)
    let index = GraphIndex(graph, weights: .exponential)
    var expected: [[Int]: Double] = [:]
    for labels in Self.partitions(5) {
      let groups = labels.max()! + 1
      let length = DescriptionLength.nested(
        graph, [labels, Array(repeating: 0, count: groups)], model: model
      ).total
      expected[labels] = exp(-length + logGamma(Double(groups + 1)))
    }
    let total = expected.values.reduce(0, +)
    var sampler = BlockSampler(
      index, model: model, partitions: [[0, 0, 0, 0, 0], [0]], stream: RandomStream(seed: 1, "test"))
    var counts: [[Int]: Int] = [:]
    let sweeps = 150_000
    for _ in 0..<sweeps {
      sampler.sweep()
      counts[canonicalLabels(sampler.state.partitions[0]), default: 0] += 1
    }
    #expect(abs(sampler.length - sampler.state.length()) < 1e-6)
    // Half the sum of differences of two laws; the chain's own error is near 0.01 at this length.
    let distance = expected.reduce(0.0) { sum, entry in
      sum + abs(entry.value / total - Double(counts[entry.key] ?? 0) / Double(sweeps)) / 2
    }
    #expect(distance < 0.02)
  }

  /// With two levels, too: the law of the lowest level is the sum over the levels above.
  @Test func hierarchiesAreVisitedByTheirLength() throws {
    let graph = try WeightedGraph(
      nodes: 4,
      edges: [
        .init(0, 1, weight: 2), .init(2, 3, weight: 1), .init(1, 2, weight: 0.2), .init(0, 1, weight: 3),
      ])
    let model = BlockModel()
    var expected: [[[Int]]: Double] = [:]
    for labels in Self.partitions(4) {
      let groups = labels.max()! + 1
      for above in Self.partitions(groups) {
        let parents = above.max()! + 1
        let length = DescriptionLength.nested(
          graph, [labels, above, Array(repeating: 0, count: parents)], model: model
        ).total
        expected[[labels, above]] = exp(
          -length + logGamma(Double(groups + 1)) + logGamma(Double(parents + 1)))
      }
    }
    let total = expected.values.reduce(0, +)
    var sampler = BlockSampler(
      GraphIndex(graph, weights: .exponential), model: model, partitions: [[0, 0, 1, 1], [0, 0], [0]],
      stream: RandomStream(seed: 2, "test"))
    var counts: [[[Int]]: Int] = [:]
    let sweeps = 200_000
    for _ in 0..<sweeps {
      sampler.sweep()
      counts[Array(sampler.state.partitions.prefix(2)), default: 0] += 1
    }
    let distance = expected.reduce(0.0) { sum, entry in
      sum + abs(entry.value / total - Double(counts[entry.key] ?? 0) / Double(sweeps)) / 2
    }
    #expect(distance < 0.02)
  }

  @Test func posteriorOfTwoCliques() throws {
    var edges: [WeightedGraph.Edge] = []
    for clique in 0..<2 {
      for i in 0..<8 {
        for j in (i + 1)..<8 { edges.append(.init(8 * clique + i, 8 * clique + j, weight: 1)) }
      }
    }
    edges.append(.init(0, 8, weight: 0.1))
    let graph = try WeightedGraph(nodes: 16, edges: edges)
    let found = try NestedBlockFit().run(graph)
    #expect(found.best.groups == [2, 1])
    let posteriors = try [1, 3].map {
      try PartitionPosterior(graph, from: found.best, sweeps: 200, burnIn: 20, threads: $0)
    }
    #expect(posteriors[0] == posteriors[1])
    #expect(canonicalLabels(posteriors[0].consensus) == (0..<16).map { $0 / 8 })
    #expect(posteriors[0].comembership[1] > 0.9 && posteriors[0].comembership[9] < 0.1)
    #expect(posteriors[0].draws == 80)
  }
}
