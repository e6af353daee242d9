/// How well a voltage is predicted.
public struct VoltageScore: Sendable, Hashable, Codable {
  /// Root of the mean squared error, in the voltages' unit.
  public var rmse: Double
  /// Share of the variance that the prediction explains, in percent; 0 for a constant target.
  public var explainedVariance: Double
  /// Mean absolute error, in the voltages' unit.
  public var meanAbsoluteError: Double

  /// Scores a prediction.
  public init(prediction: [Double], target: [Double]) {
    precondition(
      prediction.count == target.count && !target.isEmpty, "VoltageScore: equally many voltages, at least one"
    )
    let errors = zip(target, prediction).map { $0 - $1 }
    rmse = (errors.reduce(0) { $0 + $1 * $1 } / Double(errors.count)).squareRoot()
    meanAbsoluteError = errors.reduce(0) { $0 + abs($1) } / Double(errors.count)
    let (residual, whole) = (Self.moments(errors).variance, Self.moments(target).variance)
    explainedVariance = whole > 0 ? 100 * (1 - residual / whole) : 0
  }

  /// The prediction moved and stretched to the target's mean and standard deviation, as the published evaluator does before it
  /// scores. It flatters: a wrong level or amplitude no longer counts.
  public static func restandardised(prediction: [Double], target: [Double]) -> [Double] {
    let (from, to) = (moments(prediction), moments(target))
    guard from.variance > 0 else { return prediction.map { _ in to.mean } }
    let factor = (to.variance / from.variance).squareRoot()
    return prediction.map { ($0 - from.mean) * factor + to.mean }
  }

  private static func moments(_ values: [Double]) -> (mean: Double, variance: Double) {
    let mean = values.reduce(0, +) / Double(max(1, values.count))
    return (mean, values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(max(1, values.count)))
  }
}
