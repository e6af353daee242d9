import Foundation
import Lanes
import Probability

/// The learners in single precision, a batch at a time.
///
/// A batch is four matrix products. A homeostatic decision needs the memory's first layer after a step along
/// a gradient that is a sum of a few outer products e·xᵀ, so `W'·x_u = W·x_u − η Σ e (x·x_u)`: inner products
/// between samples replace copies of the weights, and both simulations share them. The memory's first layer
/// itself is carried forward from batch to batch by the same identity where that is less work than computing
/// it anew.
final class FastLearner: Learner {
  let configuration: LearnerConfiguration
  let seed: UInt64
  var learningRate: Double
  private let network: FastNetwork
  private let activity: Activity
  private var descent: OptimiserState?
  private let memory: Recollection?
  private let body: Body?
  /// The batch's samples as columns, `[feature, lane]`, when nothing is remembered.
  private let columns: LaneBuffer
  private let columnLanes: Int

  init(_ configuration: LearnerConfiguration, parameters: Parameters, seed: UInt64) {
    self.configuration = configuration
    self.seed = seed
    learningRate = configuration.learningRate
    network = FastNetwork(parameters.shape)
    network.parameters = parameters
    activity = Activity(network, capacity: configuration.batch)
    columnLanes = lanes(for: configuration.batch)
    columns = LaneBuffer(parameters.shape.inputs * columnLanes)
    memory = configuration.remembers ? Recollection(network, configuration) : nil
    descent = OptimiserState(configuration.optimiser, network)
    body = Body(configuration, network, seed: seed)
  }

  var parameters: Parameters {
    get { network.parameters }
    set { network.parameters = newValue }
  }

  var state: LearnerState {
    get {
      LearnerState(
        learningRate: learningRate,
        numbers: (body?.numbers ?? []) + (memory?.numbers ?? []) + (descent?.numbers ?? []),
        counters: (body?.counters ?? []) + (memory?.counters ?? []) + (descent?.counters ?? []))
    }
    set {
      learningRate = newValue.learningRate
      var numbers = newValue.numbers[...]
      var counters = newValue.counters[...]
      func part(_ count: Int, _ counterCount: Int) -> ([[Double]], [Int]) {
        defer { (numbers, counters) = (numbers.dropFirst(count), counters.dropFirst(counterCount)) }
        return (Array(numbers.prefix(count)), Array(counters.prefix(counterCount)))
      }
      if let body {
        let (own, turns) = part(body.numbers.count, body.counters.count)
        body.restore(own, turns)
      }
      if let memory {
        let (own, places) = part(memory.numbers.count, memory.counters.count)
        memory.restore(own, places)
      }
      descent?.restore(Array(numbers), Array(counters))
    }
  }

  func learn(_ batch: Batch, from set: SampleSet) throws(HomeostasisError) -> BatchOutcome {
    let size = batch.samples.count
    if let schedule = configuration.schedule {
      learningRate =
        configuration.learningRate
        * schedule.factor(after: batch.epoch * batch.epochLength + batch.position)
    }
    if let body, body.vital.modulates {
      activity.modulation = body.modulation(
        body.state, samples: size, "batch", batch.epoch * batch.epochLength + batch.position)
    }
    let record = memory?.begin(at: batch.position)
    let x = record?.columns ?? columns
    set.copyTransposed(batch.samples, transform: batch.transform, into: x.scalars, stride: columnLanes * 16)
    let inputs = Inputs(base: x.scalars, sampleStride: 1, featureStride: columnLanes * 16)
    affine(
      inputs, samples: size, features: network.shape.inputs, weights: network.weights[0].lanes,
      bias: network.biases[0].lanes, width: network.rowLanes[0], out: activity.z1.lanes)
    record?.z1.copy(from: activity.z1)
    activity.finishForward(network, samples: size)
    var outcome = BatchOutcome(predictions: Array(activity.predictions.prefix(size)))
    guard activity.computeErrors(network, labels: batch.labels, samples: size) else {
      throw .diverged(epoch: batch.epoch, sample: batch.position, learningRate: learningRate, shifts: 0)
    }
    for offset in 0..<size where configuration.decides(at: batch.position + offset) {
      if let decision = regulate(batch, offset, inputs) { outcome.decisions.append(decision) }
    }
    update(inputs, samples: size)
    memory?.carry(inputs, errors: activity.error1, samples: size)
    return outcome
  }

