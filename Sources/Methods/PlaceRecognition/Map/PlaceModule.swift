import Probability
import Spiking

/// A trained module: it knows the places of one region.
public struct PlaceModule: Sendable, Hashable {
  /// Its constants.
  public var parameters: ModuleParameters
  /// Weights of the input synapses, `[input, neuron]`.
  public var weights: [Float]
  /// θ of each neuron, mV.
  public var thresholds: [Float]
  /// Which place each neuron stands for, among the places of the region.
  public var assignment: NeuronalAssignment
  /// Mean spikes of an image in each epoch of its training; empty when it was imported.
  public var spikesPerImage: [Double]

  /// A module from its parts.
  ///
  /// - Throws: ``PlaceRecognitionError/wrongShape(_:)`` for weights or thresholds of another size, or values that no
  ///   module has.
  public init(
    parameters: ModuleParameters, weights: [Float], thresholds: [Float], assignment: NeuronalAssignment,
    spikesPerImage: [Double] = []
  ) throws(PlaceRecognitionError) {
    try parameters.validate()
    guard weights.count == parameters.inputs * parameters.neurons else {
      throw .wrongShape(
        "there are \(weights.count) weights, but \(parameters.inputs) inputs and \(parameters.neurons) neurons need \(parameters.inputs * parameters.neurons)"
      )
    }
    guard thresholds.count == parameters.neurons else {
      throw .wrongShape("there are \(thresholds.count) thresholds for \(parameters.neurons) neurons")
    }
    guard weights.allSatisfy({ $0 >= 0 && $0.isFinite }) else {
      throw .wrongShape("a weight is negative or not a number; expected weights of 0 or more")
    }
    guard thresholds.allSatisfy({ (0...1000).contains($0) }) else {
      throw .wrongShape("a threshold is not between 0 and 1000 mV")
    }
    guard assignment.spikes.count == parameters.neurons * assignment.places else {
      throw .wrongShape("the assignment belongs to another number of neurons than \(parameters.neurons)")
    }
    self.parameters = parameters
    self.weights = weights
    self.thresholds = thresholds
    self.assignment = assignment
    self.spikesPerImage = spikesPerImage
  }

  /// How a module meets images whose spikes do not teach it.
  struct Showing: Sendable {
    /// Of the input spikes, the same for all modules of a map.
    var seed: UInt64
    /// What the images are for: `"record"` or `"query"`.
    var purpose: String
    /// Names the delays, drawn anew for each purpose.
    var delaySeed: UInt64
    /// Arithmetic.
    var precision = Precision.float32
  }

  /// Images in a row that share their state; the next one begins from rest.
  static let imagesPerRun = 25

  /// Each neuron's spikes for images, `[image, neuron]`, with fixed weights and thresholds.
  ///
  /// - Parameters:
  ///   - images: a run of at most ``imagesPerRun``, shown in their order after the module has settled.
  ///   - index: of the first image, which names its input spikes.
  func counts(_ images: ArraySlice<GreyImage>, from index: Int, _ showing: Showing) throws
    -> (counts: [Float], activity: SpikingActivity)
  {
    func run<Scalar: BinaryFloatingPoint & Sendable>(_: Scalar.Type) throws -> ([Float], SpikingActivity) {
      let simulator = frozen(showing, Scalar.self)
      simulator.settle()
      var counts: [Float] = []
      for (place, image) in images.enumerated() {
        counts += simulator.present(
          try inputSpikes(image, parameters, seed: showing.seed, showing.purpose, index + place))
      }
      return (counts, simulator.activity)
    }
    return try showing.precision == .float32 ? run(Float.self) : run(Double.self)
  }

  /// A simulator of the module that does not learn.
  func frozen<Scalar: BinaryFloatingPoint & Sendable>(_ showing: Showing, _: Scalar.Type) -> ModuleSimulator<
    Scalar
  > {
    var stream = RandomStream(seed: showing.delaySeed, "delays " + showing.purpose)
    return ModuleSimulator<Scalar>(
      parameters, weights: weights.map { Scalar($0) }, thresholds: thresholds.map { Scalar($0) },
      delays: parameters.delays(using: &stream), isPlastic: false)
  }
}

/// Arithmetic of a module.
public enum Precision: String, Sendable, Hashable, Codable, CaseIterable {
  /// The fast kernel.
  case float32
  /// The exact kernel: Brian2's arithmetic and order.
  case float64
}

/// The Poisson spikes of the input neurons while an image is shown.
func inputSpikes(
  _ image: GreyImage, _ parameters: ModuleParameters, seed: UInt64, _ purpose: String, _ index: Int
) throws -> SpikeRaster {
  guard image.pixels.count == parameters.inputs else {
    throw PlaceRecognitionError.wrongShape(
      "image \(index) has \(image.pixels.count) pixels, but the module \(parameters.inputs) inputs")
  }
  let sources = try PoissonSources(
    rates: image.pixels.map { Double($0) / parameters.intensity }, timeStep: ModuleParameters.timeStep)
  return sources.raster(
    steps: ModuleParameters.steps(parameters.presentation), seed: seed, purpose, index)
}
