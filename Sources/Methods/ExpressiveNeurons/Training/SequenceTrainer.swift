import Foundation
import Lanes
import NeuralData
import Parallel
import Probability

/// Trains a model on a data set.
///
/// A batch is cut into tiles of four samples, tiles into at most sixteen groups by their number alone, and the groups'
/// gradients are added in order: the result is the same bit for bit on any number of threads.
public final class SequenceTrainer {
  /// How it is trained.
  public let plan: TrainingPlan
  private var data: SequenceDataSet
  private let renewal: TaskData.Renewal?
  /// The pass over the data that ``data`` is for.
  private var pass = 0
  private let validation: SequenceDataSet?
  private let seed: UInt64
  private let threads: Int
  private let engine: any SequenceEngine
  private let moments: OptimiserMoments
  private var groups: [Group] = []
  private var best: [Float]
  private var order: (epoch: Int, samples: [Int]) = (-1, [])

  /// What has been done, and how well.
  public struct State: Sendable, Hashable, Codable {
    /// Batches so far.
    public var step = 0
    /// Loss of every batch.
    public var losses: [Double] = []
    /// Steps after which the loss on the validation set was taken.
    public var validatedAt: [Int] = []
    /// Those losses.
    public var validationLosses: [Double] = []
    /// The lowest of them.
    public var bestValidationLoss: Double?
  }

  /// What has been done, and how well.
  public private(set) var state = State()

  private final class Group: @unchecked Sendable {
    let workspace: SequenceWorkspace
    let gradient: LaneBuffer
    init(_ engine: any SequenceEngine) {
      workspace = engine.makeWorkspace()
      gradient = LaneBuffer(engine.parameters.count)
    }
  }

  /// A trainer at its first step.
  ///
  /// - Parameters:
  ///   - model: where training begins.
  ///   - data: what is learned.
  ///   - validation: chooses the best step, when the plan validates.
  ///   - renewal: makes new data to learn, as many, for every pass over them.
  ///   - threads: most threads to use.
  /// - Throws: ``ExpressiveNeuronError`` when model, plan and data do not fit each other.
  public init(
    _ model: SequenceModel, plan: TrainingPlan, data: SequenceDataSet, validation: SequenceDataSet? = nil,
    renewal: TaskData.Renewal? = nil, seed: UInt64, threads: Int = availableThreads
  ) throws {
    try plan.validate(for: data)
    for set in [data, validation].compactMap(\.self) { try model.validate(for: set) }
    if plan.truncation != nil {
      guard case .elm(let neuron) = model, neuron.configuration.traceTimeConstants.count == 1 else {
        throw ExpressiveNeuronError.inconsistent(
          "truncated back-propagation is for expressive neurons whose traces have one time constant")
      }
    }
    if plan.recurrentDropout > 0 {
      guard case .lstm = model else {
        throw ExpressiveNeuronError.inconsistent("recurrent dropout is for LSTMs")
      }
    }
    self.renewal = renewal
    (self.plan, self.data, self.validation, self.seed, self.threads) = (plan, data, validation, seed, threads)
    engine = try model.makeEngine()
    moments = OptimiserMoments(plan.optimiser, count: engine.parameters.count)
    best = engine.parameters.contents
    let tiles = (plan.batch * data.samplesPerQuestion + tileSamples - 1) / tileSamples
    groups = (0..<min(16, tiles)).map { _ in Group(engine) }
  }

  /// The model as it is now.
  public var model: SequenceModel { engine.model }

  /// The model of the best validation, or as it is now without validation.
  public var bestModel: SequenceModel {
    guard state.bestValidationLoss != nil else { return model }
    let present = engine.parameters.contents
    engine.parameters.contents = best
    defer { engine.parameters.contents = present }
    return engine.model
  }

  /// Whether the plan is done.
  public var isFinished: Bool { state.step >= plan.steps }

  /// Trains on one batch.
  ///
  /// - Returns: its loss.
  /// - Throws: ``ExpressiveNeuronError/diverged(step:samples:)`` before any weight has changed.
  @discardableResult
  public func step() throws -> Double {
    let step = state.step
    try renewData(for: step)
    let members = batch(step)
    let (loss, gradient) = learn(members, step: step)
    var squares = Lane.zero
    for lane in 0..<gradient.count { squares += gradient.lanes[lane] * gradient.lanes[lane] }
    let norm = Double(total(squares)).squareRoot()
    guard loss.isFinite, norm.isFinite else {
      throw ExpressiveNeuronError.diverged(step: step, samples: members.map(\.sample))
    }
    let shorten = plan.clip.map { norm > $0 ? Float($0 / norm) : 1 } ?? 1
    let rate = plan.learningRate * 0.5 * (1 + cos(.pi * Double(step) / Double(plan.steps)))
    flushingToZero {
      moments.update(
        engine.parameters, gradient: gradient, learningRate: rate, step: step + 1, scale: shorten)
    }
    engine.constrain()
    engine.refresh()
    state.step += 1
    state.losses.append(loss)
    if plan.validationInterval > 0, state.step % plan.validationInterval == 0 || isFinished, let validation {
      let loss = meanLoss(on: validation)
      state.validatedAt.append(state.step)
      state.validationLosses.append(loss)
      if loss < state.bestValidationLoss ?? .infinity {
        state.bestValidationLoss = loss
        best = engine.parameters.contents
      }
    }
    return loss
  }

