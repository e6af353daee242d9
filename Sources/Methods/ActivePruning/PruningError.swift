import NeuralData

/// A request for pruning that cannot be met; the description is one line.
public enum PruningError: ReportableError, Hashable {
  /// The rate or the share lies outside its bounds.
  case settings(rate: Double, share: Double)
  /// A list has another length than the weights.
  case count(name: String, expected: Int, found: Int)
  /// A score or a weight is not a number.
  case notANumber(name: String, place: String)
  /// The network has no rectifier, so that no neuron can be dead.
  case noRectifier

  /// Whose turn it is to put things right.
  public var blame: Blame {
    switch self {
    case .settings, .noRectifier: .request
    case .count, .notANumber: .data
    }
  }

  /// What is wrong, what was expected and what to do.
  public var description: String {
    switch self {
    case .settings(let rate, let share):
      "the rate is \(rate) % and the activation share \(share) %; expected a rate of at least 0 and below 100, and a "
        + "share from 0 to the rate"
    case .count(let name, let expected, let found):
      "there are \(found) \(name) for \(expected) weights; expected one for each weight"
    case .notANumber(let name, let place):
      "the \(name) of \(place) is not a number; train again with a lower learning rate"
    case .noRectifier:
      "the network has no rectifier, so its dead neuron rate is not defined; expected a network with ReLU or ReLU6"
    }
  }
}
