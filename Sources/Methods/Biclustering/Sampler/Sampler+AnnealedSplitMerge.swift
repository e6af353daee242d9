import Foundation
import Probability

extension Sampler {
  /// Whether clusters can be parted and joined by annealing, which asks for negative binomial counts and blocks of dynamics that
  /// act in each cluster alone.
  var canAnneal: Bool { model.observation == .negativeBinomial && model.coupling == .blockDiagonal }

  /// Whether a sweep proposes to part or join clusters by annealing: it takes as long as many sweeps, and is needed most while
  /// a chain comes from its start.
  static func anneals(_ index: Int) -> Bool { index % (index < 500 ? 25 : 200) == 0 }

  /// Proposes to part a cluster or to join two by ``ClusterAnnealing``: whatever a proposal at once misses of the trajectories'
  /// law adds up over their many numbers, and annealing finds its way bit by bit.
  ///
  /// With equal chances two clusters are chosen, rather such whose counts resemble one another, with a seed in each, or two seeds
  /// of one cluster.
  mutating func proposeAnnealedSplitOrMerge(using stream: inout RandomStream) {
    guard canAnneal else { return }
    let n = table.neurons
    func pairs(_ labels: [Int]) -> Double {
      Double((0..<n).reduce(0) { sum, i in sum + labels.count { $0 == labels[i] } - 1 })
    }
    if stream.bernoulli(0.5) {
      let seeds = (0..<n).flatMap { i in (0..<n).map { (i, $0) } }.filter {
        $0 != $1 && state.labels[$0] == state.labels[$1]
      }
      guard !seeds.isEmpty else { return }
      let (i, j) = seeds[stream.integer(below: seeds.count)]
      let home = state.labels[i]
      let (free, chances) = allocation(i, j)
      let goes = chances.map { stream.bernoulli($0) }
      let part = ([j] + zip(free, goes).filter { $0.1 }.map { $0.0 }).sorted()
      var labels = state.labels
      for k in part { labels[k] = state.clusters }
      let sizes = (labels.count { $0 == home }, part.count)
      split(
        part, from: home, .annealed, logProposal: logChance(chances, goes) - log(pairs(state.labels)),
        logReverse: logJoinChances(labels, clusters: state.clusters + 1)[
          home * (state.clusters + 1)
            + state.clusters] - log(Double(sizes.0 * sizes.1)), using: &stream)
    } else if state.clusters > 1 {
      let chances = logJoinChances(state.labels, clusters: state.clusters)
      let choice = stream.index(logWeights: chances)
      let (home, other) = (choice / state.clusters, choice % state.clusters)
      let (first, second) = (state.members(home), state.members(other))
      let i = first[stream.integer(below: first.count)]
      let j = second[stream.integer(below: second.count)]
      let (free, reverse) = allocation(i, j)
      var joined = state.labels
      for k in second { joined[k] = home }
      merge(
        other, into: home, .annealed,
        logProposal: chances[choice] - log(Double(first.count * second.count)),
        logReverse: logChance(reverse, free.map { state.labels[$0] == other }) - log(pairs(joined)),
        using: &stream)
    }
  }

  /// log chance of each ordered pair of clusters to be chosen for joining, `[cluster, cluster]`: by the mean size of the
  /// correlations between their neurons' smoothed counts.
  private func logJoinChances(_ labels: [Int], clusters: Int) -> [Double] {
    let n = table.neurons
    var sums = [Double](repeating: 0, count: clusters * clusters)
    var counts = sums
    for i in 0..<n {
      for j in 0..<n where labels[i] != labels[j] {
        sums[labels[i] * clusters + labels[j]] += abs(correlations[i * n + j])
        counts[labels[i] * clusters + labels[j]] += 1
      }
    }
    let logs = zip(sums, counts).map { $1 > 0 ? 8 * $0 / $1 : -.infinity }
    let total = logSumExp(logs)
    return logs.map { $0 - total }
  }

  /// log of the partition's prior with a cluster of `part` + `rest` neurons among `clusters`, over that with both apart.
  func logJoining(_ part: Int, _ rest: Int, clusters: Int) -> Double {
    law.logCoefficients[clusters] - law.logCoefficients[clusters + 1] + law.logBlock(size: part + rest)
      - law.logBlock(size: part) - law.logBlock(size: rest)
  }

  private func annealing(_ kept: [Int], _ varied: [Int], rows: Int) -> ClusterAnnealing {
    // A cluster that keeps neurons moves less far.
    ClusterAnnealing(
      self, kept: kept, varied: varied, rows: rows,
      steps: max(1, kept.isEmpty ? annealingSteps : annealingSteps / 2))
  }

  /// Parts `part` from the `rest` of its cluster, `ratio` being the part of the log acceptance ratio without trajectories.
  mutating func splitAnnealed(
    _ part: [Int], _ rest: [Int], from home: Int, rows: Int, _ ratio: Double,
    using stream: inout RandomStream
  ) {
    var beginning = annealing([], part, rows: rows)
    let new = beginning.rise(path: nil, kept: [], using: &stream)
    guard new.log.isFinite else { return }
    var leaving = annealing(rest, part, rows: state.rows(of: home))
    let left = leaving.fall(
      path: path(home), kept: rest.map(loading), varied: part.map(loading), using: &stream)
    guard left.log.isFinite, log(1 - stream.uniform()) < ratio + new.log - left.log else { return }
    moves.splits[1] += 1
    state.setPath(home, padded(left.path))
    state.paths += padded(new.path)
    state.activeFactors?.append(rows - 1)
    for i in part { state.labels[i] = state.clusters }
    for (i, value) in zip(rest + part, left.kept + new.varied) { setLoading(i, value) }
    state.clusters += 1
  }

  /// Joins `part`, which is `other`, to the `rest`, which is `home`.
  mutating func mergeAnnealed(
    _ part: [Int], _ rest: [Int], _ other: Int, into home: Int, _ ratio: Double,
    using stream: inout RandomStream
  ) {
    var ending = annealing([], part, rows: state.rows(of: other))
    let old = ending.fall(path: path(other), kept: [], varied: part.map(loading), using: &stream)
    guard old.log.isFinite else { return }
    var joining = annealing(rest, part, rows: state.rows(of: home))
    let joint = joining.rise(path: path(home), kept: rest.map(loading), using: &stream)
    guard joint.log.isFinite, log(1 - stream.uniform()) < ratio + joint.log - old.log else { return }
    moves.merges[1] += 1
    state.setPath(home, padded(joint.path))
    for i in part { state.labels[i] = home }
    for (i, value) in zip(rest + part, joint.kept + joint.varied) { setLoading(i, value) }
    state.removeCluster(other, rows: rows)
  }
}
