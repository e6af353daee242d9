import Foundation
import Probability

/// A cluster's trajectory under way to its mode given the members' counts, a step at a time.
///
/// Everything is a function of the members, their counts and dispersions, the states and the loadings given, never of where a
/// chain is, so that a proposal and its reverse find the same fit.
struct PathFit {
  /// The members, ascending.
  let members: [Int]
  let table: CountTable
  let model: BiclusterModel
  let dispersions: [Double]
  let states: [Int]
  /// `[row, stride]`
  var path: [Double]
  /// Of every state.
  var dynamics: [LinearDynamics]
  /// The normal law of the last step, before its factorisation.
  private(set) var law: GaussianPath
  /// The largest change that the last step asked for.
  private(set) var lastStep = Double.infinity
  /// Paths drawn from it with fixed noise, `[row, stride]`; they have the spread which the mode lacks.
  var samples: [[Double]]
  private let noise: [[Double]]

  /// A fit that begins with a random walk's dynamics.
  ///
  /// - Parameters:
  ///   - path: where to begin, `[row, stride]`.
  init(
    members: [Int], table: CountTable, model: BiclusterModel, dispersions: [Double], states: [Int],
    path: [Double]
  ) {
    self.members = members
    self.table = table
    self.model = model
    self.dispersions = dispersions
    self.states = states
    self.path = path
    samples = [path]
    dynamics = [LinearDynamics](
      repeating: .randomWalk(dimension: model.rows, variance: model.innovationScale), count: model.stateLimit)
    law = GaussianPath(dimension: model.rows, length: table.bins)
    var stream = RandomStream(seed: 0, "path fit")
    let first = (0..<(model.rows * table.bins)).map { _ in stream.normal() }
    let second = (0..<(model.rows * table.bins)).map { _ in stream.normal() }
    // With their negatives, so that the samples' mean is the mode.
    noise = [first, first.map(-), second, second.map(-)]
  }

  /// The likelihood of a member.
  func likelihood(_ place: Int, _ counts: UnsafeCountTable) -> CountLikelihood {
    CountLikelihood(
      counts, neuron: members[place], observation: model.observation, dispersion: dispersions[members[place]])
  }

  /// Laplace's approximation of every member's (δ, c) along the path.
  func loadingLaws() -> [LoadingLaplace] {
    var workspace = [Double](repeating: 0, count: 3 * table.stride)
    return table.withUnsafe { counts in
      members.indices.map { place in
        LoadingLaplace(
          likelihood(place, counts), path: path, rows: model.rows, total: table.total[members[place]],
          observed: table.observed[members[place]], workspace: &workspace)
      }
    }
  }

  /// One Newton step of the path given loadings, cut where it is long; false when the law is not proper.
  @discardableResult
  mutating func step(loadings: [[Double]], samples isSampled: Bool = true) -> Bool {
    let (q, length, bins) = (model.rows, table.stride, table.bins)
    law = expanded(loadings)
    var solver = law
    guard solver.factorize() else { return false }
    let target = solver.solve(noise: nil)
    guard Self.isTame(target) else { return false }
    var largest = 0.0
    for t in 0..<bins {
      for j in 0..<q { largest = max(largest, abs(target[t * q + j] - path[j * length + t])) }
    }
    let share: Double = largest > 2 ? 2 / largest : 1
    for t in 0..<bins {
      for j in 0..<q {
        let step: Double = target[t * q + j] - path[j * length + t]
        path[j * length + t] += share * step
      }
    }
    lastStep = largest
    guard isSampled else { return true }
    let drawn = noise.map { noise in
      let path = solver.solve(noise: noise)
      var rows = [Double](repeating: 0, count: q * length)
      for t in 0..<bins { for j in 0..<q { rows[j * length + t] = path[t * q + j] } }
      return rows
    }
    guard drawn.allSatisfy(Self.isTame) else { return false }
    samples = drawn
    return true
  }

  /// Whether sums of squares of the numbers are finite.
  static func isTame(_ values: [Double]) -> Bool { values.allSatisfy { abs($0) < 1e9 } }

  /// The law of each state's dynamics given the samples.
  func dynamicsLaws() -> [DynamicsPosterior] { dynamicsLaws(shares: [1]).map { $0[0] } }

  /// The laws of each state's dynamics given the samples, as if of `shares` times as many transitions, `[state][share]`.
  func dynamicsLaws(shares: [Double]) -> [[DynamicsPosterior]] {
    var sums = [TransitionSums](
      repeating: TransitionSums(dimension: model.rows), count: model.stateLimit)
    for rows in samples {
      let own = TransitionSums.collect(
        rows: rows, stride: table.stride, dimension: model.rows, states: states, limit: model.stateLimit)
      for (state, part) in own.enumerated() {
        sums[state].add(part, weight: 1 / Double(samples.count))
      }
    }
    return sums.map { sums in
      shares.map { share in
        var part = TransitionSums(dimension: model.rows)
        part.add(sums, weight: share)
        return DynamicsPosterior(
          part, innovationScale: model.innovationScale, innovationDegrees: model.innovationDegrees)
      }
    }
  }

  /// Sets each state's dynamics to the centre of their law given the samples.
  mutating func fitDynamics() { dynamics = dynamicsLaws().map(\.centre) }

