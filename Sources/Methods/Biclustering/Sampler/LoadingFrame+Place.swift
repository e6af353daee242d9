import Probability

extension LoadingFrame {
  /// Where loadings lie: c = Tᵀ(fitted c + error) + w, δ = fitted δ + error − s₀ − s·c.
  struct Place {
    /// T, `[p, p]`
    let map: [Double]
    /// T⁻¹
    let inverse: [Double]
    /// log |det T|
    let logDeterminant: Double
    /// w
    let shift: [Double]
    /// (s₀, s), by which the trajectory's rows are shifted.
    let levels: [Double]

    /// A trajectory `[row, stride]` of the fitted frame in this one: x = T⁻¹x° + s, μ = μ° − w·T⁻¹x° + s₀, with what T hardly
    /// sees held back.
    func turned(_ rows: [Double], stride: Int, bins: Int) -> [Double] {
      let p = shift.count
      var square = [Double](repeating: 0, count: p * p)
      for j in 0..<p {
        for k in 0..<p {
          for m in 0..<p { square[j * p + k] += map[m * p + j] * map[m * p + k] }
        }
        square[j * p + j] += 0.02
      }
      let held = SmallMatrix.generalInverse(square, p)!.inverse
      var inverse = [Double](repeating: 0, count: p * p)
      for j in 0..<p {
        for k in 0..<p { for m in 0..<p { inverse[j * p + k] += held[j * p + m] * map[k * p + m] } }
      }
      var result = rows
      for t in 0..<bins {
        result[t] += levels[0]
        for j in 0..<p {
          var value = 0.0
          for k in 0..<p { value += inverse[j * p + k] * rows[(1 + k) * stride + t] }
          result[(1 + j) * stride + t] = value + levels[1 + j]
          result[t] -= shift[j] * value
        }
      }
      return result
    }
  }
}
