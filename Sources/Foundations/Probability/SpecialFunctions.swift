import Foundation

/// The natural logarithm of Γ(x), for x > 0; relative error about 1e-15 away from the zeros at 1 and 2.
///
/// Stirling's series above 10, reached from below by the recurrence Γ(x+1) = xΓ(x). The C library's `lgamma`
/// is not used because it writes a global.
public func logGamma(_ x: Double) -> Double {
  precondition(x > 0, "logGamma: the argument must be greater than 0")
  if x == 1 || x == 2 { return 0 }
  var shifted = x
  var product = 1.0
  while shifted < 10 {
    product *= shifted
    shifted += 1
  }
  return (shifted - 0.5) * log(shifted) - shifted + 0.5 * log(2 * Double.pi) + stirlingSeries(shifted)
    - log(product)
}

/// log Γ(x) − Stirling's formula, for x ≥ 10: 1/12x − 1/360x³ + …
private func stirlingSeries(_ x: Double) -> Double {
  let r = 1 / (x * x)
  return
    (1 / 12.0 - r
    * (1 / 360.0 - r * (1 / 1260.0 - r * (1 / 1680.0 - r * (1 / 1188.0 - r * (691 / 360360.0))))))
    / x
}

/// log n! − log(√(2πn) (n/e)ⁿ): what Stirling's formula misses, for n ≥ 0 (0 at n = 0 by convention).
func stirlingError(_ n: Double) -> Double {
  if n == 0 { return 0 }
  if n >= 10 { return stirlingSeries(n) }
  return logGamma(n + 1) - (n + 0.5) * log(n) + n - 0.5 * log(2 * Double.pi)
}

/// x log(x/m) + m − x without cancellation near x = m (Loader 2000).
func deviance(_ x: Double, _ m: Double) -> Double {
  if x == 0 { return m }
  let d = x - m
  if abs(d) < 0.1 * (x + m) {
    let v = d / (x + m)
    var sum = d * v
    var term = 2 * x * v
    var j = 1.0
    while true {
      term *= v * v
      let next = sum + term / (2 * j + 1)
      if next == sum { return next }
      sum = next
      j += 1
    }
  }
  return x * log(x / m) + m - x
}

/// The logarithm of the binomial coefficient C(n, k), for real 0 ≤ k ≤ n.
public func logBinomialCoefficient(_ n: Double, _ k: Double) -> Double {
  precondition(k >= 0 && k <= n, "logBinomialCoefficient: k must lie in 0 ... n")
  return logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1)
}

/// log Σ exp(xᵢ) that neither overflows nor underflows; −∞ for no terms.
public func logSumExp(_ values: some Sequence<Double>) -> Double {
  let terms = Array(values)
  guard let largest = terms.max(), largest.isFinite else { return terms.max() ?? -.infinity }
  return largest + log(terms.reduce(0) { $0 + exp($1 - largest) })
}

/// The regularised incomplete beta function I_x(a, b): the probability that a Beta(a, b) number is at most x.
///
/// Continued fraction (Abramowitz and Stegun 26.5.8) by Lentz's method; a, b > 0, x in [0, 1].
public func incompleteBeta(_ x: Double, a: Double, b: Double) -> Double {
  precondition(a > 0 && b > 0, "incompleteBeta: a and b must be greater than 0")
  precondition(x >= 0 && x <= 1, "incompleteBeta: x must lie in [0, 1]")
  if x == 0 || x == 1 { return x }
  if x > (a + 1) / (a + b + 2) { return 1 - incompleteBeta(1 - x, a: b, b: a) }
  let front = exp(a * log(x) + b * log1p(-x) + logGamma(a + b) - logGamma(a) - logGamma(b)) / a
  func awayFromZero(_ value: Double) -> Double { abs(value) < 1e-300 ? 1e-300 : value }
  var c = 1.0
  var d = 1 / awayFromZero(1 - (a + b) * x / (a + 1))
  var fraction = d
  for m in 1...10_000 {
    let m = Double(m)
    for numerator in [
      m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
      -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
    ] {
      d = 1 / awayFromZero(1 + numerator * d)
      c = awayFromZero(1 + numerator / c)
      fraction *= d * c
    }
    if abs(d * c - 1) < 1e-15 { break }
  }
  return front * fraction
}

/// The x at which I_x(a, b) is `probability`, by bisection to the last bit.
public func inverseIncompleteBeta(_ probability: Double, a: Double, b: Double) -> Double {
  precondition(probability >= 0 && probability <= 1, "inverseIncompleteBeta: a probability lies in [0, 1]")
  if probability == 0 || probability == 1 { return probability }
  var low = 0.0
  var high = 1.0
  while true {
    let middle = low > 0 && high / low > 4 ? (low * high).squareRoot() : (low + high) / 2
    if middle <= low || middle >= high || high < 1e-300 { return middle }
    if incompleteBeta(middle, a: a, b: b) < probability { low = middle } else { high = middle }
  }
}

/// The regularised upper incomplete gamma function Q(a, x): the probability that a Gamma(a, 1) number exceeds x.
///
/// Series below a + 1, continued fraction above (Abramowitz and Stegun 6.5.29, 6.5.31).
public func upperIncompleteGamma(a: Double, x: Double) -> Double {
  precondition(a > 0 && x >= 0, "upperIncompleteGamma: a must be greater than 0 and x not negative")
  if x == 0 { return 1 }
  let front = exp(a * log(x) - x - logGamma(a))
  if x < a + 1 {
    var term = 1 / a
    var sum = term
    var n = a
    while abs(term) > abs(sum) * 1e-17 {
      n += 1
      term *= x / n
      sum += term
    }
    return 1 - front * sum
  }
  var b = x + 1 - a
  var c = 1e300
  var d = 1 / b
  var fraction = d
  for i in 1...10_000 {
    let numerator = -Double(i) * (Double(i) - a)
    b += 2
    d = numerator * d + b
    if abs(d) < 1e-300 { d = 1e-300 }
    c = b + numerator / c
    if abs(c) < 1e-300 { c = 1e-300 }
    d = 1 / d
    fraction *= d * c
    if abs(d * c - 1) < 1e-15 { break }
  }
  return front * fraction
}

/// The probability that a χ² number of `degrees` degrees of freedom exceeds `statistic`.
public func chiSquareTail(_ statistic: Double, degrees: Int) -> Double {
  upperIncompleteGamma(a: Double(degrees) / 2, x: statistic / 2)
}
