/// The non-linearity of the hidden layers.
public enum HiddenActivation: String, Sendable, Hashable, Codable, CaseIterable {
  /// `max(0, z)`
  case relu
  /// `z · sigmoid(z)`
  case silu
}

/// How strongly a proposed value enters a memory unit.
public enum MemoryGain: String, Sendable, Hashable, Codable, CaseIterable {
  /// `λ (1 − κ)` with `κ = exp(−Δt / τ)`: the paper's, of the published weights.
  case scaledLeak = "scaled-leak"
  /// `1 − exp(−Δt λ / τ)`: an input time constant `τ / λ`, bounded by 1 (Appendix A); steadier for short time constants.
  case fastInput = "fast-input"
}

/// The sizes and constants of an expressive leaky memory neuron. Times are in milliseconds.
///
/// | symbol of the paper | property |
/// |---|---|
/// | d_m | ``memoryUnits`` |
/// | d_tree, d_brch | ``routing`` |
/// | d_mlp, l_mlp | ``hiddenSize``, ``hiddenLayers`` |
/// | λ | ``lambda`` |
/// | τ_s | ``traceTimeConstants`` |
/// | Δt | ``timeStepMilliseconds`` |
public struct ELMConfiguration: Sendable, Hashable, Codable {
  /// Number of input channels.
  public var inputs: Int
  /// Number of outputs.
  public var outputs: Int
  /// Number of memory units, d_m.
  public var memoryUnits: Int
  /// How inputs reach the branches.
  public var routing: SynapseRouting
  /// Width of the hidden layers, d_mlp; twice the memory units unless given.
  public var hiddenSize: Int
  /// Number of hidden layers, l_mlp; with 0 the proposed memory is a linear map.
  public var hiddenLayers: Int
  /// Non-linearity of the hidden layers.
  public var activation: HiddenActivation
  /// How strongly proposals enter the memory.
  public var gain: MemoryGain
  /// Input gain of the memory, λ.
  public var lambda: Double
  /// Length of a step, Δt.
  public var timeStepMilliseconds: Double
  /// Time constants of the traces: one for all, one for each branch, or one for each synapse, `[branch, synapse]`.
  public var traceTimeConstants: [Double]
  /// Whether the traces' time constants are learned, beginning at ``traceTimeConstants``.
  public var learnsTraceTimeConstants: Bool
  /// Where learned time constants of the traces stay.
  public var traceTimeConstantBounds: Span
  /// Where memory time constants begin: spaced evenly in their logarithm from the first to the last.
  public var memoryTimeConstants: Span
  /// Where learned memory time constants stay.
  public var memoryTimeConstantBounds: Span
  /// Whether memory time constants are learned.
  public var learnsMemoryTimeConstants: Bool

  /// A shortest and a longest time constant, in milliseconds.
  public struct Span: Sendable, Hashable, Codable {
    /// The shortest.
    public var shortest: Double
    /// The longest.
    public var longest: Double

    /// From `shortest` to `longest`.
    public init(_ shortest: Double, _ longest: Double) { (self.shortest, self.longest) = (shortest, longest) }
  }

  /// Sizes and constants; what is not given has the paper's recommended value.
  public init(
    inputs: Int, outputs: Int, memoryUnits: Int, routing: SynapseRouting = .direct, hiddenSize: Int? = nil,
    hiddenLayers: Int = 1, activation: HiddenActivation = .relu, gain: MemoryGain = .fastInput,
    lambda: Double = 5,
    timeStepMilliseconds: Double = 1, traceTimeConstants: [Double] = [5],
    memoryTimeConstants: Span = Span(1, 1000),
    memoryTimeConstantBounds: Span? = nil, learnsMemoryTimeConstants: Bool = false,
    learnsTraceTimeConstants: Bool = false, traceTimeConstantBounds: Span = Span(0.1, 1000)
  ) {
    self.inputs = inputs
    self.outputs = outputs
    self.memoryUnits = memoryUnits
    self.routing = routing
    self.hiddenSize = hiddenSize ?? 2 * memoryUnits
    self.hiddenLayers = hiddenLayers
    self.activation = activation
    self.gain = gain
    self.lambda = lambda
    self.timeStepMilliseconds = timeStepMilliseconds
    self.traceTimeConstants = traceTimeConstants
    self.memoryTimeConstants = memoryTimeConstants
    self.memoryTimeConstantBounds = memoryTimeConstantBounds ?? memoryTimeConstants
    self.learnsMemoryTimeConstants = learnsMemoryTimeConstants
    self.learnsTraceTimeConstants = learnsTraceTimeConstants
    self.traceTimeConstantBounds = traceTimeConstantBounds
  }

  /// Number of traces, d_tree: branches, or synapses where there are no branches.
  public var traces: Int { routing.branches(inputs: inputs) }
  /// Number of synapses, d_s.
  public var synapses: Int { traces * routing.synapsesPerBranch }
  /// Width of what the first layer gives: hidden units, or memory units where there is no hidden layer.
  var firstWidth: Int { hiddenLayers > 0 ? hiddenSize : memoryUnits }

