import Foundation

/// A full matrix of synapses under ``PairSTDP``, all of one delay.
///
/// The delay lies in the dendrite: a postsynaptic spike acts on the synapse that many steps after it was fired, a
/// presynaptic spike at once; the weight after its update is what is delivered.
struct PairSynapses: Sendable {
  let rule: PairSTDP
  let sourceCount: Int
  let targetCount: Int
  /// `[pre, post]`.
  var weights: [Double]
  private let decayX: Double
  private let decayY: Double
  private var x: [Double]
  private var y: [Double]
  private var activeX: [Int32] = []
  private var activeY: [Int32] = []
  /// Postsynaptic spikes that have not reached the synapse yet, the newest last.
  private var onTheWay: [[Int32]]
  private var memory: SpikeMemory?

  init(_ rule: PairSTDP, weights: [Double], sourceCount: Int, targetCount: Int, delay: Int, timeStep: Double)
  {
    self.rule = rule
    self.weights = weights
    self.sourceCount = sourceCount
    self.targetCount = targetCount
    decayX = exp(-timeStep / rule.presynapticTimeConstant)
    decayY = exp(-timeStep / rule.postsynapticTimeConstant)
    x = [Double](repeating: 0, count: sourceCount)
    y = [Double](repeating: 0, count: targetCount)
    onTheWay = [[Int32]](repeating: [], count: delay)
    if case .newest(let limit) = rule.history {
      memory = SpikeMemory(
        limit: limit, sourceCount: sourceCount, targetCount: targetCount,
        timeStep: timeStep / rule.presynapticTimeConstant)
    }
  }

  /// One step: takes the postsynaptic spikes of this step, applies those that arrive, then the presynaptic ones.
  mutating func advance(
    step: Int, presynaptic: [Int32], postsynaptic: [Int32], into ring: inout DelayRing, arrival: Int,
    isInhibitory: Bool
  ) {
    let arriving = onTheWay.removeFirst()
    onTheWay.append(postsynaptic)
    decay()
    if memory != nil {
      advanceFromMemory(step: step, presynaptic: presynaptic, arriving: arriving)
    } else {
      switch rule.coincidence {
      case .depress:
        potentiate(arriving)
        bumpY(arriving)
        depress(presynaptic)
        bumpX(presynaptic)
      case .potentiate:
        depress(presynaptic)
        bumpX(presynaptic)
        potentiate(arriving)
        bumpY(arriving)
      case .ignore:
        potentiate(arriving)
        depress(presynaptic)
        bumpX(presynaptic)
        bumpY(arriving)
      }
    }
    guard !presynaptic.isEmpty else { return }
    weights.withUnsafeBufferPointer { weights in
      for neuron in presynaptic {
        ring.add(
          row: weights.baseAddress! + Int(neuron) * targetCount, at: arrival, isInhibitory: isInhibitory)
      }
    }
  }

  /// Applies what a limited history still holds, as if every presynaptic neuron fired without effect of its own.
  mutating func settle() {
    guard memory != nil else { return }
    for source in 0..<sourceCount {
      memory!.potentiate(
        source: source, amplitude: rule.potentiation, maximum: rule.maximum, weights: &weights)
      memory!.lastSpike[source] = -1
    }
  }

  /// Sets the weights from one neuron to the least, and forgets what its spikes would still change.
  mutating func clear(source: Int) {
    for target in 0..<targetCount { weights[source * targetCount + target] = rule.minimum }
    x[source] = 0
    activeX.removeAll { Int($0) == source }
    memory?.lastSpike[source] = -1
  }

  /// Sets the weights onto one neuron to the least, and forgets what its spikes would still change.
  mutating func clear(target: Int) {
    for source in 0..<sourceCount { weights[source * targetCount + target] = rule.minimum }
    y[target] = 0
    activeY.removeAll { Int($0) == target }
    for place in onTheWay.indices { onTheWay[place].removeAll { Int($0) == target } }
    memory?.times[target] = []
  }

  private mutating func decay() {
    // A trace below 1e-18 changes no weight of ordinary size.
    func decay(_ values: inout [Double], _ active: inout [Int32], _ factor: Double) {
      guard !active.isEmpty else { return }
      var kept = 0
      for index in active {
        let value = values[Int(index)] * factor
        if value < 1e-18 {
          values[Int(index)] = 0
        } else {
          values[Int(index)] = value
          active[kept] = index
          kept += 1
        }
      }
      active.removeLast(active.count - kept)
    }
    decay(&x, &activeX, decayX)
    decay(&y, &activeY, decayY)
  }

