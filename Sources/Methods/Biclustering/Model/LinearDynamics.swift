import Foundation
import Probability

/// The matrix normal inverse Wishart law of a state's dynamics ([A b], Q) given its transitions.
package struct DynamicsPosterior {
  let dimension: Int
  /// Mₙ, `[D, D + 1]`
  package let mean: [Double]
  /// Lower Cholesky factor of Kₙ, `[D + 1, D + 1]`.
  let precisionFactor: [Double]
  /// Lower Cholesky factor of Sₙ, `[D, D]`.
  let scaleFactor: [Double]
  /// Sₙ
  package let scale: [Double]
  /// νₙ
  package let degrees: Double

  /// The posterior under Q ~ IW(D + extra, s I), [A b] | Q ~ MN([I 0], Q, I).
  package init(_ sums: TransitionSums, innovationScale: Double, innovationDegrees: Double) {
    let d = sums.dimension
    let (width, columns) = (2 * d + 1, d + 1)
    dimension = d
    degrees = Double(d) + innovationDegrees + sums.count
    func gram(_ i: Int, _ j: Int) -> Double { sums.gram[min(i, j) * width + max(i, j)] }
    var precision = [Double](repeating: 0, count: columns * columns)
    for i in 0..<columns {
      for j in 0..<columns { precision[i * columns + j] = gram(d + i, d + j) + (i == j ? 1 : 0) }
    }
    precisionFactor = Self.factor(precision, columns)
    // Rows of Mₙ solve Kₙ mᵀ = (M₀ + Y'X)ᵀ.
    var cross = [Double](repeating: 0, count: d * columns)
    for i in 0..<d { for j in 0..<columns { cross[i * columns + j] = gram(i, d + j) + (i == j ? 1 : 0) } }
    var mean = cross
    SmallMatrix.solve(factor: precisionFactor, rows: &mean, columns)
    self.mean = mean
    // Sₙ = S₀ + Y'Y + M₀M₀' − Mₙ(M₀ + Y'X)'
    var scale = [Double](repeating: 0, count: d * d)
    for i in 0..<d {
      for j in 0...i {
        var value = gram(i, j) + (i == j ? 1 + innovationScale : 0)
        for k in 0..<columns {
          value -=
            0.5
            * (mean[i * columns + k] * cross[j * columns + k] + mean[j * columns + k] * cross[i * columns + k])
        }
        scale[i * d + j] = value
        scale[j * d + i] = value
      }
    }
    self.scale = scale
    scaleFactor = Self.factor(scale, d)
  }

  /// The Cholesky factor, with as much added to the diagonal as rounding may have taken.
  static func factor(_ matrix: [Double], _ n: Int) -> [Double] {
    var jitter = 0.0
    let size = (0..<n).reduce(0.0) { max($0, abs(matrix[$1 * n + $1])) }
    while true {
      var trial = matrix
      for i in 0..<n { trial[i * n + i] += jitter }
      if let factor = SmallMatrix.cholesky(trial, n) { return factor }
      precondition(size.isFinite, "a trajectory is no longer finite")
      jitter = max(10 * jitter, 1e-14 * max(size, 1e-300))
    }
  }

  /// log p(x_{t+1} of the state's transitions | their x_t), dynamics integrated out.
  package func logMarginal(count: Double, innovationScale: Double, innovationDegrees: Double) -> Double {
    let d = Double(dimension)
    let prior = d + innovationDegrees
    return -0.5 * count * d * log(Double.pi)
      - 0.5 * d * SmallMatrix.logDeterminant(factor: precisionFactor, dimension + 1)
      + 0.5 * prior * d * log(innovationScale)
      - 0.5 * degrees * SmallMatrix.logDeterminant(factor: scaleFactor, dimension)
      + logMultivariateGamma(degrees / 2, dimension: dimension)
      - logMultivariateGamma(prior / 2, dimension: dimension)
  }

  /// The dynamics at the posterior's centre: mean coefficients, mean covariance Sₙ/(νₙ − D − 1).
  var centre: LinearDynamics {
    let d = dimension
    let spread = max(degrees - Double(d) - 1, 0.5).squareRoot()
    var u = [Double](repeating: 0, count: d * d)
    // U = L⁻¹ for Q = L Lᵀ.
    let l = scaleFactor.map { $0 / spread }
    var column = [Double](repeating: 0, count: d)
    var logWhitener = 0.0
    for j in 0..<d {
      for i in 0..<d { column[i] = i == j ? 1 : 0 }
      SmallMatrix.solveLower(l, &column, d)
      for i in 0..<d { u[i * d + j] = column[i] }
      logWhitener -= log(l[j * d + j])
    }
    return LinearDynamics(
      dimension: d, coefficients: mean, covarianceFactor: l, whitener: u, logWhitener: logWhitener)
  }

  /// log density of dynamics.
  func logDensity(_ dynamics: LinearDynamics) -> Double {
    let d = dimension
    let columns = d + 1
    // tr(S Q⁻¹) = |U L|² and tr(Q⁻¹ D K Dᵀ) = |U D L_K|² for D = [A b] − Mₙ.
    var (scatter, deviation) = (0.0, 0.0)
    for i in 0..<d {
      for j in 0..<d {
        var sum = 0.0
        for k in j..<d { sum += dynamics.whitener[i * d + k] * scaleFactor[k * d + j] }
        scatter += sum * sum
      }
      var row = [Double](repeating: 0, count: columns)
      for k in 0..<d {
        for j in 0..<columns {
          row[j] +=
            dynamics.whitener[i * d + k] * (dynamics.coefficients[k * columns + j] - mean[k * columns + j])
        }
      }
      for j in 0..<columns {
        var sum = 0.0
        for k in j..<columns { sum += row[k] * precisionFactor[k * columns + j] }
        deviation += sum * sum
      }
    }
    let (n, w) = (Double(d), dynamics.logWhitener)
    return 0.5 * degrees * (SmallMatrix.logDeterminant(factor: scaleFactor, d) - n * log(2))
      - logMultivariateGamma(degrees / 2, dimension: d) + (degrees + n + 1) * w - 0.5 * scatter
      - 0.5 * n * (n + 1) * log(2 * Double.pi) + (n + 1) * w
      + 0.5 * n * SmallMatrix.logDeterminant(factor: precisionFactor, columns) - 0.5 * deviation
  }

  /// A draw of the dynamics.
  package func draw(using stream: inout RandomStream) -> LinearDynamics {
    let d = dimension
    let noise = stream.inverseWishart(degrees: degrees, scaleFactor: scaleFactor, dimension: d)
    let coefficients = stream.matrixNormal(
      mean: mean, rowFactor: noise.factor, precisionFactor: precisionFactor, rows: d, columns: d + 1)
    return LinearDynamics(
      dimension: d, coefficients: coefficients, covarianceFactor: noise.factor, whitener: noise.whitener,
      logWhitener: noise.logWhitener)
  }
}

