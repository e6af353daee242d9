import DynamicConnectomes
import Foundation
import Probability
import Testing

@Suite struct BenchmarkTests {
  /// Networks are simple graphs with degrees, mixing and strengths as asked.
  @Test(arguments: 1...9)
  func networksAreAsAsked(kind: Int) throws {
    let settings = LFRBenchmark(published: kind)
    var degrees: [Double] = []
    for seed in 0..<4 {
      let network = try settings.make(seed: UInt64(seed))
      let graph = network.graph
      #expect(graph.nodes == 125 && network.labels.count == 125)
      #expect(graph.edges.allSatisfy { $0.i != $0.j && $0.weight > 0 })
      #expect(Set(graph.edges.map { [min($0.i, $0.j), max($0.i, $0.j)] }).count == graph.edges.count)
      #expect(graph.degrees.max()! <= 100)
      degrees.append(2 * Double(graph.edges.count) / 125)
      if network.labels.max()! > 0 {
        // A community with more external ends than all others together leaves some of them out.
        let mixing = network.topologyMixing
        #expect(mixing > 0.4 * settings.topologyMixing && mixing < settings.topologyMixing + 0.12)
        #expect(abs(network.weightMixing - settings.weightMixing) < 0.12)
      }
    }
    // Rounding and the odd ends that do not fit change the mean degree a little.
    #expect(abs(mean(degrees) - settings.meanDegree) < 0.25 * settings.meanDegree)
    #expect(try settings.make(seed: 1).graph == settings.make(seed: 1).graph)
  }

  @Test func strengthsFollowDegrees() throws {
    let network = try LFRBenchmark(published: 3).make(seed: 2)
    var strengths = [Double](repeating: 0, count: 125)
    for edge in network.graph.edges {
      strengths[edge.i] += edge.weight
      strengths[edge.j] += edge.weight
    }
    let degrees = network.graph.degrees.map { pow(Double($0), 2) }
    #expect(pearsonCorrelation(strengths, degrees) > 0.95)
  }

  /// Two cliques joined by one edge: modularity finds them.
  @Test(arguments: Modularity.Algorithm.allCases)
  func modularityFindsCliques(algorithm: Modularity.Algorithm) throws {
    var edges: [WeightedGraph.Edge] = [.init(0, 5, weight: 0.1)]
    for clique in 0..<2 {
      for i in 0..<5 {
        for j in (i + 1)..<5 { edges.append(.init(5 * clique + i, 5 * clique + j, weight: 1)) }
      }
    }
    let labels = try Modularity.communities(try WeightedGraph(nodes: 10, edges: edges), by: algorithm)
    #expect(canonicalLabels(labels) == [0, 0, 0, 0, 0, 1, 1, 1, 1, 1])
    let bad = try WeightedGraph(nodes: 2, edges: [.init(0, 1, weight: -1)])
    #expect(throws: ConnectomeError.self) { try Modularity.communities(bad, by: algorithm) }
  }

  /// The quality of two triangles joined by an edge, by hand.
  @Test func surpriseIsTheDivergence() throws {
    let edges: [(Int, Int, Double)] = [
      (0, 1, 1), (1, 2, 2), (0, 2, 1.5), (3, 4, 4), (4, 5, 3), (3, 5, 5), (2, 3, 0.5),
    ]
    let graph = try WeightedGraph(nodes: 6, edges: edges.map { .init($0.0, $0.1, weight: $0.2) })
    func value(_ q: Double, _ p: Double) -> Double {
      let (inside, outside) = (q * log(q / p), (1 - q) * log((1 - q) / (1 - p)))
      return 17 * (inside + outside)
    }
    // 16.5 of the weight 17 and 6 of the 15 pairs lie within.
    let expected = value(16.5 / 17, 6.0 / 15)
    #expect(abs(Surprise.quality(graph, [0, 0, 0, 1, 1, 1]) - expected) < 1e-12)
    #expect(Surprise.quality(graph, [0, 0, 0, 0, 0, 0]) == 0)
    #expect(Surprise.quality(graph, [0, 1, 2, 3, 4, 5]) == 0)
    // Only the edge (0, 1) lies within, 1 of 15 pairs.
    let small = value(1.0 / 17, 1.0 / 15)
    #expect(abs(Surprise.quality(graph, [0, 0, 1, 2, 3, 4]) - small) < 1e-12)
    #expect(canonicalLabels(try Surprise.communities(graph)) == [0, 0, 0, 1, 1, 1])
    let scaled = try graph.scaled(by: 1000)
    #expect(try Surprise.communities(scaled) == Surprise.communities(graph))
  }

