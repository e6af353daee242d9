import Foundation

private let approachOperator = Operator("_foreach_lerp_", "Scalar")
private let scaleOperator = Operator("_foreach_mul_", "Scalar")
private let magnitudeOperator = Operator("_foreach_abs")
private let addOperator = Operator("_foreach_add", "Scalar")
private let decayOperator = Operator("_foreach_add", "List")
private let largestOperator = Operator("_foreach_maximum_", "List")
private let moveOperator = Operator("_foreach_addcdiv_", "Scalar")

/// Steps by a running mean of gradients over their largest recent magnitude (Kingma and Ba 2015, section 7).
public final class Adamax: Optimiser {
  /// The parameters it moves.
  public let parameters: [(path: String, parameter: Parameter)]
  /// How far a step goes.
  public var learningRate: Double
  /// How slowly the mean and the largest magnitude forget.
  public let forgetting: (first: Double, second: Double)
  /// Added to magnitudes.
  public let epsilon: Double
  /// What of a parameter is added to its gradient.
  public let weightDecay: Double
  private var mean = Moments("mean")
  private var magnitude = Moments("magnitude")
  private var steps = 0

  /// An optimiser of those of the parameters that are trained.
  public init(
    _ parameters: [(path: String, parameter: Parameter)], learningRate: Double = 2e-3,
    forgetting: (first: Double, second: Double) = (0.9, 0.999), epsilon: Double = 1e-8,
    weightDecay: Double = 0
  ) {
    self.parameters = parameters.filter(\.parameter.isTrained)
    self.learningRate = learningRate
    self.forgetting = forgetting
    self.epsilon = epsilon
    self.weightDecay = weightDecay
  }

  /// One step.
  public func step(_ gradients: [Tensor]) throws(TensorError) {
    if gradients.isEmpty && parameters.isEmpty { return }
    let (values, gradients) = try movable(gradients, "Adamax")
    let means = try mean.ready(like: values)
    let magnitudes = try magnitude.ready(like: values)
    steps += 1
    let rate = learningRate / (1 - pow(forgetting.first, Double(steps)))
    try withoutGradients { () throws(TensorError) in
      let slopes =
        weightDecay == 0
        ? gradients
        : try decayOperator.tensors(.tensors(gradients), .tensors(values), .number(weightDecay))
      try approachOperator.run(.tensors(means), .tensors(slopes), .number(1 - forgetting.first))
      try scaleOperator.run(.tensors(magnitudes), .number(forgetting.second))
      let sizes = try addOperator.tensors(
        .tensors(magnitudeOperator.tensors(.tensors(slopes))), .number(epsilon))
      try largestOperator.run(.tensors(magnitudes), .tensors(sizes))
      try moveOperator.run(.tensors(values), .tensors(means), .tensors(magnitudes), .number(-rate))
    }
  }

  /// Means and magnitudes by the parameters' paths, and the number of steps.
  public func state() throws(TensorError) -> [String: Tensor] {
    var state: [String: Tensor] = [:]
    try mean.save(parameters, into: &state)
    try magnitude.save(parameters, into: &state)
    state["steps"] = try Tensor([Int64(steps)], shape: [])
    return state
  }

  /// Takes means, magnitudes and the number of steps.
  public func restore(_ state: [String: Tensor]) throws(TensorError) {
    try mean.restore(parameters, from: state)
    try magnitude.restore(parameters, from: state)
    steps = try state["steps"].map { count throws(TensorError) in Int(try count.item()) } ?? 0
  }
}
