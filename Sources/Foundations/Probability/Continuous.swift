import Foundation

extension RandomStream {
  /// An exponential number of mean `mean`.
  public mutating func exponential(mean: Double = 1) -> Double { -mean * log(1 - uniform()) }

  /// A gamma number of mean `shape` · `scale` (Marsaglia and Tsang 2000; shapes below 1 by their boost).
  public mutating func gamma(shape: Double, scale: Double = 1) -> Double {
    precondition(shape > 0 && scale > 0, "gamma: shape and scale must be greater than 0")
    if shape < 1 {
      let boost = pow(1 - uniform(), 1 / shape)
      return gamma(shape: shape + 1, scale: scale) * boost
    }
    let d = shape - 1 / 3.0
    let c = 1 / (9 * d).squareRoot()
    while true {
      let x = normal()
      let v = 1 + c * x
      if v <= 0 { continue }
      let cube = v * v * v
      if log(1 - uniform()) < 0.5 * x * x + d - d * cube + d * log(cube) { return d * cube * scale }
    }
  }

  /// A beta number on [0, 1] of mean a/(a+b), as a ratio of gamma numbers.
  public mutating func beta(a: Double, b: Double) -> Double {
    let x = gamma(shape: a)
    let y = gamma(shape: b)
    // Both can underflow when a and b are tiny: then one of the ends is due, in proportion.
    if x + y == 0 { return uniform() < a / (a + b) ? 1 : 0 }
    return x / (x + y)
  }
}
