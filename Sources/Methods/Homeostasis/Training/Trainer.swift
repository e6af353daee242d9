import Foundation
import NeuralData

/// Runs one learner over a stream, epoch after epoch.
///
/// The run can be saved between any two batches and goes on to the same bits.
public final class Trainer {
  /// The learner's settings.
  public let configuration: LearnerConfiguration
  /// Sizes of its network.
  public let shape: NetworkShape
  private let training: SampleSet
  private let validation: SampleSet?
  private let seed: UInt64
  private let learner: any Learner
  private var detector: (any DriftDetector)?
  private var state: State

  /// What a saved run consists of besides arrays.
  public struct State: Codable, Sendable {
    /// Reports of the finished epochs.
    public internal(set) var reports: [EpochReport] = []
    /// All decisions.
    public internal(set) var decisions: [Decision] = []
    var stream: ConceptStream
    var batch = 0
    var current: EpochReport
    var learner: LearnerState
    var generation = 0
    /// Samples seen when the rate was last raised.
    var raisedAt: Int?
    /// Predictions of the epoch so far.
    var monitor: PrequentialMonitor
    /// Errors since the detector last fired; a resumed detector meets them again.
    var errors: [UInt8] = []
  }

  /// A run before its first sample.
  ///
  /// - Parameters:
  ///   - configuration: the learner.
  ///   - training: samples of the stream, in the file's order.
  ///   - validation: samples that are predicted after each epoch.
  ///   - stream: the shifts; made for as many samples as `training` has.
  ///   - seed: of weights and regulation.
  ///   - parameters: first weights instead of random ones.
  ///   - precision: arithmetic.
  /// - Throws: ``HomeostasisError``.
  public init(
    _ configuration: LearnerConfiguration, training: SampleSet, validation: SampleSet? = nil,
    stream: ConceptStream,
    seed: UInt64, parameters: Parameters? = nil, precision: Precision = .float32
  ) throws(HomeostasisError) {
    try configuration.validate(samples: training.count, classes: training.classes)
    shape = NetworkShape(
      inputs: training.width, hidden1: configuration.hidden[0], hidden2: configuration.hidden[1],
      classes: training.classes)
    try shape.validate()
    guard stream.samples == training.count, stream.batch == configuration.batch,
      stream.map.names.count == training.classes
    else { throw .wrongShape("the stream was made for other samples, batches or classes than the learner's") }
    if let validation, validation.width != training.width || validation.classes != training.classes {
      throw .wrongShape(
        "validation samples have \(validation.width) numbers and \(validation.classes) classes, but training samples \(training.width) and \(training.classes)"
      )
    }
    if case .covariate = stream.kind, training.rows == nil {
      throw .wrongShape("a covariate shift changes images, but the samples are not images")
    }
    if precision == .float64 {
      guard configuration.optimiser == .gradientDescent else {
        throw .outOfRange(
          name: "optimiser", value: "\(configuration.optimiser)",
          allowed: "plain gradient descent at float64, the reference arithmetic")
      }
    }
    self.configuration = configuration
    self.training = training
    self.validation = validation
    self.seed = seed
    let first = parameters ?? Parameters(shape: shape, seed: seed)
    guard first.shape == shape else {
      throw .wrongShape("the given weights have another shape than the network")
    }
    switch precision {
    case .float32: learner = FastLearner(configuration, parameters: first, seed: seed)
    case .float64: learner = ReferenceLearner(configuration, parameters: first, seed: seed)
    }
    detector = Self.detector(configuration, seed: seed)
    state = State(
      stream: stream, current: Self.empty(0), learner: learner.state,
      monitor: PrequentialMonitor(classes: training.classes))
  }

  private static func detector(_ configuration: LearnerConfiguration, seed: UInt64) -> (any DriftDetector)? {
    switch configuration.regulation {
    case .boost(.detector(let kind), _, _), .reset(.detector(let kind)): kind.makeDetector(seed: seed)
    default: nil
    }
  }

  private static func empty(_ epoch: Int) -> EpochReport {
    EpochReport(
      epoch: epoch, prequentialAccuracy: 0, kappa: 0, shifts: 0, takes: 0, raises: 0, differing: 0,
      opportunities: 0,
      learningRate: 0,
      meanLearningRate: 0, deadShare: 0, detections: 0, hits: [], rates: [], shiftPositions: [])
  }

