import ActivePruning
import Foundation
import NeuralData
import Probability
import Tensors
import Testing

@Suite(.enabled(if: LibTorch.isAvailable, "LibTorch is not installed"))
struct IterativeTests {
  /// Images of two bright corners in four arrangements, with noise.
  static func images(_ count: Int, seed: UInt64) throws -> ImageSet {
    var stream = RandomStream(seed: seed, "images")
    var (pixels, labels): ([UInt8], [UInt8]) = ([], [])
    for index in 0..<count {
      let label = index % 4
      for place in 0..<16 {
        let isBright = place == [0, 3, 12, 15][label] || place == [5, 6, 9, 10][label]
        pixels.append(UInt8((isBright ? 150 : 20) + stream.integer(below: 100)))
      }
      labels.append(UInt8(label))
    }
    return ImageSet(
      try LabelledImages(pixels: pixels, rows: 4, columns: 4, labels: labels, classes: 4, source: "drawn"))
  }

  static func settings(
    _ method: BaseMethod = .magnitude, rewinding: Rewinding = .initial,
    trainings: PruningSettings.Trainings = .once,
    rate: Double = 0.05, choice: PruningStep.Choice = .leastMovedNegative, rule: TrainingPlan.Rule = .sgd
  ) throws -> PruningSettings {
    try PruningSettings(
      rate: 30, share: 5, choice: choice, method: method, rewinding: rewinding,
      plan: TrainingPlan(epochs: 2, batch: 16, rule: rule, weightDecay: 1e-3, schedule: .constant(rate)),
      seed: 5, trainings: trainings)
  }

  static func run(_ settings: PruningSettings) throws -> IterativePruning {
    try IterativePruning(
      settings, training: images(200, seed: 1), test: images(80, seed: 2)
    ) { seed in
      var stream = RandomStream(seed: seed, "weights")
      return try Networks.multilayerPerceptron([16, 24, 4], using: &stream)
    }
  }

  private func weights(_ run: IterativePruning) throws -> [Float] {
    try run.mask.table.numbers(run.network.state)
  }

  @Test(
    "counts are exact, pruned weights stay 0 and the training is the same for all",
    arguments: BaseMethod.allCases)
  func everyMethod(_ method: BaseMethod) throws {
    let run = try Self.run(Self.settings(method))
    try run.run(cycles: 3)
    #expect(run.cycles.map(\.cycle) == [0, 1, 2, 3])
    let step = run.settings.step
    for (before, cycle) in zip(run.cycles, run.cycles.dropFirst()) {
      let counts = step.counts(alive: before.alive)
      #expect(cycle.basePruned + cycle.baseShortfall == counts.base)
      #expect(cycle.activationPruned + cycle.shortfall == counts.activating)
      #expect(cycle.alive == before.alive - cycle.basePruned - cycle.activationPruned)
      #expect(cycle.steps == (cycle.cycle + 1) * 26)
    }
    let numbers = try weights(run)
    #expect(zip(numbers, run.mask.isAlive).allSatisfy { $1 == 1 || $0.bitPattern == 0 })
    #expect(run.cycles[0].accuracy > 0.5)
  }

  @Test func trainingTwiceRepeatsWhatOnceKnows() throws {
    for rewinding in [Rewinding.initial, .step(7), .learningRate] {
      let once = try Self.run(Self.settings(rewinding: rewinding))
      let twice = try Self.run(Self.settings(rewinding: rewinding, trainings: .twice))
      try once.run(cycles: 2)
      try twice.run(cycles: 2)
      func measured(_ run: IterativePruning) -> [PruningCycle] {
        run.cycles.map { cycle in
          var cycle = cycle
          cycle.steps = 0
          return cycle
        }
      }
      #expect(measured(once) == measured(twice))
      #expect(try weights(once) == weights(twice))
      #expect(twice.cycles[2].steps > once.cycles[2].steps)
    }
  }