  private func regulate(_ batch: Batch, _ offset: Int, _ inputs: Inputs) -> Decision? {
    let position = batch.position + offset
    let label = Int(batch.labels[offset])
    let guess = Int(activity.predictions[offset])
    let effects = configuration.effects(classes: network.shape.classes)
    guard case .homeostatic(let simulation, let effect) = configuration.regulation, let memory else {
      var coin = RandomStream(seed: seed, "random regulation", batch.epoch, position)
      if coin.bernoulli(0.5) { act(effects[label], offset) }
      body?.finishDecision()
      return nil
    }
    let labels = batch.recall((position - configuration.memory)..<position)
    memory.gather(before: position, network)
    switch simulation {
    case .currentGradient:
      memory.prepare(inputs, activity, gradients: offset + 1, scale: 1 / Float(configuration.batch))
    case .memoryGradient:
      memory.prepareOwnGradient(
        network, labels: labels, modulation: body?.calm(samples: configuration.memory))
    }
    let place = batch.epoch * batch.epochLength + position
    let (leaving, taking) = simulate(memory, labels, effect: effects[guess], offset, place)
    var decision = Decision(
      sample: place, predicted: guess, actual: label, hitsLeaving: leaving, hitsTaking: taking,
      rateBefore: regulated, rateAfter: regulated)
    if decision.isTaken {
      act(effects[effect == .trueClass ? label : guess], offset)
      decision.rateAfter = regulated
    }
    body?.finishDecision()
    return decision
  }

  /// The regulated state; the mean of several.
  private var regulated: Double {
    guard let body else { return learningRate }
    return body.vital.modulates ? body.state : body.meanRate
  }

  /// Hits on the memory when the object is left, and when it is taken and has an effect.
  private func simulate(
    _ memory: Recollection, _ labels: [UInt8], effect: Int, _ offset: Int, _ place: Int
  ) -> (leaving: Int, taking: Int) {
    guard let body else {
      return (
        memory.hits(network, rate: Float(learningRate), labels: labels),
        memory.hits(network, rate: Float(configuration.moved(learningRate, by: effect)), labels: labels)
      )
    }
    if body.vital.modulates {
      func hits(_ state: Double) -> Int {
        memory.hits(
          network, rate: Float(learningRate), labels: labels,
          modulation: body.modulation(state, samples: configuration.memory, "simulation", place))
      }
      return (hits(body.state), hits(body.moved(by: effect)))
    }
    let units = body.affected(activity, sample: offset)
    return (
      memory.hits(network, rates: body.rates, labels: labels),
      memory.hits(network, rates: body.moved(units, by: effect), labels: labels)
    )
  }

  /// Lets an object act on the regulated state.
  private func act(_ effect: Int, _ offset: Int) {
    guard let body else {
      learningRate = configuration.moved(learningRate, by: effect)
      return
    }
    if body.vital.modulates {
      body.state = body.moved(by: effect)
    } else {
      body.take(body.moved(body.affected(activity, sample: offset), by: effect))
      learningRate = body.meanRate
    }
  }

  private func update(_ inputs: Inputs, samples: Int) {
    let target: FastNetwork
    if descent == nil {
      if let body, !body.vital.modulates {
        activity.scaleErrors(by: -1 / Float(configuration.batch), rates: body.rates, samples: samples)
      } else {
        activity.scaleErrors(by: Float(-learningRate / Double(configuration.batch)), samples: samples)
      }
      target = network
    } else {
      activity.scaleErrors(by: 1 / Float(configuration.batch), samples: samples)
      target = descent!.gradient
      for buffer in target.weights + target.biases { buffer.clear() }
    }
    let rows = [
      inputs,
      Inputs(base: activity.a1.scalars, sampleStride: network.rowLanes[0] * 16, featureStride: 1),
      Inputs(base: activity.a2.scalars, sampleStride: network.rowLanes[1] * 16, featureStride: 1),
    ]
    for (layer, errors) in [activity.error1, activity.error2, activity.error3].enumerated() {
      accumulateOuterProducts(
        rows[layer], samples: samples, features: network.shape.widths[layer], errors: errors.lanes,
        width: network.rowLanes[layer], weights: target.weights[layer].lanes, bias: target.biases[layer].lanes
      )
    }
    if descent != nil { descent!.apply(to: network, rate: &learningRate) }
  }

  func predict(_ samples: [Int32], of set: SampleSet, transform: ImageTransform?) -> [UInt8] {
    let size = 100
    let width = lanes(for: size)
    let x = LaneBuffer(network.shape.inputs * width)
    let pass = Activity(network, capacity: size)
    var result: [UInt8] = []
    var rest = samples[...]
    while !rest.isEmpty {
      let part = rest.prefix(size)
      set.copyTransposed(part, transform: transform, into: x.scalars, stride: width * 16)
      affine(
        Inputs(base: x.scalars, sampleStride: 1, featureStride: width * 16), samples: part.count,
        features: network.shape.inputs, weights: network.weights[0].lanes, bias: network.biases[0].lanes,
        width: network.rowLanes[0], out: pass.z1.lanes)
      pass.modulation = body?.calm(samples: part.count)
      pass.finishForward(network, samples: part.count)
      result += pass.predictions.prefix(part.count)
      rest = rest.dropFirst(size)
    }
    return result
  }
}