  /// Reports of the finished epochs.
  public var reports: [EpochReport] { state.reports }
  /// All decisions of a homeostatic learner.
  public var decisions: [Decision] { state.decisions }
  /// Present weights and biases.
  public var parameters: Parameters { learner.parameters }

  /// Learns until `epochs` epochs are finished.
  ///
  /// - Parameters:
  ///   - epochs: in all, those of a resumed run included.
  ///   - onProgress: called about every hundred batches, between batches; what it throws ends the run, which can then
  ///     be saved with ``checkpoint``.
  /// - Throws: ``HomeostasisError/diverged(epoch:sample:learningRate:shifts:)`` and what `onProgress` throws.
  public func run(epochs: Int, onProgress: (TrainerStatus) throws -> Void = { _ in }) throws {
    while state.reports.count < epochs {
      let epoch = state.reports.count
      let order = state.stream.order(epoch: epoch)
      state.current.shiftPositions = try state.stream.shiftPositions(epoch: epoch)
      while state.batch < state.stream.batches {
        try learnBatch(epoch: epoch, order: order)
        state.batch += 1
        if state.batch < state.stream.batches {
          noteShifts(state.stream.advance(epoch: epoch, batch: state.batch), epoch: epoch)
          if state.batch % 100 == 0 { try onProgress(status(epoch)) }
        }
      }
      finishEpoch(epoch)
      try onProgress(status(epoch))
    }
  }

  private func status(_ epoch: Int) -> TrainerStatus {
    let report = state.current.hits.isEmpty ? state.reports.last ?? state.current : state.current
    let seen = report.hits.count * configuration.batch
    return TrainerStatus(
      epoch: report.epoch, samplesSeen: report.epoch * training.count + seen,
      accuracy: Double(report.hits.reduce(0, +)) / Double(max(1, seen)), learningRate: learner.learningRate)
  }

  private func samplesSeen(_ epoch: Int) -> Int { epoch * training.count + state.batch * configuration.batch }

  private func learnBatch(epoch: Int, order: [Int32]) throws(HomeostasisError) {
    let size = configuration.batch
    let start = state.batch * size
    let samples = order[start..<(start + size)]
    let stream = state.stream
    let labels = training.labels
    func label(_ place: Int) -> UInt8 {
      stream.label(base: labels[Int(order[place])], samplesSeen: epoch * training.count + place)
    }
    applyBoost(epoch)
    let batch = Batch(
      samples: samples, labels: (start..<(start + size)).map(label), epoch: epoch, position: start,
      epochLength: training.count, transform: stream.transform, recall: { $0.map(label) })
    let outcome: BatchOutcome
    do {
      outcome = try learner.learn(batch, from: training)
    } catch {
      guard case .diverged(let epoch, let sample, let rate, _) = error else { throw error }
      throw .diverged(epoch: epoch, sample: sample, learningRate: rate, shifts: stream.shifts)
    }
    let hits = zip(outcome.predictions, batch.labels).count { $0 == $1 }
    for (guess, label) in zip(outcome.predictions, batch.labels) {
      state.monitor.record(predicted: Int(guess), actual: Int(label))
    }
    state.current.hits.append(hits)
    state.current.rates.append(learner.learningRate)
    for decision in outcome.decisions {
      state.current.opportunities += 1
      state.current.differing += decision.hitsTaking != decision.hitsLeaving ? 1 : 0
      if decision.isTaken {
        state.current.takes += 1
        state.current.raises += decision.rateAfter > decision.rateBefore ? 1 : 0
        state.decisions.append(decision)
      }
    }
    watch(zip(outcome.predictions, batch.labels).map { $0 == $1 ? 0 : 1 }, epoch: epoch)
  }

  private func watch(_ errors: [UInt8], epoch: Int) {
    guard detector != nil else { return }
    var fired = false
    for error in errors {
      state.errors.append(error)
      if observe(error) == .drift {
        state.errors = []
        fired = true
      }
    }
    if fired { trigger(epoch) }
  }

  private func observe(_ error: UInt8) -> DriftSignal {
    let countsHits: Bool
    switch configuration.regulation {
    case .boost(.detector(let kind), _, _), .reset(.detector(let kind)): countsHits = kind.countsHits
    default: countsHits = false
    }
    return detector!.update(countsHits ? 1 - Double(error) : Double(error))
  }

