/// What the neurons of a population do with their input.
public enum NeuronModel: Sendable, Hashable {
  /// Leaky integrate-and-fire with exponential currents.
  case currentLIF(CurrentLIF)
  /// Leaky integrate-and-fire with exponential conductances.
  case conductanceLIF(ConductanceLIF)
  /// Fires when told to; see ``Network/fire(_:in:at:)``.
  case source
}

/// A variable of a neuron that can be watched.
public enum StateVariable: String, Sendable, Hashable, Codable, CaseIterable {
  /// The membrane potential, mV.
  case membrane
  /// Excitatory current (nA) or conductance, the input of this step included.
  case excitation
  /// Inhibitory current (nA) or conductance, the input of this step included.
  case inhibition
  /// The adaptive part of the threshold, mV.
  case adaptation
}

/// Equal neurons with their state.
struct Population: Sendable {
  enum Kernel: Sendable {
    case current(CurrentLIFStep)
    case currentFixed(CurrentLIFFixedStep)
    case conductance(ConductanceLIFStep)
    case source
  }

  let name: String
  let count: Int
  let model: NeuronModel
  let kernel: Kernel
  var membrane: [Double]
  var excitation: [Double]
  var inhibition: [Double]
  var refractory: [Int64]
  var silence: [Int64]
  var theta: [Double]
  var ring: DelayRing
  /// 1 for each neuron that fired in this step.
  var fired: [UInt64]
  /// The neurons that fired in this step, ascending.
  var spikes: [Int32] = []
  /// The spikes of all steps since recording began; `nil` when nothing is recorded.
  var raster: SpikeRaster?
  /// Whether the threshold adapts.
  var adapts = true
  /// What goes wrong.
  var faults: Faults?
  /// In fixed point, the largest excitatory and inhibitory input of a step.
  var inputLimits = (Double.infinity, Double.infinity)
  /// Neurons told to fire at coming steps.
  var orders: [Int: [Int32]] = [:]
  var poisson: PoissonDrive?

  init(name: String, count: Int, model: NeuronModel, timeStep: Double, arithmetic: Arithmetic) {
    self.name = name
    self.count = count
    self.model = model
    ring = DelayRing(count: count, maximumDelay: 1)
    var initial = 0.0
    var theta = 0.0
    var silent: Int64 = 0
    switch model {
    case .currentLIF(let neuron):
      let isExact = arithmetic == .double
      kernel =
        isExact
        ? .current(CurrentLIFStep(neuron, timeStep: timeStep))
        : .currentFixed(CurrentLIFFixedStep(neuron, timeStep: timeStep))
      initial =
        isExact
        ? neuron.initialPotential : Double(FixedPoint.raw(neuron.initialPotential)) / FixedPoint.one
    case .conductanceLIF(let neuron):
      kernel = .conductance(ConductanceLIFStep(neuron, timeStep: timeStep))
      initial = neuron.initialPotential
      theta = neuron.adaptation?.initial ?? 0
      silent = Int64(neuron.silentSteps)
    case .source: kernel = .source
    }
    let size = model == .source ? 0 : count
    membrane = [Double](repeating: initial, count: size)
    excitation = [Double](repeating: 0, count: size)
    inhibition = [Double](repeating: 0, count: size)
    refractory = [Int64](repeating: 0, count: size)
    silence = [Int64](repeating: silent, count: size)
    self.theta = [Double](repeating: theta, count: size)
    fired = [UInt64](repeating: 0, count: size)
  }

  /// One step: input, dynamics, threshold and reset.
  mutating func advance(step: Int) {
    let count = count
    spikes.removeAll(keepingCapacity: true)
    let slot = ring.slot(step)
    let common = (ring.common[2 * slot], ring.common[2 * slot + 1])
    let total: UInt64
    switch kernel {
    case .source:
      total = 0
      if let poisson = poisson?.next(step) { spikes.append(contentsOf: poisson) }
      self.poisson?.trim(step)
    case .current(let kernel):
      total = withPointers(slot: slot) { kernel.advance($0, count: count, common: common) }
    case .currentFixed(let kernel):
      let limits = inputLimits
      total = withPointers(slot: slot) { kernel.advance($0, count: count, common: common, limits: limits) }
    case .conductance(let kernel):
      let adapts = adapts
      total = withPointers(slot: slot) { kernel.advance($0, count: count, common: common, adapts: adapts) }
    }
    if total > 0 {
      for neuron in 0..<count where fired[neuron] != 0 { spikes.append(Int32(neuron)) }
    }
    if !orders.isEmpty, let ordered = orders.removeValue(forKey: step) {
      spikes = Array(Set(spikes).union(ordered)).sorted()
    }
    if let faults { faults.apply(to: &spikes, population: name, step: step) }
    raster?.append(step: spikes)
    ring.clear(step)
  }

