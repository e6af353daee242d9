import Foundation

/// A leaky integrate-and-fire neuron with exponential currents (PyNN's `IF_curr_exp`), as SpiNNaker steps it.
///
/// With R = τm/C and a step dt, each step does in this order:
/// 1. input of this step is added to the currents, times (τ/dt)(1 − e^(−dt/τ)), so that a pulse keeps its charge;
/// 2. outside the refractory period v ← α − (α − v) e^(−dt/τm) with α = v_rest + R (I_exc − I_inh + I_offset), the
///    exact solution for a constant current;
/// 3. v ≥ threshold: a spike, v ← reset;
/// 4. the currents decay by e^(−dt/τ).
///
/// Potentials in mV, times in ms, currents in nA, capacitance in nF.
public struct CurrentLIF: Sendable, Hashable, Codable {
  /// Membrane capacitance, nF.
  public var capacitance: Double
  /// τm, ms.
  public var membraneTimeConstant: Double
  /// mV.
  public var restPotential: Double
  /// mV.
  public var resetPotential: Double
  /// mV; a spike when the membrane is at or above it.
  public var threshold: Double
  /// mV.
  public var initialPotential: Double
  /// ms after a spike during which the membrane rests; rounded up to whole steps.
  public var refractoryPeriod: Double
  /// Of the excitatory current, ms.
  public var excitatoryTimeConstant: Double
  /// Of the inhibitory current, ms.
  public var inhibitoryTimeConstant: Double
  /// A constant current, nA.
  public var offsetCurrent: Double

  /// A neuron; PyNN's defaults unless given.
  public init(
    capacitance: Double = 1, membraneTimeConstant: Double = 20, restPotential: Double = -65,
    resetPotential: Double = -65, threshold: Double = -50, initialPotential: Double = -65,
    refractoryPeriod: Double = 0.1, excitatoryTimeConstant: Double = 5, inhibitoryTimeConstant: Double = 5,
    offsetCurrent: Double = 0
  ) {
    self.capacitance = capacitance
    self.membraneTimeConstant = membraneTimeConstant
    self.restPotential = restPotential
    self.resetPotential = resetPotential
    self.threshold = threshold
    self.initialPotential = initialPotential
    self.refractoryPeriod = refractoryPeriod
    self.excitatoryTimeConstant = excitatoryTimeConstant
    self.inhibitoryTimeConstant = inhibitoryTimeConstant
    self.offsetCurrent = offsetCurrent
  }

  /// Checks every number.
  ///
  /// - Throws: ``SpikingError`` naming the first that makes no sense, or a time constant so short against the step
  ///   that its current would vanish at once.
  public func validate(timeStep: Double) throws(SpikingError) {
    try SpikingError.positive("the time step", timeStep)
    try SpikingError.positive("capacitance", capacitance)
    let times = [
      ("membraneTimeConstant", membraneTimeConstant), ("excitatoryTimeConstant", excitatoryTimeConstant),
      ("inhibitoryTimeConstant", inhibitoryTimeConstant),
    ]
    for (name, value) in times {
      try SpikingError.positive(name, value)
      guard exp(-timeStep / value) > 0 else {
        throw .outOfRange(
          name, "\(value) ms", allowed: "longer: e^(-\(timeStep)/\(value)) is 0 in a step of \(timeStep) ms")
      }
    }
    try SpikingError.finite([
      "restPotential": restPotential, "resetPotential": resetPotential, "threshold": threshold,
      "initialPotential": initialPotential, "offsetCurrent": offsetCurrent,
    ])
    guard resetPotential < threshold else {
      throw .outOfRange(
        "resetPotential", "\(resetPotential) mV", allowed: "below the threshold, \(threshold) mV")
    }
    try SpikingError.duration("refractoryPeriod", refractoryPeriod, timeStep: timeStep)
  }

  /// τm/C, MΩ.
  public var resistance: Double { membraneTimeConstant / capacitance }

  /// e^(−dt/τ) of the excitatory current.
  public func excitatoryDecay(timeStep: Double) -> Double { exp(-timeStep / excitatoryTimeConstant) }

