private let crossEntropyOperator = Operator("cross_entropy_loss")
private let likelihoodOperator = Operator("nll_loss_nd")
private let binaryOperator = Operator("binary_cross_entropy_with_logits")
private let squaresOperator = Operator("mse_loss")
private let absoluteOperator = Operator("l1_loss")
private let huberOperator = Operator("huber_loss")
private let divergenceOperator = Operator("kl_div")
private let poissonOperator = Operator("poisson_nll_loss")

/// How losses of elements become one.
public enum LossReduction: Int, Sendable, Hashable {
  /// They stay as they are.
  case none = 0
  /// Their mean.
  case mean = 1
  /// Their sum.
  case sum = 2
}

/// What networks are trained to make small.
public enum Loss {
  /// Cross-entropy of classes from unnormalised scores.
  ///
  /// - Parameters:
  ///   - scores: `[batch, classes, …]`
  ///   - labels: `int64`, `[batch, …]`; or probabilities of the scores' shape.
  ///   - weights: of the classes, `[classes]`.
  ///   - smoothing: share of probability that is spread over all classes.
  ///   - reduction: how the examples' losses become one.
  public static func crossEntropy(
    _ scores: Tensor, labels: Tensor, weights: Tensor? = nil, smoothing: Double = 0,
    reduction: LossReduction = .mean
  ) throws(TensorError) -> Tensor {
    try crossEntropyOperator(
      .tensor(scores), .tensor(labels), .optional(weights), .integer(reduction.rawValue), .integer(-100),
      .number(smoothing))
  }

  /// Cross-entropy of classes from logarithms of probabilities.
  public static func negativeLogLikelihood(
    _ logarithms: Tensor, labels: Tensor, weights: Tensor? = nil, reduction: LossReduction = .mean
  ) throws(TensorError) -> Tensor {
    try likelihoodOperator(
      .tensor(logarithms), .tensor(labels), .optional(weights), .integer(reduction.rawValue))
  }

  /// Cross-entropy of yes-no questions from unnormalised scores; targets from 0 to 1.
  public static func binaryCrossEntropy(
    _ scores: Tensor, targets: Tensor, reduction: LossReduction = .mean
  ) throws(TensorError) -> Tensor {
    try binaryOperator(
      .tensor(scores), .tensor(targets), .none, .none, .integer(reduction.rawValue))
  }

  /// Squares of differences.
  public static func squaredError(
    _ values: Tensor, targets: Tensor, reduction: LossReduction = .mean
  ) throws(TensorError) -> Tensor {
    try squaresOperator(.tensor(values), .tensor(targets), .integer(reduction.rawValue))
  }

  /// Magnitudes of differences.
  public static func absoluteError(
    _ values: Tensor, targets: Tensor, reduction: LossReduction = .mean
  ) throws(TensorError) -> Tensor {
    try absoluteOperator(.tensor(values), .tensor(targets), .integer(reduction.rawValue))
  }

  /// Half the square of differences up to `threshold`, linear beyond (Huber 1964).
  public static func huber(
    _ values: Tensor, targets: Tensor, threshold: Double = 1, reduction: LossReduction = .mean
  ) throws(TensorError) -> Tensor {
    try huberOperator(
      .tensor(values), .tensor(targets), .integer(reduction.rawValue), .number(threshold))
  }

  /// Kullback-Leibler divergence of targets from predictions, both as logarithms, summed over the last dimension and
  /// averaged over the others.
  public static func divergence(_ logarithms: Tensor, targets: Tensor) throws(TensorError) -> Tensor {
    let each = try divergenceOperator(
      .tensor(logarithms), .tensor(targets), .integer(LossReduction.none.rawValue), .truth(true))
    return try each.sum(along: -1).mean()
  }

  /// Negative log-likelihood of counts, without the term of the counts alone; from logarithms of rates.
  public static func poisson(
    logRates: Tensor, counts: Tensor, reduction: LossReduction = .mean
  ) throws(TensorError) -> Tensor {
    try poissonOperator(
      .tensor(logRates), .tensor(counts), .truth(true), .truth(false), .number(1e-8),
      .integer(reduction.rawValue))
  }
}
