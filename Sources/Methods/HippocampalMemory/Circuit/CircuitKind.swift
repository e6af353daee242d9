import Spiking

/// The circuits of the group's memories.
public enum CircuitKind: String, Sendable, Hashable, Codable, CaseIterable {
  /// CA3 with a layer for each direction: recall by cue and by content.
  case contentAddressable = "content-addressable"
  /// A cue and a content layer: recall by cue alone.
  case ca3
  /// The same with a dentate gyrus that decodes a binary cue and a CA1 that encodes it again.
  case dgCA3CA1 = "dg-ca3-ca1"

  /// Whether the circuit can be asked by content.
  public var recallsByContent: Bool { self == .contentAddressable }

  /// Steps from a recall's input to its output spikes: of the asked side, and of the answer.
  public var answerDelay: (asked: Int, answer: Int) {
    switch self {
    case .contentAddressable: (5, 6)
    case .ca3: (2, 3)
    case .dgCA3CA1: (4, 5)
    }
  }

  /// The least steps from one operation's beginning to the next one's, as the group's own pages give them.
  public func minimumSpacing(afterLearning: Bool) -> Int {
    afterLearning ? 7 : self == .contentAddressable ? 6 : 5
  }

  /// The least steps after learning at which a fresh memory answers every content right; measured, see the article.
  public var spacingAfterLearning: Int { recallsByContent ? 10 : 7 }

  /// The populations: the name here, the key in a configuration file, the key of its initial potential, and the
  /// neuron.
  var populations: [(name: String, key: String, initialKey: String, neuron: CurrentLIF)] {
    switch self {
    case .contentAddressable:
      [
        ("CueCue", "CA3cueCueRecallL", "CA3cueCueRecallL", .slow),
        ("CueCont", "CA3cueContRecallL", "CA3cueContRecallL", .fast),
        ("ContCue", "CA3contCueRecallL", "CA3contCueRecallL", .slow),
        ("ContCont", "CA3contContRecallL", "CA3contContRecallL", .slow),
        ("ContCond", "CA3contCondL", "CA3contCondL", .fast),
        ("ContCondInt", "CA3contCondIntL", "CA3contCondIntL", .fast),
        ("MergeCue", "CA3mergeCueL", "CA3mergeCueL", .slow),
        ("MergeCont", "CA3mergeContL", "CA3mergeContL", .slow),
      ]
    case .ca3:
      [("Cue", "CA3cueL", "CA3cueL", .slow), ("Cont", "CA3contL", "CA3contL", .output)]
    case .dgCA3CA1:
      [
        ("DG", "DGL", "DG", .decoder), ("Cue", "CA3cueL", "CA3cueL", .slow),
        ("Cont", "CA3contL", "CA3contL", .output), ("CA1", "CA1L", "CA1", .output),
      ]
    }
  }

  /// The synapses: key in a configuration file, weight (nA), delay (ms), and kind.
  var synapses: [(key: String, weight: Double, delay: Double, kind: SynapseGroup.Kind)] {
    switch self {
    case .contentAddressable:
      [
        ("IL-CA3cueCueRecallL", 6, 1, .excitatory), ("IL-CA3contCueRecallL", 6, 1, .excitatory),
        ("CA3cueCueRecallL-CA3cueContRecallL", 6, 2, .excitatory),
        ("CA3cueCueRecallL-CA3cueContRecallL-inh", 6, 3, .inhibitory),
        ("CA3cueCueRecallL-CA3contCondL", 6, 2, .inhibitory),
        ("CA3contCueRecallL-CA3contCondL", 9, 1, .excitatory),
        ("CA3contCondL-CA3contContRecallL", 6, 1, .excitatory),
        ("CA3contCueRecallL-CA3contCondIntL", 6, 1, .excitatory),
        ("CA3contCondIntL-CA3contCondL", 2, 1, .excitatory),
        ("CA3cueCueRecallL-CA3contCueRecallL", 0, 1, .plastic),
        ("CA3contContRecallL-CA3cueContRecallL", 0, 1, .plastic),
        ("CA3cueContRecallL-CA3cueContRecallL", 6, 2, .inhibitory),
        ("CA3cueCueRecallL-CA3mergeCueL", 6, 3, .excitatory),
        ("CA3cueContRecallL-CA3mergeCueL", 6, 1, .excitatory),
        ("CA3contCueRecallL-CA3mergeContL", 6, 3, .excitatory),
        ("CA3contContRecallL-CA3mergeContL", 6, 1, .excitatory),
        ("CA3mergeCueL-OL", 6, 1, .excitatory), ("CA3mergeContL-OL", 6, 1, .excitatory),
      ]
    case .ca3:
      [
        ("IL-CA3contL", 6, 1, .excitatory), ("IL-CA3cueL", 6, 1, .excitatory),
        ("CA3cueL-CA3contL", 0, 1, .plastic), ("CA3cueL-OL", 6, 1, .excitatory),
        ("CA3contL-OL", 6, 1, .excitatory),
      ]
    case .dgCA3CA1:
      [
        ("IL-CA3contL", 6, 2, .excitatory), ("IL-DGL-exc", 0, 1, .excitatory),
        ("IL-DGL-inh", 0, 1, .inhibitory),
        ("DGL-DGL", 2.5, 1, .inhibitory), ("DGL-CA3cueL", 6, 1, .excitatory),
        ("CA3cueL-CA3contL", 0, 1, .plastic), ("CA3cueL-CA1L", 6, 1, .excitatory),
        ("CA1L-OL", 6, 1, .excitatory), ("CA3contL-OL", 6, 2, .excitatory),
      ]
    }
  }

