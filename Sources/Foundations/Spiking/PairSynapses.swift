import Foundation

/// A full matrix of synapses under ``PairSTDP``, all of one delay.
///
/// The delay lies in the dendrite: a postsynaptic spike acts on the synapse that many steps after it was fired, a
/// presynaptic spike at once; the weight after its update is what is delivered.
struct PairSynapses: Sendable, PairPlasticity {
  var rule: PairSTDP
  let sourceCount: Int
  let targetCount: Int
  /// `[pre, post]`.
  var weights: [Double]
  var x: Traces
  var y: Traces
  var grid: WeightGrid?
  /// Postsynaptic spikes that have not reached the synapse yet, the newest last.
  private var onTheWay: [[Int32]]
  var memory: SpikeMemory?

  init(_ rule: PairSTDP, weights: [Double], sourceCount: Int, targetCount: Int, delay: Int, timeStep: Double)
  {
    self.rule = rule
    self.weights = weights
    self.sourceCount = sourceCount
    self.targetCount = targetCount
    x = Traces(count: sourceCount, timeStep: timeStep, timeConstant: rule.presynapticTimeConstant)
    y = Traces(count: targetCount, timeStep: timeStep, timeConstant: rule.postsynapticTimeConstant)
    onTheWay = [[Int32]](repeating: [], count: delay)
    if case .newest(let limit) = rule.history {
      memory = SpikeMemory(limit: limit, sourceCount: sourceCount, targetCount: targetCount)
    }
  }

  /// One step: takes the postsynaptic spikes of this step, applies those that arrive, then the presynaptic ones.
  mutating func advance(
    step: Int, presynaptic: [Int32], postsynaptic: [Int32], into ring: inout DelayRing, arrival: Int,
    isInhibitory: Bool
  ) {
    let arriving = onTheWay.removeFirst()
    onTheWay.append(postsynaptic)
    learn(step: step, presynaptic: presynaptic, arriving: arriving)
    guard !presynaptic.isEmpty else { return }
    weights.withUnsafeBufferPointer { weights in
      for neuron in presynaptic {
        ring.add(
          row: weights.baseAddress! + Int(neuron) * targetCount, at: arrival, isInhibitory: isInhibitory)
      }
    }
  }

  /// Sets the weights from one neuron to the least, and forgets what its spikes would still change.
  mutating func clear(source: Int) {
    for target in 0..<targetCount { weights[source * targetCount + target] = rule.minimum }
    x.clear(source)
    memory?.lastSpike[source] = -1
  }

  /// Sets the weights onto one neuron to the least, and forgets what its spikes would still change.
  mutating func clear(target: Int) {
    for source in 0..<sourceCount { weights[source * targetCount + target] = rule.minimum }
    y.clear(target)
    for place in onTheWay.indices { onTheWay[place].removeAll { Int($0) == target } }
    memory?.times[target] = []
  }

  mutating func potentiate(_ spikes: [Int32]) {
    guard !spikes.isEmpty, !x.active.isEmpty else { return }
    let (maximum, columns) = (rule.maximum, targetCount)
    let changes = x.active.map { change(rule.potentiation, x.values[Int($0)]) }
    weights.withUnsafeMutableBufferPointer { weights in
      for (source, change) in zip(x.active, changes) {
        let row = weights.baseAddress! + Int(source) * columns
        for target in spikes {
          let weight = row[Int(target)] + change
          row[Int(target)] = weight > maximum ? maximum : weight
        }
      }
    }
  }

  mutating func depress(_ spikes: [Int32]) {
    guard !spikes.isEmpty, !y.active.isEmpty else { return }
    let (minimum, columns) = (rule.minimum, targetCount)
    let changes = y.active.map { change(rule.depression, y.values[Int($0)]) }
    weights.withUnsafeMutableBufferPointer { weights in
      for source in spikes {
        let row = weights.baseAddress! + Int(source) * columns
        for (target, change) in zip(y.active, changes) {
          let weight = row[Int(target)] - change
          row[Int(target)] = weight < minimum ? minimum : weight
        }
      }
    }
  }

  mutating func potentiateFromMemory(_ source: Int32) {
    let source = Int(source)
    let last = memory!.lastSpike[source]
    guard last >= 0 else { return }
    let trace = memory!.lastTrace[source]
    for target in 0..<targetCount {
      for time in memory!.times[target] where time > last {
        let place = source * targetCount + target
        let change = change(rule.potentiation, x.decay.value(trace, after: time - last))
        weights[place] = min(rule.maximum, weights[place] + change)
      }
    }
  }
}
