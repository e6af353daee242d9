import Foundation
import Homeostasis
import Testing

@Suite struct GradientTests {
  /// Cross-entropy of sample 0 for given parameters.
  private func loss(_ parameters: Parameters) -> Double {
    let x = [0.5, 0.9207354924039483, 0.9546487134128409, 0.5705600040299336]
    func layer(_ x: [Double], _ layer: Int) -> [Double] {
      parameters.biases[layer].indices.map { row in
        zip(x, parameters.weights[layer][(row * x.count)...]).reduce(0) { $0 + $1.0 * $1.1 }
          + parameters.biases[layer][row]
      }
    }
    let elu = { (x: Double) in x > 0 ? x : exp(x) - 1 }
    let logits = layer(layer(layer(x, 0).map(elu), 1).map(elu), 2)
    return -log(exp(logits[0]) / logits.reduce(0) { $0 + exp($1) })
  }

  /// One step of the learner on one sample is −η times the gradient: compared with central differences.
  @Test(arguments: [(Precision.float64, 1e-8), (.float32, 2e-5)])
  func oneStepFollowsTheGradient(precision: Precision, tolerance: Double) throws {
    var learner = TinyNetwork.learner(.constant)
    learner.batch = 1
    let all = TinyNetwork.samples()
    let stream = try ConceptStream(
      samples: 1, classes: 4, width: 4, batch: 1, schedule: ShiftSchedule(rate: .constant(0)), seed: 1)
    learner.memory = 1
    let trainer = try Trainer(
      learner, training: all.prefix(1), stream: stream, seed: 1, parameters: TinyNetwork.parameters,
      precision: precision)
    try trainer.run(epochs: 1)
    let before = TinyNetwork.parameters
    let after = trainer.parameters
    for layer in 0..<3 {
      for place in before.weights[layer].indices {
        var (up, down) = (before, before)
        up.weights[layer][place] += 1e-5
        down.weights[layer][place] -= 1e-5
        let numeric = (loss(up) - loss(down)) / 2e-5
        #expect(abs((before.weights[layer][place] - after.weights[layer][place]) / 0.5 - numeric) < tolerance)
      }
      for place in before.biases[layer].indices {
        var (up, down) = (before, before)
        up.biases[layer][place] += 1e-5
        down.biases[layer][place] -= 1e-5
        let numeric = (loss(up) - loss(down)) / 2e-5
        #expect(abs((before.biases[layer][place] - after.biases[layer][place]) / 0.5 - numeric) < tolerance)
      }
    }
    if precision == .float64 {
      let published = [0.17623183005673715, 0.97993218610587120, 0.34802959377296677]
      for (place, value) in published.enumerated() {
        #expect(abs((before.biases[1][place] - after.biases[1][place]) / 0.5 - value) < 1e-12)
      }
    }
  }

  /// The first step of each optimiser has a closed form in the plain gradient.
  @Test(arguments: [
    Optimiser.momentum(0.9), .rmsProp(decay: 0.9), .adam(beta1: 0.9, beta2: 0.999),
    .hypergradient(rate: 1e-3), .cocob(alpha: 100),
  ])
  func firstStepOfEachOptimiser(optimiser: Optimiser) throws {
    func step(_ optimiser: Optimiser) throws -> [Double] {
      var learner = TinyNetwork.learner(.constant)
      learner.optimiser = optimiser
      learner.learningRate = 0.01
      learner.step = 0
      learner.memory = 1
      let stream = try ConceptStream(
        samples: 10, classes: 4, width: 4, schedule: ShiftSchedule(rate: .constant(0)), seed: 1)
      let trainer = try Trainer(
        learner, training: TinyNetwork.samples().prefix(10), stream: stream, seed: 1,
        parameters: TinyNetwork.parameters)
      try trainer.run(epochs: 1)
      return zip(TinyNetwork.parameters.weights[1], trainer.parameters.weights[1]).map { $0 - $1 }
    }
    let gradients = try step(.gradientDescent).map { $0 / 0.01 }
    for (moved, g) in zip(try step(optimiser), gradients) where abs(g) > 1e-3 {
      let expected: Double
      switch optimiser {
      case .gradientDescent, .momentum, .hypergradient: expected = 0.01 * g
      case .rmsProp(let decay): expected = 0.01 * g / (((1 - decay) * g * g).squareRoot() + 1e-8)
      case .adam: expected = 0.01 * g / (abs(g) + 1e-8)
      // First bet: θ = −g, L = |g|, G = |g|, no reward: w − w1 = −g/(L·max(G + L, αL))·L.
      case .cocob(let alpha): expected = g / (alpha * abs(g))
      }
      #expect(abs(moved - expected) < 2e-3 * abs(expected) + 1e-6)
    }
  }
}
