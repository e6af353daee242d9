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
    try train(on: region, parameters: parameters, trainings: [settings], seed: seed, onImage: onImage)[0]
  }

  /// Trains a module once and keeps it at the ends of trainings of several lengths.
  ///
  /// - Parameters:
  ///   - region: the region's images, `[traverse][place]`.
  ///   - parameters: the module's constants.
  ///   - trainings: of one arithmetic, the shortest first.
  ///   - seed: of weights, delays and input spikes.
  ///   - onImage: called after each image; what it throws ends the training.
  /// - Returns: the module that each training gives.
  /// - Throws: ``PlaceRecognitionError``, and what `onImage` throws.
  static func train(
    on region: [[GreyImage]], parameters: ModuleParameters, trainings: [TrainingSettings], seed: UInt64,
    onImage: () throws -> Void
  ) throws -> [PlaceModule] {
    try parameters.validate()
    for training in trainings { try training.validate() }
    guard let places = region.first?.count, places > 0 else {
      throw PlaceRecognitionError.nothingLeft("a region needs at least one image")
    }
    guard region.allSatisfy({ $0.count == places }) else {
      throw PlaceRecognitionError.mismatched(
        "the traverses of a region have \(region.map { "\($0.count)" }.joined(separator: ", ")) images; expected as many in each"
      )
    }
    return switch trainings.first?.precision {
    case .float32: try train(region, parameters, trainings, seed, onImage, Float.self)
    case .float64: try train(region, parameters, trainings, seed, onImage, Double.self)
    case nil: []
    }
  }

  private static func train<Scalar: BinaryFloatingPoint & Sendable>(
    _ region: [[GreyImage]], _ parameters: ModuleParameters, _ trainings: [TrainingSettings], _ seed: UInt64,
    _ onImage: () throws -> Void, _: Scalar.Type
  ) throws -> [PlaceModule] {
    let places = region[0].count
    var weights = RandomStream(seed: seed, "weights")
    var delays = RandomStream(seed: seed, "delays training")
    let simulator = ModuleSimulator<Scalar>(
      parameters, weights: parameters.initialWeights(using: &weights).map { Scalar($0) },
      thresholds: [Scalar](repeating: Scalar(parameters.initialThreshold), count: parameters.neurons),
      delays: parameters.delays(using: &delays), isPlastic: true)
    simulator.settle()
    var modules: [PlaceModule] = []
    var spikesPerImage: [Double] = []
    // Spikes of the last epochs, `[epoch][neuron, place]`.
    var latest: [[Double]] = []
    let kept = trainings.map(\.assignmentEpochs).max() ?? 0
    for epoch in 0..<(trainings.last?.epochs ?? 0) {
      var spikes = [Double](repeating: 0, count: parameters.neurons * places)
      for (traverse, row) in region.enumerated() {
        for (place, image) in row.enumerated() {
          let index = (epoch * region.count + traverse) * places + place
          simulator.normaliseWeights()
          let fired = simulator.present(
            try inputSpikes(image, parameters, seed: seed, "training", index))
          for neuron in fired.indices { spikes[neuron * places + place] += Double(fired[neuron]) }
          try onImage()
        }
      }
      spikesPerImage.append(spikes.reduce(0, +) / Double(region.count * places))
      latest.append(spikes)
      if latest.count > kept { latest.removeFirst() }
      guard let ended = trainings.first(where: { $0.epochs == epoch + 1 }) else { continue }
      let counted = latest.suffix(ended.assignmentEpochs)
      let sums = (0..<parameters.neurons * places).map { index in counted.reduce(0) { $0 + $1[index] } }
      let shown = [Double](repeating: Double(counted.count * region.count), count: places)
      modules.append(
        try PlaceModule(
          parameters: parameters, weights: simulator.weights.map { Float($0) },
          thresholds: simulator.thresholds.map { Float($0) },
          assignment: NeuronalAssignment(spikes: sums, shown: shown), spikesPerImage: spikesPerImage))
    }
    return modules
  }
}
