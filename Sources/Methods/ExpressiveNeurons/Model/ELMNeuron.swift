import Foundation
import Probability

/// A linear map with bias, `y = W x + b`.
public struct LinearMap: Sendable, Hashable {
  /// `[output, input]`, row by row.
  public var weight: [Double]
  /// `[output]`
  public var bias: [Double]

  /// A map.
  public init(weight: [Double], bias: [Double]) { (self.weight, self.bias) = (weight, bias) }

  /// Number of inputs.
  public var inputs: Int { bias.isEmpty ? 0 : weight.count / bias.count }

  /// Weights and biases uniform on ±1/√inputs, as PyTorch begins.
  static func uniform(inputs: Int, outputs: Int, using stream: inout RandomStream) -> LinearMap {
    let reach = 1 / Double(max(inputs, 1)).squareRoot()
    let draw: (inout RandomStream) -> Double = { (2 * $0.uniform() - 1) * reach }
    return LinearMap(
      weight: (0..<inputs * outputs).map { _ in draw(&stream) },
      bias: (0..<outputs).map { _ in draw(&stream) })
  }
}

/// An expressive leaky memory neuron: its sizes and its weights (Spieler et al. 2024, section 2).
///
/// With `κ_s`, `κ_m` the decays of traces and memory in a step and `φ(z) = 1.7159 tanh(2z/3)`:
/// ```
/// b_t = κ_s b_{t−1} + Σ_branch relu(w) x_t        trace of each branch
/// Δ_t = φ( MLP( [b_t ; κ_m m_{t−1}] ) )           proposed memory
/// m_t = κ_m m_{t−1} + g Δ_t                       memory, g by the configuration's gain
/// y_t = W_y m_t + b_y                             outputs
/// ```
public struct ELMNeuron: Sendable, Hashable {
  /// Sizes and constants.
  public var configuration: ELMConfiguration
  /// Input of every synapse, `[branch, synapse]`; `nil` where a synapse reads nothing.
  public private(set) var synapseInputs: [[Int?]]
  /// Strength of every synapse before rectification, `[branch, synapse]`.
  public var synapseWeights: [Double]
  /// The layers of the MLP; inputs of the first are the traces and then the memory.
  public var layers: [LinearMap]
  /// The outputs' map.
  public var readout: LinearMap
  /// Time constant of every memory unit, in ms.
  public var memoryTimeConstants: [Double]
  /// Time constants of the traces in ms, as many as ``ELMConfiguration/traceTimeConstants``.
  public var traceTimeConstants: [Double]

  /// A neuron at its start: synapses 0.5, layers uniform on ±1/√inputs, time constants on their grid.
  ///
  /// - Throws: ``ExpressiveNeuronError`` when the configuration cannot be.
  public init(_ configuration: ELMConfiguration, seed: UInt64) throws(ExpressiveNeuronError) {
    try configuration.validate()
    let c = configuration
    var stream = RandomStream(seed: seed, "elm weights")
    self.configuration = c
    synapseInputs = try c.routing.inputs(of: c.inputs)
    synapseWeights = [Double](repeating: 0.5, count: c.synapses)
    layers = [.uniform(inputs: c.traces + c.memoryUnits, outputs: c.firstWidth, using: &stream)]
    for layer in 0..<c.hiddenLayers {
      layers.append(
        .uniform(
          inputs: c.hiddenSize, outputs: layer == c.hiddenLayers - 1 ? c.memoryUnits : c.hiddenSize,
          using: &stream))
    }
    readout = .uniform(inputs: c.memoryUnits, outputs: c.outputs, using: &stream)
    memoryTimeConstants = MemoryTimeConstants.grid(c.memoryTimeConstants, count: c.memoryUnits)
    traceTimeConstants = c.traceTimeConstants
  }

  /// Checks that the weights have the configuration's shapes and are finite.
  ///
  /// - Throws: ``ExpressiveNeuronError`` naming the first that does not.
  public func validate() throws(ExpressiveNeuronError) {
    try configuration.validate()
    let fresh = try ELMNeuron(configuration, seed: 0)
    let mine = namedWeights
    for (name, expected) in fresh.namedWeights {
      guard let found = mine.first(where: { $0.name == name }) else {
        throw .badWeights("weights '\(name)' are missing")
      }
      guard found.values.count == expected.count else {
        throw .badWeights("'\(name)' has \(found.values.count) numbers, but the sizes need \(expected.count)")
      }
      if let place = found.values.firstIndex(where: { !$0.isFinite }) {
        throw .badWeights("'\(name)' is \(found.values[place]) at \(place)")
      }
    }
  }

  /// Every weight array with its name in files.
  var namedWeights: [(name: String, values: [Double])] {
    [
      ("synapse.weight", synapseWeights), ("memory.time_constant", memoryTimeConstants),
      ("trace.time_constant", traceTimeConstants),
    ]
      + layers.enumerated().flatMap { [("mlp.\($0).weight", $1.weight), ("mlp.\($0).bias", $1.bias)] }
      + [("readout.weight", readout.weight), ("readout.bias", readout.bias)]
  }

  /// Synapses that read an input but have no strength; below zero they never recover by training.
  public var deadSynapses: Int {
    zip(synapseInputs.joined(), synapseWeights).count { $0 != nil && $1 <= 0 }
  }

  /// Decay of every synapse's trace in a step, κ_s, `[branch, synapse]`.
  var synapseDecays: [Double] {
    let c = configuration
    let decays = traceTimeConstants.map { MemoryTimeConstants.decay($0, step: c.timeStepMilliseconds) }
    switch decays.count {
    case c.synapses: return decays
    case 1: return [Double](repeating: decays[0], count: c.synapses)
    default: return decays.flatMap { [Double](repeating: $0, count: c.routing.synapsesPerBranch) }
    }
  }

  /// Decay of every memory unit in a step, κ_m.
  public var memoryDecays: [Double] {
    memoryTimeConstants.map { MemoryTimeConstants.decay($0, step: configuration.timeStepMilliseconds) }
  }

  /// Gain of every memory unit.
  public var memoryGains: [Double] {
    memoryTimeConstants.map {
      MemoryTimeConstants.gain(
        configuration.gain, timeConstant: $0, lambda: configuration.lambda,
        step: configuration.timeStepMilliseconds)
    }
  }

  /// The largest magnitude that a memory unit can reach, for each: `1.7159 g / (1 − κ)`.
  public var memoryBounds: [Double] {
    zip(memoryTimeConstants, memoryGains).map { tau, gain in
      1.7159 * gain / -expm1(-configuration.timeStepMilliseconds / max(tau, MemoryTimeConstants.least))
    }
  }
}
