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
