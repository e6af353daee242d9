/// A list of synapses under ``PairSTDP``, each with a delay of its own.
///
/// The delay lies in the dendrite, as in ``PairSynapses``: a postsynaptic spike acts on a synapse as many steps after
/// it was fired as the synapse's delay, a presynaptic spike at once; the weight after its update sets out and arrives
/// after the delay. Synapses of one target and one delay share the trace y.
struct PairSynapseList: Sendable, PairPlasticity {
  var rule: PairSTDP
  let layout: Layout
  /// In the layout's order.
  var weights: [Double]
  var x: Traces
  var y: Traces
  var grid: WeightGrid?
  /// Dendrites that a postsynaptic spike will reach, by step modulo the longest delay and one.
  private var onTheWay: [[Int32]]
  var memory: SpikeMemory?

  init(
    _ rule: PairSTDP, _ synapses: [Synapse], sourceCount: Int, targetCount: Int, timeStep: Double
  ) {
    self.rule = rule
    layout = Layout(synapses, sourceCount: sourceCount, targetCount: targetCount)
    weights = layout.order.map { synapses[$0].weight }
    x = Traces(count: sourceCount, timeStep: timeStep, timeConstant: rule.presynapticTimeConstant)
    y = Traces(
      count: layout.incoming.count, timeStep: timeStep, timeConstant: rule.postsynapticTimeConstant)
    onTheWay = [[Int32]](repeating: [], count: layout.maximumDelay + 1)
    if case .newest(let limit) = rule.history {
      memory = SpikeMemory(limit: limit, sourceCount: sourceCount, targetCount: layout.incoming.count)
    }
  }

  /// One step: takes the postsynaptic spikes of this step, applies those that arrive, then the presynaptic ones.
  mutating func advance(
    step: Int, presynaptic: [Int32], postsynaptic: [Int32], into ring: inout DelayRing, isInhibitory: Bool
  ) {
    for target in postsynaptic {
      for dendrite in layout.dendrites[Int(target)] {
        onTheWay[(step + dendrite.delay) % onTheWay.count].append(dendrite.index)
      }
    }
    let arriving = onTheWay[step % onTheWay.count]
    onTheWay[step % onTheWay.count] = []
    learn(step: step, presynaptic: presynaptic, arriving: arriving)
    for source in presynaptic {
      for synapse in layout.range(of: source) {
        ring.add(
          weights[synapse], to: Int(layout.targets[synapse]), at: step + Int(layout.delays[synapse]),
          isInhibitory: isInhibitory)
      }
    }
  }

  /// Sets the weights from one neuron to the least, and forgets what its spikes would still change.
  mutating func clear(source: Int) {
    for synapse in layout.range(of: Int32(source)) { weights[synapse] = rule.minimum }
    x.clear(source)
    memory?.lastSpike[source] = -1
  }

  /// Sets the weights onto one neuron to the least, and forgets what its spikes would still change.
  mutating func clear(target: Int) {
    for dendrite in layout.dendrites[target] {
      for synapse in layout.incoming[Int(dendrite.index)] { weights[Int(synapse)] = rule.minimum }
      y.clear(Int(dendrite.index))
      for place in onTheWay.indices { onTheWay[place].removeAll { $0 == dendrite.index } }
      memory?.times[Int(dendrite.index)] = []
    }
  }

  /// The weights in the order in which the synapses were given.
  var given: [Double] {
    var result = weights
    for (place, original) in layout.order.enumerated() { result[original] = weights[place] }
    return result
  }

  /// Sets the weights, in the order in which the synapses were given.
  mutating func set(_ given: [Double]) { weights = layout.order.map { given[$0] } }

  /// The largest input of one step of a target, were all weights the greatest.
  var largestInput: Double {
    let most = layout.dendrites.map { $0.reduce(0) { $0 + layout.incoming[Int($1.index)].count } }.max()
    return rule.maximum * Double(most ?? 0)
  }

  mutating func potentiate(_ arriving: [Int32]) {
    guard !x.active.isEmpty else { return }
    for dendrite in arriving {
      for synapse in layout.incoming[Int(dendrite)] {
        let trace = x.values[Int(layout.sources[Int(synapse)])]
        guard trace > 0 else { continue }
        weights[Int(synapse)] = min(rule.maximum, weights[Int(synapse)] + change(rule.potentiation, trace))
      }
    }
  }

  mutating func depress(_ presynaptic: [Int32]) {
    guard !y.active.isEmpty else { return }
    for source in presynaptic {
      for synapse in layout.range(of: source) {
        let trace = y.values[Int(layout.dendrite[synapse])]
        guard trace > 0 else { continue }
        weights[synapse] = max(rule.minimum, weights[synapse] - change(rule.depression, trace))
      }
    }
  }

  mutating func potentiateFromMemory(_ source: Int32) {
    let last = memory!.lastSpike[Int(source)]
    guard last >= 0 else { return }
    let trace = memory!.lastTrace[Int(source)]
    for synapse in layout.range(of: source) {
      for time in memory!.times[Int(layout.dendrite[synapse])] where time > last {
        let change = change(rule.potentiation, x.decay.value(trace, after: time - last))
        weights[synapse] = min(rule.maximum, weights[synapse] + change)
      }
    }
  }
}
