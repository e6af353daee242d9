import Foundation
import Probability

extension LoadingFrame {
  /// A map to loadings whose c have mean 0 and unit covariance and whose δ have no part along them or along 1:
  /// c ↦ L⁻¹(c − m), δ ↦ δ − a₀ − a·L⁻¹(c − m).
  struct Whitening {
    /// m
    private let centre: [Double]
    /// L, lower, `[p, p]`
    private let factor: [Double]
    /// (a₀, a)
    private let levels: [Double]

    /// The whitening of loadings (δ, c); `nil` with p + 1 neurons or fewer.
    init?(_ loadings: [[Double]]) {
      let (n, p) = (loadings.count, loadings[0].count - 1)
      guard n > p + 1 else { return nil }
      let centre = (0..<p).map { k in loadings.reduce(0) { $0 + $1[1 + k] } / Double(n) }
      var covariance = [Double](repeating: 0, count: p * p)
      for row in loadings {
        for j in 0..<p {
          for k in 0..<p {
            covariance[j * p + k] += (row[1 + j] - centre[j]) * (row[1 + k] - centre[k]) / Double(n)
          }
        }
      }
      for j in 0..<p { covariance[j * p + j] += 1e-9 * covariance[j * p + j] + 1e-9 }
      guard let factor = p == 0 ? [] : SmallMatrix.cholesky(covariance, p) else { return nil }
      var levels = [loadings.reduce(0) { $0 + $1[0] } / Double(n)] + [Double](repeating: 0, count: p)
      for row in loadings {
        var c = (0..<p).map { row[1 + $0] - centre[$0] }
        SmallMatrix.solveLower(factor, &c, p)
        for k in 0..<p { levels[1 + k] += row[0] * c[k] / Double(n) }
      }
      (self.centre, self.factor, self.levels) = (centre, factor, levels)
    }

    /// Maps (δ, c).
    func apply(_ loading: inout [Double]) {
      let p = centre.count
      var c = (0..<p).map { loading[1 + $0] - centre[$0] }
      SmallMatrix.solveLower(factor, &c, p)
      loading[0] -= levels[0]
      for k in 0..<p {
        loading[0] -= levels[1 + k] * c[k]
        loading[1 + k] = c[k]
      }
    }

    /// The trajectory `[row, stride]` that with mapped loadings gives the same log-rates.
    func turned(_ rows: [Double], rows q: Int, stride: Int, bins: Int) -> [Double] {
      let p = q - 1
      var result = rows
      for t in 0..<bins {
        result[t] += levels[0]
        for j in 0..<p {
          result[t] += centre[j] * rows[(1 + j) * stride + t]
          // Lᵀx + a
          var sum = levels[1 + j]
          for k in j..<p { sum += factor[k * p + j] * rows[(1 + k) * stride + t] }
          result[(1 + j) * stride + t] = sum
        }
      }
      return result
    }
  }
}
