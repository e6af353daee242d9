import Foundation
import Probability

/// The exchangeable law of a partition of n items: P = exp(log V(t)) Π γ(γ+1)…(γ+n_c−1) over its t blocks.
public struct PartitionLaw: Sendable, Hashable {
  /// The number of items, n.
  public let items: Int
  /// γ in a block's weight; 0 for a Dirichlet process, where a block weighs (n_c − 1)!.
  public let concentration: Double
  /// log V(t) at index t, t = 1 … n; index 0 is not used.
  public let logCoefficients: [Double]

  /// The law of `prior` for `items` items.
  public init(_ prior: BiclusterModel.PartitionPrior, items: Int) {
    self.items = items
    switch prior {
    case .finiteMixture(let gamma, let rate):
      concentration = gamma
      logCoefficients =
        [-.infinity] + (1...items).map { Self.mixtureCoefficient($0, items: items, gamma: gamma, rate: rate) }
    case .dirichletProcess(let alpha):
      concentration = 0
      let base = logGamma(alpha) - logGamma(alpha + Double(items))
      logCoefficients = [-.infinity] + (1...items).map { Double($0) * log(alpha) + base }
    }
  }

  /// log Σ_{k ≥ t} k!/(k−t)! Γ(kγ)/Γ(kγ+n) ρ(1−ρ)^(k−1) (Miller and Harrison 2018, eq. 3.2), summed until the terms no
  /// longer count.
  private static func mixtureCoefficient(_ t: Int, items n: Int, gamma: Double, rate: Double) -> Double {
    var terms: [Double] = []
    var largest = -Double.infinity
    var k = t
    while true {
      let kk = Double(k)
      let term =
        logGamma(kk + 1) - logGamma(kk - Double(t) + 1) + logGamma(kk * gamma)
        - logGamma(kk * gamma + Double(n))
        + log(rate) + (kk - 1) * log1p(-rate)
      terms.append(term)
      largest = max(largest, term)
      if term < largest - 45, k > t + 10 { return logSumExp(terms) }
      k += 1
    }
  }

  /// log P of a partition with blocks of these sizes.
  public func logProbability(sizes: [Int]) -> Double {
    logCoefficients[sizes.count] + sizes.reduce(0) { $0 + logBlock(size: $1) }
  }

  /// A block's factor in ``logProbability(sizes:)``.
  public func logBlock(size: Int) -> Double {
    concentration == 0
      ? logGamma(Double(size)) : logGamma(concentration + Double(size)) - logGamma(concentration)
  }
}

extension BiclusterModel.PartitionPrior {
  /// A partition of `items` items drawn from the prior: mixture weights and labels, or a Chinese restaurant.
  public func draw(items: Int, using stream: inout RandomStream) -> [Int] {
    switch self {
    case .finiteMixture(let gamma, let rate):
      let components = 1 + Int(log(1 - stream.uniform()) / log1p(-rate))
      let weights = Categorical(weights: stream.dirichlet([Double](repeating: gamma, count: components)))
      return canonicalLabels((0..<items).map { _ in stream.draw(weights) })
    case .dirichletProcess(let alpha):
      var sizes: [Double] = []
      return (0..<items).map { _ in
        let label = stream.draw(Categorical(weights: sizes + [alpha]))
        if label == sizes.count { sizes.append(0) }
        sizes[label] += 1
        return label
      }
    }
  }
}
