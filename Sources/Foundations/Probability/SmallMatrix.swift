import Foundation

/// Kernels on small dense matrices in row order, for dimensions where a call to LAPACK would cost more than the work.
public enum SmallMatrix {
  /// Replaces a symmetric positive definite matrix by its lower Cholesky factor; what stands above the diagonal is
  /// neither read nor written.
  ///
  /// - Returns: whether the matrix was positive definite; the contents are undefined when it was not.
  @discardableResult
  public static func cholesky(_ a: UnsafeMutablePointer<Double>, _ n: Int) -> Bool {
    for j in 0..<n {
      let rowJ = a + j * n
      var pivot = rowJ[j]
      for k in 0..<j { pivot -= rowJ[k] * rowJ[k] }
      guard pivot > 0, pivot.isFinite else { return false }
      let root = pivot.squareRoot()
      let inverse = 1 / root
      rowJ[j] = root
      for i in (j + 1)..<max(n, j + 1) {
        let rowI = a + i * n
        var sum = rowI[j]
        for k in 0..<j { sum -= rowI[k] * rowJ[k] }
        rowI[j] = sum * inverse
      }
    }
    return true
  }

  /// Solves L x = b in place.
  public static func solveLower(_ l: UnsafePointer<Double>, _ x: UnsafeMutablePointer<Double>, _ n: Int) {
    for i in 0..<n {
      var sum = x[i]
      for k in 0..<i { sum -= l[i * n + k] * x[k] }
      x[i] = sum / l[i * n + i]
    }
  }

  /// Solves Lᵀ x = b in place.
  public static func solveUpper(_ l: UnsafePointer<Double>, _ x: UnsafeMutablePointer<Double>, _ n: Int) {
    for i in stride(from: n - 1, through: 0, by: -1) {
      let value = x[i] / l[i * n + i]
      x[i] = value
      for k in 0..<i { x[k] -= l[i * n + k] * value }
    }
  }

  /// The lower Cholesky factor `[n, n]`, zeros above the diagonal; `nil` when the matrix is not positive definite.
  public static func cholesky(_ matrix: [Double], _ n: Int) -> [Double]? {
    precondition(matrix.count == n * n, "cholesky: the matrix must be n by n")
    var factor = matrix
    for i in 0..<n { for j in (i + 1)..<max(n, i + 1) { factor[i * n + j] = 0 } }
    let isPositive = factor.withUnsafeMutableBufferPointer { n == 0 || cholesky($0.baseAddress!, n) }
    return isPositive ? factor : nil
  }

  /// Solves L Lᵀ x = b in place for every row b of `[rows, n]`.
  public static func solve(factor l: [Double], rows b: inout [Double], _ n: Int) {
    precondition(l.count == n * n && b.count % max(1, n) == 0, "solve: rows must have the factor's length")
    l.withUnsafeBufferPointer { l in
      b.withUnsafeMutableBufferPointer { b in
        for start in stride(from: 0, to: b.count, by: max(1, n)) {
          solveLower(l.baseAddress!, b.baseAddress! + start, n)
          solveUpper(l.baseAddress!, b.baseAddress! + start, n)
        }
      }
    }
  }

  /// The inverse of L Lᵀ, `[n, n]`.
  public static func inverse(factor l: [Double], _ n: Int) -> [Double] {
    var result = [Double](repeating: 0, count: n * n)
    var column = [Double](repeating: 0, count: n)
    for j in 0..<n {
      for i in 0..<n { column[i] = i == j ? 1 : 0 }
      l.withUnsafeBufferPointer { l in
        column.withUnsafeMutableBufferPointer {
          solveLower(l.baseAddress!, $0.baseAddress!, n)
          solveUpper(l.baseAddress!, $0.baseAddress!, n)
        }
      }
      for i in 0..<n { result[i * n + j] = column[i] }
    }
    return result
  }

  /// log |L Lᵀ|
  public static func logDeterminant(factor l: [Double], _ n: Int) -> Double {
    var sum = 0.0
    for i in 0..<n { sum += log(l[i * n + i]) }
    return 2 * sum
  }
}
