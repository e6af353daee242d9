import Parallel
import Probability

/// The faster successor: one graded spike a neuron, two layers, no time (Hines, Stratton, Milford and Fischer,
/// ICRA 2024), as its program is coded.
///
/// A feature layer of twice as many neurons as pixels has sparse weights of fixed sign that learn without labels; an
/// output layer of one neuron a place learns by a delta rule towards a forced spike of 0.5. A query is two products
/// of a matrix and a vector, without threshold or clamp. Input is the preprocessed image over 255.
public struct GradedSpikeMap: Sendable {
  /// How the layers are trained.
  public struct Settings: Sendable, Hashable, Codable {
    /// Passes over the images for each layer.
    public var epochs: Int
    /// Places of a module.
    public var moduleSize: Int
    /// Fixes weights and the order of images.
    public var seed: UInt64

    /// The published settings unless given.
    public init(epochs: Int = 4, moduleSize: Int = 1100, seed: UInt64 = 1) {
      (self.epochs, self.moduleSize, self.seed) = (epochs, moduleSize, seed)
    }

    /// Checks that the settings make sense.
    ///
    /// - Throws: ``PlaceRecognitionError/outOfRange(name:value:allowed:)``.
    public func validate() throws(PlaceRecognitionError) {
      for (name, value, most) in [("epochs", epochs, 100_000), ("module size", moduleSize, 1_000_000)]
      where !(1...most).contains(value) {
        throw .outOfRange(name: name, value: "\(value)", allowed: "1 to \(most)")
      }
    }
  }

  /// The layers that know one region.
  struct Module: Sendable {
    var feature, output: GradedLayer
  }

  /// The number of places.
  public let places: Int
  /// Pixels of an image.
  public var inputs: Int { modules[0].feature.inputs }
  let modules: [Module]

  /// A map of modules in the order of the route.
  init(_ modules: [Module]) {
    places = modules.reduce(0) { $0 + $1.output.neurons }
    self.modules = modules
  }

  /// Trains a map.
  ///
  /// - Parameters:
  ///   - reference: traverses, one image a place.
  ///   - settings: of the training.
  ///   - threads: most threads to use, over modules; the result is the same for any number.
  ///   - onImage: called after each image shown to a layer; what it throws ends the work.
  public static func train(
    on reference: [Traverse], settings: Settings = Settings(), threads: Int = availableThreads,
    onImage: @escaping @Sendable () throws -> Void = {}
  ) throws -> GradedSpikeMap {
    try Traverse.validate(reference)
    try settings.validate()
    let places = reference[0].images.count
    let inputs = reference[0].images[0].pixels.count
    for (name, value) in [
      ("pixels of an image", inputs), ("places of a module", min(places, settings.moduleSize)),
    ] where value > ModuleParameters.mostSynapses / (2 * inputs) {
      throw PlaceRecognitionError.outOfRange(
        name: name, value: "\(value)",
        allowed:
          "at most \(ModuleParameters.mostSynapses / (2 * inputs)): a layer holds no more than \(ModuleParameters.mostSynapses) synapses"
      )
    }
    let starts = Array(stride(from: 0, to: places, by: settings.moduleSize))
    let modules = try parallelMap(count: starts.count, threads: threads) { index in
      let region = starts[index]..<min(starts[index] + settings.moduleSize, places)
      var weights = RandomStream(seed: settings.seed, "graded weights", index)
      let images = reference.flatMap { traverse in
        region.map { (place: $0 - region.lowerBound, spikes: spikes(traverse.images[$0])) }
      }
      var feature = GradedLayer.feature(inputs: inputs, neurons: 2 * inputs, using: &weights)
      var output = GradedLayer.output(inputs: 2 * inputs, neurons: region.count, using: &weights)
      let steps = settings.epochs * images.count
      for layer in 0..<2 {
        var step = 0
        var rate = 1.0
        for epoch in 0..<settings.epochs {
          var order = Array(images.indices)
          var chance = RandomStream(seed: settings.seed, "graded order", index, layer, epoch)
          chance.shuffle(&order)
          for image in order {
            let (place, input) = images[image]
            if layer == 0 {
              feature.learnFeatures(input, rate: Float(rate))
            } else {
              output.learnPlace(
                feature.clamped(feature.drive(input)), place: place, targets: feature.targets,
                rate: Float(rate))
            }
            // Learning rates fall every hundred images, after the image.
            if step % 100 == 0 {
              let left = Double(steps - step) / Double(steps)
              rate = left * left
            }
            step += 1
            try onImage()
          }
        }
      }
      return Module(feature: feature, output: output)
    }
    return GradedSpikeMap(modules)
  }

  /// The score of each place.
  public func scores(_ image: GreyImage) -> [Double] {
    let input = Self.spikes(image)
    return modules.flatMap { module in module.output.drive(module.feature.drive(input)).map(Double.init) }
  }

  /// The scores of queries for all places.
  ///
  /// - Throws: ``PlaceRecognitionError`` when a query has another size than the reference images.
  public func similarity(_ queries: [GreyImage], threads: Int = availableThreads)
    throws(PlaceRecognitionError) -> SimilarityMatrix
  {
    let inputs = inputs
    if let query = queries.firstIndex(where: { $0.pixels.count != inputs }) {
      throw .wrongShape("query \(query) has another size than the reference images")
    }
    let rows = parallelMap(count: queries.count, threads: threads) { scores(queries[$0]) }
    return try SimilarityMatrix(rows.flatMap { $0 }, places: places)
  }

  /// One graded spike a pixel.
  static func spikes(_ image: GreyImage) -> [Float] { image.pixels.map { Float($0) / 255 } }
}
