/// Additive spike-timing-dependent plasticity over all pairs of spikes.
///
/// A trace of each presynaptic neuron, x, and of each postsynaptic one, y, decays exponentially and grows by 1 with
/// each spike. A presynaptic spike lowers w by A₋ y, a postsynaptic one raises it by A₊ x, each change clipped to
/// the range at once, in the order of time. Traces are not capped. Amplitudes are absolute, in the unit of the weight.
public struct PairSTDP: Sendable, Hashable, Codable {
  /// What a synapse does when both neurons' spikes reach it in the same step.
  public enum Coincidence: String, Sendable, Hashable, Codable, CaseIterable {
    /// The postsynaptic spike comes first: the weight is lowered by it, and not raised. SpiNNaker does this.
    case depress
    /// The presynaptic spike comes first: the weight is raised, and not lowered.
    case potentiate
    /// The two do not see each other, as in NEST.
    case ignore
  }

  /// How many postsynaptic spikes a neuron remembers between two presynaptic ones.
  public enum History: Sendable, Hashable, Codable {
    /// All.
    case unlimited
    /// The newest ones alone, as hardware with a short buffer; an older one's potentiation is lost.
    case newest(Int)
  }

  /// A₊.
  public var potentiation: Double
  /// A₋.
  public var depression: Double
  /// Of x, ms.
  public var presynapticTimeConstant: Double
  /// Of y, ms.
  public var postsynapticTimeConstant: Double
  /// The least weight.
  public var minimum: Double
  /// The greatest weight.
  public var maximum: Double
  /// What happens to spikes in the same step.
  public var coincidence: Coincidence
  /// How many spikes are remembered.
  public var history: History

  /// A rule.
  public init(
    potentiation: Double, depression: Double, presynapticTimeConstant: Double,
    postsynapticTimeConstant: Double, minimum: Double = 0, maximum: Double,
    coincidence: Coincidence = .depress, history: History = .unlimited
  ) {
    self.potentiation = potentiation
    self.depression = depression
    self.presynapticTimeConstant = presynapticTimeConstant
    self.postsynapticTimeConstant = postsynapticTimeConstant
    self.minimum = minimum
    self.maximum = maximum
    self.coincidence = coincidence
    self.history = history
  }

  /// Checks every number.
  public func validate() throws(SpikingError) {
    try SpikingError.finite(["potentiation": potentiation, "depression": depression])
    try SpikingError.positive("presynapticTimeConstant", presynapticTimeConstant)
    try SpikingError.positive("postsynapticTimeConstant", postsynapticTimeConstant)
    try SpikingError.weights(from: minimum, to: maximum)
    if case .newest(let count) = history {
      guard count >= 1 else { throw .outOfRange("the history", "\(count) spikes", allowed: "at least 1") }
      guard coincidence == .depress else {
        throw .unsuitable("a limited history goes with the coincidence rule 'depress' alone")
      }
    }
  }
}