  /// Number of trained parameters (section 2.6 of the published code's count).
  public var parameterCount: Int {
    var count = synapses + (traces + memoryUnits) * firstWidth + firstWidth
    if hiddenLayers > 0 {
      count +=
        (hiddenLayers - 1) * (hiddenSize * hiddenSize + hiddenSize) + hiddenSize * memoryUnits + memoryUnits
    }
    return count + memoryUnits * outputs + outputs + (learnsMemoryTimeConstants ? memoryUnits : 0)
      + (learnsTraceTimeConstants ? traceTimeConstants.count : 0)
  }

  /// Checks every setting.
  ///
  /// - Throws: ``ExpressiveNeuronError`` naming the first that cannot be.
  public func validate() throws(ExpressiveNeuronError) {
    for (name, value, most) in [
      ("the number of inputs", inputs, 1 << 24), ("the number of outputs", outputs, 1 << 16),
      ("the number of memory units", memoryUnits, 1 << 14),
    ] where value < 1 || value > most {
      throw .outOfRange(name: name, value: "\(value)", allowed: "1 to \(most)")
    }
    guard (0...16).contains(hiddenLayers) else {
      throw .outOfRange(name: "the number of hidden layers", value: "\(hiddenLayers)", allowed: "0 to 16")
    }
    guard hiddenLayers == 0 || (1...1 << 15).contains(hiddenSize) else {
      throw .outOfRange(
        name: "the width of the hidden layers", value: "\(hiddenSize)", allowed: "1 to \(1 << 15)")
    }
    let positive = [("the time step", timeStepMilliseconds), ("lambda", lambda)]
    for (name, value) in positive where !(value.isFinite && value > 0) {
      throw .outOfRange(name: name, value: "\(value)", allowed: "finite and greater than 0")
    }
    for value in traceTimeConstants where !(value.isFinite && value >= 0) {
      throw .outOfRange(name: "a trace time constant", value: "\(value) ms", allowed: "finite and 0 or more")
    }
    for (name, span) in [
      ("memory time constants", memoryTimeConstants),
      ("bounds of memory time constants", memoryTimeConstantBounds),
      ("bounds of trace time constants", traceTimeConstantBounds),
    ] {
      guard span.shortest.isFinite, span.longest.isFinite, span.shortest >= 0, span.shortest < span.longest
      else {
        throw .outOfRange(
          name: "the span of \(name)", value: "\(span.shortest) to \(span.longest) ms",
          allowed: "from 0 or more to something longer")
      }
    }
    guard memoryTimeConstants.shortest >= memoryTimeConstantBounds.shortest,
      memoryTimeConstants.longest <= memoryTimeConstantBounds.longest
    else {
      throw .inconsistent(
        "memory time constants begin at \(memoryTimeConstants.shortest) to \(memoryTimeConstants.longest) ms, outside their bounds of \(memoryTimeConstantBounds.shortest) to \(memoryTimeConstantBounds.longest) ms"
      )
    }
    _ = try routing.inputs(of: inputs)
    guard [1, traces, synapses].contains(traceTimeConstants.count) else {
      throw .inconsistent(
        "there are \(traceTimeConstants.count) trace time constants, but \(traces) traces of \(synapses) synapses; give one for all or one for each"
      )
    }
    let bounds = traceTimeConstantBounds
    if learnsTraceTimeConstants,
      let outside = traceTimeConstants.first(where: { $0 < bounds.shortest || $0 > bounds.longest })
    {
      throw .inconsistent(
        "a trace time constant begins at \(outside) ms, outside its bounds of \(bounds.shortest) to \(bounds.longest) ms"
      )
    }
  }
}

extension ELMConfiguration {
  /// The Branch-ELM for NeuronIO's 1278 synapse locations: 45 branches of 100 synapses, spike and voltage.
  public static func neuronIO(memoryUnits: Int = 20, gain: MemoryGain = .scaledLeak, lambda: Double = 5)
    -> ELMConfiguration
  {
    ELMConfiguration(
      inputs: 1278, outputs: 2, memoryUnits: memoryUnits,
      routing: .interlockedWindows(branches: 45, synapsesPerBranch: 100), gain: gain, lambda: lambda,
      memoryTimeConstants: Span(1, 150))
  }

  /// The neuron for Spiking Heidelberg Digits: 700 channels, classes, `binMilliseconds` a step.
  public static func spikingDigits(classes: Int = 20, binMilliseconds: Double = 10, memoryUnits: Int = 100)
    -> ELMConfiguration
  {
    ELMConfiguration(
      inputs: 700, outputs: classes, memoryUnits: memoryUnits, gain: .scaledLeak,
      timeStepMilliseconds: binMilliseconds, memoryTimeConstants: Span(1, 150),
      memoryTimeConstantBounds: Span(0, 1000),
      learnsMemoryTimeConstants: true)
  }

  /// The neuron for a task of the Long Range Arena, inputs one-hot.
  public static func longRange(
    inputs: Int, classes: Int, traceTimeConstant: Double = 5, longestTimeConstant: Double = 1000,
    memoryUnits: Int = 150
  ) -> ELMConfiguration {
    ELMConfiguration(
      inputs: inputs, outputs: classes, memoryUnits: memoryUnits, gain: .scaledLeak,
      traceTimeConstants: [traceTimeConstant], memoryTimeConstants: Span(1, longestTimeConstant),
      learnsMemoryTimeConstants: true)
  }
}
