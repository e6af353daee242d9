import Foundation

extension RandomStream {
  /// The number of occupied tables after `customers` entered a Chinese restaurant with the given concentration:
  /// Σᵢ Bernoulli(α / (α + i)) for i = 0 … customers − 1 (Antoniak 1974).
  ///
  /// - Complexity: O(`customers`) up to 10⁴ customers; beyond, the thinly spread rest is a Poisson number, which
  ///   changes the law by less than α²/10⁴.
  public mutating func tables(customers: Int, concentration: Double) -> Int {
    precondition(customers >= 0, "tables: the number of customers must not be negative")
    precondition(concentration > 0, "tables: the concentration must be greater than 0")
    if customers == 0 { return 0 }
    var count = 1
    let exact = min(customers, max(10_000, Int(min(1e6, 100 * concentration))))
    for i in 1..<max(1, exact) where uniform() * (concentration + Double(i)) < concentration { count += 1 }
    if customers > exact {
      // Σ α/(α + i) over the rest by the midpoint rule
      let rest =
        concentration
        * log((concentration + Double(customers) - 0.5) / (concentration + Double(exact) - 0.5))
      count += poisson(mean: rest)
    }
    return count
  }
}
