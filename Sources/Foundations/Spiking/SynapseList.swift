import Foundation

/// One synapse of a projection.
public struct Synapse: Sendable, Hashable, Codable {
  /// Index of the presynaptic neuron.
  public var source: Int
  /// Index of the postsynaptic neuron.
  public var target: Int
  /// 0 or more.
  public var weight: Double
  /// Steps, at least 1.
  public var delay: Int

  /// A synapse.
  public init(source: Int, target: Int, weight: Double, delay: Int = 1) {
    (self.source, self.target, self.weight, self.delay) = (source, target, weight, delay)
  }
}

/// Synapses with a delay each, in order of source and delay, so that what arrives together lies together.
struct SynapseList: Sendable {
  let targets: [Int32]
  var weights: [Double]
  let maximumDelay: Int
  /// Where the synapses of a source with a delay begin: `[source, delay]`, delays 1 … maximum, and one end.
  let starts: [Int32]
  /// Place of each synapse in the list that was given.
  let order: [Int]
  let delays: [Int32]
  var plasticity: Triplet?

  /// What ``TripletSTDP`` keeps.
  struct Triplet: Sendable {
    let rule: TripletSTDP
    let timeStep: Double
    /// The step of the last presynaptic spike that arrived; far in the past at first.
    var arrived: [Int32]
    var fast: [Double]
    var slow: [Double]
    /// The synapses of each target.
    let incoming: [[Int32]]
    /// Presynaptic spikes of the last steps, by step modulo the longest delay.
    var recent: [[Int32]]
    static let never = Int32.min / 2
  }

  init(_ synapses: [Synapse], sourceCount: Int, targetCount: Int, rule: TripletSTDP?, timeStep: Double) {
    let order = synapses.indices.sorted {
      (synapses[$0].source, synapses[$0].delay, synapses[$0].target, $0)
        < (synapses[$1].source, synapses[$1].delay, synapses[$1].target, $1)
    }
    let longest = synapses.map(\.delay).max() ?? 1
    var starts = [Int32](repeating: 0, count: sourceCount * longest + 1)
    for synapse in synapses { starts[synapse.source * longest + synapse.delay] += 1 }
    for place in 1..<starts.count { starts[place] += starts[place - 1] }
    targets = order.map { Int32(synapses[$0].target) }
    delays = order.map { Int32(synapses[$0].delay) }
    weights = order.map { synapses[$0].weight }
    maximumDelay = longest
    self.starts = starts
    self.order = order
    if let rule {
      var incoming = [[Int32]](repeating: [], count: targetCount)
      for (place, target) in targets.enumerated() { incoming[Int(target)].append(Int32(place)) }
      plasticity = Triplet(
        rule: rule, timeStep: timeStep, arrived: [Int32](repeating: Triplet.never, count: order.count),
        fast: [Double](repeating: 0, count: targetCount), slow: [Double](repeating: 0, count: targetCount),
        incoming: incoming, recent: [[Int32]](repeating: [], count: longest))
    }
  }

  /// The synapses of a source whose delay is `delay`.
  @inline(__always)
  private func range(source: Int32, delay: Int) -> Range<Int> {
    let place = Int(source) * maximumDelay + delay - 1
    return Int(starts[place])..<Int(starts[place + 1])
  }

  /// One step without plasticity: spikes set out at once.
  func send(_ spikes: [Int32], at step: Int, into ring: inout DelayRing, isInhibitory: Bool) {
    for source in spikes {
      let first = Int(starts[Int(source) * maximumDelay])
      let end = Int(starts[(Int(source) + 1) * maximumDelay])
      for synapse in first..<end {
        ring.add(
          weights[synapse], to: Int(targets[synapse]), at: step + Int(delays[synapse]),
          isInhibitory: isInhibitory)
      }
    }
  }

  /// One step with plasticity: the spikes whose delay ends are delivered with the weight from before their own
  /// change, then the postsynaptic spikes act.
  mutating func advance(
    step: Int, presynaptic: [Int32], postsynaptic: [Int32], into ring: inout DelayRing, isInhibitory: Bool
  ) {
    var state = plasticity.take()!
    defer { plasticity = state }
    let rule = state.rule
    let decayFast = exp(-state.timeStep / rule.fastTimeConstant)
    let decaySlow = exp(-state.timeStep / rule.slowTimeConstant)
    for target in state.fast.indices {
      state.fast[target] = state.fast[target] < 1e-18 ? 0 : state.fast[target] * decayFast
      state.slow[target] = state.slow[target] < 1e-18 ? 0 : state.slow[target] * decaySlow
    }
    state.recent[step % maximumDelay] = presynaptic
    for delay in 1...maximumDelay where step - delay + 1 >= 0 {
      for source in state.recent[(step - delay + 1) % maximumDelay] {
        for synapse in range(source: source, delay: delay) {
          let target = Int(targets[synapse])
          ring.add(weights[synapse], to: target, at: step + 1, isInhibitory: isInhibitory)
          state.arrived[synapse] = Int32(truncatingIfNeeded: step)
          let weight = weights[synapse] + rule.presynapticChange * state.fast[target]
          weights[synapse] = min(rule.maximum, max(rule.minimum, weight))
        }
      }
    }
    for target in postsynaptic.lazy.map({ Int($0) }) {
      for synapse in state.incoming[target].lazy.map({ Int($0) }) {
        let age = Double(step - Int(state.arrived[synapse])) * state.timeStep
        let trace = exp(-age / rule.presynapticTimeConstant)
        let weight = weights[synapse] + rule.postsynapticChange * trace * state.slow[target]
        weights[synapse] = min(rule.maximum, max(rule.minimum, weight))
      }
      state.fast[target] = 1
      state.slow[target] = 1
    }
  }

  /// The synapses in the order they were given.
  func synapses(sourceCount: Int) -> [Synapse] {
    var result = [Synapse](repeating: Synapse(source: 0, target: 0, weight: 0), count: order.count)
    for source in 0..<sourceCount {
      let end = Int(starts[(source + 1) * maximumDelay])
      for place in Int(starts[source * maximumDelay])..<end {
        result[order[place]] = Synapse(
          source: source, target: Int(targets[place]), weight: weights[place], delay: Int(delays[place]))
      }
    }
    return result
  }
}
