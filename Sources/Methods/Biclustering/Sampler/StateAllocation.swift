import Foundation
import Probability

/// A law over how the transitions of two states fall to either, with one transition held in each (after Jain and Neal 2004).
///
/// It is a function of the trajectories, of which transitions take part, and of its own stream, not of their present
/// allocation, so that a split and the merge that undoes it see the same law.
struct StateAllocation {
  /// The transitions that take part, ascending.
  let places: [Int]
  private let anchors: (first: Int, second: Int)
  /// log N(x_{t+1} | second's dynamics) − log N(x_{t+1} | first's) of each place.
  private var lean: [Double]

  /// Log odds of staying with one dynamics from a transition to the next.
  private static let persistence = log(0.95 / 0.05)

  /// Fits two dynamics around the anchors and then in turn to sampled allocations.
  ///
  /// - Parameters:
  ///   - blocks: of rows in `paths` that move together.
  init(
    places: [Int], anchors: (first: Int, second: Int), paths: [Double], stride length: Int,
    blocks: [(first: Int, dimension: Int)], model: BiclusterModel, using stream: inout RandomStream
  ) {
    self.places = places
    self.anchors = anchors
    lean = [Double](repeating: 0, count: places.count)
    // Neighbours in order of place, not in time: a state's runs lie apart.
    let reach = 2 + stream.integer(below: 15)
    let (i, j) = (places.firstIndex(of: anchors.first)!, places.firstIndex(of: anchors.second)!)
    var part = places.indices.map { place -> Int? in
      let (a, b) = (abs(place - i), abs(place - j))
      return min(a, b) > reach ? nil : a < b || (a == b && i < j) ? 0 : 1
    }
    for _ in 0..<Self.rounds {
      fit(part, paths: paths, length: length, blocks: blocks, model: model)
      part = draw(using: &stream).isSecond.map { $0 ? 1 : 0 }
    }
    fit(part, paths: paths, length: length, blocks: blocks, model: model)
  }

  private static let rounds = 4

  private mutating func fit(
    _ part: [Int?], paths: [Double], length: Int, blocks: [(first: Int, dimension: Int)],
    model: BiclusterModel
  ) {
    for place in lean.indices { lean[place] = 0 }
    paths.withUnsafeBufferPointer { paths in
      for block in blocks {
        let (d, width) = (block.dimension, 2 * block.dimension + 1)
        let rows = paths.baseAddress! + block.first * length
        var sums = [TransitionSums](repeating: TransitionSums(dimension: d), count: 2)
        for (place, side) in part.enumerated() {
          if let side { sums[side].add(rows: rows, stride: length, transition: places[place]) }
        }
        for (side, sums) in sums.enumerated() {
          let law = DynamicsPosterior(
            sums, innovationScale: model.innovationScale, innovationDegrees: model.innovationDegrees
          ).centre
          let map = law.residualMap
          let sign = side == 0 ? -1.0 : 1
          for (place, t) in places.enumerated() {
            var squares = 0.0
            for i in 0..<d {
              var e = map[i * width + 2 * d]
              for j in 0..<d {
                e += map[i * width + j] * rows[j * length + t + 1]
                e += map[i * width + d + j] * rows[j * length + t]
              }
              squares += e * e
            }
            lean[place] += sign * (law.logWhitener - 0.5 * squares)
          }
        }
      }
    }
  }

  /// A draw, and its log probability.
  func draw(using stream: inout RandomStream) -> (isSecond: [Bool], log: Double) {
    let odds = filteredOdds
    var result = [Bool](repeating: false, count: places.count)
    var sum = 0.0
    for place in places.indices.reversed() {
      let chance = chance(place, odds: odds, next: place + 1 < places.count ? result[place + 1] : nil)
      result[place] = chance == 1 ? true : chance == 0 ? false : stream.bernoulli(chance)
      sum += log(result[place] ? chance : 1 - chance)
    }
    return (result, sum)
  }

  /// The log probability of an allocation.
  func logProbability(_ isSecond: [Bool]) -> Double {
    let odds = filteredOdds
    return places.indices.reduce(0.0) { sum, place in
      let chance = chance(place, odds: odds, next: place + 1 < places.count ? isSecond[place + 1] : nil)
      return sum + log(isSecond[place] ? chance : 1 - chance)
    }
  }

  /// Log odds of the second given the places up to each.
  private var filteredOdds: [Double] {
    var odds: [Double] = []
    for (place, t) in places.enumerated() {
      var value = 0.0
      if place > 0, places[place - 1] == t - 1 {
        let before = odds[place - 1]
        // log odds after one step of the symmetric two-state chain
        value =
          logSumExp([before + Self.persistence, 0]) - logSumExp([before, Self.persistence])
      }
      value += lean[place]
      if t == anchors.first { value = -.infinity }
      if t == anchors.second { value = .infinity }
      odds.append(min(700, max(-700, value)))
    }
    return odds
  }

  private func chance(_ place: Int, odds: [Double], next: Bool?) -> Double {
    if places[place] == anchors.first { return 0 }
    if places[place] == anchors.second { return 1 }
    var value = odds[place]
    if let next, places[place + 1] == places[place] + 1 {
      value += next ? Self.persistence : -Self.persistence
    }
    // Neither side is ever impossible, so that the way back exists.
    return min(1 - 1e-9, max(1e-9, 1 / (1 + exp(-value))))
  }
}
