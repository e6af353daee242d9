import Foundation
import Laboratory
import NeuralData

/// How large an experiment on a route is.
struct RouteSize: Sendable {
  var places: Int
  var module: Int
  var neurons: Int
  var epochs: Int
  var seeds: Int

  func settings(seed: UInt64) -> MapSettings {
    var parameters = ModuleParameters()
    parameters.neurons = neurons
    return MapSettings(
      parameters: parameters, training: TrainingSettings(epochs: epochs), moduleSize: module, seed: seed)
  }
}

/// Two drives to learn from and one to recognise.
private func drives(_ route: SyntheticRoute) -> (reference: [Traverse], queries: [GreyImage]) {
  let preprocessing = Preprocessing()
  func images(_ name: String) -> [GreyImage] {
    let condition = ViewingCondition.presets.first { $0.name == name }!
    return (0..<route.places).map { preprocessing.input(route.view($0, condition)) }
  }
  let names = (0..<route.places).map { "place \($0)" }
  return (
    ["spring", "fall"].map { Traverse(name: $0, imageNames: names, images: images($0)) }, images("summer")
  )
}

/// What one synthetic route gave: recall@1 of each method.
struct RouteOutcome: Codable {
  /// All regions, with the chosen threshold.
  var modular: Double
  /// The first region alone.
  var firstRegion: Double
  /// One network for all places.
  var single: Double
  var pixels: Double
  var graded: Double
  /// The second half of the regions, without and with the threshold that the first half chose.
  var testedPlain: Double
  var testedRemoved: Double
  var threshold: Int
  var similarity: SimilarityMatrix
  var evaluation: PlaceEvaluation
  var pixelEvaluation: PlaceEvaluation

  init(_ size: RouteSize, seed: UInt64, _ context: ReproductionContext) throws {
    let (reference, queries) = drives(try SyntheticRoute(places: size.places, seed: seed))
    let threads = context.threads
    let shown: @Sendable () throws -> Void = {
      context.progress.advance(by: 1)
      try Interruption.check()
    }
    let map = try ModularMap.build(
      reference: reference, settings: size.settings(seed: seed), threads: threads, onImage: shown)
    func responses(_ regions: [Region]) throws -> (QueryResponses, truth: [Int]) {
      let places = map.places(of: regions)
      return (
        try QueryResponses(map, places.map { queries[$0] }, regions: regions, threads: threads), places
      )
    }
    let half = (map.regions.count + 1) / 2
    let (calibrating, truth) = try responses(Array(map.regions.prefix(half)))
    let chosen = try Calibration(calibrating, map: map, truth: truth).chosen
    threshold = chosen
    let (testing, _) = try responses(Array(map.regions.dropFirst(half)))
    testedPlain = try PlaceEvaluation(testing.similarity(threshold: 0)).precisionAt100Recall
    testedRemoved = try PlaceEvaluation(testing.similarity(threshold: chosen)).precisionAt100Recall
    similarity = try responses(map.regions).0.similarity(threshold: chosen)
    evaluation = try PlaceEvaluation(similarity)
    modular = evaluation.precisionAt100Recall
    firstRegion = try PlaceEvaluation(responses([map.regions[0]]).0.similarity(threshold: 0))
      .precisionAt100Recall

    var whole = size.settings(seed: seed)
    whole.moduleSize = size.places
    whole.parameters.neurons = min(400, size.neurons * map.regions.count)
    let network = try ModularMap.build(
      reference: reference, settings: whole, threads: threads, onImage: shown)
    single = try PlaceEvaluation(
      QueryResponses(network, queries, threads: threads).similarity(rule: .weighted, threshold: 0)
    ).precisionAt100Recall
    pixelEvaluation = try PlaceEvaluation(
      SumOfAbsoluteDifferences.similarity(queries: queries, references: reference, threads: threads))
    pixels = pixelEvaluation.precisionAt100Recall
    graded = try PlaceEvaluation(
      GradedSpikeMap.train(on: reference, settings: .init(seed: seed), threads: threads) {
        try Interruption.check()
      }.similarity(queries, threads: threads)
    ).precisionAt100Recall
  }
}

/// What windows of photographs gave: recall@1.
struct PhotographOutcome: Codable {
  var places: Int
  var modular: Double
  var pixels: Double

  init(_ size: RouteSize, photographs: [String], _ context: ReproductionContext) throws {
    places = min(size.places, 40)
    let route = try SyntheticRoute(
      places: places, rows: 96, columns: 96, seed: context.seed,
      scenery: .photographs(photographs.map { try RasterImage.read($0) }))
    let (reference, queries) = drives(route)
    let map = try ModularMap.build(
      reference: reference, settings: size.settings(seed: context.seed), threads: context.threads
    ) { try Interruption.check() }
    modular = try PlaceEvaluation(
      QueryResponses(map, queries, threads: context.threads).similarity()
    ).precisionAt100Recall
    pixels = try PlaceEvaluation(
      SumOfAbsoluteDifferences.similarity(
        queries: queries, references: reference, threads: context.threads)
    ).precisionAt100Recall
  }
}

/// Photographs that `make deps` fetches.
enum SamplePhotographs {
  /// Their paths, looked for above the program and above the present folder; none when they are not there.
  static func find() -> [String] {
    let program = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
      .deletingLastPathComponent()
    for start in [program, URL(fileURLWithPath: FileManager.default.currentDirectoryPath)] {
      var folder = start
      for _ in 0..<12 {
        let files = ["china.jpg", "flower.jpg"].map {
          folder.appendingPathComponent(".deps/photographs/\($0)").path
        }
        if files.allSatisfy({ FileManager.default.fileExists(atPath: $0) }) { return files }
        folder.deleteLastPathComponent()
      }
    }
    return []
  }
}
