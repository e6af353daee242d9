import Foundation

extension RandomStream {
  /// Shares that sum to 1, from a Dirichlet law.
  ///
  /// Gamma numbers are kept as logarithms, so that tiny concentrations do not give 0/0.
  ///
  /// - Parameter concentrations: each greater than 0.
  public mutating func dirichlet(_ concentrations: [Double]) -> [Double] {
    precondition(!concentrations.isEmpty, "dirichlet: there must be at least one concentration")
    let logs = concentrations.map { concentration -> Double in
      precondition(concentration > 0, "dirichlet: every concentration must be greater than 0")
      if concentration >= 1 { return log(gamma(shape: concentration)) }
      return log(gamma(shape: concentration + 1)) + log(1 - uniform()) / concentration
    }
    let total = logSumExp(logs)
    return logs.map { exp($0 - total) }
  }

  /// An index drawn with chances proportional to the exponentials of `logWeights`; at least one must be finite.
  public mutating func index(logWeights: [Double]) -> Int {
    let largest = logWeights.max() ?? -.infinity
    precondition(largest.isFinite, "index(logWeights:): at least one weight must be finite")
    let total = logWeights.reduce(0) { $0 + exp($1 - largest) }
    var left = uniform() * total
    var last = 0
    for (index, weight) in logWeights.enumerated() where weight > -.infinity {
      last = index
      left -= exp(weight - largest)
      if left < 0 { return index }
    }
    return last
  }
}
