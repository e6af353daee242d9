/// Everything that an iterative pruning run depends on besides its network and images.
public struct PruningSettings: Sendable, Hashable, Codable {
  /// How often a cycle trains.
  public enum Trainings: String, Sendable, Hashable, Codable, CaseIterable {
    /// Once: the training after pruning is the one that the next cycle prunes.
    case once
    /// Twice, as in the paper's program: before pruning it repeats the last cycle's training.
    case twice
  }

  /// What a cycle prunes.
  public var step: PruningStep
  /// What the base method ranks weights by.
  public var method: BaseMethod
  /// Where weights stand when training begins.
  public var rewinding: Rewinding
  /// How the network is trained.
  public var plan: TrainingPlan
  /// Seed of all chance.
  public var seed: UInt64
  /// How often a cycle trains.
  public var trainings: Trainings
  /// Whether scales of normalising layers are weights.
  public var includesScales: Bool
  /// What counts as a neuron of a convolution.
  public var unit: DeadNeuronMeter.Unit
  /// Training images on which dead neurons are counted, the first ones; all when there are fewer.
  public var watchedImages: Int
  /// Training images of which gradients are taken for scores.
  public var scoringImages: Int

  /// Settings; the scope is the method's.
  ///
  /// - Throws: ``PruningError`` for a rate or share outside its bounds.
  public init(
    rate: Double = 20, share: Double = 2, choice: PruningStep.Choice = .leastMovedNegative,
    method: BaseMethod = .magnitude, floor: Int = 0, rewinding: Rewinding = .initial, plan: TrainingPlan,
    seed: UInt64 = 1, trainings: Trainings = .once, includesScales: Bool = false,
    unit: DeadNeuronMeter.Unit = .element, watchedImages: Int = 10_000, scoringImages: Int = 1_000
  ) throws(PruningError) {
    step = try PruningStep(rate: rate, share: share, scope: method.scope, floor: floor, choice: choice)
    (self.method, self.rewinding, self.plan, self.seed) = (method, rewinding, plan, seed)
    (self.trainings, self.includesScales, self.unit) = (trainings, includesScales, unit)
    (self.watchedImages, self.scoringImages) = (max(1, watchedImages), max(1, scoringImages))
  }

  /// The cycle whose share of weights left lies nearest to a wanted one, which it meets only by chance.
  ///
  /// - Returns: the cycle and its share; `nil` when the rate is 0 or the share not in 0 ... 1.
  public func nearestCycle(remaining: Double) -> (cycle: Int, remaining: Double)? {
    let factor = 1 - step.rate / 100
    guard factor < 1, factor > 0, remaining > 0, remaining <= 1 else { return nil }
    var (cycle, left) = (0, 1.0)
    while left * factor >= remaining { (cycle, left) = (cycle + 1, left * factor) }
    return left - remaining <= remaining - left * factor ? (cycle, left) : (cycle + 1, left * factor)
  }
}
