import Foundation
import Probability

extension Sampler {
  /// Proposes to part a cluster or to join two, with the full acceptance ratio; with equal chances the parted or absorbed
  /// cluster is a single neuron or grows from a pair of seeds (after Jain and Neal 2004).
  ///
  /// Trajectories come from ``ClusterProposal`` with a trajectory of the state it is left for, or come from, as a hint: in a split
  /// that of the part alone, in a merge none; half of the time where clusters cannot be annealed, in a split those of part and rest,
  /// in a merge that of the whole. The moved neurons' loadings come from Laplace's approximation in both directions. Trajectory
  /// densities have the dynamics integrated out.
  mutating func proposeSplitOrMerge(using stream: inout RandomStream) {
    if stream.uniform() < 0.5 {
      proposeSingle(using: &stream)
    } else {
      proposePair(!canAnneal && stream.bernoulli(0.5) ? .redrawn : .kept, using: &stream)
    }
  }

  /// What becomes of the trajectory of a cluster that is parted, or of two that are joined: it is kept for the rest or the whole,
  /// both are drawn anew, or both move to the other model by ``ClusterAnnealing``.
  enum SplitKind { case kept, redrawn, annealed }

  private mutating func proposePair(_ kind: SplitKind, using stream: inout RandomStream) {
    let n = table.neurons
    let i = stream.integer(below: n)
    let j = secondSeed(i, using: &stream)
    let (home, other) = (state.labels[i], state.labels[j])
    let (free, chances) = allocation(i, j)
    let goes = zip(free, chances).map { k, chance in
      home == other ? stream.bernoulli(chance) : state.labels[k] == other
    }
    let logAllocation = logChance(chances, goes)
    if home == other {
      let part = ([j] + zip(free, goes).filter { $0.1 }.map { $0.0 }).sorted()
      split(part, from: home, kind, logProposal: logAllocation, logReverse: 0, using: &stream)
    } else {
      merge(other, into: home, kind, logProposal: 0, logReverse: logAllocation, using: &stream)
    }
  }

  /// Any other neuron, or half of the time rather one whose counts resemble i's; a function of the counts alone, so that its
  /// chance is the same on the way back.
  private func secondSeed(_ i: Int, using stream: inout RandomStream) -> Int {
    let n = table.neurons
    if stream.bernoulli(0.5) {
      let j = stream.integer(below: n - 1)
      return j < i ? j : j + 1
    }
    return stream.index(
      logWeights: (0..<n).map { $0 == i ? -Double.infinity : 8 * correlations[i * n + $0] })
  }

  /// The neurons in the clusters of two seeds, and the chance of each to go with j's part rather than i's: how well it fits the
  /// trajectories of the two seeds with their nearest neurons. It is a function of the set alone, so that a merge finds the split's chances again.
  func allocation(_ i: Int, _ j: Int) -> (free: [Int], chances: [Double]) {
    let (home, other) = (state.labels[i], state.labels[j])
    let free = state.labels.indices.filter {
      $0 != i && $0 != j && (state.labels[$0] == home || state.labels[$0] == other)
    }
    guard !free.isEmpty else { return ([], []) }
    let n = table.neurons
    func seeds(_ own: Int, _ other: Int) -> [Int] {
      let near = free.filter { correlations[$0 * n + own] > correlations[$0 * n + other] }
        .sorted { (correlations[$0 * n + own], $0) > (correlations[$1 * n + own], $1) }
      return (near.prefix(2) + [own]).sorted()
    }
    let paths = [seeds(i, j), seeds(j, i)].map { members in
      PathFit.joint(
        members: members, table: table, model: model, dispersions: state.dispersions, states: state.states,
        fitsDynamics: false, rounds: 4
      ).fit.path
    }
    var workspace = [Double](repeating: 0, count: 3 * stride)
    let chances = table.withUnsafe { counts in
      free.map { k in
        let evidence = paths.map {
          laplace(k, path: $0, rows: rows, counts: counts, workspace: &workspace).logEvidence
        }
        let lead = evidence[0] - evidence[1]
        return lead.isFinite ? 0.02 + 0.96 / (1 + exp(0.5 * lead)) : 0.5
      }
    }
    return (free, chances)
  }

