import Foundation

/// A leaky integrate-and-fire neuron with exponential conductances, stepped by forward Euler as Brian2 does.
///
/// τm dv/dt = (v_rest − v) + g_e (E_e − v) + g_i (E_i − v), dg/dt = −g/τ; conductances in units of the leak. Each
/// step does in this order:
/// 1. input of this step is added to the conductances;
/// 2. one Euler step of every variable from its old value; during the refractory period v stays;
/// 3. v > threshold + θ, outside the refractory period and the silence: a spike, v ← reset, θ grows.
///
/// Potentials in mV, times in ms.
public struct ConductanceLIF: Sendable, Hashable, Codable {
  /// A threshold that grows with every spike and decays slowly (Diehl and Cook 2015).
  public struct Adaptation: Sendable, Hashable, Codable {
    /// θ at the start, mV.
    public var initial: Double
    /// Added by a spike, mV.
    public var increment: Double
    /// Of the decay, ms.
    public var timeConstant: Double

    /// An adaptive threshold.
    public init(initial: Double, increment: Double, timeConstant: Double) {
      (self.initial, self.increment, self.timeConstant) = (initial, increment, timeConstant)
    }
  }

  /// τm, ms.
  public var membraneTimeConstant: Double
  /// mV.
  public var restPotential: Double
  /// mV.
  public var resetPotential: Double
  /// mV; a spike when the membrane is above it, by more than θ if there is one.
  public var threshold: Double
  /// mV.
  public var initialPotential: Double
  /// ms after a spike during which the membrane stays at the reset.
  public var refractoryPeriod: Double
  /// Reversal potential of excitation, mV.
  public var excitatoryReversal: Double
  /// Reversal potential of inhibition, mV.
  public var inhibitoryReversal: Double
  /// Of g_e, ms.
  public var excitatoryTimeConstant: Double
  /// Of g_i, ms.
  public var inhibitoryTimeConstant: Double
  /// The threshold's adaptation, when it has one.
  public var adaptation: Adaptation?
  /// Steps from the start and from each spike before the neuron may fire again, during which it integrates; 0 for
  /// none.
  public var silentSteps: Int

  /// A neuron.
  public init(
    membraneTimeConstant: Double = 20, restPotential: Double = -65, resetPotential: Double = -65,
    threshold: Double = -50, initialPotential: Double = -65, refractoryPeriod: Double = 5,
    excitatoryReversal: Double = 0, inhibitoryReversal: Double = -85, excitatoryTimeConstant: Double = 5,
    inhibitoryTimeConstant: Double = 10, adaptation: Adaptation? = nil, silentSteps: Int = 0
  ) {
    self.membraneTimeConstant = membraneTimeConstant
    self.restPotential = restPotential
    self.resetPotential = resetPotential
    self.threshold = threshold
    self.initialPotential = initialPotential
    self.refractoryPeriod = refractoryPeriod
    self.excitatoryReversal = excitatoryReversal
    self.inhibitoryReversal = inhibitoryReversal
    self.excitatoryTimeConstant = excitatoryTimeConstant
    self.inhibitoryTimeConstant = inhibitoryTimeConstant
    self.adaptation = adaptation
    self.silentSteps = silentSteps
  }

  /// Checks every number.
  ///
  /// - Throws: ``SpikingError`` naming the first that makes no sense, or a time constant shorter than the step,
  ///   for which Euler's method is not stable.
  public func validate(timeStep: Double) throws(SpikingError) {
    try SpikingError.positive("the time step", timeStep)
    for (name, value) in [
      ("membraneTimeConstant", membraneTimeConstant), ("excitatoryTimeConstant", excitatoryTimeConstant),
      ("inhibitoryTimeConstant", inhibitoryTimeConstant),
    ] {
      guard value.isFinite, value >= timeStep else {
        throw .outOfRange(name, "\(value) ms", allowed: "at least one step, \(timeStep) ms")
      }
    }
    try SpikingError.finite([
      "restPotential": restPotential, "resetPotential": resetPotential, "threshold": threshold,
      "initialPotential": initialPotential, "excitatoryReversal": excitatoryReversal,
      "inhibitoryReversal": inhibitoryReversal,
    ])
    try SpikingError.duration("refractoryPeriod", refractoryPeriod, timeStep: timeStep)
    guard silentSteps >= 0 else { throw .outOfRange("silentSteps", "\(silentSteps)", allowed: "0 or more") }
    if let adaptation {
      try SpikingError.finite([
        "adaptation.initial": adaptation.initial, "adaptation.increment": adaptation.increment,
      ])
      try SpikingError.positive("adaptation.timeConstant", adaptation.timeConstant)
    }
  }
}

/// The numbers of one step.
struct ConductanceLIFStep: Sendable, Hashable {
  var neuron: ConductanceLIF
  var timeStep: Double
  var refractorySteps: Int64

  init(_ neuron: ConductanceLIF, timeStep: Double) {
    self.neuron = neuron
    self.timeStep = timeStep
    refractorySteps = Int64((neuron.refractoryPeriod / timeStep - 1e-9).rounded(.up))
  }

  /// One step of `state`; returns the number of spikes and leaves 1 or 0 for each neuron in `state.fired`.
  func advance(
    _ state: borrowing StatePointers, count: Int, common: (Double, Double), adapts: Bool
  ) -> UInt64 {
    let (v, excitation, inhibition) = (state.membrane, state.excitation, state.inhibition)
    let (refractory, silence, theta, fired) = (state.refractory, state.silence, state.theta, state.fired)
    let (excitatoryInput, inhibitoryInput) = (state.excitatoryInput, state.inhibitoryInput)
    let decayE = timeStep / neuron.excitatoryTimeConstant
    let decayI = timeStep / neuron.inhibitoryTimeConstant
    let step = timeStep / neuron.membraneTimeConstant
    let (rest, reset, threshold) = (neuron.restPotential, neuron.resetPotential, neuron.threshold)
    let (reversalE, reversalI) = (neuron.excitatoryReversal, neuron.inhibitoryReversal)
    let silentSteps = Int64(neuron.silentSteps)
    let decayTheta = adapts ? timeStep / (neuron.adaptation?.timeConstant ?? .infinity) : 0
    let increment = adapts ? neuron.adaptation?.increment ?? 0 : 0
    var total: UInt64 = 0
    for index in 0..<count {
      let e = excitation[index] + excitatoryInput[index] + common.0
      let i = inhibition[index] + inhibitoryInput[index] + common.1
      let old = v[index]
      let change = (rest - old) + e * (reversalE - old) + i * (reversalI - old)
      let left = refractory[index]
      let isFree = left <= 0
      let potential = isFree ? old + step * change : old
      let nextE = e - decayE * e
      let nextI = i - decayI * i
      excitation[index] = nextE < 1e-200 ? 0 : nextE
      inhibition[index] = nextI < 1e-200 ? 0 : nextI
      let adaptation = theta[index] - decayTheta * theta[index]
      let quiet = silence[index] &- 1
      let spike = isFree && quiet <= 0 && potential > threshold + adaptation
      v[index] = spike ? reset : potential
      theta[index] = spike ? adaptation + increment : adaptation
      refractory[index] = spike ? refractorySteps &- 1 : (isFree ? 0 : left &- 1)
      silence[index] = spike ? silentSteps : (quiet < 0 ? 0 : quiet)
      fired[index] = spike ? 1 : 0
      total &+= spike ? 1 : 0
    }
    return total
  }
}
