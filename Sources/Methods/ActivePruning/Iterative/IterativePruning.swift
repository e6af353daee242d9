import NeuralData
import Probability
import Tensors

/// Cycles of pruning, rewinding and training.
///
/// ```swift
/// let run = try IterativePruning(settings, training: digits.training, test: digits.test) { seed in
///   var stream = RandomStream(seed: seed, "weights")
///   return try Networks.multilayerPerceptron([64, 100, 50, 10], using: &stream)
/// }
/// try run.run(cycles: 16)
/// print(run.cycles.map(\.dynamicDeadRate))
/// ```
///
/// Order of images and chance depend on the seed alone and are the same in every cycle, so that the training before a
/// cycle's pruning and the one after the last cycle's are one and the same and need to run once.
public final class IterativePruning {
  /// Makes the network with weights drawn from a seed.
  public typealias Build = (_ seed: UInt64) throws -> any Layer

  /// Everything the results depend on.
  public let settings: PruningSettings
  /// The network, trained by the last cycle.
  public let network: any Layer
  /// Which of its weights are alive.
  public internal(set) var mask: Mask
  /// The cycles so far.
  public internal(set) var cycles: [PruningCycle] = []
  /// What a reader of the results should know, such as where the method's guarantee does not hold.
  public let notes: [String]

  let device: Device
  let trainer: Trainer
  private let build: Build
  private let shape: [Int]
  private let scoring: Epochs
  /// The network's state where training began last.
  var start: [String: Tensor]
  /// The state to which it is rewound; `nil` until the first training reaches it, and without rewinding.
  var origin: [String: Tensor]?
  var last = Trainer.Outcome()
  var steps = 0

  /// A run that has not begun.
  ///
  /// - Parameters:
  ///   - settings: everything the results depend on.
  ///   - training: images to learn from.
  ///   - test: images to judge by.
  ///   - device: where the network is.
  ///   - build: makes the network.
  /// - Throws: ``PruningError`` for settings that do not fit, `TensorError`, or `FileError` when the sets do not fit.
  public init(
    _ settings: PruningSettings, training: ImageSet, test: ImageSet, on device: Device = .cpu,
    build: @escaping Build
  ) throws {
    try settings.plan.validate()
    guard training.count >= 1, test.count >= 1 else {
      throw PruningError.training(
        name: "number of images", found: "\(min(training.count, test.count))",
        expected: "1 or more to learn from and to judge by")
    }
    guard
      (training.channels, training.rows, training.columns) == (test.channels, test.rows, test.columns),
      test.classes <= training.classes
    else {
      throw PruningError.training(
        name: "size of the test images",
        found: "\(test.channels) × \(test.rows) × \(test.columns) with \(test.classes) classes",
        expected:
          "\(training.channels) × \(training.rows) × \(training.columns) with at most \(training.classes)")
    }
    (self.settings, self.device, self.build) = (settings, device, build)
    shape = [training.channels, training.rows, training.columns]
    network = try build(settings.seed)
    try network.move(to: device)
    mask = Mask(allOf: WeightTable(of: network, includesScales: settings.includesScales))
    start = network.state
    trainer = try Trainer(
      settings.plan, training: training, test: test, watched: settings.watchedImages, seed: settings.seed,
      on: device)
    if let step = settings.rewinding.step(stepsInEpoch: trainer.training.count), step >= trainer.steps {
      throw PruningError.rewinding(step: step, steps: trainer.steps)
    }
    var order = Array(0..<training.count)
    var drawn = RandomStream(seed: settings.seed, "scoring")
    drawn.shuffle(&order)
    scoring = try Epochs(
      training.subset(order.prefix(settings.scoringImages)), batch: min(500, settings.scoringImages),
      augmentation: settings.plan.augmentation.withoutChance, seed: nil, on: device)
    notes = Self.notes(on: network, settings: settings)
  }

  /// Prunes and trains until there are `cycles` besides the dense network.
  ///
  /// - Parameters:
  ///   - cycles: how many, those of an earlier part included.
  ///   - watch: called after each step of training with the cycle and the share of its training that is done; may throw
  ///     to stop, and the run can go on from the cycle before.
  ///   - finished: called after each cycle, to save the run.
  /// - Throws: ``PruningError``, `TensorError`, and what `watch` and `finished` throw.
  public func run(
    cycles count: Int, watch: (_ cycle: Int, _ share: Double) throws -> Void = { _, _ in },
    finished: (PruningCycle) throws -> Void = { _ in }
  ) throws {
    while cycles.count <= max(0, count) {
      let cycle = cycles.count
      let repeats = settings.trainings == .twice && cycle > 0
      let total = Double(trainer.steps * (repeats ? 2 : 1))
      if repeats {
        try network.load(start)
        try train(cycle - 1) { try watch(cycle, Double($0) / total) }
      }
      let outcome = cycle == 0 ? nil : try prune(cycle)
      let done = repeats ? trainer.steps : 0
      try train(cycle) { try watch(cycle, Double(done + $0) / total) }
      cycles.append(try judged(cycle, outcome))
      try finished(cycles[cycle])
    }
  }

