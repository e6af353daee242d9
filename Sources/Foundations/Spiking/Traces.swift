import Foundation

/// How a trace falls with the steps since it was set.
struct TraceDecay: Sendable {
  /// The step over the time constant.
  let rate: Double
  var arithmetic = Arithmetic.double

  /// What is left of a value some steps later; in fixed point from a table of factors, cut to 11 bits after the point.
  func value(_ value: Double, after steps: Int) -> Double {
    let factor = exp(-Double(steps) * rate)
    guard arithmetic == .fixedPoint else { return value * factor }
    let entry = (factor * FixedPoint.traceOne).rounded() / FixedPoint.traceOne
    return (value * entry * FixedPoint.traceOne).rounded(.down) / FixedPoint.traceOne
  }
}

/// Traces of many neurons, each raised by 1 with a spike; those that are 0 cost no time.
struct Traces: Sendable {
  private(set) var values: [Double]
  /// The neurons whose trace is not 0.
  private(set) var active: [Int32] = []
  private let factor: Double
  private(set) var decay: TraceDecay
  /// In fixed point, the value at the last spike and the steps since: what is cut off must not add up.
  private var peaks: [Double] = []
  private var ages: [Int] = []

  init(count: Int, timeStep: Double, timeConstant: Double) {
    values = [Double](repeating: 0, count: count)
    decay = TraceDecay(rate: timeStep / timeConstant)
    factor = exp(-timeStep / timeConstant)
  }

  /// Keeps the traces in fixed point from now on.
  mutating func useFixedPoint() {
    guard decay.arithmetic == .double else { return }
    decay.arithmetic = .fixedPoint
    peaks = values
    ages = [Int](repeating: 0, count: values.count)
  }

  /// Lets a step pass.
  mutating func advance() {
    guard !active.isEmpty else { return }
    var kept = 0
    for neuron in active {
      let place = Int(neuron)
      var value = values[place] * factor
      if decay.arithmetic == .fixedPoint {
        ages[place] += 1
        value = decay.value(peaks[place], after: ages[place])
      }
      // A trace below 1e-18 changes no weight of ordinary size.
      values[place] = value < 1e-18 ? 0 : value
      guard values[place] > 0 else { continue }
      active[kept] = neuron
      kept += 1
    }
    active.removeLast(active.count - kept)
  }

  /// Adds 1 for each spike.
  mutating func raise(_ spikes: [Int32]) {
    for neuron in spikes {
      let place = Int(neuron)
      if values[place] == 0 { active.append(neuron) }
      values[place] += 1
      if decay.arithmetic == .fixedPoint { (peaks[place], ages[place]) = (values[place], 0) }
    }
  }

  /// Sets a neuron's trace to 0.
  mutating func clear(_ neuron: Int) {
    values[neuron] = 0
    active.removeAll { Int($0) == neuron }
  }
}
