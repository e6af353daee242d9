import Foundation
import Probability

/// The matrix normal inverse Wishart law of a regression y = B z + e, e ~ N(0, Q), given transitions: Q ~ IW(ν, s I),
/// B | Q ~ MN(B₀, Q, P⁻¹) with a diagonal P.
///
/// Responses y and regressors z are linear in a transition's (x_{t+1}, xₜ, 1).
struct LinearRegressionLaw {
  /// A number that is linear in (x_{t+1}, xₜ, 1): places there with their weights.
  typealias Form = [(place: Int, weight: Double)]

  /// What is believed before any transition.
  struct Prior {
    /// B₀, `[response, regressor]`
    var mean: [Double]
    /// The diagonal of P.
    var precision: [Double]
    /// ν
    var degrees: Double
    /// s
    var scale: Double
  }

  private let prior: Prior
  private let responses: Int
  private let regressors: Int
  private let count: Double
  private let mean: [Double]
  private let precisionFactor: [Double]
  private let scaleFactor: [Double]
  private let degrees: Double

  /// The law given the transitions in `sums`.
  init(_ prior: Prior, responses y: [Form], regressors z: [Form], sums: TransitionSums) {
    let (m, c) = (y.count, z.count)
    (self.prior, responses, regressors, count) = (prior, m, c, sums.count)
    degrees = prior.degrees + sums.count
    let width = 2 * sums.dimension + 1
    func product(_ a: Form, _ b: Form) -> Double {
      var sum = 0.0
      for (i, u) in a {
        for (j, v) in b { sum += u * v * sums.gram[min(i, j) * width + max(i, j)] }
      }
      return sum
    }
    var precision = [Double](repeating: 0, count: c * c)
    for i in 0..<c {
      for j in 0...i {
        let value = product(z[i], z[j])
        precision[i * c + j] = value
        precision[j * c + i] = value
      }
      precision[i * c + i] += prior.precision[i]
    }
    precisionFactor = DynamicsPosterior.factor(precision, c)
    var cross = [Double](repeating: 0, count: m * c)
    for i in 0..<m {
      for j in 0..<c {
        cross[i * c + j] = product(y[i], z[j]) + prior.mean[i * c + j] * prior.precision[j]
      }
    }
    var mean = cross
    SmallMatrix.solve(factor: precisionFactor, rows: &mean, c)
    self.mean = mean
    var scale = [Double](repeating: 0, count: m * m)
    for i in 0..<m {
      for j in 0...i {
        var value = product(y[i], y[j]) + (i == j ? prior.scale : 0)
        for k in 0..<c {
          value += prior.mean[i * c + k] * prior.precision[k] * prior.mean[j * c + k]
          value -= 0.5 * (mean[i * c + k] * cross[j * c + k] + mean[j * c + k] * cross[i * c + k])
        }
        scale[i * m + j] = value
        scale[j * m + i] = value
      }
    }
    scaleFactor = DynamicsPosterior.factor(scale, m)
  }

  /// log p(responses | regressors), B and Q integrated out.
  var logMarginal: Double {
    let m = Double(responses)
    return -0.5 * count * m * log(Double.pi)
      + 0.5 * m * prior.precision.reduce(0) { $0 + log($1) }
      - 0.5 * m * SmallMatrix.logDeterminant(factor: precisionFactor, regressors)
      + 0.5 * m * prior.degrees * log(prior.scale)
      - 0.5 * degrees * SmallMatrix.logDeterminant(factor: scaleFactor, responses)
      + logMultivariateGamma(degrees / 2, dimension: responses)
      - logMultivariateGamma(prior.degrees / 2, dimension: responses)
  }

  /// A draw: B, F with Q = F Fᵀ, U with Q⁻¹ = Uᵀ U, and log |U|.
  func draw(using stream: inout RandomStream) -> (
    coefficients: [Double], factor: [Double], whitener: [Double], logWhitener: Double
  ) {
    let noise = stream.inverseWishart(degrees: degrees, scaleFactor: scaleFactor, dimension: responses)
    let coefficients = stream.matrixNormal(
      mean: mean, rowFactor: noise.factor, precisionFactor: precisionFactor, rows: responses,
      columns: regressors)
    return (coefficients, noise.factor, noise.whitener, noise.logWhitener)
  }
}
