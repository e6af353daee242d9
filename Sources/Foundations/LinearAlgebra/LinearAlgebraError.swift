import NeuralData

/// Numbers that do not allow what is asked of a matrix.
public enum LinearAlgebraError: ReportableError, Hashable {
  /// A Cholesky factor does not exist: the leading minor of this order is not positive.
  case notPositiveDefinite(order: Int)
  /// A system has no single solution: the pivot of this column, counted from 0, is 0.
  case singular(column: Int)
  /// A number is infinite or not a number.
  case notFinite
  /// An iteration did not come to an end.
  case notConverged

  /// The numbers.
  public var blame: Blame { .data }

  /// One line.
  public var description: String {
    switch self {
    case .notPositiveDefinite(let order):
      "the matrix is not positive definite: its leading minor of order \(order) is not above 0; check that it is symmetric, or add to its diagonal"
    case .singular(let column): "the matrix is singular: column \(column) depends on those before it"
    case .notFinite: "the matrix holds a number that is not finite"
    case .notConverged: "the decomposition of the matrix did not converge"
    }
  }
}
