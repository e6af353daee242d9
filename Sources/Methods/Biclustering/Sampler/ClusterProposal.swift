import Foundation
import Probability

/// A law for the trajectory and loadings of a cluster with given members, a function of their counts, their dispersions, the
/// states and a hint.
///
/// Loadings come from a ``LoadingFrame``, each state's dynamics from a matrix normal inverse Wishart law around those of the
/// hint, turned into the frame of the loadings, the trajectory from the normal approximation at its mode given both. The
/// dynamics are an auxiliary number: with those of a trajectory at hand they are drawn from their own law given it. So what
/// is left to chance are few numbers, and the many of the trajectory are all but integrated out.
struct ClusterProposal {
  private let fit: PathFit
  /// Fitted (δ, c) of each member along the fitted trajectory.
  private let hinted: [[Double]]
  private let frame: LoadingFrame

  /// Each state's dynamics come from a mixture of laws, as wide as if these shares of the hint's transitions had been seen:
  /// trajectories are not, and few neurons say nothing about some of their rows.
  private static let shares = [0.3, 0.03, 0]
  private static let weights = [0.6, 0.25, 0.15]

  /// What was drawn: the trajectory `[row, stride]` and (δ, c) of each member.
  struct Draw {
    let path: [Double]
    let loadings: [[Double]]
    /// log density, less that of the dynamics given the trajectory; not a number where dynamics are too wild for arithmetic.
    let log: Double
  }

  /// The law for `members`, at least one neuron, ascending.
  ///
  /// - Parameter hint: the trajectory of a cluster that they leave or join, `[row, stride]`. Dynamics are slow to fit, because
  ///   counts say little about innovations, and those of a cluster in equilibrium are near.
  init(
    members: [Int], hint: [Double], table: CountTable, model: BiclusterModel, dispersions: [Double],
    states: [Int]
  ) {
    // Where loadings are free, nothing is to be fitted before they are drawn.
    let isFree = members.count <= model.factors + 1
    let joint = PathFit.joint(
      members: members, table: table, model: model, dispersions: dispersions, states: states, hint: hint,
      rounds: isFree ? 0 : 4)
    fit = joint.fit
    hinted = joint.loadings.map(\.mode)
    // Each state's inverse Wishart prior knows no scale where the innovations are larger than its own.
    var visits = [Double](repeating: 0, count: model.stateLimit)
    for state in states { visits[state] += 1 }
    let prior = Double(model.rows) + model.innovationDegrees
    let extra = visits.reduce(0) { $0 + prior * $1 / ($1 + 4 * prior) }
    frame = LoadingFrame(joint.loadings, factors: model.factors, extraDegrees: extra)
  }

  /// A draw.
  func draw(using stream: inout RandomStream) -> Draw {
    let loadings = frame.draw(using: &stream)
    guard let given = conditional(loadings) else {
      return Draw(path: fit.path, loadings: loadings, log: .nan)
    }
    let laws = given.dynamicsLaws(shares: Self.shares)
    let dynamics = laws.map { laws in
      laws[stream.index(logWeights: Self.weights.map { log($0) })].draw(using: &stream)
    }
    guard let law = PathLaw(given.mode(loadings: loadings, dynamics: dynamics)) else {
      return Draw(path: fit.path, loadings: loadings, log: .nan)
    }
    let path = law.draw(stride: fit.table.stride, using: &stream)
    guard PathFit.isTame(path) else { return Draw(path: fit.path, loadings: loadings, log: .nan) }
    let total =
      frame.logDensity(loadings) + law.logDensity(path, stride: fit.table.stride)
      + logRatio(laws, own(path), dynamics)
    return Draw(path: path, loadings: loadings, log: total)
  }

  /// log density of a trajectory `[row, stride]` and (δ, c) of each member, less that of the dynamics, which are drawn, given the
  /// trajectory; not a number where they are too wild for arithmetic.
  func logDensity(path: [Double], loadings: [[Double]], using stream: inout RandomStream) -> Double {
    guard let given = conditional(loadings) else { return .nan }
    let own = own(path)
    let dynamics = own.map { $0.draw(using: &stream) }
    guard let law = PathLaw(given.mode(loadings: loadings, dynamics: dynamics)) else { return .nan }
    return frame.logDensity(loadings) + law.logDensity(path, stride: fit.table.stride)
      + logRatio(given.dynamicsLaws(shares: Self.shares), own, dynamics)
  }