  @Test(
    "a run that is stopped goes on to the same result",
    arguments: [
      ("init", BaseMethod.magnitude), ("step:5", .lastEpoch), ("epoch:1", .movement),
      ("learning-rate", .gradient),
      ("fine-tune", .lamp), ("reinit", .synflow),
    ])
  func resumes(_ rewinding: String, _ method: BaseMethod) throws {
    let settings = try Self.settings(method, rewinding: #require(Rewinding(rewinding)), rule: .adam)
    let whole = try Self.run(settings)
    try whole.run(cycles: 3)
    let first = try Self.run(settings)
    try first.run(cycles: 1)
    let saved = try first.saved()
    let state = try JSONDecoder().decode(
      IterativePruning.Saved.self, from: JSONEncoder().encode(saved.state))
    let second = try Self.run(settings)
    try second.restore(arrays: saved.arrays, state: state)
    try second.run(cycles: 3)
    #expect(second.cycles == whole.cycles)
    #expect(try weights(second) == weights(whole))
    #expect(second.mask == whole.mask)
  }

  @Test func whereTrainingBegins() throws {
    // With a learning rate too small to move a weight, the trained weights are those that training began with.
    func last(_ rewinding: Rewinding, rate: Double) throws -> (before: [Float], after: [Float], mask: Mask) {
      let run = try Self.run(Self.settings(rewinding: rewinding, rate: rate))
      try run.run(cycles: 0)
      let before = try weights(run)
      try run.run(cycles: 1)
      return (before, try weights(run), run.mask)
    }
    for rewinding in [Rewinding.initial, .learningRate, .fineTuning] {
      let (before, after, mask) = try last(rewinding, rate: 1e-30)
      #expect(after == mask.applied(to: before))
    }
    let (before, after, mask) = try last(.reinitialised, rate: 1e-30)
    #expect(after != mask.applied(to: before))
    #expect(zip(after, mask.isAlive).allSatisfy { ($0 != 0) == ($1 == 1) })
  }

  @Test func statisticsAreRewound() throws {
    let settings = try Self.settings()
    let run = try IterativePruning(
      settings, training: Self.images(64, seed: 1), test: Self.images(16, seed: 2)
    ) { seed in
      var stream = RandomStream(seed: seed, "weights")
      return Sequential(
        try Convolution(1, 4, window: [3, 3], hasBias: false, using: &stream), try BatchNormalisation(4),
        Activation.relu(), Activation.flatten(), try Linear(16, 4, using: &stream))
    }
    try run.run(cycles: 2)
    // Two epochs of four batches: without rewinding it would be 24.
    #expect(try run.network.state["1.num_batches_tracked"]?.item() == 8)
    #expect(run.notes.count == 1 && run.notes[0].contains("batch normalisation"))
    #expect(run.mask.table.parts.map(\.path) == ["0.weight", "4.weight"])
  }

  @Test func rewindingsByName() throws {
    for text in ["init", "step:12", "epoch:3", "learning-rate", "fine-tune", "reinit"] {
      #expect(Rewinding(text)?.description == text)
    }
    for text in ["", "step", "step:", "step:-1", "step:x", "epoch:1:2", "initial"] {
      #expect(Rewinding(text) == nil)
    }
  }

  @Test func troubles() throws {
    let late = #expect(throws: PruningError.self) { try Self.run(Self.settings(rewinding: .epoch(2))) }
    #expect(late?.description == "rewinding goes to step 26, but training has 26; expected an earlier step")
    #expect(throws: PruningError.self) { try Self.run(Self.settings(rewinding: .epoch(.max))) }
    #expect(throws: PruningError.self) { try Self.run(Self.settings(rate: 0)) }
    #expect(throws: PruningError.self) { try Self.run(Self.settings(rate: .nan)) }
    let wild = try Self.run(Self.settings(rate: 1e30))
    let error = #expect(throws: PruningError.self) { try wild.run(cycles: 1) }
    #expect(
      error?.description.hasPrefix(
        "the loss is not a finite number in cycle 0, epoch 1, at the learning rate 1e+30")
        == true)
    let run = try Self.run(Self.settings())
    try run.run(cycles: 0)
    var saved = try run.saved()
    saved.arrays["mask"] = NumericArray([1, 0] as [UInt8])
    let damaged = #expect(throws: PruningError.self) {
      try run.restore(arrays: saved.arrays, state: saved.state)
    }
    #expect(
      damaged?.description
        == "the checkpoint does not fit the run: its mask has not the network's 480 weights; start anew without --resume"
    )
  }

  @Test func watchingStopsAndGoesOn() throws {
    struct Stop: Error {}
    let run = try Self.run(Self.settings())
    var shares: [Double] = []
    #expect(throws: Stop.self) {
      try run.run(
        cycles: 1,
        watch: { cycle, share in
          shares.append(Double(cycle) + share)
          if shares.count == 30 { throw Stop() }
        })
    }
    #expect(shares == shares.sorted() && shares[25] == 1 && run.cycles.count == 1)
  }
}
