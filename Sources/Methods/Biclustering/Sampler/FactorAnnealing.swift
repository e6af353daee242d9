import Foundation
import Probability

/// Annealed importance sampling of one cluster between p and p + 1 factors, as ``ClusterAnnealing`` does it between having some neurons
/// and not having them.
///
/// On the way the last factor's part of the log-rates is β² times what it would be, and trajectories have the law of
/// ``GrowingDynamics``. At β = 0 the last row and its loadings do nothing and have a known law; at β = 1 they are a factor as any other.
struct FactorAnnealing {
  /// Of this cluster alone, with the larger number of factors.
  private var sampler: Sampler
  private let steps: Int

  /// What the annealing led to.
  struct Outcome {
    /// `[row, stride]`
    var path: [Double]
    /// (δ, c) of the members.
    var loadings: [[Double]]
    /// Σ log density at the next β less that at the present one, upwards; not a number where trajectories are too wild for
    /// arithmetic.
    let log: Double
  }

  /// Annealing of the last of `factors` factors of the neurons `members`.
  ///
  /// - Parameter sampler: where the chain is; its counts, dispersions and states are used.
  init(_ sampler: Sampler, members: [Int], factors: Int, steps: Int) {
    self.steps = steps
    self.sampler = sampler.alone(members, rows: factors + 1)
  }

  /// From p factors to p + 1.
  mutating func rise(path: [Double], loadings: [[Double]], using stream: inout RandomStream) -> Outcome {
    let (stride, states) = (sampler.stride, sampler.state.states)
    let row = GrowingDynamics.freeRow(
      beside: path, laws: laws(0), states: states, limit: sampler.model.stateLimit, stride: stride,
      using: &stream)
    sampler.state.paths = path + row + [Double](repeating: 0, count: stride - row.count)
    sampler.state.loadings = loadings.flatMap { $0 + [stream.normal()] }
    var sum = 0.0
    for step in 1...steps {
      sum += logDensity(step) - logDensity(step - 1)
      guard sum.isFinite else { break }
      refresh(step, using: &stream)
      guard drawPath(step, using: &stream) else { return outcome(.nan) }
      drawLoadings(step, using: &stream)
    }
    return outcome(sum)
  }

  /// From p + 1 factors to p; each step is the reversal of that of ``rise(path:loadings:using:)``.
  mutating func fall(path: [Double], loadings: [[Double]], using stream: inout RandomStream) -> Outcome {
    sampler.state.paths = path
    sampler.state.loadings = loadings.flatMap { $0 }
    var sum = 0.0
    for step in (1...steps).reversed() {
      refresh(step, using: &stream)
      drawLoadings(step, using: &stream)
      guard drawPath(step, using: &stream) else { return outcome(.nan) }
      sum += logDensity(step) - logDensity(step - 1)
      guard sum.isFinite else { break }
    }
    var result = outcome(sum)
    result.path.removeLast(sampler.stride)
    result.loadings = result.loadings.map { $0.dropLast() }
    return result
  }

  private func outcome(_ log: Double) -> Outcome {
    Outcome(
      path: sampler.state.paths, loadings: sampler.state.labels.indices.map { sampler.loading($0) }, log: log)
  }

  /// β of a step.
  private func share(_ step: Int) -> Double { Double(step) / Double(steps) }

  /// Of the last factor's part of the log-rates: slow near 0, where the last row is as wide as its prior.
  private func scale(_ step: Int) -> Double { share(step) * share(step) }

  private func laws(_ step: Int) -> GrowingDynamics {
    GrowingDynamics(
      rows: sampler.rows, innovationScale: sampler.model.innovationScale,
      innovationDegrees: sampler.model.innovationDegrees, share: share(step))
  }

  private var sums: [TransitionSums] { sampler.transitionSums(sampler.blocks[0]) }

  /// Dynamics and ω at a step.
  private mutating func refresh(_ step: Int, using stream: inout RandomStream) {
    let laws = laws(step)
    sampler.dynamics = [sums.map { laws.draw($0, using: &stream) }]
    let loadings = sampler.state.loadings
    scaleLoadings(step)
    sampler.drawAugmentation(dispersions: sampler.state.dispersions, using: &stream)
    sampler.state.loadings = loadings
  }

  private mutating func drawPath(_ step: Int, using stream: inout RandomStream) -> Bool {
    let loadings = sampler.state.loadings
    scaleLoadings(step)
    let isDrawn = sampler.drawTamePaths(
      sampler.observations(dispersions: sampler.state.dispersions), using: &stream)
    sampler.state.loadings = loadings
    return isDrawn
  }

  private mutating func drawLoadings(_ step: Int, using stream: inout RandomStream) {
    let paths = sampler.state.paths
    let scale = scale(step)
    for place in ((sampler.rows - 1) * sampler.stride)..<paths.count { sampler.state.paths[place] *= scale }
    sampler.updateLoadings(using: &stream)
    sampler.state.paths = paths
  }

  /// The last factor's part of the log-rates at a step.
  private mutating func scaleLoadings(_ step: Int) {
    let (q, scale) = (sampler.rows, scale(step))
    for i in sampler.state.labels.indices { sampler.state.loadings[i * q + q - 1] *= scale }
  }

  /// The log density at a step without what all steps have in common.
  private func logDensity(_ step: Int) -> Double {
    guard PathFit.isTame(sampler.state.paths) else { return .nan }
    let laws = laws(step)
    var sum = sums.reduce(0.0) { $0 + laws.logMarginal($1) }
    var eta = [Double](repeating: 0, count: sampler.stride)
    sampler.table.withUnsafe { counts in
      for i in sampler.state.labels.indices {
        var loading = sampler.loading(i)
        loading[loading.count - 1] *= scale(step)
        LoadingLaplace.logRates(
          loading, path: sampler.state.paths, rows: sampler.rows, length: sampler.stride, into: &eta)
        sum += sampler.likelihood(counts, i).value(eta)
      }
    }
    return sum
  }
}
