/// One decision of a homeostatic learner.
public struct Decision: Sendable, Hashable, Codable {
  /// Samples seen in all epochs before this one.
  public var sample: Int
  /// The class the learner took the object for.
  public var predicted: Int
  /// The class the object has under the present concept.
  public var actual: Int
  /// Memories named rightly in the simulation that leaves the object.
  public var hitsLeaving: Int
  /// Memories named rightly in the simulation that takes it.
  public var hitsTaking: Int
  /// The learning rate before.
  public var rateBefore: Double
  /// The learning rate after; the same when the object was left.
  public var rateAfter: Double
  /// Whether the object was taken.
  public var isTaken: Bool { hitsTaking > hitsLeaving }
}

/// A batch as a learner meets it.
struct Batch {
  /// Which samples of the set.
  var samples: ArraySlice<Int32>
  /// Their labels under the present concept.
  var labels: [UInt8]
  /// Epoch, from 0.
  var epoch: Int
  /// Place of the first sample in the epoch.
  var position: Int
  /// Samples of an epoch.
  var epochLength: Int
  /// The images' present change.
  var transform: ImageTransform?
  /// The present labels of earlier samples of the epoch, by place.
  var recall: (Range<Int>) -> [UInt8]
}

/// What a batch did.
struct BatchOutcome {
  /// Predictions before the update.
  var predictions: [UInt8]
  /// Decisions, in order.
  var decisions: [Decision] = []
}

/// A network that learns from one batch after another.
protocol Learner: AnyObject {
  /// The present learning rate.
  var learningRate: Double { get set }
  /// Predicts, regulates and updates.
  func learn(_ batch: Batch, from set: SampleSet) throws(HomeostasisError) -> BatchOutcome
  /// Predicts without learning: the class of each of `samples`.
  func predict(_ samples: [Int32], of set: SampleSet, transform: ImageTransform?) -> [UInt8]
  /// Weights and biases.
  var parameters: Parameters { get set }
  /// Everything else that the next batch depends on.
  var state: LearnerState { get set }
}

/// What a learner carries from one batch to the next besides its parameters.
struct LearnerState: Codable, Sendable, Hashable {
  var learningRate: Double
  var numbers: [[Double]] = []
  var counters: [Int] = []
}
