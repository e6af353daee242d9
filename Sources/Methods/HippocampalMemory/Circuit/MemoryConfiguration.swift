import Spiking

/// Synapses of one key of a configuration.
public struct SynapseGroup: Sendable, Hashable, Codable {
  /// Their effect.
  public enum Kind: String, Sendable, Hashable, Codable {
    /// Raises the target's current.
    case excitatory
    /// Lowers it; weights are magnitudes.
    case inhibitory
    /// Excitatory, with weights that learn.
    case plastic = "STDP"
  }

  /// nA, 0 or more; the first weight of plastic synapses.
  public var weight: Double
  /// ms, a whole number of 1 ms steps.
  public var delay: Double
  /// Their effect.
  public var kind: Kind
  /// The rule of plastic synapses, with amplitudes as the file gives them.
  public var rule: PairSTDP?

  /// Synapses.
  public init(weight: Double, delay: Double, kind: Kind, rule: PairSTDP? = nil) {
    (self.weight, self.delay, self.kind, self.rule) = (weight, delay, kind, rule)
  }

  /// The delay in steps.
  var steps: Int { Int(delay) }
}

/// Every neuron and synapse parameter of a circuit, under the keys of the published configuration files.
public struct MemoryConfiguration: Sendable, Hashable, Codable {
  /// The circuit.
  public var circuit: CircuitKind
  /// Neurons by population key, such as `CA3cueCueRecallL`.
  public var neurons: [String: CurrentLIF]
  /// Synapses by key, such as `CA3cueCueRecallL-CA3contCueRecallL`.
  public var synapses: [String: SynapseGroup]
  /// The output's neuron, which the published files leave to the user.
  public var output: CurrentLIF

  /// The published parameters.
  public init(_ circuit: CircuitKind = .contentAddressable) {
    self.circuit = circuit
    neurons = Dictionary(uniqueKeysWithValues: circuit.populations.map { ($0.key, $0.neuron) })
    synapses = Dictionary(
      uniqueKeysWithValues: circuit.synapses.map { entry in
        let rule =
          entry.kind == .plastic
          ? PairSTDP(
            potentiation: 6, depression: 6, presynapticTimeConstant: 3, postsynapticTimeConstant: 3,
            maximum: 6) : nil
        return (
          entry.key, SynapseGroup(weight: entry.weight, delay: entry.delay, kind: entry.kind, rule: rule)
        )
      })
    output = .output
  }

  /// Checks every number, and that each synapse that must make its target fire can.
  ///
  /// - Throws: ``MemoryError`` naming the key's path or the population that cannot fire.
  public func validate() throws {
    for population in circuit.populations {
      do throws(SpikingError) {
        guard let neuron = neurons[population.key] else {
          throw .unsuitable("the population is missing")
        }
        try neuron.validate(timeStep: 1)
      } catch {
        throw MemoryError.badEntry(
          "neuronParameters.\(population.key)", error.description, expected: "parameters of IF_curr_exp")
      }
    }
    for (key, _, _, kind) in circuit.synapses {
      guard let group = synapses[key] else {
        throw MemoryError.badEntry("synParameters.\(key)", "the synapses are missing", expected: "an object")
      }
      try validate(group, path: "synParameters.\(key)", kind: kind)
    }
    for (key, target) in circuit.mustFire {
      let group = synapses[key]!
      let neuron = target == "OL" ? output : neurons[target]!
      let weight = group.rule?.maximum ?? group.weight
      let needed = neuron.threshold - neuron.restPotential
      let depolarisation = weight * neuron.peakResponse(timeStep: 1)
      guard depolarisation >= needed else {
        throw MemoryError.cannotFire(
          population: target, synapse: key, weight: weight, depolarisation: depolarisation, needed: needed)
      }
    }
  }

  private func validate(_ group: SynapseGroup, path: String, kind: SynapseGroup.Kind) throws {
    guard group.weight.isFinite, group.weight >= 0 else {
      throw MemoryError.badEntry(
        "\(path).initWeight", "\(group.weight) nA", expected: "0 or more; receptor_type gives the sign")
    }
    guard group.delay.isFinite, group.delay >= 1, group.delay <= 1000, group.delay == group.delay.rounded()
    else {
      throw MemoryError.badEntry(
        "\(path).delay", "\(group.delay) ms", expected: "a whole number of 1 ms steps, 1 to 1000")
    }
    guard group.kind == kind else {
      throw MemoryError.badEntry(
        "\(path).receptor_type", "'\(group.kind.rawValue)'", expected: "'\(kind.rawValue)'")
    }
    guard let rule = group.rule else {
      guard kind != .plastic else {
        throw MemoryError.badEntry(
          path, "the rule is missing", expected: "tau_plus, tau_minus, A_plus, A_minus, w_max, w_min")
      }
      return
    }
    for (name, value) in [
      ("tau_plus", rule.presynapticTimeConstant), ("tau_minus", rule.postsynapticTimeConstant),
    ] where !(value.isFinite && value > 0) {
      throw MemoryError.badEntry("\(path).\(name)", "\(value) ms", expected: "greater than 0")
    }
    for (name, value) in [("A_plus", rule.potentiation), ("A_minus", rule.depression)]
    where !(value.isFinite && value >= 0) {
      throw MemoryError.badEntry("\(path).\(name)", "\(value)", expected: "0 or more")
    }
    guard rule.minimum.isFinite, rule.maximum.isFinite, rule.minimum >= 0, rule.minimum <= rule.maximum else {
      throw MemoryError.badEntry(
        "\(path).w_min", "\(rule.minimum) nA", expected: "0 to w_max, which is \(rule.maximum) nA")
    }
    guard group.weight >= rule.minimum, group.weight <= rule.maximum else {
      throw MemoryError.badEntry(
        "\(path).initWeight", "\(group.weight) nA",
        expected: "w_min to w_max, \(rule.minimum) to \(rule.maximum) nA")
    }
  }
}
