/// Synapses under ``PairSTDP``, however their weights lie: the order of events in a step.
///
/// The trace x is of presynaptic neurons; y is of what a postsynaptic spike reaches, target or dendrite.
protocol PairPlasticity {
  var rule: PairSTDP { get set }
  var weights: [Double] { get set }
  var x: Traces { get set }
  var y: Traces { get set }
  /// Where the weights lie in fixed point.
  var grid: WeightGrid? { get set }
  /// The newest spikes, where the rule remembers no more.
  var memory: SpikeMemory? { get set }

  /// Raises the weights that postsynaptic spikes reach, by the trace x.
  mutating func potentiate(_ arriving: [Int32])
  /// Lowers the weights of presynaptic neurons that fired, by the trace y.
  mutating func depress(_ presynaptic: [Int32])
  /// Adds what the remembered spikes since a neuron's last one contribute.
  mutating func potentiateFromMemory(_ source: Int32)
}

extension PairPlasticity {
  /// One step: postsynaptic spikes that arrive now, then the presynaptic ones, by the rule's order.
  mutating func learn(step: Int, presynaptic: [Int32], arriving: [Int32]) {
    x.advance()
    y.advance()
    guard memory == nil else {
      return learnFromMemory(step: step, presynaptic: presynaptic, arriving: arriving)
    }
    switch rule.coincidence {
    case .depress:
      potentiate(arriving)
      y.raise(arriving)
      depress(presynaptic)
      x.raise(presynaptic)
    case .potentiate:
      depress(presynaptic)
      x.raise(presynaptic)
      potentiate(arriving)
      y.raise(arriving)
    case .ignore:
      potentiate(arriving)
      depress(presynaptic)
      x.raise(presynaptic)
      y.raise(arriving)
    }
  }

  /// The lazy form: a weight changes at presynaptic spikes alone, from the postsynaptic spikes still remembered.
  private mutating func learnFromMemory(step: Int, presynaptic: [Int32], arriving: [Int32]) {
    memory!.note(arriving, at: step)
    y.raise(arriving)
    for source in presynaptic { potentiateFromMemory(source) }
    depress(presynaptic)
    x.raise(presynaptic)
    for source in presynaptic {
      memory!.lastSpike[Int(source)] = step
      memory!.lastTrace[Int(source)] = x.values[Int(source)]
    }
  }

  /// Applies what a limited history still holds, as if every presynaptic neuron fired without effect of its own.
  mutating func settle() {
    guard memory != nil else { return }
    for source in memory!.lastSpike.indices {
      potentiateFromMemory(Int32(source))
      memory!.lastSpike[source] = -1
    }
  }

  /// Keeps weights and traces in fixed point.
  mutating func useFixedPoint(_ grid: WeightGrid) {
    self.grid = grid
    rule.potentiation = grid.nearest(rule.potentiation)
    rule.depression = grid.nearest(rule.depression)
    rule.maximum = grid.nearest(rule.maximum)
    rule.minimum = grid.nearest(rule.minimum)
    for place in weights.indices { weights[place] = grid.nearest(weights[place]) }
    x.useFixedPoint()
    y.useFixedPoint()
  }

  /// An amplitude times a trace.
  func change(_ amplitude: Double, _ trace: Double) -> Double {
    grid?.below(amplitude * trace) ?? amplitude * trace
  }
}
