import Foundation
import Probability

/// A law for the trajectory of a cluster with given members that is a function of their counts, their dispersions and the
/// states alone: the normal approximation at the joint mode of trajectory and loadings, turned by a random element of the
/// ``RotationGroup``.
///
/// Its level is free: a constant of variance ``levelVariance`` is added to every row, because the chain's trajectories and δ
/// share their level. The fit begins with a random walk; then each state's dynamics are fitted in turn to a path drawn with fixed noise, so that they keep
/// the spread which the mode alone would lose.
struct PathProposal {
  /// The mode, `[time, row]`.
  let mode: [Double]
  private let precision: GaussianPath
  private let factor: GaussianPath
  private let rotations: RotationGroup

  /// Of the constant added to every row.
  static let levelVariance = 0.5
  private static let rounds = 10
  /// Uᵀ P for the constant paths U, `[row, time · row]`.
  private let levelImages: [[Double]]
  /// Lower Cholesky factor of I/v + Uᵀ P U for the level's variance v.
  private let levelFactor: [Double]

  /// - Parameters:
  ///   - members: at least one neuron, ascending, so that the law is a function of the set.
  ///   - fitsDynamics: whether to fit the states' dynamics; otherwise the random walk stays.
  init(
    members: [Int], table: CountTable, model: BiclusterModel, dispersions: [Double], states: [Int],
    rotations: RotationGroup, fitsDynamics: Bool = true
  ) {
    self.rotations = rotations
    let observation = model.observation
    let (q, length, bins) = (rotations.factors + 1, table.stride, table.bins)
    var path = Self.start(members: members, table: table, rows: q)
    var workspace = [Double](repeating: 0, count: 3 * length)
    var fitted = GaussianPath(dimension: q, length: bins)
    var noise = RandomStream(seed: 0, "path proposal")
    let fixed = (0..<(q * bins)).map { _ in noise.normal() }
    var dynamics = [LinearDynamics](
      repeating: .randomWalk(dimension: q, variance: model.innovationScale), count: model.stateLimit)
    for round in 0..<Self.rounds {
      let laplaces = table.withUnsafe { counts in
        members.map { i in
          LoadingLaplace(
            CountLikelihood(counts, neuron: i, observation: observation, dispersion: dispersions[i]),
            path: path, rows: q, total: table.total[i], observed: table.observed[i], workspace: &workspace)
        }
      }
      for _ in 0..<(round + 1 == Self.rounds ? 3 : 1) {
        fitted = Self.expand(
          path, members: members, loadings: laplaces.map(\.mode), table: table, observation: observation,
          dispersions: dispersions, dynamics: dynamics, states: states)
        var solver = fitted
        guard solver.factorize() else { break }
        let target = solver.solve(noise: nil)
        var largest = 0.0
        for t in 0..<bins {
          for j in 0..<q {
            let step: Double = target[t * q + j] - path[j * length + t]
            largest = max(largest, abs(step))
          }
        }
        let share: Double = largest > 2 ? 2 / largest : 1
        for t in 0..<bins {
          for j in 0..<q {
            let step: Double = target[t * q + j] - path[j * length + t]
            path[j * length + t] += share * step
          }
        }
        if fitsDynamics, round + 1 < Self.rounds {
          let drawn = solver.solve(noise: fixed)
          var rows = [Double](repeating: 0, count: q * length)
          for t in 0..<bins { for j in 0..<q { rows[j * length + t] = drawn[t * q + j] } }
          dynamics = TransitionSums.collect(
            rows: rows, stride: length, dimension: q, states: states, limit: model.stateLimit
          ).map {
            DynamicsPosterior(
              $0, innovationScale: model.innovationScale, innovationDegrees: model.innovationDegrees
            ).centre
          }
        }
      }
    }
    precision = fitted
    var factor = fitted
    precondition(factor.factorize(), "a proposal's precision is not positive definite")
    self.factor = factor
    mode = factor.solve(noise: nil)
    let images = (0..<q).map { row in
      fitted.product((0..<(bins * q)).map { $0 % q == row ? 1 : 0 })
    }
    var level = [Double](repeating: 0, count: q * q)
    for a in 0..<q {
      for b in 0..<q {
        for t in 0..<bins { level[a * q + b] += images[a][t * q + b] }
      }
      level[a * q + a] += 1 / Self.levelVariance
    }
    levelImages = images
    levelFactor = SmallMatrix.cholesky(level, q)!
  }

  /// A start for the mode: the mean of the members' smoothed log-counts and the leading directions of what is left.
  private static func start(members: [Int], table: CountTable, rows q: Int) -> [Double] {
    let (length, bins) = (table.stride, table.bins)
    let smooth = members.map { SmoothedCounts.logDeviations(table, neuron: $0) }
    var path = [Double](repeating: 0, count: q * length)
    let share = 1 / Double(members.count)
    for row in smooth { for t in 0..<bins { path[t] += share * row[t] } }
    guard members.count > 1 else { return path }
    var left = smooth.map { row in (0..<bins).map { row[$0] - path[$0] } }
    for j in 1..<q {
      // The leading direction over members by power iteration.
      var weights = members.indices.map { place -> Double in 1 + Double((place * 7 + j) % 5) / 10 }
      var row = [Double](repeating: 0, count: bins)
      for _ in 0..<20 {
        row = [Double](repeating: 0, count: bins)
        for (k, weight) in weights.enumerated() { for t in 0..<bins { row[t] += weight * left[k][t] } }
        let norm = max(row.reduce(0) { $0 + $1 * $1 }.squareRoot(), 1e-12)
        for t in 0..<bins { row[t] /= norm }
        weights = left.map { l -> Double in
          var sum = 0.0
          for t in 0..<bins { sum += l[t] * row[t] }
          return sum
        }
      }
      // Loadings of unit mean square.
      let power: Double = weights.reduce(0) { $0 + $1 * $1 }
      let scale = max((power / Double(members.count)).squareRoot(), 1e-12)
      for t in 0..<bins { path[j * length + t] = row[t] * scale }
      for (k, weight) in weights.enumerated() { for t in 0..<bins { left[k][t] -= weight * row[t] } }
    }
    return path
  }

