import Foundation
import Probability

/// Layers of expressive leaky memory neurons: every neuron reads the layer before and, where the network is recurrent, its own
/// layer one step earlier, through branches of random synapses (the composition of the authors' work of 2026).
///
/// ```
/// y^k_t                  output of neuron k, whose input are the signals below and, a step earlier, its own layer's
/// l^k_t = κ l^k_{t−1} + (1 − κ) y^k_t,   z^k_t = y^k_t − l^k_t      the signal that others see: y^k with its slow part taken off
/// Y_t = W y_t + b                                                    the network's outputs, from the last layer's y
/// ```
/// The later paper's code is not public. Here the read-out takes the neurons' outputs with their slow part, which is what a class
/// is told by, and strengths begin at `1/√synapses` of a branch, for signals that are not sparse.
public struct ELMNetwork: Sendable, Hashable {
  /// Sizes and constants.
  public struct Configuration: Sendable, Hashable, Codable {
    /// Number of input channels.
    public var inputs: Int
    /// Number of outputs.
    public var outputs: Int
    /// Neurons of each layer, the one that sees the input first.
    public var layers: [Int]
    /// What every neuron is like; its ``ELMConfiguration/inputs`` and the seed of its routing are set by its place.
    public var neuron: ELMConfiguration
    /// Whether neurons read their own layer.
    public var isRecurrent: Bool
    /// Time constant of the slow part that is taken off, in ms.
    public var highPassTimeConstant: Double
    /// Fixes who reads whom.
    public var wiring: UInt64

    /// Sizes and constants.
    public init(
      inputs: Int, outputs: Int, layers: [Int], neuron: ELMConfiguration = Configuration.neuron(),
      isRecurrent: Bool = true, highPassTimeConstant: Double = 5, wiring: UInt64 = 1
    ) {
      self.inputs = inputs
      self.outputs = outputs
      self.layers = layers
      self.neuron = neuron
      self.isRecurrent = isRecurrent
      self.highPassTimeConstant = highPassTimeConstant
      self.wiring = wiring
    }

    /// A neuron of `memoryUnits`, twice as many hidden units, four times as many branches, and as many synapses on each as there
    /// are branches.
    public static func neuron(memoryUnits: Int = 10) -> ELMConfiguration {
      ELMConfiguration(
        inputs: 1, outputs: 1, memoryUnits: memoryUnits,
        routing: .random(branches: 4 * memoryUnits, synapsesPerBranch: 4 * memoryUnits, seed: 0),
        memoryTimeConstants: .init(1, 150))
    }

    /// Signals that the neurons of a layer see.
    public func sources(ofLayer layer: Int) -> Int {
      (layer == 0 ? inputs : layers[layer - 1]) + (isRecurrent ? layers[layer] : 0)
    }

    /// Neurons in all.
    public var neurons: Int { layers.reduce(0, +) }

    /// Number of trained parameters.
    public var parameterCount: Int {
      neurons * neuron.parameterCount + (layers.last ?? 0) * outputs + outputs
    }

    /// Checks every setting.
    ///
    /// - Throws: ``ExpressiveNeuronError`` naming the first that cannot be.
    public func validate() throws(ExpressiveNeuronError) {
      try require("the number of inputs", inputs, in: 1...(1 << 24))
      try require("the number of outputs", outputs, in: 1...(1 << 16))
      try require("the number of layers", layers.count, in: 1...64)
      for layer in layers { try require("the number of neurons of a layer", layer, in: 1...(1 << 14)) }
      try requirePositive("the time constant of the high-pass", highPassTimeConstant)
      guard case .random = neuron.routing, neuron.outputs == 1 else {
        throw .inconsistent("the neurons of a network have random routing and one output")
      }
      for layer in layers.indices { try configuration(ofLayer: layer, neuron: 0).validate() }
    }

    /// What a neuron of a layer is like.
    func configuration(ofLayer layer: Int, neuron index: Int) -> ELMConfiguration {
      var c = neuron
      c.inputs = sources(ofLayer: layer)
      if case .random(let branches, let each, _) = c.routing {
        c.routing = .random(
          branches: branches, synapsesPerBranch: each,
          seed: wiring &* 1_000_003 &+ UInt64(layers[..<layer].reduce(index, +)))
      }
      return c
    }

    /// Decay of the slow part in a step, κ.
    var slowDecay: Double {
      MemoryTimeConstants.decay(highPassTimeConstant, step: neuron.timeStepMilliseconds)
    }
  }

  /// Sizes and constants.
  public let configuration: Configuration
  /// The neurons, `[layer][neuron]`.
  public var neurons: [[ELMNeuron]]
  /// The outputs' map, from the last layer.
  public var readout: LinearMap

  /// A network at its start.
  ///
  /// - Throws: ``ExpressiveNeuronError`` when the configuration cannot be.
  public init(_ configuration: Configuration, seed: UInt64) throws(ExpressiveNeuronError) {
    try configuration.validate()
    self.configuration = configuration
    neurons = []
    for layer in configuration.layers.indices {
      var members: [ELMNeuron] = []
      for index in 0..<configuration.layers[layer] {
        let own = configuration.configuration(ofLayer: layer, neuron: index)
        let place = configuration.layers[..<layer].reduce(index, +)
        var neuron = try ELMNeuron(own, seed: seed &* 1_000_003 &+ UInt64(place))
        let strength = 1 / Double(own.routing.synapsesPerBranch).squareRoot()
        neuron.synapseWeights = neuron.synapseWeights.map { _ in strength }
        members.append(neuron)
      }
      neurons.append(members)
    }
    var stream = RandomStream(seed: seed, "elm network readout")
    readout = .uniform(inputs: configuration.layers.last!, outputs: configuration.outputs, using: &stream)
  }
}
