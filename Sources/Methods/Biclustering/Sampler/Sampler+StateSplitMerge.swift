import Foundation
import Probability

extension Sampler {
  /// Proposes to part a state or to join two given the trajectories, with dynamics and transition matrix integrated out; both
  /// have to be drawn next.
  ///
  /// The two states of a split share the base measure β of the state and of the unoccupied one that is used.
  mutating func proposeStateSplitOrMerge(using stream: inout RandomStream) {
    let count = state.states.count
    guard model.stateLimit > 1, count > 1 else { return }
    let first = stream.integer(below: count)
    var second = stream.integer(below: count - 1)
    if second >= first { second += 1 }
    let (home, other) = (state.states[first], state.states[second])
    let places = state.states.indices.filter { state.states[$0] == home || state.states[$0] == other }
    let occupied = Set(state.states)
    let free = (0..<model.stateLimit).filter { !occupied.contains($0) }
    if home == other, free.isEmpty { return }
    let allocation = StateAllocation(
      places: places, anchors: (first, second), paths: state.paths, stride: stride, blocks: blocks,
      model: model, using: &stream)
    var states = state.states
    var base = state.base
    if home == other {
      moves.stateSplits[0] += 1
      let spare = free[stream.integer(below: free.count)]
      let drawn = allocation.draw(using: &stream)
      for (place, isSecond) in zip(places, drawn.isSecond) where isSecond { states[place] = spare }
      let shares = shareBase(&base, home, spare, from: joinedShares, to: partedShares, using: &stream)
      let ratio =
        logStates(states, base: base) - logStates(state.states, base: state.base)
        - drawn.log + log(Double(free.count)) + shares
      guard log(1 - stream.uniform()) < ratio else { return }
      moves.stateSplits[1] += 1
    } else {
      moves.stateMerges[0] += 1
      let reverse = allocation.logProbability(places.map { states[$0] == other })
      for place in places { states[place] = home }
      let shares = shareBase(&base, home, other, from: partedShares, to: joinedShares, using: &stream)
      let ratio =
        logStates(states, base: base) - logStates(state.states, base: state.base)
        + reverse - log(Double(free.count + 1)) + shares
      guard log(1 - stream.uniform()) < ratio else { return }
      moves.stateMerges[1] += 1
    }
    state.states = states
    state.base = base
  }

  /// Parameters of the beta law that two states' part of β is drawn from when one is occupied, and when both are.
  private var joinedShares: (Double, Double) {
    let prior = state.concentrations.base / Double(model.stateLimit)
    return (prior + 3, prior)
  }
  private var partedShares: (Double, Double) {
    let prior = state.concentrations.base / Double(model.stateLimit)
    return (prior + 2, prior + 2)
  }

  /// Divides β of two states anew and returns the log ratio of priors times proposals.
  private func shareBase(
    _ base: inout [Double], _ a: Int, _ b: Int, from old: (Double, Double), to new: (Double, Double),
    using stream: inout RandomStream
  ) -> Double {
    let total = base[a] + base[b]
    let prior = state.concentrations.base / Double(model.stateLimit)
    func law(_ x: Double, _ y: Double, _ shape: (Double, Double)) -> Double {
      logGamma(shape.0 + shape.1) - logGamma(shape.0) - logGamma(shape.1) + (shape.0 - 1) * log(x)
        + (shape.1 - 1) * log(y)
    }
    let (g, h) = (stream.gamma(shape: new.0), stream.gamma(shape: new.1))
    let before = (base[a] / total, base[b] / total)
    let after = (g / (g + h), h / (g + h))
    guard total > 0, before.0 > 0, before.1 > 0, after.0 > 0, after.1 > 0 else { return -.infinity }
    base[a] = total * after.0
    base[b] = total * after.1
    return law(after.0, after.1, (prior, prior)) - law(before.0, before.1, (prior, prior))
      + law(before.0, before.1, old) - law(after.0, after.1, new)
  }

  /// log p(trajectories, states | β), dynamics and transition matrix integrated out.
  private func logStates(_ states: [Int], base: [Double]) -> Double {
    var other = state
    other.states = states
    return logPathPrior(other) + logStatePrior(states, base: base)
  }

  /// log p(states | β) without the first state's uniform law, transition matrix integrated out.
  func logStatePrior(_ states: [Int], base: [Double]) -> Double {
    let limit = model.stateLimit
    let all = state.concentrations.transition + state.concentrations.stickiness
    var visits = [Double](repeating: 0, count: limit * limit)
    for (from, to) in zip(states, states.dropFirst()) { visits[from * limit + to] += 1 }
    var sum = 0.0
    for from in 0..<limit {
      let total = visits[(from * limit)..<((from + 1) * limit)].reduce(0, +)
      if total == 0 { continue }
      sum += logGamma(all) - logGamma(all + total)
      for to in 0..<limit where visits[from * limit + to] > 0 {
        let weight = max(
          1e-300,
          state.concentrations.transition * base[to] + (from == to ? state.concentrations.stickiness : 0))
        sum += logGamma(weight + visits[from * limit + to]) - logGamma(weight)
      }
    }
    return sum
  }
}