  private func logRatio(
    _ laws: [[DynamicsPosterior]], _ own: [DynamicsPosterior], _ dynamics: [LinearDynamics]
  ) -> Double {
    dynamics.indices.reduce(0.0) { sum, l in
      let parts = zip(laws[l], Self.weights).map { $0.logDensity(dynamics[l]) + log($1) }
      return sum + logSumExp(parts) - own[l].logDensity(dynamics[l])
    }
  }

  /// The laws of the dynamics given a trajectory.
  private func own(_ path: [Double]) -> [DynamicsPosterior] {
    var alone = fit
    alone.samples = [path]
    return alone.dynamicsLaws()
  }

  /// The fit in the frame of the loadings; `nil` when it is too wild for arithmetic.
  private func conditional(_ loadings: [[Double]]) -> PathFit? {
    let (length, bins) = (fit.table.stride, fit.table.bins)
    var given = fit
    if let place = frame.place(loadings) {
      given.path = place.turned(fit.path, stride: length, bins: bins)
      given.samples = fit.samples.map { place.turned($0, stride: length, bins: bins) }
    } else {
      // Free loadings have no frame, but a scale and a level.
      func size(_ values: [[Double]]) -> Double {
        values.reduce(1e-6) { $0 + $1.dropFirst().reduce(0) { $0 + $1 * $1 } }.squareRoot()
      }
      let scale = min(4, max(0.25, size(hinted) / size(loadings)))
      let level = zip(hinted, loadings).reduce(0) { $0 + $1.0[0] - $1.1[0] } / Double(loadings.count)
      for place in fit.path.indices {
        let (factor, shift) = place < length ? (1, level) : (scale, 0)
        given.path[place] = factor * given.path[place] + shift
        given.samples[0][place] = factor * given.samples[0][place] + shift
      }
    }
    return (given.samples + [given.path]).allSatisfy(PathFit.isTame) ? given : nil
  }
}

extension PathFit {
  /// The normal law that touches the posterior at the mode given loadings and dynamics.
  func mode(loadings: [[Double]], dynamics: [LinearDynamics]) -> GaussianPath {
    var given = self
    given.dynamics = dynamics
    for _ in 0..<12 {
      given.step(loadings: loadings, samples: false)
      if given.lastStep < 1e-3 { break }
    }
    return given.law
  }
}

/// A normal law of a trajectory.
private struct PathLaw {
  private let precision: GaussianPath
  private let factor: GaussianPath
  private let mode: [Double]

  /// `nil` when rounding leaves no positive definite precision.
  init?(_ law: GaussianPath) {
    precision = law
    var factor = law
    guard factor.factorize() else { return nil }
    self.factor = factor
    mode = factor.solve(noise: nil)
  }

  /// A draw, `[row, stride]`.
  func draw(stride: Int, using stream: inout RandomStream) -> [Double] {
    let q = factor.dimension
    let path = factor.draw(using: &stream)
    var rows = [Double](repeating: 0, count: q * stride)
    for t in 0..<factor.length { for j in 0..<q { rows[j * stride + t] = path[t * q + j] } }
    return rows
  }

  func logDensity(_ rows: [Double], stride: Int) -> Double {
    let q = factor.dimension
    var difference = mode
    for t in 0..<factor.length {
      for j in 0..<q { difference[t * q + j] = rows[j * stride + t] - mode[t * q + j] }
    }
    let image = precision.product(difference)
    var square = 0.0
    for place in image.indices { square += image[place] * difference[place] }
    return factor.logNormalizer - 0.5 * square
  }
}

extension GaussianPath {
  /// Before ``factorize()``: P x.
  func product(_ x: [Double]) -> [Double] {
    let n = dimension
    var y = [Double](repeating: 0, count: x.count)
    for t in 0..<length {
      for i in 0..<n {
        var sum = 0.0
        for k in 0..<n {
          sum += diagonal[(t * n + i) * n + k] * x[t * n + k]
          if t > 0 { sum += lower[((t - 1) * n + i) * n + k] * x[(t - 1) * n + k] }
          if t + 1 < length { sum += lower[(t * n + k) * n + i] * x[(t + 1) * n + k] }
        }
        y[t * n + i] = sum
      }
    }
    return y
  }
}
