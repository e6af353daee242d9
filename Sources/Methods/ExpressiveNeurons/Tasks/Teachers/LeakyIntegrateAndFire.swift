import Foundation

/// A leaky integrate-and-fire neuron with exponential synaptic currents and, if wanted, an adaptive threshold.
///
/// With x the voltage above rest and u the synaptic current times the membrane resistance, both in mV:
/// ```
/// τm dx/dt = −x + u         τs du/dt = −u         u ← u + w_j v at an event of value v on synapse j
/// τa da/dt = −a             a ← a + β and x ← reset at a spike, which happens when x reaches θ + a
/// w_j = w (1 + σ sin j)
/// ```
/// After a spike x stays at the reset for the refractory period. The equations are linear between events, so a step is
/// their closed solution; threshold crossings are found inside the step to 10⁻¹² ms. The adaptive threshold is that of
/// Bellec et al., *Long short-term memory and learning-to-learn in networks of spiking neurons* (2018).
public struct LeakyIntegrateAndFire: Teacher, Hashable, Codable {
  /// A threshold that rises with each spike and decays.
  public struct Adaptation: Sendable, Hashable, Codable {
    /// τa in ms.
    public var timeConstant: Double
    /// β in mV.
    public var increment: Double

    /// An adaptation.
    public init(timeConstant: Double = 200, increment: Double = 4) {
      (self.timeConstant, self.increment) = (timeConstant, increment)
    }
  }

  /// Number of synapses.
  public var channels: Int
  /// The threshold's adaptation; `nil` for a fixed threshold.
  public var adaptation: Adaptation?
  /// Resting voltage in mV.
  public var restingVoltage = -70.0
  /// Threshold in mV.
  public var threshold = -55.0
  /// Voltage after a spike in mV.
  public var resetVoltage = -70.0
  /// τm in ms.
  public var membraneTimeConstant = 20.0
  /// τs in ms; may not equal τm.
  public var synapticTimeConstant = 5.0
  /// Refractory period in ms.
  public var refractoryPeriod = 2.0
  /// w in mV.
  public var weight = 0.75
  /// σ: how much synapses differ.
  public var weightSpread = 0.5

  /// A neuron.
  public init(channels: Int, adaptation: Adaptation? = nil) {
    (self.channels, self.adaptation) = (channels, adaptation)
  }

  /// Throws unless the parameters make a neuron.
  public func validate() throws(ExpressiveNeuronError) {
    try require("the number of synapses", channels, in: 1...10_000_000)
    try requirePositive("the membrane time constant", membraneTimeConstant)
    try requirePositive("the synaptic time constant", synapticTimeConstant)
    try require("the refractory period", refractoryPeriod, in: 0...1e6)
    try require("the spread of the weights", weightSpread, in: 0...1)
    guard membraneTimeConstant != synapticTimeConstant else {
      throw .inconsistent("the membrane and the synaptic time constant are equal, but must differ")
    }
    guard weight.isFinite, restingVoltage.isFinite, threshold.isFinite, resetVoltage < threshold,
      restingVoltage < threshold
    else {
      throw .inconsistent(
        "rest (\(restingVoltage) mV) and reset (\(resetVoltage) mV) must lie below the threshold (\(threshold) mV)"
      )
    }
    if let adaptation {
      try requirePositive("the time constant of adaptation", adaptation.timeConstant)
      try require("the increment of adaptation", adaptation.increment, in: 0...1e6)
    }
  }

