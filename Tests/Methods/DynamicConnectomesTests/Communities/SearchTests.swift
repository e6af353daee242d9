import Foundation
import Probability
import Testing

@testable import DynamicConnectomes

@Suite struct SearchTests {
  /// Every move's change of the length is what counting anew gives, on all levels and for all laws of weights.
  @Test(arguments: [false, true], BlockModel.Weights.allCases)
  func changesAreExact(degreeCorrected: Bool, weights: BlockModel.Weights) throws {
    var stream = RandomStream(seed: 3, "graph")
    var edges: [WeightedGraph.Edge] = []
    for _ in 0..<90 {
      edges.append(
        .init(stream.integer(below: 20), stream.integer(below: 20), weight: 0.1 + stream.uniform()))
    }
    let graph = try WeightedGraph(nodes: 20, edges: edges)
    let index = GraphIndex(graph, weights: weights)
    let model = BlockModel(degreeCorrected: degreeCorrected, weights: weights)
    let partitions = [
      (0..<20).map { $0 % 8 }, [0, 1, 2, 3, 0, 1, 2, 3], [0, 0, 1, 1], [0, 0],
    ]
    let state = BlockHierarchy(index, model: model, partitions: partitions)
    var value = state.length()
    for step in 0..<400 {
      let place = stream.integer(below: 3)
      let level = state.levels[place]
      if step % 10 == 9, level.occupied.count > 2 {
        let source = level.occupied[stream.integer(below: level.occupied.count)]
        let target = level.occupied[stream.integer(below: level.occupied.count)]
        if source == target { continue }
        value += state.change(merging: source, into: target, at: place)
        state.commit()
      } else {
        let items = (0..<level.items).filter { level.groupOf[$0] >= 0 }
        let item = items[stream.integer(below: items.count)]
        let source = Int(level.groupOf[item])
        var target = level.occupied[stream.integer(below: level.occupied.count)]
        var parent: Int?
        if stream.uniform() < 0.4, level.size[source] > 1, let empty = level.emptySlot {
          target = empty
          let above = state.levels[place + 1].occupied
          parent = above[stream.integer(below: above.count)]
        }
        if target == source { continue }
        state.gather(item, at: place)
        value += state.change(moving: item, at: place, to: target, parent: parent)
        state.commit()
      }
      #expect(abs(state.length() - value) < 1e-7, "step \(step)")
    }
  }

  /// B8: as short as graph-tool's best of three runs with refinement, or within 15 nats.
  @Test(arguments: [(7, false, 9044.61), (7, true, 9153.97), (3, false, 7911.08), (3, true, 8017.75)])
  func searchReachesRecordedLengths(type: Int, degreeCorrected: Bool, recorded: Double) throws {
    let graph = try WeightedGraph.read(Fixture.path("lfr_cfg\(type)_seed17.csv"))
    for seed in 1...3 {
      var search = HierarchySearch(
        GraphIndex(graph, weights: .exponential), model: BlockModel(degreeCorrected: degreeCorrected),
        seed: UInt64(seed), attempt: 0)
      try search.run()
      #expect(search.length <= recorded + 15)
    }
  }
}
