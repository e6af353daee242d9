import Foundation
import Spiking

/// All-to-all input synapses with a delay each.
///
/// An input spike puts each of its synapses on the list of the step of its arrival, so that what arrives in a step is read from
/// one list, the oldest spike first. With fixed weights the weights themselves are added to a ring of coming steps.
final class DelayedSynapses<Scalar: BinaryFloatingPoint & Sendable> {
  private let inputs: Int
  private let neurons: Int
  /// `[input, neuron]`
  private let weights: UnsafeMutableBufferPointer<Scalar>
  /// In steps, `[input, neuron]` and `[neuron, input]`.
  private let delay: UnsafeMutableBufferPointer<UInt16>
  private let delayOfNeuron: UnsafeMutableBufferPointer<UInt16>
  /// Slots of the coming steps, a power of two greater than the longest delay; that of the present step is `slot`.
  private let slots: Int
  private var slot = 0
  /// With fixed weights: what arrives, `[slot, neuron]`.
  private let ring: UnsafeMutableBufferPointer<Scalar>
  /// With plasticity: the synapses at which a spike arrives, `[slot, capacity]`, as input · 2¹⁶ + neuron; and how many.
  private var lists: UnsafeMutableBufferPointer<UInt32>
  private let listed: UnsafeMutableBufferPointer<Int>
  private var capacity = 0

  private var raster: SpikeRaster
  /// Spike steps of each input in this run, and how many of them are past.
  private var times: [Int32] = []
  private var start: [Int32]
  private var past: [Int32]
  /// Steps of earlier runs: the last spike of each input and of each neuron, counted from the present run's start.
  private var lastInput: [Int32]
  private var lastSpike: [Int32]
  private let preTrace: [Scalar]
  private let post2Trace: [Scalar]
  private static var never: Int32 { -1_000_000 }

  init(inputs: Int, neurons: Int, weights matrix: [Scalar], delays: [UInt16]) {
    precondition(
      inputs <= 1 << 16 && neurons <= 1 << 16, "DelayedSynapses: at most 65536 inputs and as many neurons")
    (self.inputs, self.neurons) = (inputs, neurons)
    var slots = 1
    while slots <= Int(delays.max() ?? 0) { slots *= 2 }
    self.slots = slots
    weights = .zeros(inputs * neurons)
    delay = .zeros(inputs * neurons)
    delayOfNeuron = .zeros(inputs * neurons)
    ring = .zeros(slots * neurons)
    lists = .zeros(0)
    listed = .zeros(slots)
    raster = SpikeRaster(neuronCount: inputs)
    start = [Int32](repeating: 0, count: inputs + 1)
    past = [Int32](repeating: 0, count: inputs)
    lastInput = [Int32](repeating: Self.never, count: inputs)
    lastSpike = [Int32](repeating: Self.never, count: neurons)
    func decays(_ constant: Double) -> [Scalar] {
      (0...Int(constant * 400)).map { Scalar(exp(-Double($0) * ModuleParameters.timeStep / constant)) }
    }
    preTrace = decays(ModuleParameters.traceDecay.pre)
    post2Trace = decays(ModuleParameters.traceDecay.post2)
    _ = weights.update(fromContentsOf: matrix)
    _ = delay.update(fromContentsOf: delays)
    for input in 0..<inputs {
      for neuron in 0..<neurons {
        delayOfNeuron[neuron * inputs + input] = delays[input * neurons + neuron]
      }
    }
  }

  deinit {
    weights.deallocate()
    ring.deallocate()
    lists.deallocate()
    listed.deallocate()
    delay.deallocate()
    delayOfNeuron.deallocate()
  }

  /// `[input, neuron]`
  var matrix: [Scalar] { Array(weights) }

  /// Scales each neuron's weights to a sum; a neuron without weight stays so.
  func normalise(to sum: Scalar) {
    let factor = UnsafeMutableBufferPointer<Scalar>.zeros(neurons)
    defer { factor.deallocate() }
    let (w, f) = (weights.baseAddress!, factor.baseAddress!)
    for input in 0..<inputs {
      let row = w + input * neurons
      for neuron in 0..<neurons { f[neuron] += row[neuron] }
    }
    for neuron in 0..<neurons { f[neuron] = f[neuron] > 0 ? sum / f[neuron] : 1 }
    for input in 0..<inputs {
      let row = w + input * neurons
      for neuron in 0..<neurons { row[neuron] *= f[neuron] }
    }
  }

  /// Takes the input of a run.
  func begin(_ input: SpikeRaster, isPlastic: Bool) {
    raster = input
    guard isPlastic else { return }
    listed.update(repeating: 0)
    start = [Int32](repeating: 0, count: inputs + 1)
    for neuron in input.neurons { start[Int(neuron) + 1] += 1 }
    for neuron in 0..<inputs { start[neuron + 1] += start[neuron] }
    past = Array(start.prefix(inputs))
    times = [Int32](repeating: 0, count: input.count)
    var next = past
    for step in 0..<input.stepCount {
      for neuron in input.spikes(at: step) {
        times[Int(next[Int(neuron)])] = Int32(step)
        next[Int(neuron)] += 1
      }
    }
  }

