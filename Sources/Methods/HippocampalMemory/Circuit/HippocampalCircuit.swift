import Spiking

/// A memory's populations and synapses inside a spiking network.
///
/// The circuit can stand in a larger network: connect any populations of yours to its cue and content layers with
/// ``connectInput(cue:content:contentOffset:in:)`` and its merge layers to populations of yours with
/// ``connectOutput(cue:content:contentOffset:in:)``.
public struct HippocampalCircuit: Sendable {
  /// Parameters of every population and synapse.
  public let configuration: MemoryConfiguration
  /// What the paper leaves open.
  public let options: MemoryOptions
  /// Number of cues, C.
  public let cues: Int
  /// Number of content bits, N.
  public let contents: Int
  /// Lines that carry a cue: C, or the bits of a binary cue.
  public let cueLines: Int
  /// The populations by name, such as `CueCue`.
  public let populations: [String: Network.PopulationID]
  /// Plastic synapses from cues to content, W1, `[cue, content]`.
  public let cueToContent: Network.ProjectionID
  /// Plastic synapses from content to cues, W2, `[content, cue]`; the content-addressable circuit alone has them.
  public let contentToCue: Network.ProjectionID?

  /// Adds a memory's circuit to a network with a step of 1 ms.
  ///
  /// - Parameters:
  ///   - prefix: put before the populations' names, so that several memories fit into one network.
  ///   - initialCueToContent: first weights, `[cue, content]`, nA; the configuration's unless given.
  ///   - initialContentToCue: first weights, `[content, cue]`, nA.
  /// - Throws: ``MemoryError`` or `SpikingError`.
  public init(
    addingTo network: inout Network, cues: Int, contents: Int, configuration: MemoryConfiguration = .init(),
    options: MemoryOptions = .init(), prefix: String = "", initialCueToContent: [Double]? = nil,
    initialContentToCue: [Double]? = nil
  ) throws {
    guard (1...65_536).contains(cues) else {
      throw MemoryError.outOfRange("the number of cues", "\(cues)", allowed: "1 to 65536")
    }
    guard (1...65_536).contains(contents) else {
      throw MemoryError.outOfRange("the number of content bits", "\(contents)", allowed: "1 to 65536")
    }
    guard cues * contents <= 1 << 28 else {
      throw MemoryError.outOfRange(
        "cues times content bits", "\(cues * contents)",
        allowed: "at most \(1 << 28), the synapses of a matrix")
    }
    guard network.timeStep == 1 else {
      throw MemoryError.outOfRange("the network's step", "\(network.timeStep) ms", allowed: "1 ms")
    }
    try configuration.validate()
    self.configuration = configuration
    self.options = options
    self.cues = cues
    self.contents = contents
    let kind = configuration.circuit
    cueLines = kind == .dgCA3CA1 ? BinaryCue.bits(for: cues) : cues

    var ids: [String: Network.PopulationID] = [:]
    for population in kind.populations {
      let count =
        switch population.name {
        case "ContCondInt": 1
        case "CA1": cueLines
        case let name where name.contains("Cue") && !name.hasPrefix("Cont") || name == "DG": cues
        default: contents
        }
      ids[population.name] = try network.add(
        prefix + population.name, count: count, .currentLIF(configuration.neurons[population.key]!))
    }
    populations = ids

    func join(
      _ key: String, _ from: String, _ to: String, _ connectivity: (Double) -> Connectivity
    ) throws -> Network.ProjectionID {
      let group = configuration.synapses[key]!
      var plasticity: Plasticity?
      if var rule = group.rule {
        if options.amplitude == .timesMaxWeight {
          rule.potentiation *= rule.maximum
          rule.depression *= rule.maximum
        }
        rule.coincidence = options.coincidence
        rule.history = options.postSpikeHistory
        plasticity = .pair(rule)
      }
      return try network.connect(
        ids[from]!, to: ids[to]!, connectivity(group.weight), delay: group.steps,
        isInhibitory: group.kind == .inhibitory, plasticity: plasticity)
    }
    func oneToOne(_ key: String, _ from: String, _ to: String) throws {
      _ = try join(key, from, to) { .oneToOne(weight: $0) }
    }
    func allToAll(_ key: String, _ from: String, _ to: String, excludesSelf: Bool, times factor: Double = 1)
      throws
    {
      _ = try join(key, from, to) { .allToAll(weight: $0 * factor, excludesSelf: excludesSelf) }
    }
    func learned(_ key: String, _ from: String, _ to: String, _ initial: [Double]?) throws
      -> Network.ProjectionID
    {
      if let initial {
        guard initial.count == cues * contents else {
          throw MemoryError.outOfRange(
            "the number of initial weights of \(key)", "\(initial.count)",
            allowed: "\(cues * contents), cues times content bits")
        }
        let range = configuration.synapses[key]!.rule!
        if let place = initial.firstIndex(where: { !($0 >= range.minimum && $0 <= range.maximum) }) {
          throw MemoryError.outOfRange(
            "initial weight \(place) of \(key)", "\(initial[place]) nA",
            allowed: "w_min to w_max, \(range.minimum) to \(range.maximum) nA")
        }
      }
      return try join(key, from, to) {
        .dense(initial ?? [Double](repeating: $0, count: cues * contents))
      }
    }

    switch kind {
    case .contentAddressable:
      let strength = Double(contents)
      try oneToOne("CA3cueCueRecallL-CA3cueContRecallL", "CueCue", "CueCont")
      try allToAll(
        "CA3cueCueRecallL-CA3cueContRecallL-inh", "CueCue", "CueCont", excludesSelf: !options.strictPyNN,
        times: strength)
      try allToAll("CA3cueCueRecallL-CA3contCondL", "CueCue", "ContCond", excludesSelf: false)
      try oneToOne("CA3contCueRecallL-CA3contCondL", "ContCue", "ContCond")
      try oneToOne("CA3contCondL-CA3contContRecallL", "ContCond", "ContCont")
      try allToAll("CA3contCueRecallL-CA3contCondIntL", "ContCue", "ContCondInt", excludesSelf: false)
      try allToAll("CA3contCondIntL-CA3contCondL", "ContCondInt", "ContCond", excludesSelf: false)
      cueToContent = try learned(
        "CA3cueCueRecallL-CA3contCueRecallL", "CueCue", "ContCue", initialCueToContent)
      contentToCue = try learned(
        "CA3contContRecallL-CA3cueContRecallL", "ContCont", "CueCont", initialContentToCue)
      try allToAll(
        "CA3cueContRecallL-CA3cueContRecallL", "CueCont", "CueCont", excludesSelf: true, times: strength)
      try oneToOne("CA3cueCueRecallL-CA3mergeCueL", "CueCue", "MergeCue")
      try oneToOne("CA3cueContRecallL-CA3mergeCueL", "CueCont", "MergeCue")
      try oneToOne("CA3contCueRecallL-CA3mergeContL", "ContCue", "MergeCont")
      try oneToOne("CA3contContRecallL-CA3mergeContL", "ContCont", "MergeCont")
    case .ca3, .dgCA3CA1:
      guard initialContentToCue == nil else {
        throw MemoryError.notPossible(
          "the circuit \(kind.rawValue) has no synapses from content to cues",
          remedy: "leave their weights out")
      }
      cueToContent = try learned("CA3cueL-CA3contL", "Cue", "Cont", initialCueToContent)
      contentToCue = nil
      if kind == .dgCA3CA1 {
        try allToAll("DGL-DGL", "DG", "DG", excludesSelf: true)
        try oneToOne("DGL-CA3cueL", "DG", "Cue")
        _ = try join("CA3cueL-CA1L", "Cue", "CA1") { .sparse(BinaryCue.encoder(cues: cues, weight: $0)) }
      }
    }
  }