  /// On small graphs no partition is better than the one found from several orders.
  @Test func surpriseIsGreatest() throws {
    var stream = RandomStream(seed: 7, "small graphs")
    for _ in 0..<6 {
      var edges: [WeightedGraph.Edge] = []
      for i in 0..<7 {
        for j in (i + 1)..<7 where stream.uniform() < ((i < 3) == (j < 3) ? 0.9 : 0.25) {
          edges.append(.init(i, j, weight: 0.5 + stream.uniform()))
        }
      }
      let graph = try WeightedGraph(nodes: 7, edges: edges)
      let found = try (1...5).map { try Surprise.quality(graph, Surprise.communities(graph, seed: $0)) }
        .max()!
      var best = 0.0
      // Every partition once, as labels that each are at most one above those before.
      func extend(_ labels: [Int]) {
        if labels.count == 7 {
          let total = edges.reduce(0.0) { $0 + $1.weight }
          let inside = edges.reduce(0.0) { labels[$1.i] == labels[$1.j] ? $0 + $1.weight : $0 }
          var pairs = 0
          for i in 0..<7 { pairs += labels[..<i].count { $0 == labels[i] } }
          // A partition that avoids the edges is surprising too, but no community structure.
          if inside / total >= Double(pairs) / 21 { best = max(best, Surprise.quality(graph, labels)) }
          return
        }
        for label in 0...((labels.max() ?? -1) + 1) { extend(labels + [label]) }
      }
      extend([])
      #expect(found >= best - 1e-9)
    }
  }

  /// Twelve cliques in a ring, which modularity would join in pairs, and planted communities of unequal sizes.
  @Test func surpriseFindsPlantedCommunities() throws {
    var edges: [WeightedGraph.Edge] = []
    for clique in 0..<12 {
      edges.append(.init(5 * clique, (5 * clique + 9) % 60, weight: 1))
      for i in 0..<5 {
        for j in (i + 1)..<5 { edges.append(.init(5 * clique + i, 5 * clique + j, weight: 1)) }
      }
    }
    let ring = try Surprise.communities(try WeightedGraph(nodes: 60, edges: edges))
    #expect(canonicalLabels(ring) == (0..<60).map { $0 / 5 })
    var stream = RandomStream(seed: 4, "planted")
    let planted = (0..<90).map { $0 < 15 ? 0 : $0 < 40 ? 1 : 2 }
    edges = []
    for i in 0..<90 {
      for j in (i + 1)..<90 where stream.uniform() < (planted[i] == planted[j] ? 0.5 : 0.05) {
        edges.append(.init(i, j, weight: 0.5 + stream.uniform()))
      }
    }
    let found = try Surprise.communities(try WeightedGraph(nodes: 90, edges: edges))
    #expect(PartitionAgreement(planted, found).normalizedMutualInformation > 0.9)
    let bad = try WeightedGraph(nodes: 2, edges: [.init(0, 1, weight: -1)])
    #expect(throws: ConnectomeError.self) { try Surprise.communities(bad) }
  }

  /// Where topology mixes little the block model is better than chance, and the published recipe doubles edges.
  @Test func scores() throws {
    let network = try CommunityBenchmark.network(kind: 4, number: 1, seed: 1)
    let score = try CommunityBenchmark.score(
      network, kind: 4, number: 1, fit: NestedBlockFit(), doubled: false, seed: 1)
    #expect(score.bestLevel >= score.lowestLevel && score.bestLevel > 0.3)
    #expect(score.descriptionLength <= score.plantedLength)
    #expect(network.graph.doubled().edges.count == 2 * network.graph.edges.count)
    let table = CommunityBenchmark([score, score])
    #expect(table.means.count == 1 && table.means[0].bestLevel == score.bestLevel)
  }

  @Test func refusals() {
    var settings = LFRBenchmark()
    settings.weightMixing = 1
    let error = #expect(throws: ConnectomeError.self) { try settings.make(seed: 1) }
    #expect(error?.description == "weight mixing is 1.0, but must be from 0 to below 1")
  }
}
