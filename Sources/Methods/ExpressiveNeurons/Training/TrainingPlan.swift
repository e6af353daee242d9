/// How a model is trained.
public struct TrainingPlan: Sendable, Hashable, Codable {
  /// How a gradient becomes a change.
  public enum Optimiser: String, Sendable, Hashable, Codable, CaseIterable {
    /// Means of the gradient and of its square (Kingma and Ba 2015).
    case adam
    /// Mean of the gradient and its largest magnitude, which fades.
    case adamax
  }

  /// How a gradient becomes a change.
  public var optimiser = Optimiser.adam
  /// Learning rate at the beginning; it falls to 0 over the whole training along half a cosine.
  public var learningRate = 5e-4
  /// Samples in a batch.
  public var batch = 8
  /// Batches in all.
  public var steps: Int
  /// Time steps of a training window cut at random from a sample; whole samples unless given.
  public var window: Int?
  /// First time steps of a window that the loss leaves out.
  public var burnIn = 0
  /// Time steps at the start of a sample in which no window begins.
  public var skip = 0
  /// Largest Euclidean norm of the gradient; a longer one is shortened to it.
  public var clip: Double?
  /// Share of input events that is left out, the others growing to keep the sum.
  public var dropout = 0.0
  /// Share of an LSTM's cells whose outputs its gates do not see in a sequence, the others growing to keep the sum.
  public var recurrentDropout = 0.0
  /// Time steps over which errors are carried back; the state of a window goes on over longer spans. The whole window
  /// unless given.
  public var truncation: Int?
  /// Batches from one validation to the next; 0 for none.
  public var validationInterval = 0

  /// A plan of `steps` batches; settings that are not given have NeuronIO's values.
  public init(
    steps: Int, optimiser: Optimiser = .adam, learningRate: Double = 5e-4, batch: Int = 8, window: Int? = nil,
    burnIn: Int = 0, skip: Int = 0, clip: Double? = nil, dropout: Double = 0, recurrentDropout: Double = 0,
    truncation: Int? = nil,
    validationInterval: Int = 0
  ) {
    self.steps = steps
    self.optimiser = optimiser
    self.learningRate = learningRate
    self.batch = batch
    self.window = window
    self.burnIn = burnIn
    self.skip = skip
    self.clip = clip
    self.dropout = dropout
    self.recurrentDropout = recurrentDropout
    self.truncation = truncation
    self.validationInterval = validationInterval
  }

  /// NeuronIO as in the paper: windows of 500 ms, the first 150 ms outside the loss (Appendix B).
  public static func neuronIO(steps: Int) -> TrainingPlan {
    TrainingPlan(steps: steps, window: 500, burnIn: 150, skip: 500)
  }

  /// Spiking digits as in the paper: Adamax, half of the input left out.
  public static func spikingDigits(steps: Int) -> TrainingPlan {
    TrainingPlan(steps: steps, optimiser: .adamax, learningRate: 5e-3, dropout: 0.5)
  }

  /// Long Range Arena as in the paper.
  public static func longRange(steps: Int, batch: Int = 384) -> TrainingPlan {
    TrainingPlan(steps: steps, learningRate: 2e-4, batch: batch)
  }

  /// Checks every setting against the data.
  ///
  /// - Throws: ``ExpressiveNeuronError``.
  public func validate(for data: SequenceDataSet) throws(ExpressiveNeuronError) {
    for (name, value, most) in [("the number of batches", steps, 1 << 40), ("the batch", batch, 1 << 16)]
    where value < 1 || value > most {
      throw .outOfRange(name: name, value: "\(value)", allowed: "1 to \(most)")
    }
    guard learningRate.isFinite, learningRate > 0 else {
      throw .outOfRange(
        name: "the learning rate", value: "\(learningRate)", allowed: "finite and greater than 0")
    }
    for (name, share) in [("the dropout", dropout), ("the recurrent dropout", recurrentDropout)]
    where !(0..<1).contains(share) {
      throw .outOfRange(name: name, value: "\(share)", allowed: "from 0 to less than 1")
    }
    if let clip, !(clip > 0) {
      throw .outOfRange(name: "the largest gradient", value: "\(clip)", allowed: "greater than 0")
    }
    guard burnIn >= 0, skip >= 0, validationInterval >= 0 else {
      throw .inconsistent("burn-in, skip and validation interval must not be negative")
    }
    if let window {
      guard window > burnIn else {
        throw .inconsistent(
          "the window of \(window) steps must be longer than the burn-in of \(burnIn) steps")
      }
      if let index = data.inputs.firstIndex(where: { $0.steps < skip + window }) {
        throw .badData(
          "sample \(index) has \(data.inputs[index].steps) steps, but a window of \(window) steps after the first \(skip) needs \(skip + window)"
        )
      }
      if case .labels = data.targets {
        throw .inconsistent("labelled samples are trained whole; leave the window out")
      }
    } else if let index = data.inputs.firstIndex(where: { $0.steps <= burnIn }) {
      throw .badData(
        "sample \(index) has \(data.inputs[index].steps) steps, but the burn-in alone has \(burnIn)")
    }
    if let truncation, truncation < 1 {
      throw .outOfRange(name: "the truncation", value: "\(truncation)", allowed: "1 or more")
    }
  }
}
