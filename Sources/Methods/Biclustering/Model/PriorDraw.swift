import Foundation
import Probability

extension BiclusterState {
  /// A state drawn from the model's prior.
  public init(
    priorOf model: BiclusterModel, neurons: Int, bins: Int, using stream: inout RandomStream
  ) {
    let (q, limit, stride) = (model.rows, model.stateLimit, (bins + 7) / 8 * 8)
    let concentrations = Concentrations(priorOf: model, using: &stream)
    let labels = model.partition(process: concentrations.process).draw(items: neurons, using: &stream)
    let clusters = labels.max()! + 1
    let factors =
      model.infersFactors ? (0..<clusters).map { _ in stream.integer(below: model.factors + 1) } : nil
    let loadings = labels.flatMap { label in
      (0..<q).map { $0 > factors?[label] ?? model.factors ? 0 : stream.normal() }
    }
    let dispersions = (0..<neurons).map { _ in
      model.observation == .poisson
        ? 1 : max(1e-12, stream.gamma(shape: model.dispersionShape, scale: 1 / model.dispersionRate))
    }
    let base = stream.dirichlet([Double](repeating: concentrations.base / Double(limit), count: limit))
    var transitions: [Double] = []
    for from in 0..<limit {
      transitions += stream.dirichlet(
        (0..<limit).map {
          max(1e-300, concentrations.transition * base[$0])
            + ($0 == from ? concentrations.stickiness : 0)
        })
    }
    var states: [Int] = []
    for t in 0..<(bins - 1) {
      if t == 0 {
        states.append(stream.integer(below: limit))
      } else {
        let row = transitions[(states[t - 1] * limit)..<((states[t - 1] + 1) * limit)]
        states.append(stream.draw(Categorical(weights: Array(row))))
      }
    }
    var paths = [Double](repeating: 0, count: clusters * q * stride)
    let blocks =
      model.coupling == .full
      ? [(0, clusters * q)] : (0..<clusters).map { ($0 * q, (factors?[$0] ?? model.factors) + 1) }
    for (first, d) in blocks {
      let laws = (0..<limit).map { _ in
        DynamicsPosterior(
          TransitionSums(dimension: d), innovationScale: model.innovationScale,
          innovationDegrees: model.innovationDegrees
        ).draw(using: &stream)
      }
      for j in 0..<d { paths[(first + j) * stride] = stream.normal() }
      for (t, l) in states.enumerated() {
        let next = laws[l].step((0..<d).map { paths[(first + $0) * stride + t] }, using: &stream)
        for j in 0..<d { paths[(first + j) * stride + t + 1] = next[j] }
      }
    }
    self.init(
      labels: labels, clusters: clusters, paths: paths, loadings: loadings, dispersions: dispersions,
      states: states, base: base, transitions: transitions, concentrations: concentrations,
      activeFactors: factors)
  }

  /// log m of a neuron in a bin.
  public func logRate(neuron: Int, bin: Int, rows q: Int) -> Double {
    let start = labels[neuron] * q * stride
    var sum = loadings[neuron * q] + paths[start + bin]
    for j in 1..<q { sum += loadings[neuron * q + j] * paths[start + j * stride + bin] }
    return sum
  }

  /// Counts drawn given the state, `[neuron, bin]`; rates are cut at 10⁶ a bin, counts at 10⁷.
  public func drawCounts(model: BiclusterModel, using stream: inout RandomStream) -> [Int32] {
    let bins = states.count + 1
    return labels.indices.flatMap { i in
      (0..<bins).map { t in
        let mean = exp(min(logRate(neuron: i, bin: t, rows: model.rows), log(1e6)))
        let count = stream.count(
          mean: mean, dispersion: model.observation == .poisson ? nil : dispersions[i])
        return Int32(min(count, SpikeCounts.largest))
      }
    }
  }
}

extension LinearDynamics {
  /// The next state vector.
  func step(_ x: [Double], using stream: inout RandomStream) -> [Double] {
    let d = dimension
    let noise = x.map { _ in stream.normal() }
    return (0..<d).map { i in
      var sum = coefficients[i * (d + 1) + d]
      for j in 0..<d {
        sum += coefficients[i * (d + 1) + j] * x[j] + covarianceFactor[i * d + j] * noise[j]
      }
      return sum
    }
  }
}

extension RandomStream {
  /// A count of mean `mean`: Poisson, or negative binomial with variance m + m²/r for a dispersion r.
  mutating func count(mean: Double, dispersion: Double?) -> Int {
    guard let r = dispersion else { return poisson(mean: mean) }
    return poisson(mean: gamma(shape: r, scale: mean / r))
  }
}
