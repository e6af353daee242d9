import Foundation
import Probability

/// A law for the loadings (δ, c) of a cluster's neurons, for proposals.
///
/// Counts fix the loadings only up to an affine map of all of them, which the trajectory undoes: c ↦ Tᵀc + w with a shift of
/// the level, and δ ↦ δ − s₀ − s·c with a shift of the trajectory. The prior N(0, I) alone says where on these maps
/// they lie. The law therefore has two parts. In the fitted frame, where the c are centred and white and the δ have no
/// part along them, loadings differ from the fit by normal errors that leave the frame where it is. The frame
/// itself has the law that the prior induces: for c, a p × p map of density ∝ |det B|^(ν − p) exp(−½ tr BᵀB) and normal shifts.
/// With p + 1 neurons or fewer the counts say nothing, and the law is the prior.
struct LoadingFrame {
  private let neurons: Int
  private let factors: Int
  /// Fitted (δ, c), `[neuron, p + 1]`; empty with p + 1 neurons or fewer.
  private let fitted: [Double]
  /// Precisions of each neuron's (δ, c) in the fitted frame, `[neuron, p + 1, p + 1]`, and their lower Cholesky factors.
  private let precisions: [Double]
  private let precisionFactors: [Double]
  /// Lower Cholesky factor of the precision of what the frame takes up, `[(p + 1)², (p + 1)²]`.
  private let frameFactor: [Double]
  /// ν
  private let degrees: Double

  /// The law around fitted loadings.
  ///
  /// - Parameters:
  ///   - laws: of each neuron's (δ, c) along the fitted trajectory, in a white frame.
  ///   - extraDegrees: what the trajectory's prior adds to ν, because it, too, knows no scale.
  init(_ laws: [LoadingLaplace], factors p: Int, extraDegrees: Double) {
    neurons = laws.count
    factors = p
    let found = Self.frame(laws, factors: p)
    fitted = found?.fitted ?? []
    precisions = found?.precisions ?? []
    precisionFactors = found?.factors ?? []
    frameFactor = found?.frame ?? []
    degrees = Double(laws.count - 1) + extraDegrees
  }

  /// The fitted frame; `nil` with p + 1 neurons or fewer or when the laws are too wild for arithmetic.
  private static func frame(
    _ laws: [LoadingLaplace], factors p: Int
  ) -> (fitted: [Double], precisions: [Double], factors: [Double], frame: [Double])? {
    let (n, q) = (laws.count, p + 1)
    var loadings = laws.map(\.mode)
    guard let map = Whitening(loadings) else { return nil }
    for place in loadings.indices { map.apply(&loadings[place]) }
    let fitted = loadings.flatMap { $0 }
    var (precisions, factors) = ([Double](), [Double]())
    for law in laws {
      // The trajectory is not known as well as these laws take it to be.
      let factor = law.factor.map { $0 * Self.precisionShare.squareRoot() }
      factors += factor
      for a in 0..<q {
        for b in 0..<q {
          precisions.append((0...min(a, b)).reduce(0.0) { $0 + factor[a * q + $1] * factor[b * q + $1] })
        }
      }
    }
    let size = q * q
    var frame = [Double](repeating: 0, count: size * size)
    for i in 0..<n {
      let v = axes(fitted, i, n, p)
      for a in 0..<q {
        for b in 0..<q {
          for j in 0..<q {
            for k in 0..<q {
              frame[(a * q + j) * size + b * q + k] += v[a] * v[b] * precisions[(i * q + j) * q + k]
            }
          }
        }
      }
    }
    return SmallMatrix.cholesky(frame, size).map { (fitted, precisions, factors, $0) }
  }

  /// Precision of the errors as a share of that along the fitted trajectory.
  private static let precisionShare = 0.5

  /// A neuron's row of the orthonormal basis (1, fitted c).
  private static func axes(_ fitted: [Double], _ i: Int, _ n: Int, _ p: Int) -> [Double] {
    let scale = 1 / Double(n).squareRoot()
    return [scale] + (0..<p).map { fitted[i * (p + 1) + 1 + $0] * scale }
  }

  /// The frame of loadings; `nil` with p + 1 neurons or fewer or when it has no inverse.
  func place(_ loadings: [[Double]]) -> Place? {
    guard !fitted.isEmpty else { return nil }
    let (n, p) = (neurons, factors)
    let q = p + 1
    var map = [Double](repeating: 0, count: p * p)
    var shift = [Double](repeating: 0, count: p)
    var (centre, slope) = (0.0, [Double](repeating: 0, count: p))
    for i in 0..<n {
      let row = loadings[i]
      centre += row[0] / Double(n)
      for k in 0..<p {
        shift[k] += row[1 + k] / Double(n)
        slope[k] += fitted[i * q + 1 + k] * row[0] / Double(n)
        for j in 0..<p { map[j * p + k] += fitted[i * q + 1 + j] * row[1 + k] / Double(n) }
      }
    }
    guard let back = SmallMatrix.generalInverse(map, p) else { return nil }
    // δ's part along the fitted c is −s·Tᵀc.
    var levels = [-centre] + [Double](repeating: 0, count: p)
    for j in 0..<p {
      for k in 0..<p { levels[1 + j] -= back.inverse[j * p + k] * slope[k] }
      levels[0] -= levels[1 + j] * shift[j]
    }
    return Place(
      map: map, inverse: back.inverse, logDeterminant: back.logDeterminant, shift: shift, levels: levels)
  }

