import Spiking

/// Choices that the paper leaves open; the defaults reproduce the recordings of the hardware.
public struct MemoryOptions: Sendable, Hashable, Codable {
  /// What the amplitudes A₊ and A₋ of a configuration mean.
  public enum Amplitude: String, Sendable, Hashable, Codable, CaseIterable {
    /// The change of the weight in nA, as on the hardware.
    case absolute
    /// A share of the greatest weight, as PyNN defines it: A · w_max.
    case timesMaxWeight
  }

  /// What the amplitudes mean.
  public var amplitude: Amplitude
  /// What a synapse does with spikes of both neurons in the same step.
  public var coincidence: PairSTDP.Coincidence
  /// How many postsynaptic spikes are remembered; SpiNNaker keeps 15.
  public var postSpikeHistory: PairSTDP.History
  /// Whether the inhibition from cue to cue layer includes neuron i to neuron i, as PyNN's rule for two different
  /// populations has it; recall by content then fails from 13 content bits on.
  public var strictPyNN: Bool
  /// How a memory's own network keeps its numbers; a circuit in a larger network goes by that network.
  public var arithmetic: Arithmetic

  /// Options.
  public init(
    amplitude: Amplitude = .absolute, coincidence: PairSTDP.Coincidence = .depress,
    postSpikeHistory: PairSTDP.History = .unlimited, strictPyNN: Bool = false,
    arithmetic: Arithmetic = .double
  ) {
    self.amplitude = amplitude
    self.coincidence = coincidence
    self.postSpikeHistory = postSpikeHistory
    self.strictPyNN = strictPyNN
    self.arithmetic = arithmetic
  }

  /// Everything that limits the hardware: fixed point, and a history of 15 postsynaptic spikes.
  public static let hardware = MemoryOptions(postSpikeHistory: .newest(15), arithmetic: .fixedPoint)

  private enum CodingKeys: String, CodingKey {
    case amplitude, coincidence, postSpikeHistory, strictPyNN, arithmetic
  }

  /// Reads options; files from before there was a choice of arithmetic are in double precision.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    amplitude = try values.decode(Amplitude.self, forKey: .amplitude)
    coincidence = try values.decode(PairSTDP.Coincidence.self, forKey: .coincidence)
    postSpikeHistory = try values.decode(PairSTDP.History.self, forKey: .postSpikeHistory)
    strictPyNN = try values.decode(Bool.self, forKey: .strictPyNN)
    arithmetic = try values.decodeIfPresent(Arithmetic.self, forKey: .arithmetic) ?? .double
  }
}
