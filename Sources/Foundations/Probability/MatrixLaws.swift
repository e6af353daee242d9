import Foundation

extension RandomStream {
  /// The lower Cholesky factor of a Wishart matrix of scale I, by Bartlett's decomposition (1933).
  ///
  /// - Parameters:
  ///   - degrees: greater than `dimension` − 1.
  ///   - dimension: rows and columns.
  public mutating func standardWishartFactor(degrees: Double, dimension n: Int) -> [Double] {
    precondition(degrees > Double(n - 1), "wishart: the degrees of freedom must exceed the dimension less 1")
    var factor = [Double](repeating: 0, count: n * n)
    for i in 0..<n {
      factor[i * n + i] = (2 * gamma(shape: (degrees - Double(i)) / 2)).squareRoot()
      for j in 0..<i { factor[i * n + j] = normal() }
    }
    return factor
  }

  /// A matrix whose inverse is Wishart: density ∝ |Q|^(−(ν+n+1)/2) exp(−½ tr(S Q⁻¹)), mean S/(ν − n − 1).
  ///
  /// - Parameters:
  ///   - degrees: ν, greater than `dimension` − 1.
  ///   - scaleFactor: the lower Cholesky factor of S, `[dimension, dimension]`.
  /// - Returns: of the matrix Q a factor F with Q = F Fᵀ and a whitener U with Q⁻¹ = Uᵀ U, not triangular,
  ///   `[dimension, dimension]`, and log |U|.
  public mutating func inverseWishart(degrees: Double, scaleFactor l: [Double], dimension n: Int) -> (
    factor: [Double], whitener: [Double], logWhitener: Double
  ) {
    // Q⁻¹ = L⁻ᵀ B Bᵀ L⁻¹ with B Bᵀ standard Wishart, hence F Bᵀ = L and U L = Bᵀ.
    let b = standardWishartFactor(degrees: degrees, dimension: n)
    var (factor, whitener) = (l, [Double](repeating: 0, count: n * n))
    var logWhitener = 0.0
    for i in 0..<n {
      for j in 0..<n { whitener[i * n + j] = b[j * n + i] }
      logWhitener += log(b[i * n + i]) - log(l[i * n + i])
    }
    b.withUnsafeBufferPointer { b in
      factor.withUnsafeMutableBufferPointer { f in
        for i in 0..<n { SmallMatrix.solveLower(b.baseAddress!, f.baseAddress! + i * n, n) }
      }
    }
    l.withUnsafeBufferPointer { l in
      whitener.withUnsafeMutableBufferPointer { u in
        for i in 0..<n { SmallMatrix.solveUpper(l.baseAddress!, u.baseAddress! + i * n, n) }
      }
    }
    return (factor, whitener, logWhitener)
  }

  /// A matrix normal number: mean + F Z G, Z of independent standard normal numbers.
  ///
  /// - Parameters:
  ///   - mean: `[rows, columns]`.
  ///   - rowFactor: F, `[rows, rows]`, with row covariance F Fᵀ.
  ///   - precisionFactor: the lower Cholesky factor of the columns' precision, `[columns, columns]`.
  public mutating func matrixNormal(
    mean: [Double], rowFactor f: [Double], precisionFactor l: [Double], rows: Int, columns: Int
  ) -> [Double] {
    precondition(mean.count == rows * columns, "matrixNormal: the mean must be rows by columns")
    var noise = [Double](repeating: 0, count: rows * columns)
    for place in noise.indices { noise[place] = normal() }
    l.withUnsafeBufferPointer { l in
      noise.withUnsafeMutableBufferPointer { z in
        // Row x of Z L⁻¹ solves Lᵀ xᵀ = zᵀ.
        for i in 0..<rows { SmallMatrix.solveUpper(l.baseAddress!, z.baseAddress! + i * columns, columns) }
      }
    }
    var result = mean
    for i in 0..<rows {
      for k in 0..<rows where f[i * rows + k] != 0 {
        for j in 0..<columns { result[i * columns + j] += f[i * rows + k] * noise[k * columns + j] }
      }
    }
    return result
  }
}

/// The logarithm of the multivariate gamma function Γₙ(x), for x > (n − 1)/2.
public func logMultivariateGamma(_ x: Double, dimension n: Int) -> Double {
  precondition(x > Double(n - 1) / 2, "logMultivariateGamma: the argument must exceed (dimension − 1)/2")
  var sum = Double(n * (n - 1)) / 4 * log(Double.pi)
  for i in 0..<n { sum += logGamma(x - Double(i) / 2) }
  return sum
}
