/// Spike-timing-dependent plasticity with two postsynaptic traces, after Diehl and Cook (2015).
///
/// When a presynaptic spike arrives, w ← w + A_pre · post₁; when the postsynaptic neuron fires,
/// w ← w + A_post · pre · post₂ with post₂ from before the spike. Each change is clipped at once, and each trace is
/// *set* to 1 by its neuron's spike.
public struct TripletSTDP: Sendable, Hashable, Codable {
  /// A_pre: negative in Diehl and Cook's rule.
  public var presynapticChange: Double
  /// A_post.
  public var postsynapticChange: Double
  /// Of the presynaptic trace, ms.
  public var presynapticTimeConstant: Double
  /// Of post₁, ms.
  public var fastTimeConstant: Double
  /// Of post₂, ms.
  public var slowTimeConstant: Double
  /// The least weight.
  public var minimum: Double
  /// The greatest weight.
  public var maximum: Double

  /// A rule.
  public init(
    presynapticChange: Double = -0.0001, postsynapticChange: Double = 0.01,
    presynapticTimeConstant: Double = 20, fastTimeConstant: Double = 20, slowTimeConstant: Double = 40,
    minimum: Double = 0, maximum: Double = 1
  ) {
    self.presynapticChange = presynapticChange
    self.postsynapticChange = postsynapticChange
    self.presynapticTimeConstant = presynapticTimeConstant
    self.fastTimeConstant = fastTimeConstant
    self.slowTimeConstant = slowTimeConstant
    self.minimum = minimum
    self.maximum = maximum
  }

  /// Checks every number.
  public func validate() throws(SpikingError) {
    try SpikingError.finite([
      "presynapticChange": presynapticChange, "postsynapticChange": postsynapticChange,
    ])
    try SpikingError.positive("presynapticTimeConstant", presynapticTimeConstant)
    try SpikingError.positive("fastTimeConstant", fastTimeConstant)
    try SpikingError.positive("slowTimeConstant", slowTimeConstant)
    try SpikingError.weights(from: minimum, to: maximum)
  }
}
