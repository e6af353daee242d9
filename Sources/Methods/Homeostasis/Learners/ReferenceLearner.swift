import Foundation
import Probability

/// The published program, sample by sample in double precision: the measure for ``FastLearner``.
final class ReferenceLearner: Learner {
  let configuration: LearnerConfiguration
  let seed: UInt64
  var parameters: Parameters
  var learningRate: Double
  /// Inputs of the last samples of the epoch, oldest first, at most `memory` of them.
  private var remembered: [[Double]] = []

  init(_ configuration: LearnerConfiguration, parameters: Parameters, seed: UInt64) {
    self.configuration = configuration
    self.parameters = parameters
    self.seed = seed
    learningRate = configuration.learningRate
  }

  var state: LearnerState {
    get { LearnerState(learningRate: learningRate, numbers: remembered) }
    set {
      learningRate = newValue.learningRate
      remembered = newValue.numbers
    }
  }

  func learn(_ batch: Batch, from set: SampleSet) throws(HomeostasisError) -> BatchOutcome {
    guard configuration.vital == .learningRate else {
      throw .outOfRange(
        name: "vital", value: configuration.vital.rawValue,
        allowed: "the learning rate at float64, the reference arithmetic")
    }
    if batch.position == 0 { remembered = [] }
    if let schedule = configuration.schedule {
      learningRate =
        configuration.learningRate
        * schedule.factor(after: batch.epoch * batch.epochLength + batch.position)
    }
    var outcome = BatchOutcome(predictions: [])
    var gradient = Gradient(parameters.shape)
    let size = Double(configuration.batch)
    let effects = configuration.effects(classes: parameters.shape.classes)
    for (offset, sample) in batch.samples.enumerated() {
      let x = set.row(Int(sample), transform: batch.transform)
      let label = Int(batch.labels[offset])
      let pass = ForwardPass(x, parameters)
      let guess = pass.prediction
      gradient.add(pass, label: label, parameters)
      guard pass.probabilities.allSatisfy(\.isFinite) else {
        throw .diverged(
          epoch: batch.epoch, sample: batch.position + offset, learningRate: learningRate, shifts: 0)
      }
      let position = batch.position + offset
      if configuration.decides(at: position) {
        switch configuration.regulation {
        case .random:
          var coin = RandomStream(seed: seed, "random regulation", batch.epoch, position)
          if coin.bernoulli(0.5) { learningRate = configuration.moved(learningRate, by: effects[label]) }
        case .homeostatic(let simulation, let effect):
          let memory = Array(remembered.suffix(configuration.memory))
          let labels = batch.recall((position - memory.count)..<position)
          var direction = gradient
          var scale = 1 / size
          if simulation == .memoryGradient {
            direction = Gradient(parameters.shape)
            for (x, label) in zip(memory, labels) {
              direction.add(ForwardPass(x, parameters), label: Int(label), parameters)
            }
            scale = 1 / Double(memory.count)
          }
          func hits(_ rate: Double) -> Int {
            let simulated = parameters.moved(along: direction, by: -rate * scale)
            return zip(memory, labels).count { ForwardPass($0, simulated).prediction == Int($1) }
          }
          let leaving = hits(learningRate)
          let taking = hits(configuration.moved(learningRate, by: effects[guess]))
          var decision = Decision(
            sample: batch.epoch * batch.epochLength + position, predicted: guess, actual: label,
            hitsLeaving: leaving,
            hitsTaking: taking, rateBefore: learningRate, rateAfter: learningRate)
          if decision.isTaken {
            learningRate = configuration.moved(
              learningRate, by: effects[effect == .trueClass ? label : guess])
            decision.rateAfter = learningRate
          }
          outcome.decisions.append(decision)
        case .constant, .boost, .reset: break
        }
      }
      if configuration.remembers {
        remembered.append(x)
        if remembered.count > configuration.memory { remembered.removeFirst() }
      }
      outcome.predictions.append(UInt8(guess))
    }
    parameters = parameters.moved(along: gradient, by: -learningRate / size)
    return outcome
  }

  func predict(_ samples: [Int32], of set: SampleSet, transform: ImageTransform?) -> [UInt8] {
    samples.map { UInt8(ForwardPass(set.row(Int($0), transform: transform), parameters).prediction) }
  }
}

/// The activity of a network for one input (spec of the published program: ELU, ELU, softmax).
struct ForwardPass {
  let input: [Double]
  let hidden1: [Double]
  let hidden2: [Double]
  let probabilities: [Double]

  init(_ input: [Double], _ parameters: Parameters) {
    self.input = input
    hidden1 = Self.layer(input, parameters.weights[0], parameters.biases[0]).map(Self.elu)
    hidden2 = Self.layer(hidden1, parameters.weights[1], parameters.biases[1]).map(Self.elu)
    let logits = Self.layer(hidden2, parameters.weights[2], parameters.biases[2])
    let largest = logits.max()!
    let powers = logits.map { exp($0 - largest) }
    let total = powers.reduce(0, +)
    probabilities = powers.map { $0 / total }
  }

  /// The likeliest class; of equals the first.
  var prediction: Int { probabilities.indices.max { (probabilities[$0], -$0) < (probabilities[$1], -$1) }! }

  static func elu(_ x: Double) -> Double { x > 0 ? x : exp(x) - 1 }

  static func layer(_ x: [Double], _ weights: [Double], _ biases: [Double]) -> [Double] {
    biases.indices.map { row in
      var sum = 0.0
      for (k, value) in x.enumerated() { sum += weights[row * x.count + k] * value }
      return sum + biases[row]
    }
  }
}

/// The sum of the cross-entropy's gradients over samples.
struct Gradient {
  var weights: [[Double]]
  var biases: [[Double]]

  init(_ shape: NetworkShape) {
    let widths = shape.widths
    weights = (0..<3).map { [Double](repeating: 0, count: widths[$0] * widths[$0 + 1]) }
    biases = (0..<3).map { [Double](repeating: 0, count: widths[$0 + 1]) }
  }

  mutating func add(_ pass: ForwardPass, label: Int, _ parameters: Parameters) {
    var error = pass.probabilities
    error[label] -= 1
    let inputs = [pass.input, pass.hidden1, pass.hidden2]
    for layer in (0..<3).reversed() {
      let x = inputs[layer]
      for (row, e) in error.enumerated() {
        for (k, value) in x.enumerated() { weights[layer][row * x.count + k] += e * value }
        biases[layer][row] += e
      }
      if layer == 0 { break }
      // elu'(z) is 1 above 0 and exp(z) = elu(z) + 1 below.
      error = x.indices.map { k in
        var sum = 0.0
        for (row, e) in error.enumerated() { sum += parameters.weights[layer][row * x.count + k] * e }
        return sum * (x[k] > 0 ? 1 : x[k] + 1)
      }
    }
  }
}

extension Parameters {
  func moved(along gradient: Gradient, by factor: Double) -> Parameters {
    var result = self
    for layer in 0..<3 {
      for place in result.weights[layer].indices {
        result.weights[layer][place] += factor * gradient.weights[layer][place]
      }
      for place in result.biases[layer].indices {
        result.biases[layer][place] += factor * gradient.biases[layer][place]
      }
    }
    return result
  }
}
