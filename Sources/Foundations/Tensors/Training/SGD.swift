private let sgdOperator = Operator("_fused_sgd_")

/// Stochastic gradient descent, with momentum and weight decay.
public final class SGD: Optimiser {
  /// The parameters it moves.
  public let parameters: [(path: String, parameter: Parameter)]
  /// How far a step goes.
  public var learningRate: Double
  /// What of the last step's direction stays.
  public let momentum: Double
  /// What of a parameter is added to its gradient.
  public let weightDecay: Double
  /// Whether the step looks ahead (Nesterov).
  public let isNesterov: Bool
  private var velocity = Moments("velocity")

  /// An optimiser of those of the parameters that are trained.
  public init(
    _ parameters: [(path: String, parameter: Parameter)], learningRate: Double, momentum: Double = 0,
    weightDecay: Double = 0, isNesterov: Bool = false
  ) {
    self.parameters = parameters.filter(\.parameter.isTrained)
    self.learningRate = learningRate
    self.momentum = momentum
    self.weightDecay = weightDecay
    self.isNesterov = isNesterov
  }

  /// One step.
  public func step(_ gradients: [Tensor]) throws(TensorError) {
    if gradients.isEmpty && parameters.isEmpty { return }
    let (values, gradients) = try movable(gradients, "SGD")
    let isFirst = velocity.isEmpty
    let velocities = momentum == 0 ? [] : try velocity.ready(like: values)
    try withoutGradients { () throws(TensorError) in
      try sgdOperator.run(
        .tensors(values), .tensors(gradients), .tensors(velocities), .number(weightDecay), .number(momentum),
        .number(learningRate), .number(0), .truth(isNesterov), .truth(false), .truth(isFirst))
    }
  }

  /// Velocities by the parameters' paths.
  public func state() throws(TensorError) -> [String: Tensor] {
    var state: [String: Tensor] = [:]
    try velocity.save(parameters, into: &state)
    return state
  }

  /// Takes velocities.
  public func restore(_ state: [String: Tensor]) throws(TensorError) {
    try velocity.restore(parameters, from: state)
  }
}