  private mutating func bumpX(_ spikes: [Int32]) {
    for neuron in spikes {
      if x[Int(neuron)] == 0 { activeX.append(neuron) }
      x[Int(neuron)] += 1
    }
  }

  private mutating func bumpY(_ spikes: [Int32]) {
    for neuron in spikes {
      if y[Int(neuron)] == 0 { activeY.append(neuron) }
      y[Int(neuron)] += 1
    }
  }

  private mutating func potentiate(_ spikes: [Int32]) {
    guard !spikes.isEmpty, !activeX.isEmpty else { return }
    let (maximum, amplitude, columns) = (rule.maximum, rule.potentiation, targetCount)
    weights.withUnsafeMutableBufferPointer { weights in
      for source in activeX {
        let row = weights.baseAddress! + Int(source) * columns
        let change = amplitude * x[Int(source)]
        for target in spikes {
          let weight = row[Int(target)] + change
          row[Int(target)] = weight > maximum ? maximum : weight
        }
      }
    }
  }

  private mutating func depress(_ spikes: [Int32]) {
    guard !spikes.isEmpty, !activeY.isEmpty else { return }
    let (minimum, amplitude, columns) = (rule.minimum, rule.depression, targetCount)
    let isSparse = activeY.count * 8 < columns
    weights.withUnsafeMutableBufferPointer { weights in
      y.withUnsafeBufferPointer { y in
        for source in spikes {
          let row = weights.baseAddress! + Int(source) * columns
          if isSparse {
            for target in activeY {
              let weight = row[Int(target)] - amplitude * y[Int(target)]
              row[Int(target)] = weight < minimum ? minimum : weight
            }
          } else {
            for target in 0..<columns {
              let weight = row[target] - amplitude * y[target]
              row[target] = weight < minimum ? minimum : weight
            }
          }
        }
      }
    }
  }

  /// The lazy form: a weight changes at presynaptic spikes alone, from the postsynaptic spikes still remembered.
  private mutating func advanceFromMemory(step: Int, presynaptic: [Int32], arriving: [Int32]) {
    memory!.note(arriving, at: step)
    bumpY(arriving)
    for source in presynaptic {
      memory!.potentiate(
        source: Int(source), amplitude: rule.potentiation, maximum: rule.maximum, weights: &weights)
    }
    depress(presynaptic)
    bumpX(presynaptic)
    for source in presynaptic {
      memory!.lastSpike[Int(source)] = step
      memory!.lastTrace[Int(source)] = x[Int(source)]
    }
  }
}

/// The newest postsynaptic spikes of each neuron, and when each presynaptic neuron last fired.
private struct SpikeMemory: Sendable {
  let limit: Int
  let targetCount: Int
  /// The step over the time constant of the presynaptic trace.
  let timeStep: Double
  var lastSpike: [Int]
  /// The presynaptic trace just after that spike.
  var lastTrace: [Double]
  /// Steps of the newest spikes of each target, ascending.
  var times: [[Int]]

  init(limit: Int, sourceCount: Int, targetCount: Int, timeStep: Double) {
    self.limit = limit
    self.targetCount = targetCount
    self.timeStep = timeStep
    lastSpike = [Int](repeating: -1, count: sourceCount)
    lastTrace = [Double](repeating: 0, count: sourceCount)
    times = [[Int]](repeating: [], count: targetCount)
  }

  mutating func note(_ spikes: [Int32], at step: Int) {
    for target in spikes {
      if times[Int(target)].count == limit { times[Int(target)].removeFirst() }
      times[Int(target)].append(step)
    }
  }

  /// Adds what the remembered spikes since the last presynaptic one contribute.
  func potentiate(source: Int, amplitude: Double, maximum: Double, weights: inout [Double]) {
    let last = lastSpike[source]
    guard last >= 0 else { return }
    for target in 0..<targetCount {
      for time in times[target] where time > last {
        let place = source * targetCount + target
        let change = amplitude * lastTrace[source] * exp(-Double(time - last) * timeStep)
        weights[place] = min(maximum, weights[place] + change)
      }
    }
  }
}
