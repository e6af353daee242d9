import Probability

/// What a map is built with.
public struct MapSettings: Sendable, Hashable, Codable {
  /// Constants of its modules.
  public var parameters: ModuleParameters
  /// How pictures become input.
  public var preprocessing: Preprocessing
  /// How modules are trained.
  public var training: TrainingSettings
  /// Places of a module; the last module of a traverse may have fewer.
  public var moduleSize: Int
  /// Modules of other seeds for each region, whose scores are added.
  public var members: Int
  /// Fixes all chance.
  public var seed: UInt64

  /// The published settings unless given.
  public init(
    parameters: ModuleParameters = ModuleParameters(), preprocessing: Preprocessing = Preprocessing(),
    training: TrainingSettings = TrainingSettings(), moduleSize: Int = 25, members: Int = 1, seed: UInt64 = 1
  ) {
    self.parameters = parameters
    self.preprocessing = preprocessing
    self.training = training
    self.moduleSize = moduleSize
    self.members = members
    self.seed = seed
    self.parameters.inputs = preprocessing.rows * preprocessing.columns
  }

  /// Checks that the settings make sense.
  public func validate() throws(PlaceRecognitionError) {
    try parameters.validate()
    try preprocessing.validate()
    try training.validate()
    guard (1...1_000_000).contains(moduleSize) else {
      throw .outOfRange(name: "module size", value: "\(moduleSize)", allowed: "1 to 1000000 places")
    }
    guard (1...1000).contains(members) else {
      throw .outOfRange(name: "members", value: "\(members)", allowed: "1 to 1000")
    }
    guard preprocessing.rows * preprocessing.columns == parameters.inputs else {
      throw .outOfRange(
        name: "inputs", value: "\(parameters.inputs)",
        allowed: "the number of pixels, \(preprocessing.rows * preprocessing.columns)")
    }
  }
}

/// A stretch of a route that one module (or one of each member of an ensemble) knows.
public struct Region: Sendable, Hashable, Codable {
  /// Names the region for good, also when others are removed.
  public var id: Int
  /// Its places' positions on the route.
  public var places: [Int]
  /// Where the first traverse's images of the places came from.
  public var placeNames: [String]
}

/// A route as an ensemble of modules, each of which knows one region.
///
/// A query is shown to all modules; the place whose neurons fire most is the answer. Modules were not trained against
/// one another, so some neurons fire for everything: those that fired for ``hyperactiveThreshold`` or more of the
/// reference images are left out.
public struct ModularMap: Sendable {
  /// What it was built with.
  public let settings: MapSettings
  /// The regions, in the order of the route's first places.
  public internal(set) var regions: [Region]
  /// The name of the next region; names of removed ones are not used again.
  public internal(set) var nextRegion = 0
  /// The reference images of each region's places, in the order of its places.
  public internal(set) var images: [Int: [GreyImage]]
  /// The modules of each region, one a member.
  public internal(set) var modules: [Int: [PlaceModule]]
  /// For each region, member and recorded region: how many of its reference images made each neuron fire.
  public internal(set) var active: [Int: [[Int: [Int32]]]]
  /// θ_h: a neuron that fired for as many reference images or more is left out; 0 for none.
  public var hyperactiveThreshold: Int
  /// Regions whose places served to choose ``hyperactiveThreshold``.
  public var calibrationRegions: [Int]

  /// A map without places.
  ///
  /// - Throws: ``PlaceRecognitionError`` for settings that make no sense.
  public init(_ settings: MapSettings) throws(PlaceRecognitionError) {
    try settings.validate()
    self.settings = settings
    regions = []
    images = [:]
    modules = [:]
    active = [:]
    hyperactiveThreshold = 0
    calibrationRegions = []
  }

  /// The regions of another map, whose modules fit the settings.
  init(_ settings: MapSettings, of other: ModularMap) {
    self.settings = settings
    (regions, nextRegion, images) = (other.regions, other.nextRegion, other.images)
    (modules, active) = (other.modules, other.active)
    (hyperactiveThreshold, calibrationRegions) = (other.hyperactiveThreshold, other.calibrationRegions)
  }

  /// The number of places.
  public var placeCount: Int { regions.reduce(0) { $0 + $1.places.count } }

  /// The route positions of the places of `regions` in ascending order: the columns of a similarity matrix.
  public func places(of regions: [Region]) -> [Int] { regions.flatMap(\.places).sorted() }

