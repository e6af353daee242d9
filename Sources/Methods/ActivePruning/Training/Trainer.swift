import NeuralData
import Probability
import Tensors

/// Trains a network whose pruned weights stay 0, and judges it.
struct Trainer {
  let plan: TrainingPlan
  let seed: UInt64
  let training: Epochs
  let watched: Epochs
  let test: Epochs

  /// Images in a batch of judging.
  private static let batch = 500

  init(
    _ plan: TrainingPlan, training: ImageSet, test: ImageSet, watched: Int, seed: UInt64, on device: Device
  ) throws(TensorError) {
    (self.plan, self.seed) = (plan, seed)
    let plain = plan.augmentation.withoutChance
    self.training = try Epochs(
      training, batch: plan.batch, augmentation: plan.augmentation, seed: seed, on: device)
    self.watched = try Epochs(
      watched < training.count ? training.subset(0..<watched) : training, batch: Self.batch,
      augmentation: plain,
      seed: nil, on: device)
    self.test = try Epochs(test, batch: Self.batch, augmentation: plain, seed: nil, on: device)
  }

  /// Steps of a whole training.
  var steps: Int { plan.epochs * training.count }

  /// What a training does besides moving weights.
  struct Orders {
    var cycle = 0
    /// The first step, as if those before had been taken.
    var first = 0
    /// Whether the last learning rate holds throughout.
    var isFineTuning = false
    /// The step at whose beginning the network's state is kept.
    var keptStep: Int?
    /// Whether the weights before the last epoch are kept.
    var keepsBeforeLastEpoch = false
    /// Whether `−Σ w · ∂L/∂w` is kept.
    var accumulates = false
  }

  struct Outcome {
    /// Mean loss of the last epoch.
    var loss = 0.0
    var kept: [String: Tensor]?
    var beforeLastEpoch: [Float]?
    var accumulated: [Float]?
    var steps = 0
  }

  /// Trains, with a fresh optimiser.
  ///
  /// - Parameter watch: called after each step with the number of steps of this training; may throw to stop.
  func train(
    _ network: any Layer, holding mask: Mask, _ orders: Orders, watch: (Int) throws -> Void
  ) throws -> Outcome {
    let held = try MaskedWeights(mask, in: network)
    let optimiser = plan.optimiser(of: network)
    let pass = Pass.training(RandomStream(seed: seed, "dropout", orders.cycle))
    var outcome = Outcome()
    var movement = orders.accumulates ? try Movement(mask.table, network, optimiser) : nil
    var step = orders.first
    while step < steps {
      let epoch = step / training.count
      if epoch == plan.epochs - 1, step % training.count == 0, orders.keepsBeforeLastEpoch {
        outcome.beforeLastEpoch = try mask.table.numbers(network.state)
      }
      var (loss, seen): (Tensor?, Int) = (nil, 0)
      try training.each(of: epoch, from: step % training.count) { _, batch in
        if step == orders.keptStep { outcome.kept = network.state }
        optimiser.learningRate = plan.schedule.rate(at: orders.isFineTuning ? steps - 1 : step)
        let own = try Loss.crossEntropy(network(batch.images, in: pass), labels: batch.labels)
        let gradients: [Tensor]
        do throws(TensorError) {
          gradients = try optimiser.gradients(of: own)
        } catch {
          guard error.kind == .notFinite else { throw error }
          throw PruningError.diverged(cycle: orders.cycle, epoch: epoch, rate: optimiser.learningRate)
        }
        try movement?.note(gradients)
        try optimiser.step(gradients)
        try held.hold()
        let weighted = try own.detached() * Double(batch.indices.count)
        loss = try loss.map { sum throws(TensorError) in try sum + weighted } ?? weighted
        seen += batch.indices.count
        step += 1
        outcome.steps += 1
        try watch(outcome.steps)
      }
      outcome.loss = try loss.map { sum throws(TensorError) in try sum.item() / Double(seen) } ?? outcome.loss
    }
    if orders.keptStep == steps { outcome.kept = network.state }
    outcome.accumulated = try movement?.numbers()
    return outcome
  }

  /// Share of images that a network names rightly, and what its rectifiers did.
  func judge(
    _ network: any Layer, on images: Epochs, meter: DeadNeuronMeter? = nil
  ) throws -> Double {
    let pass = Pass.inference()
    if let meter { pass.observer = meter.observe }
    var right = 0.0
    try images.each(of: 0) { _, batch in
      try withoutGradients {
        let found = try network(batch.images, in: pass).placeOfLargest(along: 1)
        right += try (found .== batch.labels).sum().item()
      }
    }
    return right / Double(max(1, images.imageCount))
  }
}

/// Gathers `−Σ w · ∂L/∂w`.
private struct Movement {
  private let places: [(path: String, index: Int)]
  private let optimiser: any Optimiser
  private let table: WeightTable
  private var sums: [Tensor]

  init(_ table: WeightTable, _ network: any Layer, _ optimiser: any Optimiser) throws(TensorError) {
    self.table = table
    self.optimiser = optimiser
    let indices = Dictionary(
      optimiser.parameters.enumerated().map { ($0.element.path, $0.offset) },
      uniquingKeysWith: { first, _ in first })
    places = table.parts.compactMap { part in indices[part.path].map { (part.path, $0) } }
    sums = try places.map { place throws(TensorError) in
      try optimiser.parameters[place.index].parameter.value.detached().filledLike(0)
    }
  }

  mutating func note(_ gradients: [Tensor]) throws(TensorError) {
    for (place, index) in places.map(\.index).enumerated() {
      let weight = try optimiser.parameters[index].parameter.value.detached()
      sums[place] = try sums[place] - weight * gradients[index]
    }
  }

  func numbers() throws(TensorError) -> [Float] {
    try table.numbers(
      Dictionary(zip(places.map(\.path), sums).map { ($0, $1) }, uniquingKeysWith: { first, _ in first }))
  }
}
