/// What happened in one epoch.
public struct EpochReport: Sendable, Hashable, Codable {
  /// From 0.
  public var epoch: Int
  /// Share of samples predicted rightly before they were learned.
  public var prequentialAccuracy: Double
  /// Cohen's κ of the same predictions: accuracy beyond what the frequencies of predictions and classes would give.
  public var kappa: Double
  /// Share of validation samples named rightly after the epoch, under the concept then valid.
  public var validationAccuracy: Double?
  /// The same under the concept before a shift at the very end of the epoch; equal when there is none.
  public var validationBeforeShift: Double?
  /// Shifts in the epoch.
  public var shifts: Int
  /// Objects taken.
  public var takes: Int
  /// Takes that raised the learning rate.
  public var raises: Int
  /// Decisions in which the two simulations differed.
  public var differing: Int
  /// Decisions.
  public var opportunities: Int
  /// Learning rate at the end.
  public var learningRate: Double
  /// Mean learning rate over the batches.
  public var meanLearningRate: Double
  /// Share of batches learned at a rate no higher than the floor.
  public var deadShare: Double
  /// Detections of a drift that the learner acted on.
  public var detections: Int
  /// Right predictions in each batch, `[batch]`.
  public var hits: [Int]
  /// Learning rate of each batch, `[batch]`.
  public var rates: [Double]
  /// Batches of the epoch after which a shift happened.
  public var shiftPositions: [Int]
}

/// Where a run stands, for progress lines.
public struct TrainerStatus: Sendable, Hashable {
  /// From 0.
  public var epoch: Int
  /// Samples seen in all epochs.
  public var samplesSeen: Int
  /// Prequential accuracy of the epoch so far.
  public var accuracy: Double
  /// Present learning rate.
  public var learningRate: Double
}

/// Arithmetic of a run.
public enum Precision: String, Sendable, Hashable, Codable, CaseIterable {
  /// Single precision, a batch at a time.
  case float32
  /// Double precision, the published program sample by sample; plain gradient descent only.
  case float64
}