  /// What a pulse is multiplied with when it arrives, (τ/dt)(1 − e^(−dt/τ)).
  public func excitatoryGain(timeStep: Double) -> Double {
    excitatoryTimeConstant / timeStep * (1 - excitatoryDecay(timeStep: timeStep))
  }

  /// The depolarisation at the end of each step after a single excitatory pulse of 1 nA reached a resting neuron,
  /// mV, without threshold: the first `steps` steps.
  public func response(steps: Int, timeStep: Double) -> [Double] {
    let leak = exp(-timeStep / membraneTimeConstant)
    let decay = excitatoryDecay(timeStep: timeStep)
    var current = excitatoryGain(timeStep: timeStep)
    var depolarisation = 0.0
    return (0..<steps).map { _ in
      let target = resistance * current
      depolarisation = target - (target - depolarisation) * leak
      current *= decay
      return depolarisation
    }
  }

  /// The highest depolarisation that a single pulse of 1 nA causes, mV.
  public func peakResponse(timeStep: Double) -> Double {
    var peak = 0.0
    for value in response(steps: 10_000, timeStep: timeStep) {
      if value < peak { break }
      peak = value
    }
    return peak
  }

  /// The least single pulse that makes a resting neuron fire, nA.
  public func firingThreshold(timeStep: Double) -> Double {
    (threshold - restPotential) / peakResponse(timeStep: timeStep)
  }
}

/// The numbers of one step.
struct CurrentLIFStep: Sendable, Hashable {
  var leak, resistance, rest, reset, threshold, offset: Double
  var excitatoryGain, excitatoryDecay, inhibitoryGain, inhibitoryDecay: Double
  var refractorySteps: Int64

  init(_ neuron: CurrentLIF, timeStep: Double) {
    leak = exp(-timeStep / neuron.membraneTimeConstant)
    resistance = neuron.resistance
    (rest, reset, threshold) = (neuron.restPotential, neuron.resetPotential, neuron.threshold)
    offset = neuron.offsetCurrent
    excitatoryDecay = exp(-timeStep / neuron.excitatoryTimeConstant)
    inhibitoryDecay = exp(-timeStep / neuron.inhibitoryTimeConstant)
    excitatoryGain = neuron.excitatoryTimeConstant / timeStep * (1 - excitatoryDecay)
    inhibitoryGain = neuron.inhibitoryTimeConstant / timeStep * (1 - inhibitoryDecay)
    refractorySteps = Int64((neuron.refractoryPeriod / timeStep - 1e-9).rounded(.up))
  }

  /// One step of `state`, without branches so that it vectorises; returns the number of spikes and leaves 1 or 0
  /// for each neuron in `state.fired`.
  func advance(_ state: borrowing StatePointers, count: Int, common: (Double, Double)) -> UInt64 {
    let (v, excitation, inhibition) = (state.membrane, state.excitation, state.inhibition)
    let (refractory, fired) = (state.refractory, state.fired)
    let (excitatoryInput, inhibitoryInput) = (state.excitatoryInput, state.inhibitoryInput)
    var total: UInt64 = 0
    for neuron in 0..<count {
      let e = excitation[neuron] + excitatoryGain * (excitatoryInput[neuron] + common.0)
      let i = inhibition[neuron] + inhibitoryGain * (inhibitoryInput[neuron] + common.1)
      let target = rest + resistance * (e - i + offset)
      let next = target - (target - v[neuron]) * leak
      let left = refractory[neuron]
      let isFree = left <= 0
      let potential = isFree ? next : v[neuron]
      let spike = potential >= threshold
      v[neuron] = spike ? reset : potential
      refractory[neuron] = spike ? refractorySteps : (isFree ? 0 : left &- 1)
      fired[neuron] = spike ? 1 : 0
      total &+= spike ? 1 : 0
      // A current below 1e-200 nA cannot matter and would only slow the arithmetic down as a denormal number.
      let (nextE, nextI) = (e * excitatoryDecay, i * inhibitoryDecay)
      excitation[neuron] = nextE < 1e-200 ? 0 : nextE
      inhibition[neuron] = nextI < 1e-200 ? 0 : nextI
    }
    return total
  }
}