  /// The normal law that touches the posterior at the path: the dynamics plus the second-order likelihood.
  private func expanded(_ loadings: [[Double]]) -> GaussianPath {
    let (q, length, bins) = (model.rows, table.stride, table.bins)
    var law = GaussianPath(dimension: q, length: bins)
    law.addDynamics(dynamics, states: states)
    var (eta, first, second) = (
      [Double](repeating: 0, count: length), [Double](repeating: 0, count: length),
      [Double](repeating: 0, count: length)
    )
    table.withUnsafe { counts in
      for place in members.indices {
        LoadingLaplace.logRates(loadings[place], path: path, rows: q, length: length, into: &eta)
        likelihood(place, counts).derivatives(eta, first: &first, second: &second)
        let h = (0..<q).map { $0 == 0 ? 1 : loadings[place][$0] }
        for t in 0..<bins {
          var along = 0.0
          for j in 0..<q { along += h[j] * path[j * length + t] }
          let pull = first[t] + second[t] * along
          for j in 0..<q {
            law.linear[t * q + j] += h[j] * pull
            for k in 0..<q { law.diagonal[(t * q + j) * q + k] += second[t] * h[j] * h[k] }
          }
        }
      }
    }
    return law
  }
}

extension PathFit {
  /// Trajectory and loadings of a cluster fitted in turn, the loadings centred and white after each round when there are more
  /// members than p + 1: the joint mode itself would shrink the trajectory and let the loadings grow.
  ///
  /// - Parameter hint: a trajectory `[row, stride]` to begin with and to take the dynamics from; the smoothed counts and fitted
  ///   dynamics unless given.
  /// - Returns: the fit, and the laws of the loadings along its path.
  static func joint(
    members: [Int], table: CountTable, model: BiclusterModel, dispersions: [Double], states: [Int],
    hint: [Double]? = nil, fitsDynamics: Bool = true, rounds: Int = 8
  ) -> (fit: PathFit, loadings: [LoadingLaplace]) {
    var fit = PathFit(
      members: members, table: table, model: model, dispersions: dispersions, states: states,
      path: hint ?? SmoothedCounts.path(members, table: table, rows: model.rows))
    if hint != nil { fit.fitDynamics() }
    for _ in 0..<rounds {
      var loadings = fit.loadingLaws().map(\.mode)
      if let map = LoadingFrame.Whitening(loadings) { fit.turn(by: map, loadings: &loadings) }
      // With a hint the dynamics stay those of its transitions, in whatever frame.
      if hint != nil { fit.fitDynamics() }
      guard fit.step(loadings: loadings, samples: hint == nil) else { break }
      if hint == nil, fitsDynamics { fit.fitDynamics() }
    }
    var laws = fit.loadingLaws()
    if let map = LoadingFrame.Whitening(laws.map(\.mode)) {
      var loadings = laws.map(\.mode)
      fit.turn(by: map, loadings: &loadings)
      laws = fit.loadingLaws()
    }
    return (fit, laws)
  }

  /// Maps the path so that log-rates with the whitened loadings are the same as before.
  mutating func turn(by map: LoadingFrame.Whitening, loadings: inout [[Double]]) {
    for place in loadings.indices { map.apply(&loadings[place]) }
    let (q, length, bins) = (model.rows, table.stride, table.bins)
    path = map.turned(path, rows: q, stride: length, bins: bins)
    samples = samples.map { map.turned($0, rows: q, stride: length, bins: bins) }
  }
}

extension SmoothedCounts {
  /// A start for a cluster's trajectory, `[row, stride]`: the mean of the members' smoothed log-counts and the leading directions
  /// of what is left.
  static func path(_ members: [Int], table: CountTable, rows q: Int) -> [Double] {
    let (length, bins) = (table.stride, table.bins)
    let smooth = members.map { SmoothedCounts.logDeviations(table, neuron: $0) }
    var path = [Double](repeating: 0, count: q * length)
    let share = 1 / Double(members.count)
    for row in smooth { for t in 0..<bins { path[t] += share * row[t] } }
    guard members.count > 1 else { return path }
    var left = smooth.map { row in (0..<bins).map { row[$0] - path[$0] } }
    for j in 1..<q {
      // The leading direction over members by power iteration.
      var weights = members.indices.map { place -> Double in 1 + Double((place * 7 + j) % 5) / 10 }
      var row = [Double](repeating: 0, count: bins)
      for _ in 0..<20 {
        row = [Double](repeating: 0, count: bins)
        for (k, weight) in weights.enumerated() { for t in 0..<bins { row[t] += weight * left[k][t] } }
        let norm = max(row.reduce(0) { $0 + $1 * $1 }.squareRoot(), 1e-12)
        for t in 0..<bins { row[t] /= norm }
        weights = left.map { l -> Double in
          var sum = 0.0
          for t in 0..<bins { sum += l[t] * row[t] }
          return sum
        }
      }
      // Loadings of unit mean square.
      let power: Double = weights.reduce(0) { $0 + $1 * $1 }
      let scale = max((power / Double(members.count)).squareRoot(), 1e-12)
      for t in 0..<bins { path[j * length + t] = row[t] * scale }
      for (k, weight) in weights.enumerated() { for t in 0..<bins { left[k][t] -= weight * row[t] } }
    }
    return path
  }
}
