import Foundation
import Laboratory
import NeuralData

/// How large an experiment on a route is.
struct RouteSize: Sendable {
  /// Places that are queried.
  var places: Int
  /// Further places of the route, on which the threshold for hyperactive neurons is chosen.
  var calibration: Int
  var module: Int
  var neurons: Int
  var epochs: Int
  var seeds: Int

  /// Neurons of the single network that is given as many as all modules together, up to a limit on its cost.
  var neuronsTogether: Int { min(1000, neurons * ((places + module - 1) / module)) }

  func settings(seed: UInt64) -> MapSettings {
    var parameters = ModuleParameters()
    parameters.neurons = neurons
    return MapSettings(
      parameters: parameters, training: TrainingSettings(epochs: epochs), moduleSize: module, seed: seed)
  }

  /// How often images are shown in building the maps, for the progress.
  var presentations: Int {
    let modules = (places + calibration + module - 1) / module
    return 2 * epochs * (calibration + 3 * places) + modules * (calibration + places) + 2 * places
  }
}

/// Drives that maps learn from and drives that they have not met.
enum RouteDrives {
  static let reference = ["spring", "fall"]
  static let queries = ["summer", "winter", "dusk"]
}

/// Whether each query was recognised: `[drive][query]`, the queries in the order of their places.
typealias Recognitions = [[Bool]]

/// What one route gave, by method.
struct RouteOutcome: Codable {
  /// Modules without the neurons that the threshold leaves out, and with them.
  var modular, plain: Recognitions
  /// Modules when each query is put to its own region's alone.
  var within: Recognitions
  /// A single network with a neuron a place, weighted assignment; and with as many neurons as all modules.
  var single, singleTogether: Recognitions
  var pixels: Recognitions
  var graded: Recognitions
  var threshold: Int
  /// Spikes of an image in the last epoch, mean over modules.
  var spikesPerImage: Double
  /// Of the first query drive.
  var similarity: SimilarityMatrix
  var evaluation, pixelEvaluation: PlaceEvaluation

  /// Follows the published protocol: places go into modules in the published random order, the first modules serve
  /// to choose the threshold, the others are tested, and nothing of a query drive is learned.
  init(_ route: SyntheticRoute, _ size: RouteSize, seed: UInt64, threads: Int, _ context: ReproductionContext)
    throws
  {
    let preprocessing = Preprocessing()
    func images(_ name: String) -> [GreyImage] {
      let condition = ViewingCondition.presets.first { $0.name == name }!
      return (0..<route.places).map { preprocessing.input(route.view($0, condition)) }
    }
    func traverse(_ name: String, _ images: [GreyImage]) -> Traverse {
      Traverse(name: name, imageNames: images.indices.map { "place \($0)" }, images: images)
    }
    let shown: @Sendable () throws -> Void = {
      context.progress.advance(by: 1)
      try Interruption.check()
    }
    let reference = RouteDrives.reference.map { traverse($0, images($0)) }
    let queries = RouteDrives.queries.map(images)
    let order = try PublishedOrder.order(
      places: route.places, calibration: size.calibration, seed: UInt32(truncatingIfNeeded: seed))
    let map = try ModularMap.build(
      reference: reference, settings: size.settings(seed: seed), order: order, threads: threads,
      onImage: shown)
    func responses(_ drive: Int, _ regions: [Region]) throws -> (QueryResponses, places: [Int]) {
      let places = map.places(of: regions)
      let images = places.map { queries[drive][$0] }
      return (try QueryResponses(map, images, regions: regions, threads: threads), places)
    }
    let calibrating = Array(map.regions.prefix(size.calibration / size.module))
    let tested = Array(map.regions.dropFirst(calibrating.count))
    let (answers, truth) = try responses(0, calibrating)
    let threshold = try Calibration(answers, map: map, truth: truth).chosen
    self.threshold = threshold
    let last = map.regions.compactMap { map.modules[$0.id]?.first?.spikesPerImage.last }
    spikesPerImage = last.reduce(0, +) / Double(last.count)

    func recognised(_ similarity: SimilarityMatrix) -> [Bool] {
      (0..<similarity.queries).map { similarity.best(query: $0) == $0 }
    }
    let drives = Array(queries.indices)
    let all = try drives.map { try responses($0, tested).0 }
    modular = try all.map { try recognised($0.similarity(threshold: threshold)) }
    plain = try all.map { try recognised($0.similarity(threshold: 0)) }
    within = try drives.map { drive in
      let right = try tested.flatMap { region in
        let (answers, places) = try responses(drive, [region])
        return zip(places, recognised(try answers.similarity(threshold: 0)))
      }
      return right.sorted { $0.0 < $1.0 }.map(\.1)
    }
    similarity = try all[0].similarity(threshold: threshold)
    evaluation = try PlaceEvaluation(similarity)

    // The other methods learn the tested places alone.
    let places = map.places(of: tested)
    func part(_ images: [GreyImage]) -> [GreyImage] { places.map { images[$0] } }
    let learned = reference.map { traverse($0.name, part($0.images)) }
    let asked = queries.map(part)
    func network(_ neurons: Int) throws -> Recognitions {
      var whole = size.settings(seed: seed)
      whole.moduleSize = size.places
      whole.parameters.neurons = neurons
      let network = try ModularMap.build(
        reference: learned, settings: whole, threads: threads, onImage: shown)
      return try asked.map {
        try recognised(
          QueryResponses(network, $0, threads: threads).similarity(rule: .weighted, threshold: 0))
      }
    }
    single = try network(size.places)
    singleTogether = try network(size.neuronsTogether)
    let differences = try asked.map {
      try SumOfAbsoluteDifferences.similarity(queries: $0, references: learned, threads: threads)
    }
    pixels = differences.map(recognised)
    pixelEvaluation = try PlaceEvaluation(differences[0])
    let successor = try GradedSpikeMap.train(on: learned, settings: .init(seed: seed), threads: threads) {
      try Interruption.check()
    }
    graded = try asked.map { try recognised(successor.similarity($0, threads: threads)) }
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
