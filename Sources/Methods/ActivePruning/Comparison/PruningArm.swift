import NeuralData
import Tensors

/// One of the methods that a comparison sets side by side: a base method with or without what is added to it.
public struct PruningArm: Sendable, Hashable, Codable {
  /// What the base method ranks weights by.
  public var method: BaseMethod
  /// Which weights go instead of a part of the base's; `nil` for the base method alone.
  public var choice: PruningStep.Choice?

  /// A method.
  public init(_ method: BaseMethod, _ choice: PruningStep.Choice? = nil) {
    (self.method, self.choice) = (method, choice)
  }

  /// `magnitude` or `magnitude + activating`
  public var name: String { choice.map { "\(method.rawValue) + \($0.rawValue)" } ?? method.rawValue }

  /// Settings for this method and a seed, as the others are.
  ///
  /// - Throws: ``PruningError`` for a rate or share outside its bounds.
  public func settings(like settings: PruningSettings, seed: UInt64) throws(PruningError) -> PruningSettings {
    var own = settings
    own.step = try PruningStep(
      rate: settings.step.rate, share: choice == nil ? 0 : settings.step.share, scope: method.scope,
      floor: settings.step.floor, choice: choice ?? .leastMovedNegative)
    (own.method, own.seed) = (method, seed)
    return own
  }
}
