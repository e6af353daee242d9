import Foundation
import Probability

extension Sampler {
  /// Draws states with the trajectories integrated out, given ω, the dynamics and the transition matrix (after Gerlach, Carter
  /// and Kohn 2000); the trajectories have to be drawn next.
  ///
  /// Time falls into windows of `width` transitions from `offset` on. A window whose transitions share one state draws that
  /// state anew; others stay. Windows of one transition are single-site Gibbs updates; long ones let a run of bins change
  /// at once, which the states' path given one trajectory hardly does.
  mutating func updateMarginalStates(
    _ observations: [GaussianPath], width: Int, offset: Int, using stream: inout RandomStream
  ) {
    let limit = model.stateLimit
    guard limit > 1 else { return }
    let count = state.states.count
    let later = observations.indices.map {
      LaterCounts(observations[$0], dynamics: dynamics[$0], states: state.states)
    }
    let groups = (limit + 7) / 8
    var filters = observations.indices.map { block in
      (0..<groups).map { LaneFilter(dynamics[block], first: 8 * $0) }
    }
    var laws = observations.map(Self.firstLaw)
    let logTransitions = state.transitions.map { log(max($0, 1e-300)) }
    var weights = [Double](repeating: 0, count: 8 * groups)
    var start = 0
    while start < count {
      let end = min(count, start == 0 && offset > 0 ? offset : start + width)
      let own = state.states[start]
      let isConstant = (start..<end).allSatisfy { state.states[$0] == own }
      for place in weights.indices { weights[place] = 0 }
      for block in observations.indices {
        let d = observations[block].dimension
        for group in 0..<groups where isConstant || group == own / 8 {
          filters[block][group].start(mean: laws[block].mean, covariance: laws[block].covariance)
        }
        guard isConstant else { continue }
        observations[block].diagonal.withUnsafeBufferPointer { now in
          observations[block].linear.withUnsafeBufferPointer { pull in
            later[block].precision.withUnsafeBufferPointer { after in
              later[block].linear.withUnsafeBufferPointer { afterPull in
                for group in 0..<groups {
                  var sum = Lanes.zero
                  for t in start..<end {
                    filters[block][group].predict()
                    let (matrix, vector) = ((t + 1) * d * d, (t + 1) * d)
                    if t + 1 == end {
                      sum += filters[block][group].weigh(
                        precision: after.baseAddress! + matrix, linear: afterPull.baseAddress! + vector,
                        keeps: false)
                      _ = filters[block][group].weigh(
                        precision: now.baseAddress! + matrix, linear: pull.baseAddress! + vector, keeps: true)
                    } else {
                      sum += filters[block][group].weigh(
                        precision: now.baseAddress! + matrix, linear: pull.baseAddress! + vector, keeps: true)
                    }
                  }
                  for lane in 0..<8 { weights[8 * group + lane] += sum[lane] }
                }
              }
            }
          }
        }
      }
      if isConstant {
        for l in 0..<limit {
          if start > 0 { weights[l] += logTransitions[state.states[start - 1] * limit + l] }
          weights[l] += Double(end - start - 1) * logTransitions[l * limit + l]
          if end < count { weights[l] += logTransitions[l * limit + state.states[end]] }
        }
        let choice = stream.index(logWeights: Array(weights[0..<limit]))
        for t in start..<end { state.states[t] = choice }
        for block in observations.indices { laws[block] = filters[block][choice / 8].law(lane: choice % 8) }
      } else {
        for block in observations.indices {
          let d = observations[block].dimension
          for t in start..<end {
            let (group, lane) = (state.states[t] / 8, state.states[t] % 8)
            filters[block][group].start(mean: laws[block].mean, covariance: laws[block].covariance)
            filters[block][group].predict()
            observations[block].diagonal.withUnsafeBufferPointer { now in
              observations[block].linear.withUnsafeBufferPointer { pull in
                _ = filters[block][group].weigh(
                  precision: now.baseAddress! + (t + 1) * d * d, linear: pull.baseAddress! + (t + 1) * d,
                  keeps: true)
              }
            }
            laws[block] = filters[block][group].law(lane: lane)
          }
        }
      }
      start = end
    }
  }

  /// The law of the first bin given its counts: N(0, I) times the observations.
  private static func firstLaw(_ observations: GaussianPath) -> (mean: [Double], covariance: [Double]) {
    let d = observations.dimension
    var precision = Array(observations.diagonal[0..<(d * d)])
    for j in 0..<d { precision[j * d + j] += 1 }
    let factor = SmallMatrix.cholesky(precision, d)!
    var mean = Array(observations.linear[0..<d])
    SmallMatrix.solveLower(factor, &mean, d)
    SmallMatrix.solveUpper(factor, &mean, d)
    return (mean, SmallMatrix.inverse(factor: factor, d))
  }

  /// A width and an offset of windows: single transitions half of the time, else a power of two up to 32.
  mutating func drawWindows(using stream: inout RandomStream) -> (width: Int, offset: Int) {
    if stream.uniform() < 0.5 { return (1, 0) }
    let width = 2 << stream.integer(below: 5)
    return (width, stream.integer(below: width))
  }
}
