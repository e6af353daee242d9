/// What a module did, as a measure of its cost on spiking hardware.
public struct SpikingActivity: Sendable, Hashable, Codable {
  /// Spikes of input neurons.
  public var inputSpikes = 0
  /// Spikes of excitatory neurons.
  public var excitatorySpikes = 0
  /// Spikes of inhibitory neurons.
  public var inhibitorySpikes = 0

  /// No spikes.
  public init() {}

  /// Spikes times the synapses each reaches, in modules of `neurons` excitatory neurons.
  public func synapticOperations(neurons: Int) -> Int {
    inputSpikes * neurons + excitatorySpikes + inhibitorySpikes * (neurons - 1)
  }

  /// The activity of two modules together.
  public static func + (first: SpikingActivity, second: SpikingActivity) -> SpikingActivity {
    var sum = first
    sum.inputSpikes += second.inputSpikes
    sum.excitatorySpikes += second.excitatorySpikes
    sum.inhibitorySpikes += second.inhibitorySpikes
    return sum
  }

  /// The activity since an earlier moment.
  static func - (later: SpikingActivity, earlier: SpikingActivity) -> SpikingActivity {
    var rest = later
    rest.inputSpikes -= earlier.inputSpikes
    rest.excitatorySpikes -= earlier.excitatorySpikes
    rest.inhibitorySpikes -= earlier.inhibitorySpikes
    return rest
  }
}
