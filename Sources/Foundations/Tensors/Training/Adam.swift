private let adamOperator = Operator("_fused_adam_")
private let adamWOperator = Operator("_fused_adamw_")
private let countOperator = Operator("_foreach_add_", "Scalar")

/// Steps by running means of gradients and of their squares (Kingma and Ba 2015).
public final class Adam: Optimiser {
  /// The parameters it moves.
  public let parameters: [(path: String, parameter: Parameter)]
  /// How far a step goes.
  public var learningRate: Double
  /// How slowly the means of gradients and of squares forget.
  public let forgetting: (first: Double, second: Double)
  /// Added to the root of the mean square.
  public let epsilon: Double
  /// What of a parameter is added to its gradient, or taken from it when decoupled.
  public let weightDecay: Double
  /// Whether decay acts on the parameter itself, as in AdamW (Loshchilov and Hutter 2019).
  public let isDecoupled: Bool
  private var first = Moments("first")
  private var second = Moments("second")
  private var counts: [Tensor] = []

  /// An optimiser of those of the parameters that are trained.
  public init(
    _ parameters: [(path: String, parameter: Parameter)], learningRate: Double = 1e-3,
    forgetting: (first: Double, second: Double) = (0.9, 0.999), epsilon: Double = 1e-8,
    weightDecay: Double = 0, isDecoupled: Bool = false
  ) {
    self.parameters = parameters.filter(\.parameter.isTrained)
    self.learningRate = learningRate
    self.forgetting = forgetting
    self.epsilon = epsilon
    self.weightDecay = weightDecay
    self.isDecoupled = isDecoupled
  }

  /// AdamW: decay of 0.01 that acts on the parameters themselves.
  public static func adamW(
    _ parameters: [(path: String, parameter: Parameter)], learningRate: Double = 1e-3,
    forgetting: (first: Double, second: Double) = (0.9, 0.999), epsilon: Double = 1e-8,
    weightDecay: Double = 0.01
  ) -> Adam {
    Adam(
      parameters, learningRate: learningRate, forgetting: forgetting, epsilon: epsilon,
      weightDecay: weightDecay, isDecoupled: true)
  }

  /// One step.
  public func step(_ gradients: [Tensor]) throws(TensorError) {
    if gradients.isEmpty && parameters.isEmpty { return }
    let (values, gradients) = try movable(gradients, isDecoupled ? "AdamW" : "Adam")
    let firsts = try first.ready(like: values)
    let seconds = try second.ready(like: values)
    if counts.isEmpty {
      counts = try values.map { value throws(TensorError) in try Tensor.zeros([], on: value.device) }
    }
    try withoutGradients { () throws(TensorError) in
      try countOperator.run(.tensors(counts), .number(1))
      try (isDecoupled ? adamWOperator : adamOperator).run(
        .tensors(values), .tensors(gradients), .tensors(firsts), .tensors(seconds), .tensors([]),
        .tensors(counts), .number(learningRate), .number(forgetting.first), .number(forgetting.second),
        .number(weightDecay), .number(epsilon), .truth(false), .truth(false))
    }
  }

  /// Means by the parameters' paths, and the number of steps.
  public func state() throws(TensorError) -> [String: Tensor] {
    var state: [String: Tensor] = [:]
    try first.save(parameters, into: &state)
    try second.save(parameters, into: &state)
    if let count = counts.first { state["steps"] = try count.cloned() }
    return state
  }

  /// Takes means and the number of steps.
  public func restore(_ state: [String: Tensor]) throws(TensorError) {
    try first.restore(parameters, from: state)
    try second.restore(parameters, from: state)
    guard let steps = state["steps"] else {
      counts = []
      return
    }
    counts = try parameters.map { place throws(TensorError) in
      try steps.moved(to: place.parameter.value.device).cloned()
    }
  }
}
