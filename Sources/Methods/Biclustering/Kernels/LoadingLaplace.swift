import Foundation
import Probability

/// Laplace's approximation of a neuron's (δ, c) given its cluster's trajectory, with the prior N(0, I).
///
/// It is a function of the trajectory and the neuron's counts alone, so that a proposal and its reverse see the same law.
struct LoadingLaplace {
  /// The mode (δ, c₁ … c_p).
  var mode: [Double]
  /// Lower Cholesky factor of the negative Hessian at the mode.
  var factor: [Double]
  /// Laplace's approximation of log ∫ p(y | δ, c) N(δ, c; 0, I).
  var logEvidence: Double

  /// - Parameters:
  ///   - path: the trajectory's p + 1 rows of `likelihood.length` numbers.
  ///   - workspace: at least three rows.
  init(
    _ likelihood: CountLikelihood, path: UnsafePointer<Double>, rows q: Int, total: Double, observed: Double,
    workspace: UnsafeMutablePointer<Double>
  ) {
    let length = likelihood.length
    let (eta, first, second) = (workspace, workspace + length, workspace + 2 * length)
    mode = [Double](repeating: 0, count: q)
    var level = Lanes.zero
    for t in stride(from: 0, to: length, by: 8) { level += load(likelihood.mask + t) * load(path + t) }
    mode[0] = observed > 0 ? log((total + 0.5) / observed) - level.sum() / observed : 0
    factor = [Double](repeating: 0, count: q * q)
    var gradient = [Double](repeating: 0, count: q)
    for _ in 0..<50 {
      Self.logRates(mode, path: path, rows: q, length: length, into: eta)
      likelihood.derivatives(eta, first: first, second: second)
      gradient[0] = Self.sum(first, length) - mode[0]
      factor[0] = Self.sum(second, length) + 1
      for j in 1..<q {
        let x = path + j * length
        gradient[j] = dot(first, x, length) - mode[j]
        factor[j * q] = dot(second, x, length)
        for k in 1...j {
          factor[j * q + k] = dot(second, x, path + k * length, length) + (j == k ? 1 : 0)
        }
      }
      var largest = 0.0
      factor.withUnsafeMutableBufferPointer { l in
        gradient.withUnsafeMutableBufferPointer { g in
          SmallMatrix.cholesky(l.baseAddress!, q)
          SmallMatrix.solveLower(l.baseAddress!, g.baseAddress!, q)
          SmallMatrix.solveUpper(l.baseAddress!, g.baseAddress!, q)
        }
      }
      for j in 0..<q { largest = max(largest, abs(gradient[j])) }
      // The log posterior is concave; long steps are cut because the Poisson law bends fast.
      let share = largest > 1.5 ? 1.5 / largest : 1
      for j in 0..<q { mode[j] += share * gradient[j] }
      if largest < 1e-5 { break }
    }
    Self.logRates(mode, path: path, rows: q, length: length, into: eta)
    logEvidence =
      likelihood.value(eta) - 0.5 * mode.reduce(0) { $0 + $1 * $1 }
      - 0.5 * SmallMatrix.logDeterminant(factor: factor, q)
  }

  /// η = δ + μ + Σ c x
  static func logRates(
    _ loading: UnsafePointer<Double>, path: UnsafePointer<Double>, rows q: Int, length: Int,
    into eta: UnsafeMutablePointer<Double>
  ) {
    for t in stride(from: 0, to: length, by: 8) {
      var sum = load(path + t) + loading[0]
      for j in 1..<q { sum += load(path + j * length + t) * loading[j] }
      store(sum, eta + t)
    }
  }

  private static func sum(_ values: UnsafePointer<Double>, _ length: Int) -> Double {
    var sum = Lanes.zero
    for t in stride(from: 0, to: length, by: 8) { sum += load(values + t) }
    return sum.sum()
  }

  /// A draw from N(mode, H⁻¹).
  func draw(using stream: inout RandomStream) -> [Double] {
    var x = mode.map { _ in stream.normal() }
    factor.withUnsafeBufferPointer { l in
      x.withUnsafeMutableBufferPointer {
        SmallMatrix.solveUpper(l.baseAddress!, $0.baseAddress!, $0.count)
      }
    }
    return zip(x, mode).map { $0 + $1 }
  }

  /// log N(value; mode, H⁻¹) + (q/2) log 2π
  func logDensity(_ value: [Double]) -> Double {
    let q = mode.count
    var sum = 0.5 * SmallMatrix.logDeterminant(factor: factor, q)
    for j in 0..<q {
      var z = 0.0
      for i in j..<q { z += factor[i * q + j] * (value[i] - mode[i]) }
      sum -= 0.5 * z * z
    }
    return sum
  }
}