  /// Forgets what is under way and when spikes were.
  func reset() {
    ring.update(repeating: 0)
    slot = 0
    for input in 0..<inputs { lastInput[input] = Self.never }
    for neuron in 0..<neurons { lastSpike[neuron] = Self.never }
  }

  /// Ends a run of a number of steps.
  func end(_ steps: Int) {
    for input in 0..<inputs {
      if past[input] > start[input] { lastInput[input] = times[Int(past[input]) - 1] }
      lastInput[input] = max(Self.never, lastInput[input] - Int32(steps))
    }
    for neuron in 0..<neurons { lastSpike[neuron] = max(Self.never, lastSpike[neuron] - Int32(steps)) }
  }

  /// Makes room for longer lists.
  private func lengthenLists() {
    let longer = UnsafeMutableBufferPointer<UInt32>.zeros(slots * max(64, 2 * capacity))
    for slot in 0..<slots {
      let list = lists[(slot * capacity)..<(slot * capacity + listed[slot])]
      _ = longer[(slot * longer.count / slots)...].update(fromContentsOf: list)
    }
    lists.deallocate()
    lists = longer
    capacity = longer.count / slots
  }

  /// What arrives in a step over the ring; to be used up by the caller.
  func arrivals(_ step: Int) -> UnsafeMutablePointer<Scalar> { ring.baseAddress! + slot * neurons }

  /// With fixed weights: sends a step's input spikes on their way; those without delay arrive now.
  func schedule(_ step: Int, addingTo conductance: UnsafeMutablePointer<Scalar>) {
    defer { slot = (slot + 1) & (slots - 1) }
    let spikes = raster.spikes(at: step)
    if spikes.isEmpty { return }
    let ring = ring.baseAddress!
    for input in spikes {
      let row = Int(input) * neurons
      let (w, d) = (weights.baseAddress! + row, delay.baseAddress! + row)
      for neuron in 0..<neurons {
        ring[((slot + Int(d[neuron])) & (slots - 1)) * neurons + neuron] += w[neuron]
      }
    }
    let now = ring + slot * neurons
    for neuron in 0..<neurons {
      conductance[neuron] += now[neuron]
      now[neuron] = 0
    }
  }

  /// With plasticity: sends a step's input spikes on their way and delivers what arrives, w before its own change.
  func deliverPlastic(
    _ step: Int, to conductance: UnsafeMutablePointer<Scalar>, trace: UnsafeMutablePointer<Scalar>,
    rate: Scalar
  ) {
    let listed = listed.baseAddress!
    for input in raster.spikes(at: step) {
      past[Int(input)] += 1
      let d = delay.baseAddress! + Int(input) * neurons
      for neuron in 0..<neurons {
        let slot = (step + Int(d[neuron])) & (slots - 1)
        if listed[slot] == capacity { lengthenLists() }
        lists[slot * capacity + listed[slot]] = UInt32(truncatingIfNeeded: Int(input) << 16 | neuron)
        listed[slot] += 1
      }
    }
    let slot = step & (slots - 1)
    let list = lists.baseAddress! + slot * capacity
    let weights = weights.baseAddress!
    for place in 0..<listed[slot] {
      let neuron = Int(list[place] & 0xFFFF)
      let synapse = Int(list[place] >> 16) * neurons + neuron
      let weight = weights[synapse]
      conductance[neuron] += weight
      weights[synapse] = min(max(weight + rate * trace[neuron], 0), 1)
    }
    listed[slot] = 0
  }

  /// A neuron's spike: each weight grows by the traces of the last arrival at it and of the neuron's last spike.
  func potentiate(_ neuron: Int, step: Int, rate: Scalar) {
    defer { lastSpike[neuron] = Int32(step) }
    let sinceSpike = step - Int(lastSpike[neuron])
    guard sinceSpike < post2Trace.count else { return }
    let gain = rate * post2Trace[sinceSpike]
    for input in 0..<inputs {
      let synapse = neuron * inputs + input
      let latest = Int32(step) - Int32(delayOfNeuron[synapse])
      var place = Int(past[input])
      while place > start[input], times[place - 1] > latest { place -= 1 }
      let spike = place > start[input] ? times[place - 1] : lastInput[input]
      let sinceArrival = Int(latest - spike)
      guard sinceArrival < preTrace.count else { continue }
      let index = input * neurons + neuron
      weights[index] = min(max(weights[index] + gain * preTrace[sinceArrival], 0), 1)
    }
  }
}