  /// Connects populations to the memory: one neuron for each cue line, one for each content bit.
  ///
  /// - Parameters:
  ///   - cue: its first ``cueLines`` neurons carry the cue.
  ///   - content: its first neurons after `offset` carry the content.
  ///   - offset: neurons of `content` before the first bit; ``cueLines`` when one population carries both.
  public func connectInput(
    cue: Network.PopulationID, content: Network.PopulationID, contentOffset offset: Int = 0,
    in network: inout Network
  ) throws {
    switch configuration.circuit {
    case .contentAddressable:
      try lines("IL-CA3cueCueRecallL", cue, populations["CueCue"]!, cues, &network)
      try lines(
        "IL-CA3contCueRecallL", content, populations["ContCue"]!, contents, sourceOffset: offset, &network)
    case .ca3:
      try lines("IL-CA3cueL", cue, populations["Cue"]!, cues, &network)
      try lines("IL-CA3contL", content, populations["Cont"]!, contents, sourceOffset: offset, &network)
    case .dgCA3CA1:
      let decoder = configuration.neurons["DGL"]!
      // The published wiring: half a millivolt's worth above the distance to the threshold, shared by a code's ones.
      let drive = decoder.threshold - decoder.resetPotential + 0.5
      for (key, isOne) in [("IL-DGL-exc", true), ("IL-DGL-inh", false)] {
        let group = configuration.synapses[key]!
        try network.connect(
          cue, to: populations["DG"]!,
          .sparse(BinaryCue.decoder(cues: cues, drive: drive, ones: isOne, delay: group.steps)),
          isInhibitory: !isOne)
      }
      try lines("IL-CA3contL", content, populations["Cont"]!, contents, sourceOffset: offset, &network)
    }
  }

  /// Connects the memory to populations: one neuron for each cue line, one for each content bit.
  public func connectOutput(
    cue: Network.PopulationID, content: Network.PopulationID, contentOffset offset: Int = 0,
    in network: inout Network
  ) throws {
    let (cueKey, cueLayer, contentKey, contentLayer) =
      switch configuration.circuit {
      case .contentAddressable: ("CA3mergeCueL-OL", "MergeCue", "CA3mergeContL-OL", "MergeCont")
      case .ca3: ("CA3cueL-OL", "Cue", "CA3contL-OL", "Cont")
      case .dgCA3CA1: ("CA1L-OL", "CA1", "CA3contL-OL", "Cont")
      }
    try lines(cueKey, populations[cueLayer]!, cue, cueLines, &network)
    try lines(contentKey, populations[contentLayer]!, content, contents, targetOffset: offset, &network)
  }

  private func lines(
    _ key: String, _ source: Network.PopulationID, _ target: Network.PopulationID, _ count: Int,
    sourceOffset: Int = 0, targetOffset: Int = 0, _ network: inout Network
  ) throws {
    let group = configuration.synapses[key]!
    try network.connect(
      source, to: target,
      .sparse(
        (0..<count).map {
          Synapse(
            source: $0 + sourceOffset, target: $0 + targetOffset, weight: group.weight, delay: group.steps)
        }), isInhibitory: group.kind == .inhibitory)
  }
}
