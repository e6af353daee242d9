import Probability

/// The constants of a module. Times in ms, potentials in mV, conductances in units of the leak.
///
/// Source: the published program; where it departs from the papers, the program is followed.
public struct ModuleParameters: Sendable, Hashable, Codable {
  /// What an arriving input spike does to its synapse in training.
  public enum PreSign: String, Sendable, Hashable, Codable, CaseIterable {
    /// It strengthens it: the released program, and all its results.
    case asReleased = "as-released"
    /// It weakens it: the rule of Diehl and Cook (2015) that the program follows otherwise.
    case diehlCook = "diehl-cook"
  }

  /// Excitatory neurons, and as many inhibitory ones.
  public var neurons = 400
  /// Input neurons, one a pixel.
  public var inputs = 784
  /// A pixel of value p fires at p / `intensity` Hz.
  public var intensity = 4.0
  /// How long an image is shown.
  public var presentation = 350.0
  /// How long no input follows it.
  public var rest = 150.0
  /// How long no input comes before the first image.
  public var settling = 500.0
  /// Upper end of the uniform delays of input synapses.
  public var longestDelay = 10.0
  /// First weights are this times (a uniform number + 0.01).
  public var initialWeight = 0.3
  /// Each neuron's input weights are scaled to this sum before each training presentation.
  public var weightSum = 78.0
  /// Added to the excitatory conductance of a neuron's inhibitory partner.
  public var excitatoryToInhibitory = 10.4
  /// Added to the inhibitory conductance of all other excitatory neurons.
  public var inhibitoryToExcitatory = 17.0
  /// Decay time of excitatory conductances.
  public var excitatoryDecay = 1.0
  /// Decay time of inhibitory conductances.
  public var inhibitoryDecay = 0.5
  /// The adaptive threshold θ at the beginning; a neuron fires above θ − 72 mV.
  public var initialThreshold = 20.0
  /// Added to θ by each spike in training.
  public var thresholdStep = 0.05
  /// Decay time of θ in training.
  public var thresholdDecay = 1e7
  /// What a spike's arrival adds to a weight, times the first post-synaptic trace.
  public var preRate = 0.0001
  /// What a neuron's spike adds to a weight, times the pre-synaptic and the second post-synaptic trace.
  public var postRate = 0.01
  /// The sign of the former.
  public var preSign = PreSign.asReleased

  /// The published constants.
  public init() {}

  /// The most input synapses of a module; at about 20 bytes each they take 2 gigabytes.
  public static let mostSynapses = 100_000_000

  /// Length of a time step in ms.
  public static let timeStep = 0.1

  /// Decay times of the pre-synaptic and the two post-synaptic traces.
  static let traceDecay = (pre: 20.0, post1: 20.0, post2: 40.0)
  /// Steps in which a neuron's potential stays at its reset after a spike.
  static let refractorySteps = (excitatory: 50, inhibitory: 20)
  /// Steps between two spikes of an excitatory neuron, at least. The program's timer runs at a tenth of the time and
  /// must exceed 5 ms: 500 steps of it add up to no more than 5 ms in floating point, 501 do.
  static let spikeInterval = 501

  static func steps(_ milliseconds: Double) -> Int { Int((milliseconds / timeStep).rounded()) }

  /// Delays in steps, `[input, neuron]`; drawn anew for each phase of a module's life, as the program does.
  func delays(using stream: inout RandomStream) -> [UInt16] {
    (0..<inputs * neurons).map { _ in UInt16(Self.steps(stream.uniform() * longestDelay)) }
  }

  /// First weights, `[input, neuron]`.
  func initialWeights(using stream: inout RandomStream) -> [Float] {
    (0..<inputs * neurons).map { _ in Float((stream.uniform() + 0.01) * initialWeight) }
  }

  /// Checks that the constants make sense.
  ///
  /// - Throws: ``PlaceRecognitionError/outOfRange(name:value:allowed:)``.
  public func validate() throws(PlaceRecognitionError) {
    for (name, value, limit) in [("neurons", neurons, 65_535), ("pixels of an image", inputs, 65_535)]
    where !(1...limit).contains(value) {
      throw .outOfRange(name: name, value: "\(value)", allowed: "1 to \(limit)")
    }
    guard inputs <= Self.mostSynapses / neurons else {
      throw .outOfRange(
        name: "neurons", value: "\(neurons)",
        allowed:
          "at most \(Self.mostSynapses / inputs) with \(inputs) pixels: a module holds no more than \(Self.mostSynapses) input synapses"
      )
    }
    guard presentation > 0, presentation <= 1e6 else {
      throw .outOfRange(
        name: "presentation", value: "\(presentation)", allowed: "greater than 0, up to 1000000 ms")
    }
    for (name, value) in [
      ("intensity", intensity), ("weight sum", weightSum),
      ("excitatory decay", excitatoryDecay), ("inhibitory decay", inhibitoryDecay),
      ("threshold decay", thresholdDecay),
    ] where !(value > 0 && value <= 1e9) {
      throw .outOfRange(name: name, value: "\(value)", allowed: "greater than 0")
    }
    guard (0...100).contains(longestDelay) else {
      throw .outOfRange(name: "longest delay", value: "\(longestDelay)", allowed: "0 to 100 ms")
    }
    for (name, value) in [("rest", rest), ("settling", settling)]
    where !(value >= longestDelay && value <= 1e6) {
      throw .outOfRange(
        name: name, value: "\(value)",
        allowed: "at least the longest delay, \(longestDelay) ms, so that no spike is under way at its end")
    }
  }
}
