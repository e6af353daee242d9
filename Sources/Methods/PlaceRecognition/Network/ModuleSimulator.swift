import Foundation
import Probability
import Spiking

/// One module, run step by step: input neurons, excitatory neurons that compete through inhibitory ones, and the
/// plasticity of the input synapses.
///
/// With `Double` it is the exact kernel: the same spikes as Brian2 given the same input, weights and delays. With
/// `Float` the same algorithm runs about twice as fast, with rounding of its own.
///
/// One step of 0.1 ms does, in this order: (1) forward Euler of all potentials and conductances from their old
/// values; (2) thresholds; (3) arrivals of input spikes at the end of their delays (with plasticity: before the
/// neurons' own spikes), excitation of the inhibitory partners and inhibition of all other excitatory neurons; (4)
/// resets.
///
/// What makes it fast: an input spike puts its synapses on the lists of the steps in which it arrives, or, with fixed
/// weights, is added ahead of time to a ring of coming steps; the all-to-all inhibition is one number minus each
/// neuron's own; traces are computed when a spike needs them.
public final class ModuleSimulator<Scalar: BinaryFloatingPoint & Sendable> {
  /// The module's constants.
  public let parameters: ModuleParameters
  /// Whether weights and thresholds change.
  public let isPlastic: Bool
  /// Spikes of the excitatory neurons since the counts were last taken.
  private let counts: UnsafeMutableBufferPointer<Float>
  private let excitatory: ModulePopulation<Scalar>
  private let inhibitory: ModulePopulation<Scalar>
  private let synapses: DelayedSynapses<Scalar>
  /// θ over ``decay``: θ decays in all neurons alike, so that one factor stands for all of them.
  private let threshold: UnsafeMutableBufferPointer<Scalar>
  private var decay: Scalar = 1
  private var decayedSteps = 0
  /// The first post-synaptic trace.
  private let trace: UnsafeMutableBufferPointer<Scalar>
  private var partnerSpikes: [Int32] = []
  private var spikes: [Int32] = []

  /// Spikes and synaptic events since the simulator was made.
  public private(set) var activity = SpikingActivity()
  /// Called with the step and the neurons that fire in it: of this run, excitatory and inhibitory.
  public var monitor: ((_ step: Int, _ excitatory: [Int32], _ inhibitory: [Int32]) -> Void)?
  /// Called before each step.
  public var probe: ((_ step: Int) -> Void)?

  /// A module at rest.
  ///
  /// - Parameters:
  ///   - parameters: its constants; valid.
  ///   - weights: of the input synapses, `[input, neuron]`.
  ///   - thresholds: θ of each neuron, mV.
  ///   - delays: of the input synapses, `[input, neuron]`, in steps.
  ///   - isPlastic: whether weights and thresholds change.
  public init(
    _ parameters: ModuleParameters, weights: [Scalar], thresholds: [Scalar], delays: [UInt16], isPlastic: Bool
  ) {
    let neurons = parameters.neurons
    precondition(
      weights.count == parameters.inputs * neurons && delays.count == weights.count
        && thresholds.count == neurons,
      "ModuleSimulator: weights, delays and thresholds must fit the module")
    self.parameters = parameters
    self.isPlastic = isPlastic
    counts = .zeros(neurons)
    excitatory = ModulePopulation(neurons)
    inhibitory = ModulePopulation(neurons)
    threshold = .zeros(neurons)
    trace = .zeros(neurons)
    _ = threshold.update(fromContentsOf: thresholds)
    synapses = DelayedSynapses(
      inputs: parameters.inputs, neurons: neurons, weights: weights, delays: delays)
    reset()
  }

  deinit {
    counts.deallocate()
    excitatory.deallocate()
    inhibitory.deallocate()
    threshold.deallocate()
    trace.deallocate()
  }

  /// Weights of the input synapses, `[input, neuron]`.
  public var weights: [Scalar] { synapses.matrix }
  /// θ of each neuron, mV.
  public var thresholds: [Scalar] { threshold.map { $0 * decay } }
  /// Potentials of the excitatory neurons, mV.
  public var potentials: [Scalar] { Array(excitatory.potential) }
  /// Excitatory conductances of the excitatory neurons.
  public var conductances: [Scalar] { Array(excitatory.excitation) }

