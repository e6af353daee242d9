import Foundation
import Probability

extension Sampler {
  /// Draws the states' path given the trajectories, dynamics and transition matrix: filter forward, sample backward.
  mutating func updateStates(using stream: inout RandomStream) {
    let limit = model.stateLimit
    let count = state.states.count
    let length = stride
    var density = logDensities()
    // Each transition's densities, divided by their largest.
    density.withUnsafeMutableBufferPointer { density in
      let density = density.baseAddress!
      for t in Swift.stride(from: 0, to: length, by: 8) {
        var largest = load(density + t)
        for l in 1..<max(limit, 1) {
          let value = load(density + l * length + t)
          largest = largest.replacing(with: value, where: value .> largest)
        }
        for l in 0..<limit {
          let difference = load(density + l * length + t) - largest
          store(
            exponential(difference.replacing(with: -690, where: difference .< -690)), density + l * length + t
          )
        }
      }
    }
    var filtered = [Double](repeating: 0, count: count * limit)
    var prediction = [Double](repeating: 1 / Double(limit), count: limit)
    for t in 0..<count {
      var total = 0.0
      for l in 0..<limit {
        let value = max(density[l * length + t] * prediction[l], 1e-300)
        filtered[t * limit + l] = value
        total += value
      }
      for l in 0..<limit { filtered[t * limit + l] /= total }
      if t + 1 == count { break }
      for l in 0..<limit { prediction[l] = 0 }
      for from in 0..<limit {
        let share = filtered[t * limit + from]
        for to in 0..<limit { prediction[to] += share * state.transitions[from * limit + to] }
      }
    }
    var next = -1
    for t in Swift.stride(from: count - 1, through: 0, by: -1) {
      var total = 0.0
      func weight(_ l: Int) -> Double {
        filtered[t * limit + l] * (next < 0 ? 1 : state.transitions[l * limit + next])
      }
      for l in 0..<limit { total += weight(l) }
      var left = stream.uniform() * total
      var choice = limit - 1
      for l in 0..<limit {
        left -= weight(l)
        if left < 0 {
          choice = l
          break
        }
      }
      state.states[t] = choice
      next = choice
    }
  }

  /// log N(x_{t+1}; A_l xₜ + b_l, Q_l) without the common factor, `[state, stride]`.
  private func logDensities() -> [Double] {
    let (limit, length) = (model.stateLimit, stride)
    var density = [Double](repeating: 0, count: limit * length)
    // The last lanes read one number beyond the last row.
    let rows = state.paths + [Double](repeating: 0, count: 8)
    density.withUnsafeMutableBufferPointer { density in
      rows.withUnsafeBufferPointer { rows in
        for (index, block) in blocks.enumerated() {
          let d = block.dimension
          let first = rows.baseAddress! + block.first * length
          for l in 0..<limit {
            let law = dynamics[index][l]
            let map = law.residualMap
            let row = density.baseAddress! + l * length
            map.withUnsafeBufferPointer { map in
              for t in Swift.stride(from: 0, to: length, by: 8) {
                var squares = Lanes.zero
                for i in 0..<d {
                  let g = map.baseAddress! + i * (2 * d + 1)
                  var e = Lanes(repeating: g[2 * d])
                  for j in 0..<d {
                    let x = first + j * length + t
                    e += load(x + 1) * g[j] + load(x) * g[d + j]
                  }
                  squares += e * e
                }
                store(load(row + t) + (law.logWhitener - 0.5 * squares), row + t)
              }
            }
          }
        }
      }
    }
    return density
  }

  /// Tables of a Chinese restaurant franchise with loyal customers for transition counts `[from, to]`, and those of them that are
  /// about β: a table of the own dish was overridden with probability κ/(κ + αβ).
  package static func tables(
    of counts: [Int], base: [Double], concentration alpha: Double, stickiness kappa: Double,
    using stream: inout RandomStream
  ) -> (all: [Int], considered: [Int]) {
    let limit = base.count
    var all = [Int](repeating: 0, count: limit * limit)
    var considered = all
    for from in 0..<limit {
      for to in 0..<limit where counts[from * limit + to] > 0 {
        let concentration = max(alpha * base[to] + (from == to ? kappa : 0), 1e-300)
        let tables = stream.tables(customers: counts[from * limit + to], concentration: concentration)
        all[from * limit + to] = tables
        considered[from * limit + to] = tables
        if from == to, kappa > 0 {
          considered[from * limit + to] -= stream.binomial(
            trials: tables, probability: min(1, kappa / concentration))
        }
      }
    }
    return (all, considered)
  }

  /// Draws β and then π given the states: tables of the Chinese restaurant franchise, the sticky override, two Dirichlet laws
  /// (Fox, Sudderth, Jordan and Willsky 2011).
  mutating func updateTransitions(using stream: inout RandomStream) {
    let limit = model.stateLimit
    let (alpha, kappa) = (state.concentrations.transition, state.concentrations.stickiness)
    var counts = [Int](repeating: 0, count: limit * limit)
    for (from, to) in zip(state.states, state.states.dropFirst()) { counts[from * limit + to] += 1 }
    let tables = Self.tables(
      of: counts, base: state.base, concentration: alpha, stickiness: kappa, using: &stream)
    var served = [Double](repeating: state.concentrations.base / Double(limit), count: limit)
    for place in tables.considered.indices { served[place % limit] += Double(tables.considered[place]) }
    state.base = stream.dirichlet(served)
    for from in 0..<limit {
      let row = stream.dirichlet(
        (0..<limit).map { to in
          max(alpha * state.base[to], 1e-300) + (from == to ? kappa : 0) + Double(counts[from * limit + to])
        })
      state.transitions.replaceSubrange((from * limit)..<((from + 1) * limit), with: row)
    }
  }
}
