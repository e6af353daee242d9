import Foundation
import Probability

extension Sampler {
  /// Proposes to part a cluster or to join two, with the full acceptance ratio; with equal chances the parted or absorbed
  /// cluster is a single neuron or grows from a pair of seeds (after Jain and Neal 2004).
  ///
  /// In a split the first part keeps its trajectory and the other receives one from ``PathProposal``; in a merge the second
  /// trajectory is dropped. The moved neurons' loadings come from Laplace's approximation in both directions. Trajectory
  /// densities have the dynamics integrated out.
  mutating func proposeSplitOrMerge(using stream: inout RandomStream) {
    if stream.uniform() < 0.5 {
      proposeSingle(using: &stream)
    } else {
      proposePair(using: &stream)
    }
  }

  private mutating func proposePair(using stream: inout RandomStream) {
    let n = table.neurons
    let i = stream.integer(below: n)
    var j = stream.integer(below: n - 1)
    if j >= i { j += 1 }
    let (home, other) = (state.labels[i], state.labels[j])
    let free = state.labels.indices.filter {
      $0 != i && $0 != j && (state.labels[$0] == home || state.labels[$0] == other)
    }
    // The chance that a neuron goes with j's part is a function of the counts alone.
    func chance(_ k: Int) -> Double {
      let lean = correlations[k * n + j] - correlations[k * n + i]
      return 0.02 + 0.96 / (1 + exp(-12 * lean))
    }
    var part = [j]
    var logAllocation = 0.0
    for k in free {
      let goes = home == other ? stream.bernoulli(chance(k)) : state.labels[k] == other
      logAllocation += log(goes ? chance(k) : 1 - chance(k))
      if goes { part.append(k) }
    }
    part.sort()
    if home == other {
      split(part, from: home, logProposal: logAllocation, logReverse: 0, using: &stream)
    } else {
      merge(other, into: home, logProposal: 0, logReverse: logAllocation, using: &stream)
    }
  }

  private mutating func proposeSingle(using stream: inout RandomStream) {
    let i = stream.integer(below: table.neurons)
    let home = state.labels[i]
    let sizes = state.sizes
    if sizes[home] > 1 {
      // The reverse chooses the old home among all clusters but the new one.
      let logs = targetLogs(i, among: Array(0..<state.clusters), leaving: i)
      split([i], from: home, logProposal: 0, logReverse: logs[home] - logSumExp(logs), using: &stream)
    } else if state.clusters > 1 {
      let others = (0..<state.clusters).filter { $0 != home }
      let logs = targetLogs(i, among: others, leaving: nil)
      let choice = stream.index(logWeights: logs)
      merge(
        home, into: others[choice], logProposal: logs[choice] - logSumExp(logs), logReverse: 0, using: &stream
      )
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
            i, path: paths.baseAddress! + cluster * rows * stride, counts: counts, workspace: &workspace
          ).logEvidence + log(Double(sizes[cluster]))
        }
      }
    }
  }

  /// Log importance weights of loadings along a path; draws the loadings when none are given.
  private func weigh(
    _ members: [Int], path: UnsafePointer<Double>, loadings: [[Double]]?, using stream: inout RandomStream
  ) -> (loadings: [[Double]], log: Double) {
    var workspace = [Double](repeating: 0, count: 3 * stride)
    var chosen: [[Double]] = []
    let sum = table.withUnsafe { counts in
      members.indices.reduce(0.0) { sum, place in
        let i = members[place]
        let law = laplace(i, path: path, counts: counts, workspace: &workspace)
        let value = loadings?[place] ?? law.draw(using: &stream)
        chosen.append(value)
        return sum
          + logWeight(value, law, i, path: path, counts: counts, workspace: &workspace)
      }
    }
    return (chosen, sum)
  }

  private func proposal(_ members: [Int]) -> PathProposal {
    PathProposal(
      members: members, table: table, model: model, dispersions: state.dispersions, states: state.states,
      rotations: rotations)
  }

  private mutating func split(
    _ part: [Int], from home: Int, logProposal: Double, logReverse: Double, using stream: inout RandomStream
  ) {
    moves.splits[0] += 1
    let size = rows * stride
    let law = proposal(part)
    let path = law.draw(stride: stride, using: &stream)
    let paths = state.paths + path
    let old = state.paths.withUnsafeBufferPointer {
      weigh(part, path: $0.baseAddress! + home * size, loadings: part.map(loading), using: &stream).log
    }
    let new = weigh(part, path: path, loadings: nil, using: &stream)
    let whole = state.sizes[home]
    let ratio =
      self.law.logCoefficients[state.clusters + 1] - self.law.logCoefficients[state.clusters]
      + self.law.logBlock(size: part.count) + self.law.logBlock(size: whole - part.count)
      - self.law.logBlock(size: whole)
      + logPathPrior(paths, clusters: state.clusters + 1)
      - logPathPrior(state.paths, clusters: state.clusters)
      + new.log - old - law.logDensity(path, stride: stride) + logReverse - logProposal
    guard log(1 - stream.uniform()) < ratio else { return }
    moves.splits[1] += 1
    state.paths = paths
    for (place, i) in part.enumerated() {
      state.labels[i] = state.clusters
      setLoading(i, new.loadings[place])
    }
    state.clusters += 1
  }

  private mutating func merge(
    _ other: Int, into home: Int, logProposal: Double, logReverse: Double, using stream: inout RandomStream
  ) {
    moves.merges[0] += 1
    let size = rows * stride
    let part = state.members(other)
    let law = proposal(part)
    let dropped = Array(state.paths[(other * size)..<((other + 1) * size)])
    let old = weigh(part, path: dropped, loadings: part.map(loading), using: &stream).log
    let new = state.paths.withUnsafeBufferPointer {
      weigh(part, path: $0.baseAddress! + home * size, loadings: nil, using: &stream)
    }
    var joined = state
    for (place, i) in part.enumerated() {
      joined.labels[i] = home
      for j in 0..<rows { joined.loadings[i * rows + j] = new.loadings[place][j] }
    }
    let whole = state.sizes[home] + part.count
    joined.removeCluster(other, rows: rows)
    let ratio =
      self.law.logCoefficients[joined.clusters] - self.law.logCoefficients[state.clusters]
      + self.law.logBlock(size: whole) - self.law.logBlock(size: part.count)
      - self.law.logBlock(size: whole - part.count)
      + logPathPrior(joined.paths, clusters: joined.clusters)
      - logPathPrior(state.paths, clusters: state.clusters)
      + new.log - old + law.logDensity(dropped, stride: stride) + logReverse - logProposal
    guard log(1 - stream.uniform()) < ratio else { return }
    moves.merges[1] += 1
    state = joined
  }
}