  /// Loadings (δ, c) of every neuron.
  func draw(using stream: inout RandomStream) -> [[Double]] {
    let (n, p) = (neurons, factors)
    let q = p + 1
    if fitted.isEmpty { return (0..<n).map { _ in (0..<q).map { _ in stream.normal() } } }
    // B = O Rᵀ with R Rᵀ Wishart and O uniform among orthogonal maps; T = B/√n.
    let root = stream.standardWishartFactor(degrees: degrees, dimension: p)
    let turn = stream.orthogonal(dimension: p)
    let scale = 1 / Double(n).squareRoot()
    var map = [Double](repeating: 0, count: p * p)
    for j in 0..<p {
      for k in 0..<p {
        for m in 0..<p { map[j * p + k] += scale * turn[j * p + m] * root[k * p + m] }
      }
    }
    let shift = (0..<p).map { _ in scale * stream.normal() }
    let centre = scale * stream.normal()
    let slope = (0..<p).map { _ in scale * stream.normal() }
    var errors = [Double](repeating: 0, count: n * q)
    for i in 0..<n {
      var e = (0..<q).map { _ in stream.normal() }
      SmallMatrix.solveUpper(Array(precisionFactors[(i * q * q)..<((i + 1) * q * q)]), &e, q)
      for k in 0..<q { errors[i * q + k] = e[k] }
    }
    project(&errors)
    return (0..<n).map { i in
      var row: [Double] = [fitted[i * q] + errors[i * q] + centre] + shift
      for j in 0..<p {
        let error = errors[i * q + 1 + j]
        let value = fitted[i * q + 1 + j] + error
        for k in 0..<p { row[1 + k] += value * map[j * p + k] }
        // The error of c moves δ along with the shift s = −T⁻¹ slope.
        row[0] += value * slope[j]
      }
      return row
    }
  }

  /// Takes out what the frame takes up.
  private func project(_ errors: inout [Double]) {
    let (n, p) = (neurons, factors)
    let q = p + 1
    var sums = [Double](repeating: 0, count: q * q)
    for i in 0..<n {
      let v = Self.axes(fitted, i, n, p)
      for a in 0..<q { for k in 0..<q { sums[a * q + k] += v[a] * errors[i * q + k] } }
    }
    for i in 0..<n {
      let v = Self.axes(fitted, i, n, p)
      for a in 0..<q { for k in 0..<q { errors[i * q + k] -= v[a] * sums[a * q + k] } }
    }
  }

  /// The log density of the loadings.
  func logDensity(_ loadings: [[Double]]) -> Double {
    let (n, p) = (neurons, factors)
    let q = p + 1
    let normal = 0.5 * log(2 * Double.pi)
    guard !fitted.isEmpty else {
      return loadings.reduce(0.0) { sum, row in sum - row.reduce(0) { $0 + 0.5 * $1 * $1 + normal } }
    }
    guard let place = place(loadings) else { return -.infinity }
    let root = Double(n).squareRoot()
    let logDeterminant = place.logDeterminant + Double(p) * log(root)
    var sum = (degrees - Double(p)) * logDeterminant
    for value in place.map { sum -= 0.5 * Double(n) * value * value }
    sum -=
      0.5 * Double(p * p) * log(Double.pi) - logMultivariateGamma(Double(p) / 2, dimension: p)
      + logMultivariateGamma(degrees / 2, dimension: p) + 0.5 * degrees * Double(p) * log(2)
    for value in place.shift { sum -= 0.5 * Double(n) * value * value + normal }
    // δ's mean and its slopes along the fitted c.
    var slope = [Double](repeating: 0, count: p)
    var centre = place.levels[0]
    for j in 0..<p {
      centre += place.levels[1 + j] * place.shift[j]
      for k in 0..<p { slope[j] -= place.map[j * p + k] * place.levels[1 + k] }
    }
    for value in slope + [-centre] { sum -= 0.5 * Double(n) * value * value + normal }
    // The errors' law in an orthonormal basis of what the frame leaves: the frame's part is integrated out.
    var pull = [Double](repeating: 0, count: q * q)
    for i in 0..<n {
      var error = (0..<q).map { -fitted[i * q + $0] }
      for j in 0..<p {
        let value = loadings[i][1 + j] - place.shift[j]
        for k in 0..<p { error[1 + k] += value * place.inverse[j * p + k] }
      }
      error[0] += loadings[i][0] + centre
      for k in 0..<p { error[0] -= (fitted[i * q + 1 + k] + error[1 + k]) * slope[k] }
      let v = Self.axes(fitted, i, n, p)
      for j in 0..<q {
        sum += log(precisionFactors[(i * q + j) * q + j]) - normal
        for k in 0..<q {
          let weighted = precisions[(i * q + j) * q + k] * error[k]
          sum -= 0.5 * error[j] * weighted
          for a in 0..<q { pull[a * q + j] += v[a] * weighted }
        }
      }
    }
    SmallMatrix.solveLower(frameFactor, &pull, pull.count)
    for value in pull { sum += 0.5 * value * value + normal }
    sum -= 0.5 * SmallMatrix.logDeterminant(factor: frameFactor, pull.count)
    // T stretches the errors of c in n − p − 1 directions.
    return sum - Double(n - p - 1) * place.logDeterminant
  }
}