  /// Simulates the neuron from rest.
  public func respond(to input: EventSequence) throws(ExpressiveNeuronError) -> TeacherResponse {
    try validate()
    guard input.channels == channels else {
      throw .badData("the input has \(input.channels) channels, but the neuron has \(channels) synapses")
    }
    let weights = (0..<channels).map { weight * (1 + weightSpread * sin(Double($0))) }
    var state = State(neuron: self)
    var response = TeacherResponse(spikeTimes: [], voltage: [])
    response.voltage.reserveCapacity(input.steps)
    for step in 0..<input.steps {
      for event in input.events(at: step) {
        state.current += weights[Int(input.channel[event])] * Double(input.values[event])
      }
      var elapsed = 0.0
      while elapsed < 1 {
        if state.refractory > 0 {
          let span = min(state.refractory, 1 - elapsed)
          state.rest(span)
          elapsed += span
        } else if let crossing = state.crossing(within: 1 - elapsed) {
          elapsed += crossing
          state.advance(crossing)
          state.fire()
          response.spikeTimes.append(Double(step) + elapsed)
          // Without a refractory period the next crossing lies in the future, because the reset is below threshold.
        } else {
          state.advance(1 - elapsed)
          elapsed = 1
        }
      }
      response.voltage.append(restingVoltage + state.voltage)
    }
    return response
  }

  /// Voltages relative to rest.
  struct State {
    let neuron: LeakyIntegrateAndFire
    let threshold: Double
    var voltage = 0.0
    var current = 0.0
    var raised = 0.0
    var refractory = 0.0

    init(neuron: LeakyIntegrateAndFire) {
      self.neuron = neuron
      threshold = neuron.threshold - neuron.restingVoltage
    }

    /// e^(−t/τ) for the membrane, the synapses and the threshold.
    private func decays(_ span: Double) -> (Double, Double, Double) {
      (
        exp(-span / neuron.membraneTimeConstant), exp(-span / neuron.synapticTimeConstant),
        neuron.adaptation.map { exp(-span / $0.timeConstant) } ?? 0
      )
    }
    private var gain: Double {
      neuron.synapticTimeConstant / (neuron.synapticTimeConstant - neuron.membraneTimeConstant)
    }

    mutating func advance(_ span: Double) {
      let (membrane, synapse, threshold) = decays(span)
      voltage = voltage * membrane + current * gain * (synapse - membrane)
      current *= synapse
      raised *= threshold
    }
    /// Lets time pass with the voltage held.
    mutating func rest(_ span: Double) {
      let held = voltage
      advance(span)
      voltage = held
      refractory -= span
      if refractory < 1e-12 { refractory = 0 }
    }
    mutating func fire() {
      voltage = neuron.resetVoltage - neuron.restingVoltage
      raised += neuron.adaptation?.increment ?? 0
      refractory = neuron.refractoryPeriod
    }

    /// Voltage above threshold after `span`, and its slope.
    private func excess(_ span: Double) -> (value: Double, slope: Double) {
      let (membrane, synapse, decay) = decays(span)
      let v = voltage * membrane + current * gain * (synapse - membrane)
      let a = raised * decay
      return (
        v - threshold - a,
        (current * synapse - v) / neuron.membraneTimeConstant
          + (neuron.adaptation.map { a / $0.timeConstant } ?? 0)
      )
    }

    /// When the threshold is first reached within `span` ms.
    func crossing(within span: Double) -> Double? {
      // The voltage runs towards a current that decays: neither exceeds the larger of the two.
      guard max(voltage, current) >= threshold else { return nil }
      let pieces = 8
      var (from, before) = (0.0, excess(0))
      if before.value >= 0 { return 0 }
      for piece in 1...pieces {
        let to = span * Double(piece) / Double(pieces)
        let after = excess(to)
        var end: Double? = after.value >= 0 ? to : nil
        if end == nil, before.slope > 0, after.slope < 0 {
          let top = bisect(from, to) { excess($0).slope <= 0 }
          if excess(top).value >= 0 { end = top }
        }
        if let end { return bisect(from, end) { excess($0).value >= 0 } }
        (from, before) = (to, after)
      }
      return nil
    }

    /// The place in [from, to] at which `reached` turns true.
    private func bisect(_ from: Double, _ to: Double, _ reached: (Double) -> Bool) -> Double {
      var (low, high) = (from, to)
      while high - low > 1e-13 {
        let middle = 0.5 * (low + high)
        if middle == low || middle == high { break }
        if reached(middle) { high = middle } else { low = middle }
      }
      return high
    }
  }
}
