import Foundation
import Probability

/// Logarithms of factorials and of numbers of partitions, which description lengths are made of.
final class PartitionNumbers: Sendable {
  private let factorials: [Double]
  private let table: [Double]
  private let mostParts: Int
  private let mostSum: Int

  /// Tables for sums up to `sum` and so many parts; larger ones are computed by formulas.
  init(sum: Int, parts: Int, isClipped: Bool = true) {
    let length = min(max(2 * sum + parts + 2, 1024), 1 << 20)
    var factorials = [Double](repeating: 0, count: length)
    for n in 1..<length { factorials[n] = factorials[n - 1] + log(Double(n)) }
    self.factorials = factorials
    (mostSum, mostParts) = (min(sum, 1 << 16), min(parts, sum))
    table =
      mostSum * mostParts <= 1 << 23
      ? Self.partitions(sum: mostSum, parts: mostParts, isClipped: isClipped) : []
  }

  /// ln n!
  @inline(__always)
  func logFactorial(_ n: Int) -> Double {
    n < factorials.count ? factorials[n] : logGamma(Double(n) + 1)
  }

  /// ln C(n, k)
  func logBinomial(_ n: Int, _ k: Int) -> Double {
    k <= 0 || k >= n ? 0 : logFactorial(n) - logFactorial(k) - logFactorial(n - k)
  }

  /// ln C(a + b − 1, b): ways to choose b of a things with repetition.
  @inline(__always)
  func logMultiset(_ a: Int, _ b: Int) -> Double {
    b == 0 || a <= 0 ? 0 : logFactorial(a + b - 1) - logFactorial(b) - logFactorial(a - 1)
  }

  /// ln q(m, n): partitions of m into at most n parts.
  @inline(__always)
  func logPartitions(_ m: Int, _ n: Int) -> Double {
    if m <= 0 { return 0 }
    let parts = min(m, n)
    if m <= mostSum, parts <= mostParts, !table.isEmpty { return table[m * (mostParts + 1) + parts] }
    return Self.asymptotic(m, parts)
  }

  /// q(m, n) = q(m, n − 1) + q(m − n, n).
  ///
  /// Unclipped, the recursion takes entries with n > m and m = 0 for zero, as graph-tool 2.45 does, and so undercounts.
  private static func partitions(sum: Int, parts: Int, isClipped: Bool) -> [Double] {
    var table = [Double](repeating: -.infinity, count: (sum + 1) * (parts + 1))
    func place(_ m: Int, _ n: Int) -> Int { m * (parts + 1) + n }
    if isClipped { for n in 0...parts { table[n] = 0 } }
    for m in stride(from: 1, through: sum, by: 1) {
      for n in stride(from: 1, through: min(m, parts), by: 1) {
        let (a, b) = (table[place(m, n - 1)], table[place(m - n, n)])
        let (high, low) = a > b ? (a, b) : (b, a)
        table[place(m, n)] =
          !isClipped && n == 1 ? 0 : low == -.infinity ? high : high + log1p(exp(low - high))
      }
      if isClipped, m < parts { for n in (m + 1)...parts { table[place(m, n)] = table[place(m, m)] } }
    }
    return table
  }

  /// Szekeres' asymptotic law (1953), for sums too large for a table; for few parts C(m − 1, n − 1)/n!.
  static func asymptotic(_ m: Int, _ n: Int) -> Double {
    let (sum, parts) = (Double(m), Double(n))
    if parts < pow(sum, 0.25) {
      return logGamma(sum) - logGamma(parts) - logGamma(sum - parts + 1) - logGamma(parts + 1)
    }
    // v solves v² = u² (π²/6 − Li₂-like integral); here by iteration of v = u √(Li₂(1 − e⁻ᵛ)).
    let u = parts / sum.squareRoot()
    var v = u
    for _ in 0..<500 {
      let next = u * debye(v).squareRoot()
      if abs(next - v) <= 1e-12 * v { break }
      v = next
    }
    let lead =
      log(v) - log(1 - exp(-v) * (1 + u * u / 2)) / 2 - 1.5 * log(2) - log(u) - log(Double.pi)
    return lead - log(sum) + sum.squareRoot() * (2 * v / u - u * log1p(-exp(-v)))
  }

  /// ∫₀ᵛ t/(eᵗ − 1) dt, by Gauss-Legendre panels.
  private static func debye(_ v: Double) -> Double {
    let panels = max(4, Int(min(v, 60).rounded(.up)))
    let width = min(v, 60) / Double(panels)
    let nodes = [
      (0.1834346424956498, 0.3626837833783620), (0.5255324099163290, 0.3137066458778873),
      (0.7966664774136267, 0.2223810344533745), (0.9602898564975363, 0.1012285362903763),
    ]
    var sum = 0.0
    for panel in 0..<panels {
      let middle = (Double(panel) + 0.5) * width
      for (node, weight) in nodes {
        for sign in [-1.0, 1.0] {
          let t = middle + sign * node * width / 2
          sum += weight * width / 2 * t / expm1(t)
        }
      }
    }
    return sum
  }
}
