import DynamicConnectomes
import Foundation
import Testing

@Suite struct DescriptionLengthTests {
  static let triangles = try! WeightedGraph(
    nodes: 6,
    edges: [
      .init(0, 1, weight: 1), .init(1, 2, weight: 2), .init(0, 2, weight: 1.5), .init(3, 4, weight: 4),
      .init(4, 5, weight: 3), .init(3, 5, weight: 5), .init(2, 3, weight: 0.25),
    ])

  /// Case B5.
  @Test func flatTermsAreTheReferenceOnes() {
    let labels = [0, 0, 0, 1, 1, 1]
    let corrected = DescriptionLength.flat(
      Self.triangles, labels, model: BlockModel(degreeCorrected: true))
    let plain = DescriptionLength.flat(Self.triangles, labels, model: BlockModel())
    for (value, expected) in [
      (corrected.adjacency, 2.9518130396), (plain.adjacency, 7.6381700195),
      (corrected.partition, 6.3969296552), (corrected.edges, 3.5835189385), (corrected.weights, 6.5916737320),
      (corrected.weightHyperprior, 4.9436493360), (corrected.degrees, 6.3561076607), (plain.degrees, 0),
      (corrected.total, 30.8236923620), (plain.total, 29.1539416812),
      (
        DescriptionLength.flat(
          Self.triangles, labels, model: BlockModel(degreeCorrected: true), convention: .graphTool245
        ).degrees, 5.4161004022
      ),
    ] {
      #expect(abs(value - expected) < 1e-8)
    }
  }

  /// B6: scaling all weights changes the length by the same amount for every partition.
  @Test(arguments: [false, true])
  func scalingWeightsChangesNoComparison(degreeCorrected: Bool) throws {
    let graph = try WeightedGraph.read(Fixture.path("lfr_cfg7_seed17.csv"))
    let scaled = try graph.scaled(by: 1000)
    let model = BlockModel(degreeCorrected: degreeCorrected)
    let planted = try LFRCase.labels("lfr_cfg7_seed17_labels.csv")
    for labels in [planted, (0..<graph.nodes).map { $0 % 7 }, Array(0..<graph.nodes)] {
      let groups = labels.max()! + 1
      let levels = [labels, (0..<groups).map { $0 % 2 }, Array(repeating: 0, count: min(groups, 2))]
      let change =
        DescriptionLength.nested(scaled, levels, model: model).total
        - DescriptionLength.nested(graph, levels, model: model).total
      #expect(abs(change - Double(graph.edges.count - 1) * log(1000)) < 1e-6)
    }
    // graph-tool's convention does not have this property.
    let convention = BlockModel.Convention.graphTool245
    let changes = [planted, Array(0..<graph.nodes)].map { labels in
      let levels = [labels, Array(repeating: 0, count: labels.max()! + 1)]
      return DescriptionLength.nested(scaled, levels, model: model, convention: convention).total
        - DescriptionLength.nested(graph, levels, model: model, convention: convention).total
    }
    #expect(abs(changes[0] - changes[1]) > 1000)
  }

  /// B7: nested lengths of planted partitions, ours and graph-tool's.
  @Test(arguments: [
    (7, true, 9661.0668, 9745.683), (7, false, 9965.9366, 10050.8541), (3, true, 8387.5862, 8445.4853),
    (3, false, 8512.4624, 8570.7333),
  ])
  func nestedLengthsOfPlantedPartitions(type: Int, degreeCorrected: Bool, exact: Double, graphTool: Double)
    throws
  {
    let graph = try WeightedGraph.read(Fixture.path("lfr_cfg\(type)_seed17.csv"))
    let labels = try LFRCase.labels("lfr_cfg\(type)_seed17_labels.csv")
    let levels = [labels, Array(repeating: 0, count: labels.max()! + 1)]
    let model = BlockModel(degreeCorrected: degreeCorrected)
    #expect(abs(DescriptionLength.nested(graph, levels, model: model).total - exact) < 1e-3)
    #expect(
      abs(
        DescriptionLength.nested(graph, levels, model: model, convention: .graphTool245).total - graphTool)
        < 1e-3)
  }

  /// The partitions that graph-tool found have the lengths that were recorded for them.
  @Test func recordedFindings() throws {
    for entry in try #require(try Fixture.json("lfr_cases.json") as? [[String: Any]]) {
      let type = try #require(entry["cfg"] as? Int)
      let graph = try WeightedGraph.read(Fixture.path("lfr_cfg\(type)_seed17.csv"))
      for (key, degreeCorrected) in [("dc", true), ("ndc", false)] {
        let variant = try #require(entry[key] as? [String: Any])
        let terms = try #require(variant["terms"] as? [String: Double])
        let labels = try LFRCase.labels("lfr_cfg\(type)_seed17_labels.csv")
        let length = DescriptionLength.nested(
          graph, [labels, Array(repeating: 0, count: labels.max()! + 1)],
          model: BlockModel(degreeCorrected: degreeCorrected))
        #expect(abs(length.adjacency - terms["adjacency"]!) < 1e-6)
        #expect(abs(length.partition - terms["partition_dl"]!) < 1e-6)
        #expect(abs(length.weights - terms["weights"]!) < 1e-6)
      }
    }
  }
}

/// The recorded benchmark networks.
enum LFRCase {
  static func labels(_ name: String) throws -> [Int] {
    try String(contentsOfFile: Fixture.path(name), encoding: .utf8).split(separator: "\n").map { Int($0)! }
  }
}
