import NeuralData

extension ModularMap {
  /// A map of modules trained elsewhere, in the order of the route; reference images are recorded.
  ///
  /// - Parameters:
  ///   - modules: those of the first region, one a member of the ensemble, then those of the next.
  ///   - members: modules of a region.
  ///   - reference: the modules' places in order.
  ///   - preprocessing: how pictures become their input.
  ///   - seed: fixes the spikes of images and the delays, which published modules do not keep.
  ///   - threads: most threads to use; the result is the same for any number.
  ///   - onImage: called after each image shown to a module, from any thread; what it throws ends the work.
  /// - Throws: ``PlaceRecognitionError/mismatched(_:)`` when the modules' places are not those of the reference, or the
  ///   members of a region do not know as many places.
  public static func assemble(
    _ modules: [PlaceModule], members: Int = 1, reference: Traverse,
    preprocessing: Preprocessing = Preprocessing(),
    seed: UInt64 = 1, threads: Int, onImage: @escaping @Sendable () throws -> Void = {}
  ) throws -> ModularMap {
    guard let parameters = modules.first?.parameters else {
      throw PlaceRecognitionError.nothingLeft("there are no modules")
    }
    guard modules.allSatisfy({ $0.parameters == parameters }) else {
      throw PlaceRecognitionError.mismatched(
        "the modules have different numbers of neurons or other synaptic constants")
    }
    guard members >= 1, modules.count % members == 0 else {
      throw PlaceRecognitionError.mismatched(
        "\(modules.count) modules are no whole number of regions of \(members) members each")
    }
    let known = modules.map(\.assignment.places)
    let size = known[0]
    guard known.dropLast(members).allSatisfy({ $0 == size }), known.last! <= size,
      known.suffix(members).allSatisfy({ $0 == known.last! })
    else {
      throw PlaceRecognitionError.mismatched(
        "the modules know \(known.map { "\($0)" }.joined(separator: ", ")) places; expected as many each, and at most as many in the last region"
      )
    }
    let places = known.reduce(0, +) / members
    guard reference.images.count == places else {
      throw PlaceRecognitionError.mismatched(
        "'\(reference.name)' has \(reference.images.count) images, but the modules know \(places) places")
    }
    let settings = MapSettings(
      parameters: parameters, preprocessing: preprocessing, moduleSize: size, members: members,
      seed: seed)
    return try build(
      reference: [reference], settings: settings, threads: threads,
      keeper: Keeper(
        find: { region, member in
          BuiltModule(region: region, member: member, module: modules[region * members + member], active: [:])
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
