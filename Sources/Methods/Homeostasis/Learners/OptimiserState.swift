import Foundation
import Lanes

/// The memory of an optimiser other than plain descent, and its step.
struct OptimiserState {
  private let optimiser: Optimiser
  /// The batch's mean gradient, laid out as the network.
  let gradient: FastNetwork
  private var slots: [FastNetwork]
  private var steps = 0

  /// `nil` for plain descent, which needs no memory.
  init?(_ optimiser: Optimiser, _ network: FastNetwork) {
    self.optimiser = optimiser
    let slotCount: Int
    switch optimiser {
    case .gradientDescent: return nil
    case .momentum, .rmsProp, .hypergradient: slotCount = 1
    case .adam: slotCount = 2
    case .cocob: slotCount = 5
    }
    gradient = FastNetwork(network.shape)
    slots = (0..<slotCount).map { _ in FastNetwork(network.shape) }
    if case .cocob = optimiser { slots[4].copy(from: network) }
  }

  /// Moves the weights; hypergradient descent moves the rate first.
  mutating func apply(to network: FastNetwork, rate: inout Double) {
    steps += 1
    if case .hypergradient(let hyperRate) = optimiser {
      var agreement = 0.0
      for (g, previous) in zip(gradient.buffers, slots[0].buffers) {
        for place in 0..<g.count { agreement += Double(total(g.lanes[place] * previous.lanes[place])) }
      }
      rate = max(0, rate + hyperRate * agreement)
    }
    let eta = Float(rate)
    let weights = network.buffers
    let gradients = gradient.buffers
    let memory = slots.map(\.buffers)
    for index in weights.indices {
      let (w, g) = (weights[index].lanes, gradients[index].lanes)
      let count = weights[index].count
      switch optimiser {
      case .gradientDescent: break
      case .momentum(let beta):
        let velocity = memory[0][index].lanes
        for place in 0..<count {
          velocity[place] = velocity[place] * Float(beta) + g[place]
          w[place] -= velocity[place] * eta
        }
      case .rmsProp(let decay):
        let square = memory[0][index].lanes
        for place in 0..<count {
          square[place] = square[place] * Float(decay) + g[place] * g[place] * Float(1 - decay)
          w[place] -= g[place] * eta / (square[place].squareRoot() + 1e-8)
        }
      case .adam(let beta1, let beta2):
        let (first, second) = (memory[0][index].lanes, memory[1][index].lanes)
        let correction1 = Float(1 / (1 - pow(beta1, Double(steps))))
        let correction2 = Float(1 / (1 - pow(beta2, Double(steps))))
        for place in 0..<count {
          first[place] = first[place] * Float(beta1) + g[place] * Float(1 - beta1)
          second[place] = second[place] * Float(beta2) + g[place] * g[place] * Float(1 - beta2)
          w[place] -= first[place] * correction1 * eta / ((second[place] * correction2).squareRoot() + 1e-8)
        }
      case .hypergradient:
        let previous = memory[0][index].lanes
        for place in 0..<count {
          w[place] -= g[place] * eta
          previous[place] = g[place]
        }
      case .cocob(let alpha):
        let (largest, absolute) = (memory[0][index].lanes, memory[1][index].lanes)
        let (reward, sum) = (memory[2][index].lanes, memory[3][index].lanes)
        let start = memory[4][index].lanes
        for place in 0..<count {
          // The bet is on the negative gradient.
          let c = Lane.zero - g[place]
          let size = c.replacing(with: g[place], where: g[place] .> 0)
          var scale = largest[place]
          scale.replace(with: size, where: size .> scale)
          scale.replace(with: 1e-8, where: scale .< 1e-8)
          largest[place] = scale
          absolute[place] += size
          var won = reward[place] + (w[place] - start[place]) * c
          won.replace(with: 0, where: won .< 0)
          reward[place] = won
          sum[place] += c
          var limit = absolute[place] + scale
          let least = scale * Float(alpha)
          limit.replace(with: least, where: least .> limit)
          w[place] = start[place] + sum[place] / (scale * limit) * (scale + won)
        }
      }
    }
  }

  var numbers: [[Double]] { slots.flatMap { $0.buffers.map(\.numbers) } }
  var counters: [Int] { [steps] }

  mutating func restore(_ numbers: [[Double]], _ counters: [Int]) {
    for (buffer, contents) in zip(slots.flatMap(\.buffers), numbers) { buffer.numbers = contents }
    steps = counters[0]
  }
}

extension FastNetwork {
  /// Weights of all layers, then biases.
  var buffers: [LaneBuffer] { weights + biases }
}