  /// log probability that free neurons go as they do.
  func logChance(_ chances: [Double], _ goes: [Bool]) -> Double {
    zip(chances, goes).reduce(0) { $0 + log($1.1 ? $1.0 : 1 - $1.0) }
  }

  private mutating func proposeSingle(using stream: inout RandomStream) {
    let i = stream.integer(below: table.neurons)
    let home = state.labels[i]
    let sizes = state.sizes
    if sizes[home] > 1 {
      // The reverse chooses the old home among all clusters but the new one.
      let logs = targetLogs(i, among: Array(0..<state.clusters), leaving: i)
      split(
        [i], from: home, .kept, logProposal: 0, logReverse: logs[home] - logSumExp(logs),
        using: &stream)
    } else if state.clusters > 1 {
      let others = (0..<state.clusters).filter { $0 != home }
      let logs = targetLogs(i, among: others, leaving: nil)
      let choice = stream.index(logWeights: logs)
      merge(
        home, into: others[choice], .kept, logProposal: logs[choice] - logSumExp(logs),
        logReverse: 0, using: &stream)
    }
  }

  /// How well a neuron fits clusters: its evidence under Laplace's approximation and the cluster's size.
  private func targetLogs(_ i: Int, among clusters: [Int], leaving: Int?) -> [Double] {
    var sizes = state.sizes
    if let leaving { sizes[state.labels[leaving]] -= 1 }
    var workspace = [Double](repeating: 0, count: 3 * stride)
    return state.paths.withUnsafeBufferPointer { paths in
      table.withUnsafe { counts in
        clusters.map { cluster in
          laplace(
            i, path: paths.baseAddress! + cluster * rows * stride, rows: state.rows(of: cluster),
            counts: counts,
            workspace: &workspace
          ).logEvidence + log(Double(sizes[cluster]))
        }
      }
    }
  }

  /// Log importance weights of loadings along a path; draws the loadings when none are given.
  private func weigh(
    _ members: [Int], path: UnsafePointer<Double>, rows: Int, loadings: [[Double]]?,
    using stream: inout RandomStream
  ) -> (loadings: [[Double]], log: Double) {
    var workspace = [Double](repeating: 0, count: 3 * stride)
    var chosen: [[Double]] = []
    let sum = table.withUnsafe { counts in
      members.indices.reduce(0.0) { sum, place in
        let i = members[place]
        let law = laplace(i, path: path, rows: rows, counts: counts, workspace: &workspace)
        let value = loadings?[place] ?? law.draw(using: &stream)
        chosen.append(value)
        return sum
          + logWeight(value, law, i, path: path, counts: counts, workspace: &workspace)
      }
    }
    return (chosen, sum)
  }

  private func proposal(_ members: [Int], rows: Int, hint: [Double]) -> ClusterProposal {
    var model = model
    model.factors = rows - 1
    return ClusterProposal(
      members: members, hint: fitted(hint, rows: rows, members: members), table: table, model: model,
      dispersions: state.dispersions, states: state.states)
  }

  /// log p(y | δ, c) N(δ, c; 0, I) of `members` along a path.
  private func logJoint(_ members: [Int], path: [Double], loadings: [[Double]]) -> Double {
    var eta = [Double](repeating: 0, count: stride)
    return table.withUnsafe { counts in
      zip(members, loadings).reduce(0.0) { sum, pair in
        LoadingLaplace.logRates(pair.1, path: path, rows: pair.1.count, length: stride, into: &eta)
        return sum + likelihood(counts, pair.0).value(eta)
          - pair.1.reduce(0) { $0 + 0.5 * $1 * $1 + 0.5 * log(2 * Double.pi) }
      }
    }
  }

  func path(_ cluster: Int) -> [Double] {
    Array(state.paths[(cluster * rows * stride)..<((cluster * rows + state.rows(of: cluster)) * stride)])
  }