  /// Excitatory synapses of which one spike must make a resting target fire: the synapse's key and the target's;
  /// `OL` is the output.
  var mustFire: [(synapse: String, target: String)] {
    switch self {
    case .contentAddressable:
      [
        ("IL-CA3cueCueRecallL", "CA3cueCueRecallL"), ("IL-CA3contCueRecallL", "CA3contCueRecallL"),
        ("CA3cueCueRecallL-CA3cueContRecallL", "CA3cueContRecallL"),
        ("CA3contCueRecallL-CA3contCondL", "CA3contCondL"),
        ("CA3contCondL-CA3contContRecallL", "CA3contContRecallL"),
        ("CA3contCueRecallL-CA3contCondIntL", "CA3contCondIntL"),
        ("CA3cueCueRecallL-CA3contCueRecallL", "CA3contCueRecallL"),
        ("CA3contContRecallL-CA3cueContRecallL", "CA3cueContRecallL"),
        ("CA3cueCueRecallL-CA3mergeCueL", "CA3mergeCueL"), ("CA3cueContRecallL-CA3mergeCueL", "CA3mergeCueL"),
        ("CA3contCueRecallL-CA3mergeContL", "CA3mergeContL"),
        ("CA3contContRecallL-CA3mergeContL", "CA3mergeContL"), ("CA3mergeCueL-OL", "OL"),
        ("CA3mergeContL-OL", "OL"),
      ]
    case .ca3:
      [
        ("IL-CA3contL", "CA3contL"), ("IL-CA3cueL", "CA3cueL"), ("CA3cueL-CA3contL", "CA3contL"),
        ("CA3cueL-OL", "OL"), ("CA3contL-OL", "OL"),
      ]
    case .dgCA3CA1:
      [
        ("IL-CA3contL", "CA3contL"), ("DGL-CA3cueL", "CA3cueL"), ("CA3cueL-CA3contL", "CA3contL"),
        ("CA3cueL-CA1L", "CA1L"), ("CA1L-OL", "OL"), ("CA3contL-OL", "OL"),
      ]
    }
  }
}

extension CurrentLIF {
  /// The memory's slow neuron: C 0.27 nF, τm 3 ms.
  public static let slow = memoryNeuron(capacitance: 0.27, time: 3, threshold: -57)
  /// The memory's fast neuron: C 0.14 nF, τm 0.5 ms.
  public static let fast = memoryNeuron(capacitance: 0.14, time: 0.5, threshold: -57)
  /// A slow neuron with a lower threshold, as in the output.
  public static let output = memoryNeuron(capacitance: 0.27, time: 3, threshold: -57.5)
  /// A fast neuron with a lower threshold, as in the decoder.
  static let decoder = memoryNeuron(capacitance: 0.14, time: 0.5, threshold: -57.5)

  private static func memoryNeuron(capacitance: Double, time: Double, threshold: Double) -> CurrentLIF {
    CurrentLIF(
      capacitance: capacitance, membraneTimeConstant: time, restPotential: -60, resetPotential: -60,
      threshold: threshold, initialPotential: -60, refractoryPeriod: 1, excitatoryTimeConstant: 0.3,
      inhibitoryTimeConstant: 0.3)
  }
}
