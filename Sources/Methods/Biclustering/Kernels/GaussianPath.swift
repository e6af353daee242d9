import Foundation
import Probability

/// A normal law of a path x₁ … x_T in ℝᴰ with a block-tridiagonal precision, log p = −½ xᵀPx + hᵀx + const.
///
/// Forward filtering and backward sampling in one factorisation: P = L Lᵀ is found block by block along time, and the
/// draw runs back over it, so that both passes use the same transition for each step.
package struct GaussianPath {
  package let dimension: Int
  package let length: Int
  /// P's diagonal blocks, later L's, `[time, row, column]`.
  package var diagonal: [Double]
  /// P's blocks with the rows of t + 1 and the columns of t, later L's, `[time, row, column]`.
  package var lower: [Double]
  /// h, `[time, row]`
  package var linear: [Double]

  package init(dimension: Int, length: Int) {
    self.dimension = dimension
    self.length = length
    diagonal = [Double](repeating: 0, count: length * dimension * dimension)
    lower = [Double](repeating: 0, count: max(0, length - 1) * dimension * dimension)
    linear = [Double](repeating: 0, count: length * dimension)
  }

  /// Replaces P by its Cholesky factor; false when it is not positive definite.
  package mutating func factorize() -> Bool {
    let (dimension, length) = (dimension, length)
    return diagonal.withUnsafeMutableBufferPointer { d in
      lower.withUnsafeMutableBufferPointer { w in
        let (d, w) = (d.baseAddress!, w.baseAddress ?? d.baseAddress!)
        // Constant dimensions let the compiler unroll the small loops.
        return switch dimension {
        case 2: Self.factorize(d, w, 2, length)
        case 3: Self.factorize(d, w, 3, length)
        case 4: Self.factorize(d, w, 4, length)
        default: Self.factorize(d, w, dimension, length)
        }
      }
    }
  }

  @inline(__always)
  private static func factorize(
    _ d: UnsafeMutablePointer<Double>, _ w: UnsafeMutablePointer<Double>, _ n: Int, _ length: Int
  ) -> Bool {
    for t in 0..<length {
      let l = d + t * n * n
      if t > 0 {
        let b = w + (t - 1) * n * n
        let before = l - n * n
        for i in 0..<n {
          let row = b + i * n
          for j in 0..<n {
            var sum = row[j]
            for k in 0..<j { sum -= before[j * n + k] * row[k] }
            row[j] = sum / before[j * n + j]
          }
        }
        for i in 0..<n {
          for j in 0...i {
            var sum = 0.0
            for k in 0..<n { sum += b[i * n + k] * b[j * n + k] }
            l[i * n + j] -= sum
          }
        }
      }
      for j in 0..<n {
        var pivot = l[j * n + j]
        for k in 0..<j { pivot -= l[j * n + k] * l[j * n + k] }
        guard pivot > 0, pivot.isFinite else { return false }
        let root = pivot.squareRoot()
        l[j * n + j] = root
        for i in (j + 1)..<max(n, j + 1) {
          var sum = l[i * n + j]
          for k in 0..<j { sum -= l[i * n + k] * l[j * n + k] }
          l[i * n + j] = sum / root
        }
      }
    }
    return true
  }

  /// After ``factorize()``: P⁻¹h when `noise` is `nil`, else P⁻¹h + L⁻ᵀ·noise, `[time, row]`.
  package func solve(noise: [Double]?) -> [Double] {
    let n = dimension
    var x = linear
    x.withUnsafeMutableBufferPointer { x in
      diagonal.withUnsafeBufferPointer { d in
        lower.withUnsafeBufferPointer { w in
          let x = x.baseAddress!
          for t in 0..<length {
            let now = x + t * n
            if t > 0 { Self.subtract(w.baseAddress! + (t - 1) * n * n, now - n, from: now, n) }
            SmallMatrix.solveLower(d.baseAddress! + t * n * n, now, n)
          }
          if let noise { for place in 0..<(length * n) { x[place] += noise[place] } }
          for t in stride(from: length - 1, through: 0, by: -1) {
            let now = x + t * n
            if t + 1 < length {
              let b = w.baseAddress! + t * n * n
              for i in 0..<n { for k in 0..<n { now[k] -= b[i * n + k] * now[n + i] } }
            }
            SmallMatrix.solveUpper(d.baseAddress! + t * n * n, now, n)
          }
        }
      }
    }
    return x
  }

  private static func subtract(
    _ b: UnsafePointer<Double>, _ v: UnsafePointer<Double>, from x: UnsafeMutablePointer<Double>, _ n: Int
  ) {
    for i in 0..<n {
      var sum = 0.0
      for k in 0..<n { sum += b[i * n + k] * v[k] }
      x[i] -= sum
    }
  }

  /// After ``factorize()``: a draw of the path, `[time, row]`.
  package func draw(using stream: inout RandomStream) -> [Double] {
    solve(noise: (0..<(length * dimension)).map { _ in stream.normal() })
  }

  /// After ``factorize()``: ½ log |P| − (TD/2) log 2π, the density's constant.
  var logNormalizer: Double {
    var sum = 0.0
    let n = dimension
    for t in 0..<length { for j in 0..<n { sum += log(diagonal[(t * n + j) * n + j]) } }
    return sum - 0.5 * Double(length * n) * log(2 * Double.pi)
  }
}
