import Laboratory
import Parallel

/// The choice of how long modules are trained, on calibration queries.
public struct TrainingCalibration: Sendable, Hashable, Codable {
  /// One length of training, with every threshold for hyperactive neurons.
  public struct Trial: Sendable, Hashable, Codable {
    /// Passes over the region's images.
    public var epochs: Int
    /// What the thresholds give after them.
    public var thresholds: Calibration
    /// Recall@1 with the best threshold.
    public var recallAt1: Double
  }

  /// Every length that was tried, ascending.
  public var trials: [Trial]
  /// The shortest training of the best recall@1.
  public var chosen: Int

  /// Trains the modules of the first regions once, stops at every length to record the reference images and to ask
  /// the queries, and compares.
  ///
  /// - Parameters:
  ///   - reference: traverses of the whole route; of all places the first traverse is recorded, as in a map.
  ///   - queries: an image of each place of the calibration regions, in the order of the route.
  ///   - settings: of the map; the epochs are those of `trainings`.
  ///   - order: the order in which places are put into regions; the route's unless given.
  ///   - regions: how many regions, from the first, serve for calibration.
  ///   - trainings: the lengths to try.
  ///   - thresholds: the candidates for hyperactive neurons.
  ///   - rule: how spikes become scores.
  ///   - threads: most threads to use; the result is the same for any number.
  ///   - keeper: keeps the modules of each length of training as they are finished.
  ///   - ledger: notes the answers to queries; it must belong to these images and settings.
  ///   - onImage: called after each image shown to a module, from any thread; what it throws ends the work.
  /// - Throws: ``PlaceRecognitionError``.
  public init(
    reference: [Traverse], queries: [GreyImage], settings: MapSettings, order: [Int]? = nil, regions: Int,
    trainings: [TrainingSettings], thresholds: [Int] = Calibration.publishedThresholds,
    rule: NeuronalAssignment.Rule = .standard, threads: Int = availableThreads,
    keeper: @Sendable (_ epochs: Int) -> ModularMap.Keeper = { _ in .none }, ledger: Ledger = Ledger(),
    onImage: @escaping @Sendable () throws -> Void = {}
  ) throws {
    guard !trainings.isEmpty else {
      throw PlaceRecognitionError.outOfRange(
        name: "epochs", value: "empty", allowed: "at least one number of epochs")
    }
    let trainings = Dictionary(grouping: trainings, by: \.epochs).compactMap(\.value.first).sorted {
      $0.epochs < $1.epochs
    }
    let maps = try ModularMap.partial(
      reference: reference, settings: settings, order: order, regions: regions, trainings: trainings,
      threads: threads, keepers: trainings.map { keeper($0.epochs) }, onImage: onImage)
    var trials: [Trial] = []
    for map in maps {
      let chosen = Array(map.regions.prefix(regions))
      let places = map.places(of: chosen)
      guard queries.count == places.count else {
        throw PlaceRecognitionError.mismatched(
          "there are \(queries.count) queries for \(places.count) places of the calibration regions; give one for each"
        )
      }
      let responses = try QueryResponses(
        map, queries, regions: chosen, threads: threads, ledger: ledger,
        key: "places/epochs-\(map.settings.training.epochs)", onImage: onImage)
      let calibration = try Calibration(
        responses, map: map, truth: places, thresholds: thresholds, rule: rule)
      trials.append(
        Trial(
          epochs: map.settings.training.epochs, thresholds: calibration,
          recallAt1: calibration.trials.map(\.recallAt1).max()!))
    }
    let best = trials.map(\.recallAt1).max()!
    chosen = trials.first { $0.recallAt1 == best }!.epochs
    self.trials = trials
  }

  /// How many images are shown to modules.
  ///
  /// - Parameters:
  ///   - places: of the whole route.
  ///   - traverses: of the reference.
  ///   - settings: of the map.
  ///   - regions: how many serve for calibration.
  ///   - trainings: the lengths to try.
  public static func work(
    places: Int, traverses: Int, settings: MapSettings, regions: Int, trainings: [TrainingSettings]
  ) -> Int {
    let taught = min(places, regions * settings.moduleSize)
    let shown = trainings.count * regions * (places + taught)
    return settings.members * (taught * traverses * (trainings.map(\.epochs).max() ?? 0) + shown)
  }
}

extension ModularMap {
  /// Maps of a whole route with the modules of its first regions alone, one a length of training.
  fileprivate static func partial(
    reference: [Traverse], settings: MapSettings, order: [Int]?, regions: Int, trainings: [TrainingSettings],
    threads: Int, keepers: [Keeper], onImage: @escaping @Sendable () throws -> Void
  ) throws -> [ModularMap] {
    var map = try ModularMap(settings)
    try map.lay(reference, order: order)
    _ = try places(
      ofFirst: regions, of: reference[0].images.count, order: order, settings: settings)
    let members = settings.members
    let shared = map
    let built = try parallelMap(count: regions * members, threads: threads) { index in
      let (region, member) = (shared.regions[index / members], index % members)
      let found = try keepers.compactMap { try $0.find(region.id, member) }
      var lengths = found
      if found.count < trainings.count {
        let images = reference.map { traverse in region.places.map { traverse.images[$0] } }
        lengths = try PlaceModule.train(
          on: images, parameters: settings.parameters, trainings: trainings,
          seed: shared.moduleSeed(region: region.id, member: member), onImage: onImage
        ).map { BuiltModule(region: region.id, member: member, module: $0, active: [:]) }
        for (built, keeper) in zip(lengths, keepers) { try keeper.keep(built) }
      }
      for (length, keeper) in keepers.enumerated()
      where try shared.record(&lengths[length], onImage: onImage) {
        try keeper.keep(lengths[length])
      }
      return lengths
    }
    return trainings.indices.map { length in
      var settings = settings
      settings.training = trainings[length]
      return map.with(settings, built.map { $0[length] })
    }
  }
}

extension ModularMap {
  /// The positions on the route of the places of the first regions, ascending.
  ///
  /// - Parameters:
  ///   - regions: how many regions.
  ///   - places: of the whole route.
  ///   - order: the order in which places are put into regions; the route's unless given.
  ///   - settings: of the map.
  /// - Throws: ``PlaceRecognitionError/outOfRange(name:value:allowed:)`` when there are fewer regions.
  public static func places(ofFirst regions: Int, of places: Int, order: [Int]?, settings: MapSettings)
    throws(PlaceRecognitionError) -> [Int]
  {
    let all = (places + settings.moduleSize - 1) / settings.moduleSize
    guard (1...all).contains(regions) else {
      throw .outOfRange(
        name: "regions", value: "\(regions)", allowed: "1 to the number of the route's regions, \(all)")
    }
    return (order ?? Array(0..<places)).prefix(regions * settings.moduleSize).sorted()
  }
}
