import NeuralData

/// A learner or stream that cannot be set up, or a run that went wrong; the description is one line for the user.
public enum HomeostasisError: ReportableError, Hashable {
  /// A setting lies outside what it may be.
  case outOfRange(name: String, value: String, allowed: String)
  /// Samples of another shape than the learner's.
  case wrongShape(String)
  /// The weights or the loss are no longer finite.
  case diverged(epoch: Int, sample: Int, learningRate: Double, shifts: Int)
  /// A saved state that does not fit.
  case badState(String)
  /// Too little data for the question.
  case tooFew(what: String, have: Int, need: Int)

  /// The settings when one is out of range, else the data.
  public var blame: Blame {
    switch self {
    case .outOfRange: .request
    case .wrongShape, .diverged, .badState, .tooFew: .data
    }
  }

  /// What is wrong, where, what was expected.
  public var description: String {
    switch self {
    case .outOfRange(let name, let value, let allowed): "\(name) is \(value), but must be \(allowed)"
    case .wrongShape(let problem): problem
    case .diverged(let epoch, let sample, let rate, let shifts):
      "the network diverged in epoch \(epoch + 1) at sample \(sample) (learning rate \(rate), after \(shifts) shifts); use a smaller learning rate"
    case .badState(let problem): problem
    case .tooFew(let what, let have, let need): "there are \(have) \(what), but at least \(need) are needed"
    }
  }
}
