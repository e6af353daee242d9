/// What one cycle of pruning and training gave.
public struct PruningCycle: Sendable, Hashable, Codable {
  /// From 0, which is the dense network.
  public var cycle: Int
  /// Weights alive.
  public var alive: Int
  /// Share of weights alive.
  public var remaining: Double
  /// Share of the test images that are named rightly after the last step; never the best of several.
  public var accuracy: Double
  /// The same of the watched training images.
  public var trainingAccuracy: Double
  /// Mean loss of the last epoch.
  public var loss: Double
  /// Share of neurons that are 0, averaged over the watched images; `nil` for a network without rectifiers.
  public var deadRate: Double?
  /// Share of neurons that are 0 for every watched image.
  public var staticDeadRate: Double?
  /// Share of neurons that are 0 for an image but not for all.
  public var dynamicDeadRate: Double?
  /// Weights that this cycle pruned for their scores.
  public var basePruned: Int
  /// Weights that this cycle pruned to activate units.
  public var activationPruned: Int
  /// Weights that were to be pruned but held by a floor.
  public var baseShortfall: Int
  /// Negative weights that were wanted but not there.
  public var shortfall: Int
  /// Paths of layers without a weight that is alive.
  public var collapsed: [String]
  /// Steps of training so far, all cycles together: the budget.
  public var steps: Int
}