  /// Parts `part` from its cluster. Redrawn, both parts receive new trajectories, so that neither has to fit the old one; otherwise
  /// the rest keeps the old one.
  mutating func split(
    _ part: [Int], from home: Int, _ kind: SplitKind, logProposal: Double, logReverse: Double,
    using stream: inout RandomStream
  ) {
    moves.splits[0] += 1
    let (whole, old) = (state.members(home), path(home))
    let inPart = Set(part)
    let rest = whole.filter { !inPart.contains($0) }
    var parted = state
    let begun = beginFactors(from: home, using: &stream)
    if let begun { parted.activeFactors?.append(begun.factors) }
    let (rows, wholeRows) = (begun.map { $0.factors + 1 } ?? rows, state.rows(of: home))
    var ratio =
      logReverse - logProposal - logJoining(part.count, rest.count, clusters: state.clusters)
    if let begun { ratio += begun.log }
    if kind == .annealed { return splitAnnealed(part, rest, from: home, rows: rows, ratio, using: &stream) }
    let new = proposal(part, rows: rows, hint: old).draw(using: &stream)
    guard new.log.isFinite else { return }
    ratio += logJoint(part, path: new.path, loadings: new.loadings) - new.log
    parted.paths += padded(new.path)
    var changes = Array(zip(part, new.loadings))
    if kind == .redrawn {
      let kept = proposal(rest, rows: wholeRows, hint: old).draw(using: &stream)
      guard kept.log.isFinite else { return }
      ratio += logJoint(rest, path: kept.path, loadings: kept.loadings) - kept.log
      parted.setPath(home, padded(kept.path))
      changes += zip(rest, kept.loadings)
      let loadings = whole.map(loading)
      ratio -=
        logJoint(whole, path: old, loadings: loadings)
        - proposal(whole, rows: wholeRows, hint: kept.path).logDensity(
          path: old, loadings: loadings, using: &stream)
    } else {
      ratio -= weigh(part, path: old, rows: wholeRows, loadings: part.map(loading), using: &stream).log
    }
    parted.clusters += 1
    ratio += logPathPrior(parted) - logPathPrior(state)
    guard ratio.isFinite, log(1 - stream.uniform()) < ratio else { return }
    moves.splits[1] += 1
    for i in part { parted.labels[i] = state.clusters }
    for (i, value) in changes { parted.setLoading(i, value, rows: self.rows) }
    state = parted
  }

  /// Joins `other` to `home`. Redrawn, the whole receives a new trajectory, otherwise that of `home`.
  mutating func merge(
    _ other: Int, into home: Int, _ kind: SplitKind, logProposal: Double, logReverse: Double,
    using stream: inout RandomStream
  ) {
    moves.merges[0] += 1
    let (part, rest) = (state.members(other), state.members(home))
    let whole = (part + rest).sorted()
    let wholeRows = state.rows(of: home)
    var ratio =
      logReverse - logProposal + logJoining(part.count, rest.count, clusters: state.clusters - 1)
    ratio -= logBeginning(other, from: home)
    if kind == .annealed { return mergeAnnealed(part, rest, other, into: home, ratio, using: &stream) }
    var joined = state
    var changes: [(Int, [Double])]
    if kind == .redrawn {
      let new = proposal(whole, rows: wholeRows, hint: path(home)).draw(using: &stream)
      guard new.log.isFinite else { return }
      ratio += logJoint(whole, path: new.path, loadings: new.loadings) - new.log
      joined.setPath(home, padded(new.path))
      changes = Array(zip(whole, new.loadings))
    } else {
      let new = weigh(part, path: path(home), rows: wholeRows, loadings: nil, using: &stream)
      ratio += new.log
      changes = Array(zip(part, new.loadings))
    }
    for i in part { joined.labels[i] = home }
    for (i, value) in changes { joined.setLoading(i, value, rows: rows) }
    let start = home * rows * stride
    let hint = Array(joined.paths[start..<(start + wholeRows * stride)])
    for (members, cluster) in kind == .redrawn ? [(part, other), (rest, home)] : [(part, other)] {
      let (path, loadings) = (path(cluster), members.map(loading))
      ratio -=
        logJoint(members, path: path, loadings: loadings)
        - proposal(members, rows: state.rows(of: cluster), hint: hint).logDensity(
          path: path, loadings: loadings, using: &stream)
    }
    joined.removeCluster(other, rows: rows)
    ratio += logPathPrior(joined) - logPathPrior(state)
    guard ratio.isFinite, log(1 - stream.uniform()) < ratio else { return }
    moves.merges[1] += 1
    state = joined
  }
}