  /// Cuts a route into regions of ``MapSettings/moduleSize`` places.
  ///
  /// - Parameters:
  ///   - places: names of the places.
  ///   - order: the order in which places are put into regions; the route's unless given.
  ///   - firstID: the first new region's name.
  ///   - firstPlace: the first new place's position on the route.
  func cut(_ names: [String], order: [Int]? = nil, firstID: Int, firstPlace: Int) -> [Region] {
    let order = order ?? Array(names.indices)
    return stride(from: 0, to: order.count, by: settings.moduleSize).enumerated().map { index, start in
      let part = order[start..<min(start + settings.moduleSize, order.count)]
      return Region(
        id: firstID + index, places: part.map { firstPlace + $0 }, placeNames: part.map { names[$0] })
    }
  }

  /// The seed of one module.
  func moduleSeed(region: Int, member: Int) -> UInt64 {
    var stream = RandomStream(seed: settings.seed, "place module", member, region)
    return stream.next()
  }

  /// How a module meets recorded images and queries.
  func showing(_ purpose: String, region: Int, member: Int) -> PlaceModule.Showing {
    PlaceModule.Showing(
      seed: settings.seed, purpose: purpose, delaySeed: moduleSeed(region: region, member: member),
      precision: settings.training.precision)
  }

  /// For each neuron of a module, how many reference images of the map made it fire.
  public func activeImages(region: Int, member: Int) -> [Int] {
    var sums = [Int](repeating: 0, count: settings.parameters.neurons)
    guard let recorded = active[region]?[member] else { return sums }
    for other in regions {
      guard let counts = recorded[other.id] else { continue }
      for neuron in sums.indices { sums[neuron] += Int(counts[neuron]) }
    }
    return sums
  }

  /// The neurons of a module that a threshold leaves out.
  public func hyperactiveNeurons(region: Int, member: Int, threshold: Int) -> [Int] {
    HyperactiveRemoval.neurons(activeImages(region: region, member: member), threshold: threshold)
  }

  /// What a threshold removes from the whole map.
  public func removal(threshold: Int, regions: [Region]? = nil) -> HyperactiveRemoval {
    var removal = HyperactiveRemoval(neurons: 0, emptyRegions: [])
    for region in regions ?? self.regions {
      for member in 0..<settings.members {
        let removed = hyperactiveNeurons(region: region.id, member: member, threshold: threshold).count
        removal.neurons += removed
        if removed == settings.parameters.neurons, !removal.emptyRegions.contains(region.id) {
          removal.emptyRegions.append(region.id)
        }
      }
    }
    return removal
  }

  /// Checks that there is something to answer with.
  ///
  /// - Throws: ``PlaceRecognitionError/nothingLeft(_:)`` when there is no region, or a threshold removes all neurons.
  public func requireNeurons(in regions: [Region], threshold: Int) throws(PlaceRecognitionError) {
    guard !regions.isEmpty else { throw .nothingLeft("the map has no places; build it first") }
    let removed = removal(threshold: threshold, regions: regions).neurons
    guard removed < regions.count * settings.members * settings.parameters.neurons else {
      throw .nothingLeft(
        "the threshold \(threshold) for hyperactive neurons removes all \(removed) of them, so that no place can be recognised; choose a larger one, or 0 for none"
      )
    }
  }

  /// A region by its name.
  ///
  /// - Throws: ``PlaceRecognitionError/outOfRange(name:value:allowed:)`` when there is no such region.
  public func region(named id: Int) throws(PlaceRecognitionError) -> Region {
    guard let region = regions.first(where: { $0.id == id }) else {
      throw .outOfRange(
        name: "region", value: "\(id)",
        allowed: "one of the map's: \(regions.map { "\($0.id)" }.joined(separator: ", "))")
    }
    return region
  }

  /// Forgets a region: its modules, its images and what other modules' neurons did for them. Nothing is retrained.
  ///
  /// - Throws: ``PlaceRecognitionError/outOfRange(name:value:allowed:)`` when there is no such region.
  public mutating func remove(region id: Int) throws(PlaceRecognitionError) {
    _ = try region(named: id)
    regions.removeAll { $0.id == id }
    images[id] = nil
    modules[id] = nil
    active[id] = nil
    calibrationRegions.removeAll { $0 == id }
    for (region, members) in active {
      active[region] = members.map { recorded in recorded.filter { $0.key != id } }
    }
  }
}
