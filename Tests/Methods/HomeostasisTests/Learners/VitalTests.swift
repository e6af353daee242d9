import Foundation
import Homeostasis
import Testing

@Suite struct VitalTests {
  /// With a step of 0 no state moves, and rates of layers, of neurons and a gain of 1 leave the constant learner.
  @Test(arguments: [Vital.layerRates, .neuronRates, .gain])
  func stepZeroIsTheConstantLearner(vital: Vital) throws {
    let plain = try TinyNetwork.trainer(TinyNetwork.learner(.constant), precision: .float32)
    var learner = TinyNetwork.learner(.homeostatic(.currentGradient, .trueClass)).regulating(vital)
    learner.step = 0
    let other = try TinyNetwork.trainer(learner, precision: .float32)
    try plain.run(epochs: 1)
    try other.run(epochs: 1)
    #expect(other.reports[0].opportunities > 0 && other.reports[0].takes == 0)
    for (ours, theirs) in zip(other.parameters.weights.joined(), plain.parameters.weights.joined()) {
      #expect(abs(ours - theirs) < 1e-4)
    }
  }

  /// A taken object moves one layer by a step, in turn: the mean rate moves by the layer's share of the units.
  @Test func layersTakeTurns() throws {
    var learner = TinyNetwork.learner(.homeostatic(.memoryGradient, .trueClass)).regulating(.layerRates)
    (learner.memory, learner.interval) = (20, 10)
    let trainer = try TinyNetwork.trainer(learner, precision: .float32, shifts: 4)
    try trainer.run(epochs: 20)
    let moves = trainer.decisions.map { abs($0.rateAfter - $0.rateBefore) / learner.step }
    #expect(!moves.isEmpty)
    for move in moves { #expect([0.3, 0.4].contains { abs(move - $0) < 1e-4 } || move < 0.4) }
    #expect(moves.contains { abs($0 - 0.3) < 1e-4 } || moves.contains { abs($0 - 0.4) < 1e-4 })
  }

  /// An object acts on the neurons it excites: at most all hidden ones and one of the output.
  @Test func excitedNeuronsMove() throws {
    var learner = TinyNetwork.learner(.homeostatic(.memoryGradient, .trueClass)).regulating(.neuronRates)
    (learner.memory, learner.interval) = (20, 10)
    let trainer = try TinyNetwork.trainer(learner, precision: .float32, shifts: 4)
    try trainer.run(epochs: 20)
    #expect(!trainer.decisions.isEmpty)
    for decision in trainer.decisions {
      let units = 10 * abs(decision.rateAfter - decision.rateBefore) / learner.step
      #expect(units < 7.01)
    }
  }

  /// A step under a gain g is −η times the gradient of a network whose hidden activity is g·elu: compared with
  /// central differences.
  @Test func stepsUnderAGainFollowItsGradient() throws {
    var learner = TinyNetwork.learner(.random).regulating(.gain)
    (learner.batch, learner.interval, learner.memory) = (1, 1, 1)
    func parameters(_ samples: Int, seed: UInt64) throws -> Parameters {
      let stream = try ConceptStream(
        samples: samples, classes: 4, width: 4, batch: 1, schedule: ShiftSchedule(rate: .constant(0)), seed: 1
      )
      let trainer = try Trainer(
        learner, training: TinyNetwork.samples().prefix(samples), stream: stream, seed: seed,
        parameters: TinyNetwork.parameters)
      try trainer.run(epochs: 1)
      return trainer.parameters
    }
    // Sample 2 of the acceptance case; its label is 3·2 mod 4.
    let x = (0..<4).map { (j: Int) -> Double in
      let phase: Double = 0.74 * Double(j + 1) + Double(j)
      return 0.5 + 0.5 * sin(phase)
    }
    func loss(_ parameters: Parameters, gain: Double) -> Double {
      func layer(_ x: [Double], _ layer: Int) -> [Double] {
        parameters.biases[layer].indices.map { row in
          var sum = parameters.biases[layer][row]
          for (k, value) in x.enumerated() { sum += parameters.weights[layer][row * x.count + k] * value }
          return sum
        }
      }
      let active = { (z: Double) in gain * (z > 0 ? z : exp(z) - 1) }
      let logits = layer(layer(layer(x, 0).map(active), 1).map(active), 2)
      return -log(exp(logits[2]) / logits.reduce(0) { $0 + exp($1) })
    }
    var gains = Set<Double>()
    for seed in 1...12 as ClosedRange<UInt64> {
      let (before, after) = (try parameters(2, seed: seed), try parameters(3, seed: seed))
      func fits(_ gain: Double, _ layer: Int, _ place: Int) -> Bool {
        var (up, down) = (before, before)
        up.weights[layer][place] += 1e-5
        down.weights[layer][place] -= 1e-5
        let numeric = (loss(up, gain: gain) - loss(down, gain: gain)) / 2e-5
        let step = (before.weights[layer][place] - after.weights[layer][place]) / 0.5
        return abs(step - numeric) < 5e-5
      }
      let fitting = [0.9, 1.0, 1.1].filter { gain in
        (0..<3).allSatisfy { layer in
          before.weights[layer].indices.allSatisfy { fits(gain, layer, $0) }
        }
      }
      #expect(fitting.count == 1, "seed \(seed): \(fitting)")
      gains.formUnion(fitting)
    }
    #expect(gains.count == 2)
  }

  /// Every state changes what is learned, and each run can be repeated.
  @Test(arguments: Vital.allCases, [Simulation.currentGradient, .memoryGradient])
  func statesAreRegulated(vital: Vital, simulation: Simulation) throws {
    func run() throws -> Trainer {
      let learner = TinyNetwork.learner(.homeostatic(simulation, .trueClass)).regulating(vital)
      let trainer = try TinyNetwork.trainer(learner, precision: .float32, shifts: 4)
      try trainer.run(epochs: 4)
      return trainer
    }
    let (first, second) = (try run(), try run())
    #expect(first.parameters == second.parameters && first.decisions == second.decisions)
    let isFinite = first.parameters.weights.joined().allSatisfy { $0.isFinite }
    #expect(isFinite)
    for decision in first.decisions { #expect(decision.rateAfter > 0) }
  }

  @Test func misfitsAreRefused() {
    for learner in [
      LearnerConfiguration.constant().regulating(.gain), .constant().regulating(.layerRates),
    ] {
      #expect(throws: HomeostasisError.self) { try learner.validate(samples: 100, classes: 10) }
    }
    var momentum = LearnerConfiguration.homeostatic().regulating(.layerRates)
    momentum.optimiser = .momentum(0.9)
    #expect(throws: HomeostasisError.self) { try momentum.validate(samples: 100, classes: 10) }
    let gain = TinyNetwork.learner(.homeostatic(.currentGradient, .trueClass)).regulating(.gain)
    #expect(throws: HomeostasisError.self) {
      try TinyNetwork.trainer(gain, precision: .float64).run(epochs: 1)
    }
  }

  /// Momentum without friction's memory is plain descent, for what is remembered too.
  @Test func memoriesFollowEveryOptimiser() throws {
    // Without a swap the acceptance case takes its object at sample 100.
    let plain = TinyNetwork.learner(.homeostatic(.currentGradient, .trueClass))
    var momentum = plain
    momentum.optimiser = .momentum(0)
    let runs = try [plain, momentum].map { learner in
      let trainer = try TinyNetwork.trainer(learner, precision: .float32)
      try trainer.run(epochs: 1)
      return trainer
    }
    #expect(!runs[0].decisions.isEmpty)
    let hits = runs.map { run in run.decisions.map { [$0.sample, $0.hitsLeaving, $0.hitsTaking] } }
    #expect(hits[0] == hits[1])
  }
}

@Suite struct RateScheduleTests {
  @Test func closedForms() {
    #expect(RateSchedule.inverseTime(samples: 100).factor(after: 300) == 0.25)
    #expect(RateSchedule.inverseSquareRoot(samples: 100).factor(after: 300) == 0.5)
    #expect(abs(RateSchedule.exponential(samples: 100).factor(after: 200) - exp(-2)) < 1e-15)
    #expect(RateSchedule.steps(samples: 100, factor: 0.5).factor(after: 199) == 0.5)
    #expect(RateSchedule.steps(samples: 100, factor: 0.5).factor(after: 200) == 0.25)
    let cosine = RateSchedule.cosineRestarts(samples: 100, lowest: 0.1)
    #expect(cosine.factor(after: 0) == 1 && cosine.factor(after: 100) == 1)
    #expect(abs(cosine.factor(after: 50) - 0.55) < 1e-12)
  }

  @Test(arguments: Precision.allCases)
  func ratesFollowTheSchedule(precision: Precision) throws {
    var learner = TinyNetwork.learner(.constant)
    learner.schedule = .inverseTime(samples: 200)
    let trainer = try TinyNetwork.trainer(learner, precision: precision)
    try trainer.run(epochs: 2)
    for (epoch, report) in trainer.reports.enumerated() {
      for (batch, rate) in report.rates.enumerated() {
        #expect(abs(rate - 0.5 / (1 + Double(400 * epoch + 10 * batch) / 200)) < 1e-12)
      }
    }
  }

  @Test func misfitsAreRefused() {
    var learner = LearnerConfiguration.constant()
    learner.schedule = .exponential(samples: 0)
    #expect(throws: HomeostasisError.self) { try learner.validate(samples: 100, classes: 10) }
    learner = .random()
    learner.schedule = .exponential(samples: 10)
    #expect(throws: HomeostasisError.self) { try learner.validate(samples: 100, classes: 10) }
  }
}