  /// Takes the data of the pass in which a batch begins.
  private func renewData(for step: Int) throws {
    let pass = step * plan.batch / (data.count / data.samplesPerQuestion)
    guard let renewal, pass != self.pass else { return }
    let fresh = try renewal(pass)
    guard fresh.count == data.count, fresh.channels == data.channels, fresh.outputs == data.outputs else {
      throw ExpressiveNeuronError.badData("the data of pass \(pass) have another size than those before")
    }
    try plan.validate(for: fresh)
    (data, self.pass) = (fresh, pass)
  }

  /// Loss of a batch and its gradient, which the first group keeps.
  private func learn(_ members: [BatchMember], step: Int) -> (loss: Double, gradient: LaneBuffer) {
    let (tiles, groups) = (tiles(members.count), groups)
    let learner = TileLearner(engine: engine, plan: plan, data: data, seed: seed)
    let weight = 1 / Float(members.count)
    let losses = parallelMap(count: groups.count, threads: min(threads, groups.count)) { index in
      flushingToZero {
        let group = groups[index]
        group.gradient.clear()
        var loss = 0.0
        for tile in stride(from: index, to: tiles.count, by: groups.count) {
          loss += learner.learn(
            tiles[tile].map { members[$0] }, place: tiles[tile].lowerBound, step: step, weight: weight,
            in: group.workspace, into: group.gradient)
        }
        return loss
      }
    }
    flushingToZero {
      for group in groups.dropFirst() { groups[0].gradient.add(group.gradient) }
      engine.finish(gradient: groups[0].gradient)
    }
    return (losses.reduce(0, +), groups[0].gradient)
  }

  /// The derivative of the next batch's loss by every parameter, as a model whose numbers are derivatives.
  package func batchGradient() -> SequenceModel {
    engine.unpacked(learn(batch(state.step), step: state.step).gradient)
  }

  /// Mean loss on a data set, whole samples.
  public func meanLoss(on set: SequenceDataSet) -> Double {
    let tiles = tiles(set.count)
    let (engine, burnIn) = (engine, plan.burnIn)
    let losses = parallelMap(count: tiles.count, threads: threads) { tile in
      flushingToZero {
        let workspace = engine.makeWorkspace()
        let members = tiles[tile].map { BatchMember(sample: $0, start: 0) }
        let (inputs, targets) = members.cut(from: set, window: nil, burnIn: burnIn)
        engine.forward(inputs, in: workspace)
        return engine.loss(targets, weight: 1, in: workspace, into: nil)
      }
    }
    return losses.reduce(0, +) / Double(set.count)
  }

  private func tiles(_ count: Int) -> [Range<Int>] {
    stride(from: 0, to: count, by: tileSamples).map { $0..<min(count, $0 + tileSamples) }
  }

  /// The samples of a batch: a new order in every pass over the data, windows at random; both samples of a pair in a row.
  private func batch(_ step: Int) -> [BatchMember] {
    let each = data.samplesPerQuestion
    let count = data.count / each
    return (0..<plan.batch).flatMap { place -> [BatchMember] in
      let position = step * plan.batch + place
      let epoch = position / count
      if order.epoch != epoch {
        var stream = RandomStream(seed: seed, "elm order", epoch)
        order = (epoch, Array(0..<count))
        stream.shuffle(&order.samples)
      }
      let question = order.samples[position % count]
      guard let window = plan.window else {
        return (0..<each).map { BatchMember(sample: question * each + $0, start: 0) }
      }
      var stream = RandomStream(seed: seed, "elm window", step, place)
      let last = data.inputs[question].steps - window
      return [
        BatchMember(sample: question, start: plan.skip + stream.integer(below: last - plan.skip + 1))
      ]
    }
  }

  /// Everything a later run needs to go on.
  public var checkpoint: (arrays: [String: NumericArray], state: State) {
    (
      [
        "parameters": NumericArray(engine.parameters.contents), "best": NumericArray(best),
        "moments.first": NumericArray(moments.first.contents),
        "moments.second": NumericArray(moments.second.contents),
      ], state
    )
  }

  /// Goes on from a checkpoint of a trainer with the same model, plan and data.
  ///
  /// - Throws: ``ExpressiveNeuronError`` when the arrays are not this model's.
  public func restore(arrays: [String: NumericArray], state: State) throws {
    func numbers(_ name: String) throws -> [Float] {
      guard let array = arrays[name], let values = try? array.values(as: Float.self),
        values.count == engine.parameters.count * 16
      else { throw ExpressiveNeuronError.badWeights("the checkpoint's '\(name)' does not fit the model") }
      return values
    }
    let restored = try ["parameters", "best", "moments.first", "moments.second"].map(numbers)
    engine.parameters.contents = restored[0]
    best = restored[1]
    moments.first.contents = restored[2]
    moments.second.contents = restored[3]
    self.state = state
    engine.refresh()
  }
}