  /// Goes back to the state before the first image and runs without input, as the published program begins.
  ///
  /// Weights, thresholds and delays stay.
  public func settle() {
    reset()
    run(SpikeRaster(neuronCount: parameters.inputs), steps: ModuleParameters.steps(parameters.settling))
    counts.update(repeating: 0)
  }

  private func reset() {
    // The timer stands at zero when a run begins.
    excitatory.reset(potential: -105, readyFrom: Int32(ModuleParameters.spikeInterval - 1))
    inhibitory.reset(potential: -100, readyFrom: 0)
    synapses.reset()
    trace.update(repeating: 0)
    counts.update(repeating: 0)
  }

  /// Shows one image, then rests.
  ///
  /// - Parameter input: spikes of the input neurons while the image is shown.
  /// - Returns: each neuron's spikes, those of the rest before the image included, as the published program counts.
  public func present(_ input: SpikeRaster) -> [Float] {
    let shown = ModuleParameters.steps(parameters.presentation)
    run(input, steps: shown + ModuleParameters.steps(parameters.rest), countsUntil: shown)
    return taken
  }
  private var taken: [Float] = []

  /// Each neuron's spikes since counts were last taken.
  public var spikesSoFar: [Float] { Array(counts) }

  /// The most spikes each neuron can fire in coming steps, as its timer allows.
  public func mostSpikes(in steps: Int) -> [Float] {
    excitatory.readyFrom.map { ready in
      Int(ready) < steps ? Float((steps - 1 - Int(ready)) / ModuleParameters.spikeInterval + 1) : 0
    }
  }

  /// Ends a presentation that was run in parts, with fixed weights: takes the counts, then rests.
  public func rest() -> [Float] {
    precondition(!isPlastic, "ModuleSimulator: plastic synapses lose spikes under way between two runs")
    run(
      SpikeRaster(neuronCount: parameters.inputs), steps: ModuleParameters.steps(parameters.rest),
      countsUntil: 0)
    return taken
  }

  /// Scales every neuron's input weights to the published sum, as before each training presentation.
  public func normaliseWeights() { synapses.normalise(to: Scalar(parameters.weightSum)) }

  /// Runs a number of steps.
  ///
  /// - Parameters:
  ///   - input: spikes of the input neurons; none after its end.
  ///   - steps: how many.
  ///   - countsUntil: the step before which counts are taken and begin anew.
  public func run(_ input: SpikeRaster, steps: Int, countsUntil: Int? = nil) {
    precondition(input.neuronCount == parameters.inputs, "ModuleSimulator: the input has another width")
    synapses.begin(input, isPlastic: isPlastic)
    for step in 0..<steps {
      if step == countsUntil { takeCounts() }
      probe?(step)
      if isPlastic { decayThresholds() }
      let fired = advanceExcitatory(step)
      let partnersFired = advanceInhibitory(step)
      deliver(step)
      if let monitor, fired || partnersFired { monitor(step, spikes, partnerSpikes) }
    }
    if steps == countsUntil { takeCounts() }
    synapses.end(steps)
    excitatory.advance(Int32(steps))
    inhibitory.advance(Int32(steps))
    activity.inputSpikes += input.count
  }

  private func takeCounts() {
    taken = Array(counts)
    counts.update(repeating: 0)
  }

  private func decayThresholds() {
    decayedSteps += 1
    decay = Scalar(
      exp(Double(decayedSteps) * log1p(-ModuleParameters.timeStep / parameters.thresholdDecay)))
  }

