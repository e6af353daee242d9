import Foundation
import Probability

extension Sampler {
  /// Whether a sweep proposes a factor's birth or death: it takes as long as some sweeps.
  static func proposesFactors(_ index: Int) -> Bool { index % (index < 500 ? 20 : 40) == 0 }

  /// Proposes one factor more or one less for a cluster, by ``FactorAnnealing``. The factor that ends is a direction among the cluster's
  /// factors, rather a weak one; after a birth the factors are turned at random, so that the new one stands anywhere.
  mutating func proposeFactor(using stream: inout RandomStream) {
    guard let numbers = state.activeFactors else { return }
    let cluster = stream.integer(below: state.clusters)
    let members = state.members(cluster)
    if stream.bernoulli(0.5) {
      let p = numbers[cluster] + 1
      moves.factorBirths = counted(moves.factorBirths)
      guard p <= model.factors else { return }
      var annealing = FactorAnnealing(self, members: members, factors: p, steps: factorSteps)
      var new = annealing.rise(path: path(cluster), loadings: members.map(loading), using: &stream)
      guard new.log.isFinite, let direction = turn(new.path, new.loadings),
        log(1 - stream.uniform()) < new.log + direction.logDensity
      else { return }
      FactorTurn.apply(
        stream.orthogonal(dimension: p), path: &new.path, loadings: &new.loadings, stride: stride)
      moves.factorBirths![1] += 1
      setFactors(cluster, p, path: new.path, members: members, loadings: new.loadings)
    } else {
      let p = numbers[cluster]
      moves.factorDeaths = counted(moves.factorDeaths)
      guard p > 0 else { return }
      var (path, loadings) = (path(cluster), members.map(loading))
      guard let law = turn(path, loadings) else { return }
      FactorTurn.apply(law.draw(using: &stream), path: &path, loadings: &loadings, stride: stride)
      guard let direction = turn(path, loadings) else { return }
      var annealing = FactorAnnealing(self, members: members, factors: p, steps: factorSteps)
      let old = annealing.fall(path: path, loadings: loadings, using: &stream)
      guard old.log.isFinite, log(1 - stream.uniform()) < -old.log - direction.logDensity else { return }
      moves.factorDeaths![1] += 1
      setFactors(cluster, p - 1, path: old.path, members: members, loadings: old.loadings)
    }
  }

  private func counted(_ moves: [Int]?) -> [Int] { [(moves?[0] ?? 0) + 1, moves?[1] ?? 0] }

  private func turn(_ path: [Double], _ loadings: [[Double]]) -> FactorTurn? {
    FactorTurn(path: path, loadings: loadings, stride: stride, bins: table.bins)
  }

  private mutating func setFactors(
    _ cluster: Int, _ factors: Int, path: [Double], members: [Int], loadings: [[Double]]
  ) {
    state.activeFactors![cluster] = factors
    state.setPath(cluster, padded(path))
    for (i, value) in zip(members, loadings) { setLoading(i, value) }
  }

  /// A trajectory of fewer rows with rows of 0 to fill a place in the state.
  func padded(_ path: [Double]) -> [Double] {
    path + [Double](repeating: 0, count: rows * stride - path.count)
  }

  /// The number of factors for a cluster that is parted from `home`: as many as there, or half of the time any number; and log of its
  /// prior over the chance. `nil` where the number is given.
  func beginFactors(from home: Int, using stream: inout RandomStream) -> (factors: Int, log: Double)? {
    guard let numbers = state.activeFactors else { return nil }
    let factors = stream.bernoulli(0.5) ? numbers[home] : stream.integer(below: model.factors + 1)
    return (factors, logBeginning(factors, beside: numbers[home]))
  }

  /// The same log for a cluster that is there, were it parted from `home`; 0 where the number is given.
  func logBeginning(_ cluster: Int, from home: Int) -> Double {
    state.activeFactors.map { logBeginning($0[cluster], beside: $0[home]) } ?? 0
  }

  private func logBeginning(_ factors: Int, beside home: Int) -> Double {
    let prior = 1 / Double(model.factors + 1)
    return log(prior) - log(0.5 * prior + (factors == home ? 0.5 : 0))
  }

  /// A trajectory with as many rows as asked for: later ones left out, or made of the smoothed counts of `members`.
  func fitted(_ path: [Double], rows: Int, members: [Int]) -> [Double] {
    let size = rows * stride
    guard path.count < size else { return Array(path[..<size]) }
    return path + SmoothedCounts.path(members, table: table, rows: rows)[path.count...]
  }

  /// log prior of the numbers of factors, and what the loadings' normal law has of them.
  var logFactorPrior: Double {
    guard let numbers = state.activeFactors else { return 0 }
    let loadings = state.labels.reduce(0) { $0 + numbers[$1] }
    return -Double(state.clusters) * log(Double(model.factors + 1))
      - 0.5 * Double(loadings) * log(2 * Double.pi)
  }
}
