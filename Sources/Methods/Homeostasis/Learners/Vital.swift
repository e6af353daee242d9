/// The internal state of a network that the objects it takes act on.
public enum Vital: String, Sendable, Hashable, Codable, CaseIterable {
  /// One learning rate for all (published).
  case learningRate
  /// A learning rate for each layer; decisions take the layers in turn.
  case layerRates
  /// A learning rate for each neuron; an object acts on the neurons it excites.
  case neuronRates
  /// A factor on the activity of the hidden neurons.
  case gain
  /// The chance that a hidden neuron is silent while it learns.
  case dropout
  /// The deviation of multiplicative noise on the activity of the hidden neurons while it learns.
  case noise

  /// Where the state begins; `nil` for learning rates, which begin at the learner's.
  public var start: Double? {
    switch self {
    case .learningRate, .layerRates, .neuronRates: nil
    case .gain: 1
    case .dropout, .noise: 0.1
    }
  }

  /// Whether the state acts on the activity instead of the step size.
  var modulates: Bool { start != nil }
}