  private mutating func withPointers(slot: Int, _ work: (borrowing StatePointers) -> UInt64) -> UInt64 {
    let count = count
    return membrane.withUnsafeMutableBufferPointer { membrane in
      excitation.withUnsafeMutableBufferPointer { excitation in
        inhibition.withUnsafeMutableBufferPointer { inhibition in
          refractory.withUnsafeMutableBufferPointer { refractory in
            silence.withUnsafeMutableBufferPointer { silence in
              theta.withUnsafeMutableBufferPointer { theta in
                fired.withUnsafeMutableBufferPointer { fired in
                  ring.values.withUnsafeBufferPointer { input in
                    guard count > 0 else { return 0 }
                    return work(
                      StatePointers(
                        membrane: membrane.baseAddress!, excitation: excitation.baseAddress!,
                        inhibition: inhibition.baseAddress!, refractory: refractory.baseAddress!,
                        silence: silence.baseAddress!, theta: theta.baseAddress!, fired: fired.baseAddress!,
                        excitatoryInput: input.baseAddress! + 2 * slot * count,
                        inhibitoryInput: input.baseAddress! + (2 * slot + 1) * count))
                  }
                }
              }
            }
          }
        }
      }
    }
  }

  /// A variable's values as they enter a step.
  func values(of variable: StateVariable, at step: Int) -> [Double] {
    switch variable {
    case .membrane: return membrane
    case .adaptation: return theta
    case .excitation, .inhibition:
      let isInhibitory = variable == .inhibition
      var gain = 1.0
      switch kernel {
      case .current(let step): gain = isInhibitory ? step.inhibitoryGain : step.excitatoryGain
      case .currentFixed(let step):
        gain = Double(isInhibitory ? step.inhibitoryGain : step.excitatoryGain) / FixedPoint.fraction
      default: break
      }
      return membrane.indices.map { neuron in
        let input = ring.input(of: neuron, at: step)
        return isInhibitory
          ? inhibition[neuron] + gain * input.inhibitory : excitation[neuron] + gain * input.excitatory
      }
    }
  }
}

/// Where a population's state lies during one step.
struct StatePointers: ~Copyable {
  let membrane, excitation, inhibition: UnsafeMutablePointer<Double>
  let refractory, silence: UnsafeMutablePointer<Int64>
  let theta: UnsafeMutablePointer<Double>
  let fired: UnsafeMutablePointer<UInt64>
  let excitatoryInput, inhibitoryInput: UnsafePointer<Double>
}

/// Poisson spikes of a source population, drawn a window at a time.
struct PoissonDrive: Sendable {
  var sources: PoissonSources
  let seed: UInt64
  let purpose: String
  var window = 0
  var start = 0
  var raster: SpikeRaster
  static let length = 1024

  init(_ sources: PoissonSources, seed: UInt64, purpose: String, from step: Int) {
    self.sources = sources
    self.seed = seed
    self.purpose = purpose
    start = step
    raster = sources.raster(steps: Self.length, seed: seed, purpose, 0)
  }

  func next(_ step: Int) -> ArraySlice<Int32> { raster.spikes(at: step - start) }

  /// Draws the next window when this one ends; the law has no memory, so windows can begin anywhere.
  mutating func trim(_ step: Int) {
    if step + 1 - start >= Self.length { redraw(from: step + 1) }
  }

  mutating func redraw(from step: Int) {
    window += 1
    start = step
    raster = sources.raster(steps: Self.length, seed: seed, purpose, window)
  }
}
