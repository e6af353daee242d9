import Foundation

extension RandomStream {
  /// A normal number.
  ///
  /// Box and Muller's transform (1958), one number for each pair of uniforms, so that the stream's position
  /// depends only on how many numbers were drawn.
  ///
  /// - Parameters:
  ///   - mean: the mean.
  ///   - standardDeviation: not negative.
  public mutating func normal(mean: Double = 0, standardDeviation: Double = 1) -> Double {
    precondition(standardDeviation >= 0, "normal: the standard deviation must not be negative")
    let radius = (-2 * log(1 - uniform())).squareRoot()
    return mean + standardDeviation * (radius * cos(2 * Double.pi * uniform()))
  }
}

/// The standard normal law.
public enum StandardNormal {
  /// The probability of a number at most `x`; accurate in both tails.
  public static func cumulative(_ x: Double) -> Double { 0.5 * erfc(-x / 2.0.squareRoot()) }

  /// The number below which `probability` of the mass lies; ∓∞ at 0 and 1.
  ///
  /// A rational start (Abramowitz and Stegun 26.2.23) refined by Halley steps on ``cumulative(_:)``.
  public static func quantile(_ probability: Double) -> Double {
    precondition(probability >= 0 && probability <= 1, "quantile: a probability lies in [0, 1]")
    if probability == 0 { return -.infinity }
    if probability == 1 { return .infinity }
    let tail = min(probability, 1 - probability)
    let t = (-2 * log(tail)).squareRoot()
    let guess =
      t - (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)))
    var x = -guess  // the lower tail's quantile
    for _ in 0..<4 {
      let density = exp(-0.5 * x * x) / (2 * Double.pi).squareRoot()
      let step = (cumulative(x) - tail) / density
      x -= step / (1 + 0.5 * x * step)
    }
    return probability < 0.5 ? x : -x
  }
}