  /// One Euler step and the threshold test of the excitatory neurons; whether one fires.
  private func advanceExcitatory(_ step: Int) -> Bool {
    let count = parameters.neurons
    let (v, e, i) = (
      excitatory.potential.baseAddress!, excitatory.excitation.baseAddress!,
      excitatory.inhibition.baseAddress!
    )
    let (free, ready) = (excitatory.freeFrom.baseAddress!, excitatory.readyFrom.baseAddress!)
    let theta = threshold.baseAddress!
    let scale = decay
    let rate = Scalar(ModuleParameters.timeStep / 100)
    let keepE = Scalar(1 - ModuleParameters.timeStep / parameters.excitatoryDecay)
    let keepI = Scalar(1 - ModuleParameters.timeStep / parameters.inhibitoryDecay)
    let tiny = Self.tiny
    let now = Int32(step)
    let ring = isPlastic ? nil : synapses.arrivals(step)
    var anyFired: Scalar = -1
    for n in 0..<count {
      let (potential, excitation, inhibition) = (v[n], e[n], i[n])
      let drift = (-65 - potential) + excitation * -potential + inhibition * (-100 - potential)
      let next = free[n] > now ? potential : potential + rate * drift
      v[n] = next
      let (nextE, nextI) = (excitation * keepE, inhibition * keepI)
      // Numbers below the normal range would cost a hundred times as much and change nothing.
      e[n] = nextE < tiny ? 0 : nextE
      i[n] = nextI < tiny ? 0 : nextI
      let excess = ready[n] <= now ? next - (theta[n] * scale - 72) : -1
      anyFired = excess > anyFired ? excess : anyFired
    }
    if let ring {
      for n in 0..<count {
        e[n] += ring[n]
        ring[n] = 0
      }
    }
    spikes.removeAll(keepingCapacity: true)
    guard anyFired > 0 else { return false }
    for n in 0..<count where ready[n] <= now && v[n] > theta[n] * scale - 72 {
      free[n] = now + Int32(ModuleParameters.refractorySteps.excitatory)
      ready[n] = now + Int32(ModuleParameters.spikeInterval)
      spikes.append(Int32(n))
    }
    return true
  }

  /// The same of the inhibitory neurons, which nothing inhibits.
  private func advanceInhibitory(_ step: Int) -> Bool {
    let count = parameters.neurons
    let (v, e) = (inhibitory.potential.baseAddress!, inhibitory.excitation.baseAddress!)
    let free = inhibitory.freeFrom.baseAddress!
    let rate = Scalar(ModuleParameters.timeStep / 10)
    let keep = Scalar(1 - ModuleParameters.timeStep / parameters.excitatoryDecay)
    let tiny = Self.tiny
    let now = Int32(step)
    var highest: Scalar = -1000
    for n in 0..<count {
      let (potential, excitation) = (v[n], e[n])
      let drift = (-60 - potential) + excitation * -potential
      let next = free[n] > now ? potential : potential + rate * drift
      v[n] = next
      let nextE = excitation * keep
      e[n] = nextE < tiny ? 0 : nextE
      highest = next > highest ? next : highest
    }
    partnerSpikes.removeAll(keepingCapacity: true)
    guard highest > -40 else { return false }
    for n in 0..<count where v[n] > -40 {
      free[n] = now + Int32(ModuleParameters.refractorySteps.inhibitory)
      partnerSpikes.append(Int32(n))
    }
    return true
  }

  private static var tiny: Scalar { Scalar.leastNormalMagnitude.squareRoot() }

  /// Synapses and resets of one step.
  private func deliver(_ step: Int) {
    if isPlastic {
      let sign: Double = parameters.preSign == .asReleased ? 1 : -1
      synapses.deliverPlastic(
        step, to: excitatory.excitation.baseAddress!, trace: trace.baseAddress!,
        rate: Scalar(sign * parameters.preRate))
      for n in spikes {
        synapses.potentiate(Int(n), step: step, rate: Scalar(parameters.postRate))
        trace[Int(n)] = 1
        threshold[Int(n)] += Scalar(parameters.thresholdStep) / decay
      }
      let keep = Scalar(exp(-ModuleParameters.timeStep / ModuleParameters.traceDecay.post1))
      let tiny = Self.tiny
      for n in 0..<parameters.neurons {
        let next = trace[n] * keep
        trace[n] = next < tiny ? 0 : next
      }
    } else {
      synapses.schedule(step, addingTo: excitatory.excitation.baseAddress!)
    }
    for n in spikes {
      inhibitory.excitation[Int(n)] += Scalar(parameters.excitatoryToInhibitory)
      excitatory.potential[Int(n)] = -65
      counts[Int(n)] += 1
    }
    if !partnerSpikes.isEmpty {
      let all = Scalar(parameters.inhibitoryToExcitatory) * Scalar(partnerSpikes.count)
      for n in 0..<parameters.neurons { excitatory.inhibition[n] += all }
      for n in partnerSpikes {
        excitatory.inhibition[Int(n)] -= Scalar(parameters.inhibitoryToExcitatory)
        inhibitory.potential[Int(n)] = -45
      }
    }
    activity.excitatorySpikes += spikes.count
    activity.inhibitorySpikes += partnerSpikes.count
  }
}
