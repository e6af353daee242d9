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

  /// Options.
  public init(
    amplitude: Amplitude = .absolute, coincidence: PairSTDP.Coincidence = .depress,
    postSpikeHistory: PairSTDP.History = .unlimited, strictPyNN: Bool = false
  ) {
    self.amplitude = amplitude
    self.coincidence = coincidence
    self.postSpikeHistory = postSpikeHistory
    self.strictPyNN = strictPyNN
  }
}
