import Foundation
import Probability

/// A network of leaky integrate-and-fire neurons, the paper's spiking baseline (Appendix B): a hidden layer and one output neuron
/// for each output, every neuron with a fixed number of random synapses.
///
/// ```
/// v_t = α (v_{t−1} − 0.9 s_{t−1}) + Σ relu(w) x_t      α = exp(−Δt/τ) of each neuron, learned
/// s_t = [v_t ≥ 1]
/// r_t = κ r_{t−1} + s_t                                of output neurons, κ = exp(−Δt / 20 ms)
/// y_t = g r_t + b                                      g and b of each output, learned
/// ```
/// Nine synapses in ten read the layer before in the same step, the others their own layer one step earlier; one neuron in five
/// inhibits. In derivatives a spike has the slope `1 / (1 + 10 |v − 1|)²` (Zenke and Ganguli 2018) and the reset is taken as given.
/// The paper states neither the slope, nor the outputs' scale, nor over what its penalty of spikes is averaged.
public struct SpikingNetwork: Sendable, Hashable {
  /// Sizes and constants.
  public struct Configuration: Sendable, Hashable, Codable {
    /// Number of input channels.
    public var inputs: Int
    /// Number of outputs, each with an output neuron.
    public var outputs: Int
    /// Neurons in all, output neurons among them.
    public var neurons: Int
    /// Synapses of each neuron.
    public var synapses: Int
    /// Share of synapses that read their own layer.
    public var recurrentShare: Double
    /// Share of neurons that inhibit.
    public var inhibitoryShare: Double
    /// Length of a step, in ms.
    public var timeStepMilliseconds: Double
    /// Time constant of the membranes at the beginning, in ms.
    public var membraneTimeConstant: Double
    /// Time constant of the outputs' filter, in ms.
    public var outputTimeConstant: Double
    /// Added to the loss for each spike of a neuron and step, averaged over neurons and steps.
    public var spikePenalty: Double
    /// Fixes who reads whom and who inhibits.
    public var wiring: UInt64

    /// Sizes and constants; the paper's unless given.
    public init(
      inputs: Int, outputs: Int, neurons: Int = 500, synapses: Int = 100, recurrentShare: Double = 0.1,
      inhibitoryShare: Double = 0.2, timeStepMilliseconds: Double = 1, membraneTimeConstant: Double = 25,
      outputTimeConstant: Double = 20, spikePenalty: Double = 0.01, wiring: UInt64 = 1
    ) {
      self.inputs = inputs
      self.outputs = outputs
      self.neurons = neurons
      self.synapses = synapses
      self.recurrentShare = recurrentShare
      self.inhibitoryShare = inhibitoryShare
      self.timeStepMilliseconds = timeStepMilliseconds
      self.membraneTimeConstant = membraneTimeConstant
      self.outputTimeConstant = outputTimeConstant
      self.spikePenalty = spikePenalty
      self.wiring = wiring
    }

    /// Neurons of the hidden layer.
    public var hidden: Int { neurons - outputs }
    /// Number of trained parameters: strengths, membranes' time constants, the outputs' scale and offset.
    public var parameterCount: Int { neurons * (synapses + 1) + 2 * outputs }

    /// Checks every setting.
    ///
    /// - Throws: ``ExpressiveNeuronError`` naming the first that cannot be.
    public func validate() throws(ExpressiveNeuronError) {
      try require("the number of inputs", inputs, in: 1...(1 << 24))
      try require("the number of outputs", outputs, in: 1...(1 << 16))
      try require("the number of neurons", neurons, in: (outputs + 1)...(1 << 20))
      try require("the number of synapses", synapses, in: 1...(1 << 12))
      try require("the share of recurrent synapses", recurrentShare, in: 0...1)
      try require("the share of inhibitory neurons", inhibitoryShare, in: 0...1)
      try requirePositive("the time step", timeStepMilliseconds)
      try requirePositive("the membrane time constant", membraneTimeConstant)
      try requirePositive("the output time constant", outputTimeConstant)
      try require("the penalty of spikes", spikePenalty, in: 0...1e6)
    }
  }

  /// Who a synapse reads.
  public enum Source: Sendable, Hashable {
    /// A neuron, or input channel, of the layer before, in the same step.
    case before(Int)
    /// A neuron of the same layer, one step earlier.
    case own(Int)
  }

  /// Sizes and constants.
  public let configuration: Configuration
  /// Who every synapse reads, `[neuron][synapse]`, hidden neurons first.
  public let sources: [[Source]]
  /// Which neurons inhibit, hidden neurons first.
  public let inhibits: [Bool]
  /// Strengths before rectification, `[neuron, synapse]`.
  public var weights: [Float]
  /// Logarithms of the membranes' time constants in ms, `[neuron]`.
  public var logTimeConstants: [Float]
  /// g, `[output]`.
  public var outputScales: [Float]
  /// b, `[output]`.
  public var outputOffsets: [Float]

  /// A network at its start: all strengths 0.3/√synapses.
  ///
  /// - Throws: ``ExpressiveNeuronError`` when the configuration cannot be.
  public init(_ configuration: Configuration) throws(ExpressiveNeuronError) {
    try configuration.validate()
    let c = configuration
    self.configuration = c
    var stream = RandomStream(seed: c.wiring, "spiking network")
    let recurrent = Int((Double(c.synapses) * c.recurrentShare).rounded())
    sources = (0..<c.neurons).map { neuron in
      let (before, own) = neuron < c.hidden ? (c.inputs, c.hidden) : (c.hidden, c.outputs)
      return (0..<c.synapses).map {
        $0 < recurrent ? .own(stream.integer(below: own)) : .before(stream.integer(below: before))
      }
    }
    inhibits = [c.hidden, c.outputs].flatMap { count in
      var order = Array(0..<count)
      stream.shuffle(&order)
      let chosen = Set(order.prefix(Int(Double(count) * c.inhibitoryShare)))
      return (0..<count).map(chosen.contains)
    }
    weights = [Float](
      repeating: Float(0.3 / Double(c.synapses).squareRoot()), count: c.neurons * c.synapses)
    logTimeConstants = [Float](repeating: Float(log(c.membraneTimeConstant)), count: c.neurons)
    outputScales = [Float](repeating: 1, count: c.outputs)
    outputOffsets = [Float](repeating: 0, count: c.outputs)
  }
}
