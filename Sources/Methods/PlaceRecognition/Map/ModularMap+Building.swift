import Parallel

extension ModularMap {
  /// A module that has been trained, with the activity of its neurons for the reference images recorded so far.
  public struct BuiltModule: Sendable {
    /// Its region.
    public var region: Int
    /// Its place in the ensemble.
    public var member: Int
    /// The trained module.
    public var module: PlaceModule
    /// For each recorded region, how many of its reference images made each neuron fire.
    public var active: [Int: [Int32]]
  }

  /// Where modules are kept as they are finished, and found when stopped work goes on.
  public struct Keeper: Sendable {
    /// A module that is kept already; its recordings may be incomplete.
    public var find: @Sendable (_ region: Int, _ member: Int) throws -> BuiltModule?
    /// Keeps a finished module.
    public var keep: @Sendable (BuiltModule) throws -> Void

    /// A keeper.
    public init(
      find: @escaping @Sendable (_ region: Int, _ member: Int) throws -> BuiltModule?,
      keep: @escaping @Sendable (BuiltModule) throws -> Void
    ) {
      (self.find, self.keep) = (find, keep)
    }

    /// Keeps nothing.
    public static let none = Keeper(find: { _, _ in nil }, keep: { _ in })
  }

  /// A map of a route.
  ///
  /// - Parameters:
  ///   - reference: traverses of the route, one image a place; the first is also recorded.
  ///   - settings: of the modules.
  ///   - order: the order in which places are put into regions, such as ``PublishedOrder``; the route's unless given.
  ///   - threads: most threads to use; the result is the same for any number.
  ///   - keeper: keeps modules as they are finished.
  ///   - onImage: called after each image shown to a module, from any thread; what it throws ends the work.
  public static func build(
    reference: [Traverse], settings: MapSettings, order: [Int]? = nil, threads: Int = availableThreads,
    keeper: Keeper = .none, onImage: @escaping @Sendable () throws -> Void = {}
  ) throws -> ModularMap {
    var map = try ModularMap(settings)
    try map.add(reference, order: order, threads: threads, keeper: keeper, onImage: onImage)
    return map
  }

  /// Adds the regions of another stretch of the route; the modules that are there are not retrained, only shown the
  /// new reference images.
  public mutating func add(
    _ reference: [Traverse], order: [Int]? = nil, threads: Int = availableThreads, keeper: Keeper = .none,
    onImage: @escaping @Sendable () throws -> Void = {}
  ) throws {
    var map = self
    let firstPlace = try map.lay(reference, order: order)
    let parts = map.regions.flatMap { region in (0..<settings.members).map { (region, $0) } }
    let shared = map
    let built = try parallelMap(count: parts.count, threads: threads) { index in
      let (region, member) = parts[index]
      var module: BuiltModule
      if let old = shared.modules[region.id]?[member] {
        module = BuiltModule(
          region: region.id, member: member, module: old, active: shared.active[region.id]![member])
      } else if let found = try keeper.find(region.id, member) {
        module = found
      } else {
        let training = reference.map { traverse in region.places.map { traverse.images[$0 - firstPlace] } }
        module = BuiltModule(
          region: region.id, member: member,
          module: try PlaceModule.train(
            on: training, parameters: shared.settings.parameters, settings: shared.settings.training,
            seed: shared.moduleSeed(region: region.id, member: member), onImage: onImage), active: [:])
        try keeper.keep(module)
      }
      if try shared.record(&module, onImage: onImage) { try keeper.keep(module) }
      return module
    }
    self = map.with(settings, built)
  }

  /// Cuts a further stretch of the route into regions that have no modules yet.
  ///
  /// - Returns: the position of its first place on the route.
  @discardableResult
  mutating func lay(_ reference: [Traverse], order: [Int]?) throws(PlaceRecognitionError) -> Int {
    try Traverse.validate(reference)
    let names = reference[0].imageNames
    if let order, order.sorted() != Array(names.indices) {
      throw .mismatched("the order of places must hold each of 0 to \(names.count - 1) once")
    }
    let shape = (reference[0].images[0].rows, reference[0].images[0].columns)
    guard shape == (settings.preprocessing.rows, settings.preprocessing.columns) else {
      throw .wrongShape(
        "the images have \(shape.0) × \(shape.1) pixels, but the map \(settings.preprocessing.rows) × \(settings.preprocessing.columns)"
      )
    }
    let firstPlace = (regions.flatMap(\.places).max() ?? -1) + 1
    let added = cut(names, order: order, firstID: nextRegion, firstPlace: firstPlace)
    regions += added
    nextRegion += added.count
    for region in added {
      images[region.id] = region.places.map { reference[0].images[$0 - firstPlace] }
    }
    return firstPlace
  }

  /// The same regions with other settings and modules.
  func with(_ settings: MapSettings, _ built: [BuiltModule]) -> ModularMap {
    var map = ModularMap(settings, of: self)
    for (region, members) in Dictionary(grouping: built, by: \.region) {
      let members = members.sorted { $0.member < $1.member }
      map.modules[region] = members.map(\.module)
      map.active[region] = members.map(\.active)
    }
    return map
  }

  /// Shows a module the reference images it has not met; whether there were any.
  @discardableResult
  func record(_ built: inout BuiltModule, onImage: () throws -> Void) throws -> Bool {
    let missing = regions.filter { built.active[$0.id] == nil }
    let neurons = settings.parameters.neurons
    let showing = showing("record", region: built.region, member: built.member)
    for region in missing {
      var active = [Int32](repeating: 0, count: neurons)
      let images = images[region.id]!
      for start in stride(from: 0, to: images.count, by: PlaceModule.imagesPerRun) {
        let run = images[start..<min(start + PlaceModule.imagesPerRun, images.count)]
        // Input spikes are named by region and image, so that they are the same whichever regions came before.
        let (counts, _) = try built.module.counts(run, from: region.id << 24 + start, showing)
        for (neuron, images) in HyperactiveRemoval.activeImages(counts, neurons: neurons).enumerated() {
          active[neuron] += images
        }
        for _ in run { try onImage() }
      }
      built.active[region.id] = active
    }
    return !missing.isEmpty
  }

  /// How many images are shown to modules in a build of `places` places in `traverses` traverses.
  public static func work(places: Int, traverses: Int, settings: MapSettings) -> Int {
    let modules = (places + settings.moduleSize - 1) / settings.moduleSize
    return settings.members * (places * traverses * settings.training.epochs + modules * places)
  }
}
