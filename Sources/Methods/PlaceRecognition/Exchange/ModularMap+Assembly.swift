import NeuralData

extension ModularMap {
  /// A map of modules trained elsewhere, one a region, in the order of the route; reference images are recorded.
  ///
  /// - Throws: ``PlaceRecognitionError/mismatched(_:)`` when the modules' places are not those of the reference.
  public static func assemble(
    _ modules: [PlaceModule], reference: Traverse, preprocessing: Preprocessing = Preprocessing(),
    seed: UInt64 = 1, threads: Int, onImage: @escaping @Sendable () throws -> Void = {}
  ) throws -> ModularMap {
    guard let parameters = modules.first?.parameters else {
      throw PlaceRecognitionError.nothingLeft("there are no modules")
    }
    guard modules.allSatisfy({ $0.parameters == parameters }) else {
      throw PlaceRecognitionError.mismatched(
        "the modules have different numbers of neurons or other synaptic constants")
    }
    let size = modules[0].assignment.places
    guard modules.dropLast().allSatisfy({ $0.assignment.places == size }),
      modules.last!.assignment.places <= size
    else {
      throw PlaceRecognitionError.mismatched(
        "the modules know \(modules.map { "\($0.assignment.places)" }.joined(separator: ", ")) places; expected as many each, and at most as many in the last"
      )
    }
    let places = modules.reduce(0) { $0 + $1.assignment.places }
    guard reference.images.count == places else {
      throw PlaceRecognitionError.mismatched(
        "'\(reference.name)' has \(reference.images.count) images, but the modules know \(places) places")
    }
    let settings = MapSettings(
      parameters: parameters, preprocessing: preprocessing, moduleSize: size, seed: seed)
    return try build(
      reference: [reference], settings: settings, threads: threads,
      keeper: Keeper(
        find: { region, member in
          BuiltModule(region: region, member: member, module: modules[region], active: [:])
        }, keep: { _ in }), onImage: onImage)
  }

  /// The label that the published program gives a region's first place: its position on the route, or in the order
  /// of places when these were not put into regions along the route.
  public func publishedLabel(of region: Region) -> Int {
    let first = region.places[0]
    return region.places == Array(first..<first + region.places.count)
      ? first : region.id * settings.moduleSize
  }
}