  /// The network's state where its last training began, pruned weights at 0.
  public var startOfTraining: [String: Tensor] { start }

  private func train(_ cycle: Int, _ watch: (Int) throws -> Void) throws {
    let (rewinding, isDense) = (settings.rewinding, cycle == 0)
    let step = rewinding.step(stepsInEpoch: trainer.training.count)
    last = try trainer.train(
      network, holding: mask,
      Trainer.Orders(
        cycle: cycle, first: isDense ? 0 : step ?? 0, isFineTuning: !isDense && rewinding == .fineTuning,
        keptStep: isDense && origin == nil ? step : nil,
        keepsBeforeLastEpoch: settings.method == .lastEpoch, accumulates: settings.method == .movement),
      watch: watch)
    if let kept = last.kept { origin = kept }
    last.kept = nil
    steps += last.steps
  }

  /// Prunes by the trained weights, and puts the network where its next training begins.
  private func prune(_ cycle: Int) throws -> PruningStep.Outcome {
    let table = mask.table
    let trained = try table.numbers(network.state)
    let began = try mask.applied(to: table.numbers(start))
    let next = try rewound(cycle)
    if settings.method.isBeforeTraining {
      try network.load(next)
      _ = try MaskedWeights(mask, in: network)
    }
    var batches: [ImageBatch] = []
    if [.gradient, .snip, .grasp].contains(settings.method) {
      try scoring.each(of: 0) { _, batch in batches.append(batch) }
    }
    var stream = RandomStream(seed: settings.seed, "pruning", cycle)
    let scores = try Scorer(settings.method).scores(
      Scorer.Evidence(
        network: network, mask: mask,
        weights: settings.method.isBeforeTraining ? table.numbers(network.state) : trained,
        beforeLastEpoch: last.beforeLastEpoch, accumulated: last.accumulated, batches: batches, input: shape,
        count: settings.step.counts(alive: mask.aliveCount).base), using: &stream)
    let outcome = try settings.step.apply(
      to: &mask, scores: scores, weights: trained, start: began, using: &stream)
    try network.load(next)
    _ = try MaskedWeights(mask, in: network)
    start = network.state
    return outcome
  }

  /// Where the next training begins, statistics of normalisation included.
  private func rewound(_ cycle: Int) throws -> [String: Tensor] {
    switch settings.rewinding {
    case .initial, .step, .epoch:
      guard let origin else { throw PruningError.resumed("the weights to rewind to are missing") }
      return origin
    case .learningRate, .fineTuning: return network.state
    case .reinitialised:
      var stream = RandomStream(seed: settings.seed, "reinitialisation", cycle)
      let drawn = try build(stream.next())
      try drawn.move(to: device)
      return drawn.state
    }
  }

  private func judged(_ cycle: Int, _ outcome: PruningStep.Outcome?) throws -> PruningCycle {
    let meter = try? DeadNeuronMeter(of: network, unit: settings.unit)
    let trainingAccuracy = try trainer.judge(network, on: trainer.watched, meter: meter)
    let rates = try meter?.rates().network
    return PruningCycle(
      cycle: cycle, alive: mask.aliveCount, remaining: mask.remaining,
      accuracy: try trainer.judge(network, on: trainer.test), trainingAccuracy: trainingAccuracy,
      loss: last.loss,
      deadRate: rates?.total, staticDeadRate: rates?.staticRate, dynamicDeadRate: rates?.dynamicRate,
      basePruned: outcome?.base.count ?? 0, activationPruned: outcome?.activating.count ?? 0,
      baseShortfall: outcome?.baseShortfall ?? 0, shortfall: outcome?.shortfall ?? 0,
      collapsed: outcome?.collapsed ?? [], steps: steps)
  }

  /// Where the method's reasoning does not reach.
  private static func notes(on network: any Layer, settings: PruningSettings) -> [String] {
    var notes: [String] = []
    let modules = network.modules
    if !settings.plan.augmentation.means.isEmpty, settings.step.share > 0 {
      notes.append(
        "the inputs are normalised and may be negative: pruning negative weights of the first layer need not raise its "
          + "units")
    }
    if settings.step.share > 0, modules.contains(where: { $0.module is BatchNormalisation }) {
      notes.append(
        "batch normalisation between weights and rectifiers centres units anew: pruning negative weights need not wake "
          + "them in training")
    }
    if !modules.contains(where: { ($0.module as? Activation)?.isRectifier == true }) {
      notes.append("the network has no rectifier: its dead neuron rate is not defined")
    }
    return notes
  }
}