  private func trigger(_ epoch: Int) {
    state.current.detections += 1
    switch configuration.regulation {
    case .boost: state.raisedAt = epoch * training.count + (state.batch + 1) * configuration.batch
    case .reset:
      state.generation += 1
      learner.parameters = Parameters(shape: shape, seed: seed, generation: state.generation)
      learner.learningRate = configuration.learningRate
    case .constant, .random, .homeostatic: break
    }
  }

  private func applyBoost(_ epoch: Int) {
    guard case .boost(_, let factor, let decay) = configuration.regulation else { return }
    var rate = configuration.learningRate
    if let raisedAt = state.raisedAt {
      rate *= 1 + (factor - 1) * exp(-Double(samplesSeen(epoch) - raisedAt) / decay)
    }
    learner.learningRate = rate
  }

  private func noteShifts(_ made: Int, epoch: Int) {
    state.current.shifts += made
    guard made > 0 else { return }
    switch configuration.regulation {
    case .boost(.oracle, _, _), .reset(.oracle):
      state.batch -= 1  // the trigger counts from the batch that ended
      trigger(epoch)
      state.batch += 1
    default: break
    }
  }

  private func finishEpoch(_ epoch: Int) {
    let before = validationAccuracy()
    let made = state.stream.finish(epoch: epoch)
    noteShifts(made, epoch: epoch)
    var report = state.current
    report.validationBeforeShift = before
    report.validationAccuracy = made == 0 ? before : validationAccuracy()
    report.prequentialAccuracy = state.monitor.accuracy
    report.kappa = state.monitor.kappa
    report.learningRate = learner.learningRate
    report.meanLearningRate = report.rates.reduce(0, +) / Double(report.rates.count)
    report.deadShare = Double(report.rates.count { $0 <= configuration.floor }) / Double(report.rates.count)
    state.reports.append(report)
    state.current = Self.empty(epoch + 1)
    state.monitor = PrequentialMonitor(classes: training.classes)
    state.batch = 0
  }

  private func validationAccuracy() -> Double? {
    guard let validation, validation.count > 0 else { return nil }
    let predictions = learner.predict(
      (0..<Int32(validation.count)).map { $0 }, of: validation, transform: state.stream.transform)
    let map = state.stream.map
    return Double(zip(predictions, validation.labels).count { $0 == map[$1] }) / Double(validation.count)
  }

  /// Everything the run depends on: weights and memories as arrays, the rest as a value.
  public var checkpoint: (arrays: [String: NumericArray], state: State) {
    var saved = state
    saved.learner = learner.state
    var arrays: [String: NumericArray] = [:]
    let parameters = learner.parameters
    for layer in 0..<3 {
      arrays["weights.\(layer)"] = NumericArray(parameters.weights[layer])
      arrays["biases.\(layer)"] = NumericArray(parameters.biases[layer])
    }
    for (index, numbers) in saved.learner.numbers.enumerated() {
      arrays["memory.\(index)"] = NumericArray(numbers)
    }
    saved.learner.numbers = []
    return (arrays, saved)
  }

  /// Goes back to a checkpoint of a run with the same settings.
  ///
  /// - Throws: ``HomeostasisError/badState(_:)`` when an array is missing or of another size.
  public func restore(arrays: [String: NumericArray], state saved: State) throws {
    func numbers(_ name: String, _ count: Int) throws -> [Double] {
      guard let array = arrays[name], let values = try? array.values(as: Double.self), values.count == count
      else {
        throw HomeostasisError.badState(
          "the checkpoint's array '\(name)' is missing or not \(count) numbers; start anew without --resume")
      }
      return values
    }
    let present = learner.parameters
    learner.parameters = try Parameters(
      shape: shape, weights: (0..<3).map { try numbers("weights.\($0)", present.weights[$0].count) },
      biases: (0..<3).map { try numbers("biases.\($0)", present.biases[$0].count) })
    var inner = saved.learner
    inner.numbers = try (0..<arrays.keys.count { $0.hasPrefix("memory.") }).map { index in
      try arrays["memory.\(index)"].map { try $0.values(as: Double.self) } ?? []
    }
    let expected = learner.state.numbers.map(\.count)
    guard learner is ReferenceLearner || inner.numbers.map(\.count) == expected else {
      throw HomeostasisError.badState(
        "the checkpoint's memory has another shape; start anew without --resume")
    }
    learner.state = inner
    state = saved
    detector = Self.detector(configuration, seed: seed)
    for error in saved.errors { _ = observe(error) }
  }
}
