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
  /// A base method lacks what it ranks weights by.
  case missingEvidence(method: String, what: String)
  /// A setting of training lies outside its bounds.
  case training(name: String, found: String, expected: String)
  /// The loss is infinite or not a number.
  case diverged(cycle: Int, epoch: Int, rate: Double)
  /// Rewinding to a step that training does not reach.
  case rewinding(step: Int, steps: Int)
  /// A text names no rewinding.
  case unknownRewinding(String)
  /// What was saved does not fit the run that is to go on.
  case resumed(String)

  /// Whose turn it is to put things right.
  public var blame: Blame {
    switch self {
    case .settings, .noRectifier, .missingEvidence, .training, .rewinding, .unknownRewinding: .request
    case .count, .notANumber, .diverged, .resumed: .data
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
    case .missingEvidence(let method, let what):
      "the method '\(method)' ranks weights by \(what), which is not there; pass it or take another method"
    case .training(let name, let found, let expected):
      "the \(name) is \(found); expected \(expected)"
    case .diverged(let cycle, let epoch, let rate):
      "the loss is not a finite number in cycle \(cycle), epoch \(epoch + 1), at the learning rate \(rate); train again "
        + "with a lower one"
    case .rewinding(let step, let steps):
      "rewinding goes to step \(step), but training has \(steps); expected an earlier step"
    case .unknownRewinding(let text):
      "'\(text)' names no rewinding; expected init, step:N, epoch:N, learning-rate, fine-tune or reinit"
    case .resumed(let what):
      "the checkpoint does not fit the run: \(what); start anew without --resume"
    }
  }
}
