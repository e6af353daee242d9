import Probability
import Spiking

/// How modules are trained.
public struct TrainingSettings: Sendable, Hashable, Codable {
  /// Passes over the region's images.
  public var epochs: Int
  /// Epochs at the end whose spikes decide the assignment.
  public var assignmentEpochs: Int
  /// Arithmetic.
  public var precision: Precision

  /// The published settings unless given: 30 epochs, the last five of which decide; at most half of fewer epochs.
  public init(epochs: Int = 30, assignmentEpochs: Int? = nil, precision: Precision = .float32) {
    self.epochs = epochs
    self.assignmentEpochs = assignmentEpochs ?? max(1, min(5, epochs / 2))
    self.precision = precision
  }

  /// Checks that the settings make sense.
  public func validate() throws(PlaceRecognitionError) {
    guard (1...100_000).contains(epochs) else {
      throw .outOfRange(name: "epochs", value: "\(epochs)", allowed: "1 to 100000")
    }
    guard (1...epochs).contains(assignmentEpochs) else {
      throw .outOfRange(
        name: "assignment epochs", value: "\(assignmentEpochs)",
        allowed: "1 to the number of epochs, \(epochs)")
    }
  }
}

extension PlaceModule {
  /// Trains a module on a region.
  ///
  /// An epoch shows the places of the first traverse in their order, then those of the second, and so on; the
  /// weights are normalised before each image.
  ///
  /// - Parameters:
  ///   - region: the region's images, `[traverse][place]`.
  ///   - parameters: the module's constants.
  ///   - settings: how long.
  ///   - seed: of weights, delays and input spikes.
  ///   - onImage: called after each image; what it throws ends the training.
  /// - Throws: ``PlaceRecognitionError``, and what `onImage` throws.
  public static func train(
    on region: [[GreyImage]], parameters: ModuleParameters = ModuleParameters(), settings: TrainingSettings,
    seed: UInt64, onImage: () throws -> Void = {}
  ) throws -> PlaceModule {
    switch settings.precision {
    case .float32: try train(region, parameters, settings, seed, onImage, Float.self)
    case .float64: try train(region, parameters, settings, seed, onImage, Double.self)
    }
  }

  private static func train<Scalar: BinaryFloatingPoint & Sendable>(
    _ region: [[GreyImage]], _ parameters: ModuleParameters, _ settings: TrainingSettings, _ seed: UInt64,
    _ onImage: () throws -> Void, _: Scalar.Type
  ) throws -> PlaceModule {
    try parameters.validate()
    try settings.validate()
    guard let places = region.first?.count, places > 0 else {
      throw PlaceRecognitionError.nothingLeft("a region needs at least one image")
    }
    guard region.allSatisfy({ $0.count == places }) else {
      throw PlaceRecognitionError.mismatched(
        "the traverses of a region have \(region.map { "\($0.count)" }.joined(separator: ", ")) images; expected as many in each"
      )
    }
    var weights = RandomStream(seed: seed, "weights")
    var delays = RandomStream(seed: seed, "delays training")
    let simulator = ModuleSimulator<Scalar>(
      parameters, weights: parameters.initialWeights(using: &weights).map { Scalar($0) },
      thresholds: [Scalar](repeating: Scalar(parameters.initialThreshold), count: parameters.neurons),
      delays: parameters.delays(using: &delays), isPlastic: true)
    simulator.settle()
    var counts: [Float] = []
    var labels: [Int] = []
    var spikesPerImage: [Double] = []
    let images = Double(region.count * places)
    for epoch in 0..<settings.epochs {
      var spikes = 0.0
      for (traverse, row) in region.enumerated() {
        for (place, image) in row.enumerated() {
          let index = (epoch * region.count + traverse) * places + place
          simulator.normaliseWeights()
          let fired = simulator.present(
            try inputSpikes(image, parameters, seed: seed, "training", index))
          spikes += Double(fired.reduce(0, +))
          if epoch >= settings.epochs - settings.assignmentEpochs {
            counts += fired
            labels.append(place)
          }
          try onImage()
        }
      }
      spikesPerImage.append(spikes / images)
    }
    return try PlaceModule(
      parameters: parameters, weights: simulator.weights.map { Float($0) },
      thresholds: simulator.thresholds.map { Float($0) },
      assignment: NeuronalAssignment(counts: counts, labels: labels, places: places),
      spikesPerImage: spikesPerImage)
  }
}
