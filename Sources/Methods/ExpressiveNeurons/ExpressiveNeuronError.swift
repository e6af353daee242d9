import NeuralData

/// A neuron, a data set or a run that cannot be; the description is one line for the user.
public enum ExpressiveNeuronError: ReportableError, Hashable {
  /// A setting lies outside what it may be.
  case outOfRange(name: String, value: String, allowed: String)
  /// Settings that do not go together.
  case inconsistent(String)
  /// Data of another shape than the neuron's, or unsound in themselves.
  case badData(String)
  /// Weights that do not fit the neuron.
  case badWeights(String)
  /// The loss or a weight is no longer finite.
  case diverged(step: Int, samples: [Int])

  /// The settings for the first two, else the data.
  public var blame: Blame {
    switch self {
    case .outOfRange, .inconsistent: .request
    case .badData, .badWeights, .diverged: .data
    }
  }

  /// What is wrong, where, what was expected.
  public var description: String {
    switch self {
    case .outOfRange(let name, let value, let allowed): "\(name) is \(value), but must be \(allowed)"
    case .inconsistent(let problem), .badData(let problem), .badWeights(let problem): problem
    case .diverged(let step, let samples):
      "the loss is not finite in step \(step) (samples \(samples.map(String.init).joined(separator: ", "))); clip the gradient, lower the learning rate or use the fast-input gain"
    }
  }
}
