import Foundation

/// The Pólya-Gamma law PG(b, z) of Polson, Scott and Windle (*JASA* 108, 2013).
///
/// It is the law of Σₖ wₖgₖ with wₖ = 1 / (2π²((k − ½)² + z²/4π²)) and independent gₖ ~ Gamma(b, 1), k = 1, 2, …; given ω ~ PG(y + r, ψ), a negative binomial likelihood is normal in ψ.
public struct PolyaGamma: Sendable, Hashable {
  /// The shape b, greater than 0.
  public let shape: Double
  /// The tilt z, any finite number; its sign does not matter.
  public let tilt: Double

  /// A Pólya-Gamma law.
  public init(shape: Double, tilt: Double) {
    precondition(shape > 0 && shape.isFinite, "PolyaGamma: the shape must be greater than 0 and finite")
    precondition(tilt.isFinite, "PolyaGamma: the tilt must be finite")
    self.shape = shape
    self.tilt = tilt
  }

  /// b tanh(z/2) / 2z
  public var mean: Double { shape * Self.unitCumulants(tilt).first }
  /// b (sinh z − z) / (4z³ cosh²(z/2))
  public var variance: Double { shape * Self.unitCumulants(tilt).second }

  /// The first three cumulants of PG(1, z): derivatives of log cosh √s at s = z²/4, by their Taylor series near 0.
  @inline(__always)
  static func unitCumulants(_ tilt: Double) -> (first: Double, second: Double, third: Double) {
    let q = abs(tilt) / 2
    if q < 0.6 {
      let s = q * q
      var derivatives = (0.0, 0.0, 0.0)
      for n in stride(from: taylor.count - 1, through: 0, by: -1) {
        derivatives.0 = derivatives.0 * s + taylor[n].x
        derivatives.1 = derivatives.1 * s + taylor[n].y
        derivatives.2 = derivatives.2 * s + taylor[n].z
      }
      return (derivatives.0 / 2, -derivatives.1 / 4, derivatives.2 / 8)
    }
    let decay = exp(-2 * q)
    let t = (1 - decay) / (1 + decay)
    let sech = 4 * decay / ((1 + decay) * (1 + decay))
    let cube = q * q * q
    return (
      t / (4 * q), (t - q * sech) / (16 * cube),
      (3 * t - q * sech * (3 + 2 * q * t)) / (64 * cube * q * q)
    )
  }

  /// Coefficients of the first three derivatives of log cosh √s = Σ aₙ sⁿ, with a₁ = ½ and the recurrence that
  /// follows from (log cosh √s)'s Riccati equation 4s f'' + 2f' + 4s f'² = 1.
  private static let taylor: [SIMD3<Double>] = {
    var a = [0, 0.5]  // f = Σ aₙ sⁿ
    for n in 1..<22 {
      // coefficient of sⁿ in 4s f'' + 2f' + 4s f'²
      var square = 0.0
      for i in 1...n { square += Double(i) * a[i] * Double(n - i + 1) * a[n - i + 1] }
      a.append(-4 * square / (Double(n + 1) * (4 * Double(n) + 2)))
    }
    return (0..<18).map { n in
      let m = Double(n)
      return SIMD3(
        (m + 1) * a[n + 1], (m + 2) * (m + 1) * a[n + 2], (m + 3) * (m + 2) * (m + 1) * a[n + 3])
    }
  }()
}

extension RandomStream {
  /// A Pólya-Gamma number, for any shape b > 0 and any tilt.
  ///
  /// The first terms of the gamma series are drawn as they are; the sum of all others is a shifted gamma number with
  /// their exact mean, variance and third cumulant. What is left out begins with the fourth cumulant and changes
  /// probabilities by less than about 10⁻⁴; above a shape of 170 no term needs to be drawn apart.
  public mutating func polyaGamma(shape b: Double, tilt z: Double) -> Double {
    precondition(b > 0 && b.isFinite, "polyaGamma: the shape must be greater than 0 and finite")
    precondition(z.isFinite, "polyaGamma: the tilt must be finite")
    var (first, second, third) = PolyaGamma.unitCumulants(z)
    var sum = 0.0
    if b <= 170 {
      let c = z * z / (4 * Double.pi * Double.pi)
      let terms = 1 + min(24, Int(abs(z) * (1 / 6.0))) + (b < 1 ? 3 : 0)
      var place = 0.5
      for _ in 0..<terms {
        let weight = 1 / (2 * Double.pi * Double.pi * (place * place + c))
        sum += weight * gamma(shape: b)
        first -= weight
        second -= weight * weight
        third -= 2 * weight * weight * weight
        place += 1
      }
    }
    let scale = third / (2 * second)
    let shape = second / (scale * scale)
    return sum + b * (first - shape * scale) + scale * gamma(shape: b * shape)
  }
}