/// x_{t+1} = A xₜ + b + noise of covariance Q.
package struct LinearDynamics: Sendable {
  let dimension: Int
  /// [A b], `[D, D + 1]`
  package var coefficients: [Double]
  /// F with Q = F Fᵀ.
  package let covarianceFactor: [Double]
  /// U with Q⁻¹ = Uᵀ U.
  let whitener: [Double]
  /// log |U|
  let logWhitener: Double

  /// A random walk with independent steps.
  static func randomWalk(dimension d: Int, variance: Double) -> LinearDynamics {
    let scale = variance.squareRoot()
    var (coefficients, factor, whitener) = (
      [Double](repeating: 0, count: d * (d + 1)), [Double](repeating: 0, count: d * d),
      [Double](repeating: 0, count: d * d)
    )
    for i in 0..<d {
      coefficients[i * (d + 1) + i] = 1
      factor[i * d + i] = scale
      whitener[i * d + i] = 1 / scale
    }
    return LinearDynamics(
      dimension: d, coefficients: coefficients, covarianceFactor: factor, whitener: whitener,
      logWhitener: -Double(d) * log(scale))
  }

  /// [U, −U A, −U b], `[D, 2D + 1]`: the whitened innovation is this times (x_{t+1}, xₜ, 1).
  var residualMap: [Double] {
    let (d, width) = (dimension, 2 * dimension + 1)
    var g = [Double](repeating: 0, count: d * width)
    for i in 0..<d {
      for k in 0..<d {
        let u = whitener[i * d + k]
        g[i * width + k] = u
        for j in 0...d { g[i * width + d + j] -= u * coefficients[k * (d + 1) + j] }
      }
    }
    return g
  }
}
