import Foundation
import Probability

/// Turns of a cluster's factors, which change no log-rate and no prior density, and a law that picks the direction to be the last one,
/// rather a weak one.
///
/// The direction is that of B ξ for a normal ξ, where B is the sum of the inverses of the factors' and of the loadings' mean
/// squares: a direction is weak where either is small. Its density, relative to a uniform direction, is known (Tyler, *Biometrika* 74,
/// 1987), and turns with the factors.
struct FactorTurn {
  /// p
  private let factors: Int
  /// B
  private let spread: [Double]
  private let logDeterminant: Double

  /// The law for trajectory rows `[row, stride]` and (δ, c) of the members; `nil` where they are too wild for arithmetic.
  init?(path: [Double], loadings: [[Double]], stride: Int, bins: Int) {
    let p = path.count / stride - 1
    factors = p
    var (rows, columns) = ([Double](repeating: 0, count: p * p), [Double](repeating: 0, count: p * p))
    let centres = (1...p).map { j in
      path[(j * stride)..<(j * stride + bins)].reduce(0, +) / Double(bins)
    }
    for j in 0..<p {
      for k in 0...j {
        var sum = 0.0
        for t in 0..<bins {
          sum += (path[(1 + j) * stride + t] - centres[j]) * (path[(1 + k) * stride + t] - centres[k])
        }
        rows[j * p + k] = sum / Double(bins)
        rows[k * p + j] = sum / Double(bins)
        let product = loadings.reduce(0) { $0 + $1[1 + j] * $1[1 + k] } / Double(loadings.count)
        columns[j * p + k] = product
        columns[k * p + j] = product
      }
      rows[j * p + j] += Self.floor
      columns[j * p + j] += Self.floor
    }
    guard let a = SmallMatrix.cholesky(rows, p), let b = SmallMatrix.cholesky(columns, p) else { return nil }
    spread = zip(SmallMatrix.inverse(factor: a, p), SmallMatrix.inverse(factor: b, p)).map { $0 + $1 }
    guard let factor = SmallMatrix.cholesky(spread, p) else { return nil }
    logDeterminant = SmallMatrix.logDeterminant(factor: factor, p)
  }

  private static let floor = 1e-3

  /// A turn, its rows the new directions, the last one from the law and the others uniform.
  func draw(using stream: inout RandomStream) -> [Double] {
    let p = factors
    let noise = (0..<p).map { _ in stream.normal() }
    var last = (0..<p).map { j in (0..<p).reduce(0.0) { $0 + spread[j * p + $1] * noise[$1] } }
    let norm = last.reduce(0) { $0 + $1 * $1 }.squareRoot()
    for j in 0..<p { last[j] /= norm }
    let rows = stream.orthogonal(dimension: p, after: last)
    return Array(rows[p...] + rows[..<p])
  }

  /// log density of the last factor's direction as it is, relative to a uniform one.
  var logDensity: Double {
    let p = factors
    guard let factor = SmallMatrix.cholesky(spread, p) else { return -.infinity }
    // B⁻¹ e_p
    var column = [Double](repeating: 0, count: p)
    column[p - 1] = 1
    SmallMatrix.solveLower(factor, &column, p)
    SmallMatrix.solveUpper(factor, &column, p)
    return -logDeterminant - 0.5 * Double(p) * log(column.reduce(0) { $0 + $1 * $1 })
  }

  /// Turns the factors of a trajectory `[row, stride]` and loadings (δ, c).
  static func apply(_ turn: [Double], path: inout [Double], loadings: inout [[Double]], stride: Int) {
    let p = path.count / stride - 1
    let (rows, old) = (path, loadings)
    for j in 0..<p {
      for t in 0..<stride {
        path[(1 + j) * stride + t] = (0..<p).reduce(0.0) {
          $0 + turn[j * p + $1] * rows[(1 + $1) * stride + t]
        }
      }
      for i in loadings.indices {
        loadings[i][1 + j] = (0..<p).reduce(0.0) { $0 + turn[j * p + $1] * old[i][1 + $1] }
      }
    }
  }
}
