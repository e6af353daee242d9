import Foundation
import Spiking

/// All-to-all input synapses with a delay each.
///
/// The synapses of an input neuron lie in the order of their delays. With plasticity, a step visits the input spikes
/// still under way and delivers each one's stretch of the present delay. With fixed weights a spike's whole row is
/// added at once to a ring of coming steps.
final class DelayedSynapses<Scalar: BinaryFloatingPoint & Sendable> {
  private let inputs: Int
  private let neurons: Int
  private let longest: Int
  /// `[input, rank]`: by delay, then by neuron.
  private let weights: UnsafeMutableBufferPointer<Scalar>
  private let target: UnsafeMutableBufferPointer<UInt16>
  /// Where in the ring a spike of step 0 arrives: delay · neurons + target, `[input, rank]`.
  private let offset: UnsafeMutableBufferPointer<Int32>
  /// `[input, delay]`: the first rank of each delay, and the end.
  private let first: UnsafeMutableBufferPointer<UInt16>
  /// `[neuron, input]`: rank and delay.
  private let rank: UnsafeMutableBufferPointer<UInt16>
  private let delay: UnsafeMutableBufferPointer<UInt16>
  /// Input of coming steps, `[slot, neuron]`.
  private let ring: UnsafeMutableBufferPointer<Scalar>
  private var slot = 0

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
    (self.inputs, self.neurons) = (inputs, neurons)
    let longest = Int(delays.max() ?? 0)
    self.longest = longest
    let size = inputs * neurons
    weights = .zeros(size)
    target = .zeros(size)
    offset = .zeros(size)
    first = .zeros(inputs * (longest + 2))
    rank = .zeros(size)
    delay = .zeros(size)
    ring = .zeros((longest + 1) * neurons)
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

    for input in 0..<inputs {
      let row = input * neurons
      let begin = input * (longest + 2)
      for neuron in 0..<neurons { first[begin + Int(delays[row + neuron]) + 1] += 1 }
      for step in 0...longest { first[begin + step + 1] += first[begin + step] }
      var next = Array(first[begin..<begin + longest + 1])
      for neuron in 0..<neurons {
        let steps = Int(delays[row + neuron])
        let place = Int(next[steps])
        next[steps] += 1
        weights[row + place] = matrix[row + neuron]
        target[row + place] = UInt16(neuron)
        offset[row + place] = Int32(steps * neurons + neuron)
        rank[neuron * inputs + input] = UInt16(place)
        delay[neuron * inputs + input] = UInt16(steps)
      }
    }
  }

  deinit {
    weights.deallocate()
    ring.deallocate()
    offset.deallocate()
    for buffer in [target, first, rank, delay] { buffer.deallocate() }
  }

  /// `[input, neuron]`
  var matrix: [Scalar] {
    var result = [Scalar](repeating: 0, count: inputs * neurons)
    for input in 0..<inputs {
      for place in input * neurons..<(input + 1) * neurons {
        result[input * neurons + Int(target[place])] = weights[place]
      }
    }
    return result
  }

  /// Scales each neuron's weights to a sum; a neuron without weight stays so.
  func normalise(to sum: Scalar) {
    let factor = UnsafeMutableBufferPointer<Scalar>.zeros(neurons)
    defer { factor.deallocate() }
    for place in 0..<inputs * neurons { factor[Int(target[place])] += weights[place] }
    for neuron in 0..<neurons { factor[neuron] = factor[neuron] > 0 ? sum / factor[neuron] : 1 }
    for place in 0..<inputs * neurons { weights[place] *= factor[Int(target[place])] }
  }

  /// Takes the input of a run.
  func begin(_ input: SpikeRaster, isPlastic: Bool) {
    raster = input
    guard isPlastic else { return }
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

  /// What arrives in a step over the ring; to be used up by the caller.
  func arrivals(_ step: Int) -> UnsafeMutablePointer<Scalar> { ring.baseAddress! + slot * neurons }

  /// With fixed weights: sends a step's input spikes on their way; those without delay arrive now.
  func schedule(_ step: Int, addingTo conductance: UnsafeMutablePointer<Scalar>) {
    defer { slot = slot == longest ? 0 : slot + 1 }
    let spikes = raster.spikes(at: step)
    if spikes.isEmpty { return }
    let base = ring.baseAddress! + slot * neurons
    let length = (longest + 1) * neurons
    let isLast = slot
    for input in spikes {
      let row = Int(input) * neurons
      let starts = first.baseAddress! + Int(input) * (longest + 2)
      let now = Int(starts[1])
      let wrapped = Int(starts[longest + 1 - isLast])
      let (w, o) = (weights.baseAddress! + row, offset.baseAddress! + row)
      for place in 0..<now { conductance[Int(o[place])] += w[place] }
      for place in now..<max(now, wrapped) { base[Int(o[place])] += w[place] }
      for place in max(now, wrapped)..<neurons { base[Int(o[place]) - length] += w[place] }
    }
  }

  /// With plasticity: delivers what arrives in a step, w before its own change.
  func deliverPlastic(
    _ step: Int, to conductance: UnsafeMutablePointer<Scalar>, trace: UnsafeMutablePointer<Scalar>,
    rate: Scalar
  ) {
    for input in raster.spikes(at: step) { past[Int(input)] += 1 }
    raster.neurons.withUnsafeBufferPointer { spiking in
      raster.offsets.withUnsafeBufferPointer { offsets in
        // Ages whose step lies within the raster.
        let youngest = max(0, step - raster.stepCount + 1)
        for age in stride(from: youngest, through: min(step, longest), by: 1) {
          for spike in offsets[step - age]..<offsets[step - age + 1] {
            let input = Int(spiking[spike])
            let starts = first.baseAddress! + input * (longest + 2) + age
            let row = input * neurons
            for place in row + Int(starts[0])..<row + Int(starts[1]) {
              let neuron = Int(target[place])
              let weight = weights[place]
              conductance[neuron] += weight
              weights[place] = min(max(weight + rate * trace[neuron], 0), 1)
            }
          }
        }
      }
    }
  }

  /// A neuron's spike: each weight grows by the traces of the last arrival at it and of the neuron's last spike.
  func potentiate(_ neuron: Int, step: Int, rate: Scalar) {
    defer { lastSpike[neuron] = Int32(step) }
    let sinceSpike = step - Int(lastSpike[neuron])
    guard sinceSpike < post2Trace.count else { return }
    let gain = rate * post2Trace[sinceSpike]
    for input in 0..<inputs {
      let synapse = neuron * inputs + input
      let latest = Int32(step) - Int32(delay[synapse])
      var place = Int(past[input])
      while place > start[input], times[place - 1] > latest { place -= 1 }
      let spike = place > start[input] ? times[place - 1] : lastInput[input]
      let sinceArrival = Int(latest - spike)
      guard sinceArrival < preTrace.count else { continue }
      let index = input * neurons + Int(rank[synapse])
      weights[index] = min(max(weights[index] + gain * preTrace[sinceArrival], 0), 1)
    }
  }
}