  /// The normal law that touches the posterior at `path`: the dynamics plus the second-order likelihood.
  private static func expand(
    _ path: [Double], members: [Int], loadings: [[Double]], table: CountTable,
    observation: BiclusterModel.Observation, dispersions: [Double], dynamics: [LinearDynamics], states: [Int]
  ) -> GaussianPath {
    let (q, length, bins) = (dynamics[0].dimension, table.stride, table.bins)
    var law = GaussianPath(dimension: q, length: bins)
    law.addDynamics(dynamics, states: states)
    var (eta, first, second) = (
      [Double](repeating: 0, count: length), [Double](repeating: 0, count: length),
      [Double](repeating: 0, count: length)
    )
    table.withUnsafe { counts in
      for (place, i) in members.enumerated() {
        LoadingLaplace.logRates(loadings[place], path: path, rows: q, length: length, into: &eta)
        CountLikelihood(counts, neuron: i, observation: observation, dispersion: dispersions[i])
          .derivatives(eta, first: &first, second: &second)
        let h = (0..<q).map { $0 == 0 ? 1 : loadings[place][$0] }
        for t in 0..<bins {
          var along = 0.0
          for j in 0..<q { along += h[j] * path[j * length + t] }
          let pull = first[t] + second[t] * along
          for j in 0..<q {
            law.linear[t * q + j] += h[j] * pull
            for k in 0..<q { law.diagonal[(t * q + j) * q + k] += second[t] * h[j] * h[k] }
          }
        }
      }
    }
    return law
  }

  /// A draw, `[row, stride]`.
  func draw(stride: Int, using stream: inout RandomStream) -> [Double] {
    let q = rotations.factors + 1
    let map = rotations.maps[stream.integer(below: rotations.maps.count)]
    let path = Self.turned(factor.draw(using: &stream), by: map, rows: q)
    let level = (0..<q).map { _ in stream.normal(standardDeviation: Self.levelVariance.squareRoot()) }
    var rows = [Double](repeating: 0, count: q * stride)
    for t in 0..<factor.length { for j in 0..<q { rows[j * stride + t] = path[t * q + j] + level[j] } }
    return rows
  }

  /// log density at a path `[row, stride]`.
  ///
  /// The exponent is quadratic in the entries of the turning matrix: its coefficients are found once for all group elements.
  func logDensity(_ rows: UnsafePointer<Double>, stride: Int) -> Double {
    let p = rotations.factors
    let (q, bins) = (p + 1, factor.length)
    // Parts: the level less the mode, then factor k placed in row j, for every (j, k).
    var parts = [[Double](repeating: 0, count: bins * q)]
    for t in 0..<bins {
      parts[0][t * q] = rows[t]
      for j in 0..<q { parts[0][t * q + j] -= mode[t * q + j] }
    }
    for j in 0..<p {
      for k in 0..<p {
        var part = [Double](repeating: 0, count: bins * q)
        for t in 0..<bins { part[t * q + 1 + j] = rows[(1 + k) * stride + t] }
        parts.append(part)
      }
    }
    let images = parts.map { precision.product($0) }
    let count = parts.count
    var form = [Double](repeating: 0, count: count * count)
    for a in 0..<count {
      for b in 0..<count {
        var sum = 0.0
        for place in 0..<(bins * q) { sum += parts[a][place] * images[b][place] }
        form[a * count + b] = sum
      }
    }
    // A free level adds v·UUᵀ to the covariance (Woodbury's identity).
    let whitened = parts.map { part -> [Double] in
      var y = levelImages.map { image -> Double in
        var sum = 0.0
        for place in 0..<(bins * q) { sum += image[place] * part[place] }
        return sum
      }
      SmallMatrix.solveLower(levelFactor, &y, q)
      return y
    }
    for a in 0..<count {
      for b in 0..<count {
        for j in 0..<q { form[a * count + b] -= whitened[a][j] * whitened[b][j] }
      }
    }
    let levelNormalizer =
      -0.5 * (SmallMatrix.logDeterminant(factor: levelFactor, q) + Double(q) * log(Self.levelVariance))
    let logs = rotations.maps.map { map -> Double in
      // x = R x°, hence x° = Rᵀ x: row j of x° takes factor k with weight R[k, j].
      var weights: [Double] = [1]
      for j in 0..<p { for k in 0..<p { weights.append(map[k * p + j]) } }
      var square = 0.0
      for a in 0..<count { for b in 0..<count { square += weights[a] * weights[b] * form[a * count + b] } }
      return -0.5 * square
    }
    return logSumExp(logs) - log(Double(logs.count)) + factor.logNormalizer + levelNormalizer
  }

  private static func turned(_ path: [Double], by map: [Double], rows q: Int) -> [Double] {
    let p = q - 1
    var result = path
    for start in stride(from: 0, to: path.count, by: q) {
      for j in 0..<p {
        var sum = 0.0
        for k in 0..<p { sum += map[j * p + k] * path[start + 1 + k] }
        result[start + 1 + j] = sum
      }
    }
    return result
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
