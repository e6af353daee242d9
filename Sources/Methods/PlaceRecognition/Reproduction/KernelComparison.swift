import Foundation
import Laboratory
import NeuralData
import Parallel
import Probability

/// The fast and the exact kernel on the same places, weights, delays and input spikes: rounding makes single spikes
/// part ways, and then whole modules; only means can agree.
struct KernelComparison: Codable {
  /// Spikes of a query image in each pair of maps.
  var fastSpikes, exactSpikes: [Double]
  /// Recall@1.
  var fastRecall, exactRecall: [Double]

  private static let places = 10
  private static let pairs = 8

  /// Trains pairs of maps on a synthetic route of ten places, in spring and fall, and asks them in summer.
  init(seed: UInt64, threads: Int) throws {
    let runs = try parallelMap(count: 2 * Self.pairs, threads: threads) { index in
      try Self.run(seed: seed + UInt64(index / 2), index % 2 == 0 ? .float32 : .float64)
    }
    let fast = stride(from: 0, to: runs.count, by: 2).map { runs[$0] }
    let exact = stride(from: 1, to: runs.count, by: 2).map { runs[$0] }
    (fastSpikes, exactSpikes) = (fast.map(\.spikes), exact.map(\.spikes))
    (fastRecall, exactRecall) = (fast.map(\.recall), exact.map(\.recall))
  }

  private static func run(seed: UInt64, _ precision: Precision) throws -> (spikes: Double, recall: Double) {
    let route = try SyntheticRoute(places: places, seed: seed)
    let preprocessing = Preprocessing()
    func traverse(_ name: String) -> Traverse {
      let condition = ViewingCondition.presets.first { $0.name == name }!
      return Traverse(
        name: name, imageNames: (0..<places).map { "place \($0)" },
        images: (0..<places).map { preprocessing.input(route.view($0, condition)) })
    }
    var parameters = ModuleParameters()
    parameters.neurons = 50
    let settings = MapSettings(
      parameters: parameters, training: TrainingSettings(epochs: 3, precision: precision),
      moduleSize: places, seed: seed)
    try Interruption.check()
    let map = try ModularMap.build(
      reference: [traverse("spring"), traverse("fall")], settings: settings, threads: 1,
      onImage: { try Interruption.check() })
    let responses = try QueryResponses(map, traverse("summer").images, threads: 1)
    return (
      Double(responses.activity.excitatorySpikes) / Double(places),
      try PlaceEvaluation(responses.similarity()).precisionAt100Recall
    )
  }

  /// The mean difference of spikes in its own standard errors.
  var measurement: Laboratory.Measurement {
    let differences = zip(fastSpikes, exactSpikes).map { $0 - $1 }
    let error = standardDeviation(differences) / Double(differences.count).squareRoot()
    let value = error > 0 ? mean(differences) / error : 0
    func text(_ values: [Double], _ digits: Int) -> String { String(format: "%.\(digits)f", mean(values)) }
    return Laboratory.Measurement(
      value,
      text:
        "recall@1 \(text(fastRecall, 3)) against \(text(exactRecall, 3)); \(text(fastSpikes, 1)) spikes a query image against \(text(exactSpikes, 1))",
      note:
        "\(differences.count) pairs of maps of \(Self.places) synthetic places with the same weights, delays and input spikes; the mean difference of spikes is \(String(format: "%.2f", value)) of its standard errors."
    )
  }
}
