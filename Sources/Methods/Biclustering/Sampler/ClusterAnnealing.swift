import Foundation
import Probability

/// Annealed importance sampling of one cluster between having some of its neurons and not having them, for reversible jumps that are
/// exact with any number of steps (Karagiannis and Andrieu, *J. Comput. Graph. Statist.* 22, 2013).
///
/// With the likelihood of the varied neurons raised to the power β, the density of trajectory x and loadings is
///
///     p(y_kept | x) · p(y_varied | x)^β · m_β(x) · N(loadings; 0, I).
///
/// A cluster that exists has its own prior, m_β(x) = ∫ p(x | dynamics) p(dynamics). One that begins or ends has no kept neurons, and
/// there p(dynamics) is the prior after 1 − β times some made-up steps of a damped walk, because trajectories of the prior
/// itself run away. So at β = 0 what is to be drawn has a known law with integral 1: the varied neurons' loadings, and the
/// trajectory of a cluster without others. The sum of the density's log increments along β stands in the acceptance ratio where
/// otherwise the density of a proposal would stand.
struct ClusterAnnealing {
  /// Of this cluster alone: kept neurons first.
  private var sampler: Sampler
  private let table: CountTable
  private let kept: Int
  private let varied: Int
  private let steps: Int

  /// What the annealing led to.
  struct Outcome {
    /// `[row, stride]`
    let path: [Double]
    /// (δ, c) of the kept and the varied neurons.
    let (kept, varied): ([[Double]], [[Double]])
    /// Σ log density at the next β less that at the present one, upwards; not a number where trajectories are too wild for
    /// arithmetic.
    let log: Double
  }

  /// Annealing of `varied` beside `kept`, which may be none: the cluster begins or ends.
  ///
  /// - Parameters:
  ///   - sampler: where the chain is; its counts, dispersions and states are used.
  ///   - rows: of the cluster's trajectory.
  init(_ sampler: Sampler, kept: [Int], varied: [Int], rows: Int, steps: Int) {
    (self.kept, self.varied, self.steps) = (kept.count, varied.count, steps)
    self.sampler = sampler.alone(kept + varied, rows: rows)
    table = self.sampler.table
  }

  /// From β = 0 to 1, with loadings of the varied neurons, and the trajectory of a cluster without others, from their law at 0.
  mutating func rise(path: [Double]?, kept: [[Double]], using stream: inout RandomStream) -> Outcome {
    sampler.state.paths = path ?? freePath(using: &stream)
    let free = (0..<varied).map { _ in (0..<sampler.rows).map { _ in stream.normal() } }
    sampler.state.loadings = (kept + free).flatMap { $0 }
    var sum = 0.0
    for step in 1...steps {
      sum += logIncrement(step)
      guard sum.isFinite else { break }
      refresh(step, using: &stream)
      guard
        sampler.drawTamePaths(
          sampler.observations(dispersions: sampler.state.dispersions), using: &stream)
      else { return outcome(.nan) }
      sampler.updateLoadings(using: &stream)
    }
    return outcome(sum)
  }

  /// From β = 1 to 0; each step is the reversal of that of ``rise(path:kept:using:)``.
  mutating func fall(
    path: [Double], kept: [[Double]], varied: [[Double]], using stream: inout RandomStream
  ) -> Outcome {
    sampler.state.paths = path
    sampler.state.loadings = (kept + varied).flatMap { $0 }
    var sum = 0.0
    for step in (1...steps).reversed() {
      refresh(step, using: &stream)
      sampler.updateLoadings(using: &stream)
      guard
        sampler.drawTamePaths(
          sampler.observations(dispersions: sampler.state.dispersions), using: &stream)
      else { return outcome(.nan) }
      sum += logIncrement(step)
      guard sum.isFinite else { break }
    }
    return outcome(sum)
  }

  private func outcome(_ log: Double) -> Outcome {
    let loadings = sampler.state.labels.indices.map { sampler.loading($0) }
    return Outcome(
      path: sampler.state.paths, kept: Array(loadings[..<kept]), varied: Array(loadings[kept...]), log: log)
  }

  /// β of a step: slow near 0, where trajectory or loadings have their prior's width.
  private func beta(_ step: Int) -> Double { pow(Double(step) / Double(steps), Self.slowness) }

  private static let slowness = 2.0

  /// Dynamics and ω at a step.
  private mutating func refresh(_ step: Int, using stream: inout RandomStream) {
    let powers = (0..<(kept + varied)).map { ($0, $0 < kept ? 1 : beta(step)) }
    sampler.table = CountTable(powers, of: table)
    let laws = zip(sums, walk(1 - beta(step))).map { sums, walk in
      var sums = sums
      sums.add(walk, weight: 1)
      return sampler.posterior(sums)
    }
    sampler.dynamics = [laws.map { $0.draw(using: &stream) }]
    sampler.drawAugmentation(dispersions: sampler.state.dispersions, using: &stream)
  }

  /// The log density at a step less that at the step before.
  private func logIncrement(_ step: Int) -> Double {
    guard PathFit.isTame(sampler.state.paths) else { return .nan }
    var value = (beta(step) - beta(step - 1)) * logLikelihood
    if kept == 0 { value += logPath(1 - beta(step)) - logPath(1 - beta(step - 1)) }
    return value
  }

  /// Of the varied neurons, without what depends on their dispersions alone.
  private var logLikelihood: Double {
    var eta = [Double](repeating: 0, count: table.stride)
    return table.withUnsafe { counts in
      (kept..<(kept + varied)).reduce(0.0) { sum, i in
        LoadingLaplace.logRates(
          sampler.loading(i), path: sampler.state.paths, rows: sampler.rows, length: table.stride, into: &eta)
        return sum + sampler.likelihood(counts, i).value(eta)
      }
    }
  }

  /// log m without the first bin.
  private func logPath(_ share: Double) -> Double {
    let model = sampler.model
    func log(_ sums: TransitionSums) -> Double {
      sampler.posterior(sums).logMarginal(
        count: sums.count, innovationScale: model.innovationScale, innovationDegrees: model.innovationDegrees)
    }
    return zip(sums, walk(share)).reduce(0.0) { sum, pair in
      guard pair.0.count > 0 else { return sum }
      var all = pair.0
      all.add(pair.1, weight: 1)
      return sum + log(all) - (pair.1.count > 0 ? log(pair.1) : 0)
    }
  }

  private var sums: [TransitionSums] { sampler.transitionSums(sampler.blocks[0]) }

  /// Made-up steps of every state, where the cluster begins or ends: x_{t+1} = 0.98 xₜ + noise at variance ¼, so that the noise is
  /// of the size that the published prior of innovations expects: dynamics follow the annealing slowly.
  private func walk(_ share: Double) -> [TransitionSums] {
    let sums =
      kept > 0 || share == 0
      ? TransitionSums(dimension: sampler.rows)
      : TransitionSums(walk: sampler.rows, steps: 40 * share, variance: 0.25, persistence: 0.98)
    return [TransitionSums](repeating: sums, count: sampler.model.stateLimit)
  }

  private func freePath(using stream: inout RandomStream) -> [Double] {
    let (q, length) = (sampler.rows, table.stride)
    let laws = walk(1).map { sampler.posterior($0).draw(using: &stream) }
    var path = [Double](repeating: 0, count: q * length)
    var x = (0..<q).map { _ in stream.normal() }
    for t in 0..<table.bins {
      if t > 0 { x = laws[sampler.state.states[t - 1]].step(x, using: &stream) }
      for j in 0..<q { path[j * length + t] = x[j] }
    }
    return path
  }
}
