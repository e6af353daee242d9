import Probability
import Spiking

/// A spiking memory of cues and contents: learns, recalls either from the other, and forgets.
///
/// ```swift
/// var memory = try CueContentMemory(cues: 5, contents: 10)
/// try memory.learn(cue: 0, content: [0, 1, 8, 9])
/// try memory.recall(cue: 0).content      // [0, 1, 8, 9]
/// try memory.recall(content: [8]).cues   // [0]
/// ```
///
/// Every operation is a few input spikes into a simulated circuit, and its answer is read from the output's spikes.
/// Operations called one by one are kept ``restSteps`` apart; ``run(_:until:report:)`` takes a schedule with times
/// of its own.
public struct CueContentMemory: Sendable {
  /// The circuit in the network.
  public let circuit: HippocampalCircuit
  /// The network: the circuit, its input `IN` and its output `OUT`.
  public internal(set) var network: Network
  /// What should be stored.
  public internal(set) var ideal = IdealMemory()
  let input: Network.PopulationID
  let output: Network.PopulationID
  /// Steps from one operation to the next when they are called one by one. What two operations leave on each other's
  /// synapses falls as e^(−steps/3): at 40 it takes some half a million of them to change an answer.
  public var restSteps = 40
  /// The chance that an input spike comes a step early or late, and its source.
  var inputJitter: (chance: Double, stream: RandomStream)?
  private var weightMonitors: [Network.MonitorID] = []
  /// Firing thresholds of one spike, nA: of a content neuron, of a cue neuron.
  let thresholds: (content: Double, cue: Double)

  /// An empty memory, or one with initial weights.
  ///
  /// - Parameters:
  ///   - cues: number of cues, C.
  ///   - contents: number of content bits, N.
  ///   - initialCueToContent: first weights, `[cue, content]`, nA.
  ///   - initialContentToCue: first weights, `[content, cue]`, nA.
  /// - Throws: ``MemoryError`` or `SpikingError`.
  public init(
    cues: Int, contents: Int, configuration: MemoryConfiguration = .init(), options: MemoryOptions = .init(),
    initialCueToContent: [Double]? = nil, initialContentToCue: [Double]? = nil
  ) throws {
    var network = try Network(timeStep: 1, arithmetic: options.arithmetic)
    let circuit = try HippocampalCircuit(
      addingTo: &network, cues: cues, contents: contents, configuration: configuration, options: options,
      initialCueToContent: initialCueToContent, initialContentToCue: initialContentToCue)
    input = try network.addSources("IN", count: circuit.cueLines + contents)
    output = try network.add("OUT", count: circuit.cueLines + contents, .currentLIF(configuration.output))
    try circuit.connectInput(cue: input, content: input, contentOffset: circuit.cueLines, in: &network)
    try circuit.connectOutput(cue: output, content: output, contentOffset: circuit.cueLines, in: &network)
    self.circuit = circuit
    self.network = network
    let isAddressable = configuration.circuit == .contentAddressable
    thresholds = (
      configuration.neurons[isAddressable ? "CA3contCueRecallL" : "CA3contL"]!.firingThreshold(timeStep: 1),
      isAddressable ? configuration.neurons["CA3cueContRecallL"]!.firingThreshold(timeStep: 1) : .infinity
    )
  }

  /// The names of all populations, input and output among them.
  public var populationNames: [String] {
    ["IN"] + circuit.configuration.circuit.populations.map(\.name) + ["OUT"]
  }

  func population(_ name: String) -> Network.PopulationID? {
    switch name {
    case "IN": input
    case "OUT": output
    default: circuit.populations[name]
    }
  }

  /// Records the spikes of every population from the coming step on.
  public mutating func recordAll() {
    for name in populationNames { network.recordSpikes(of: population(name)!) }
  }

  /// The recorded spikes of a population; `nil` for a name that is none of ``populationNames``.
  public func raster(of name: String) -> SpikeRaster? { population(name).map { network.raster(of: $0) } }

  /// Records both matrices of weights at the end of every `interval`-th step; see ``weightTraces``.
  public mutating func recordWeights(every interval: Int) throws {
    weightMonitors = try [circuit.cueToContent, circuit.contentToCue].compactMap { $0 }.map {
      try network.watchWeights(of: $0, every: interval)
    }
  }

  /// The recorded weights: from cues to content, and from content to cues where the circuit has them.
  public var weightTraces: [WeightTrace] { weightMonitors.map { network.weightTrace(of: $0) } }

  /// Lets neurons of a population die or its spikes be lost.
  ///
  /// - Throws: ``MemoryError`` for a name that is none of ``populationNames``.
  public mutating func setFaults(_ faults: Faults?, of name: String) throws(MemoryError) {
    guard let population = population(name) else {
      throw .outOfRange(
        "the population", "'\(name)'", allowed: "one of \(populationNames.joined(separator: ", "))")
    }
    network.setFaults(faults, of: population)
  }

  /// Weights from cues to content, `[cue, content]`, nA.
  public var cueToContent: [Double] { network.weights(of: circuit.cueToContent) }

  /// Weights from content to cues, `[content, cue]`, nA; empty for circuits without.
  public var contentToCue: [Double] { circuit.contentToCue.map { network.weights(of: $0) } ?? [] }
}
