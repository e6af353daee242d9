/// The Cholesky decomposition `A = L Lᵀ` of a symmetric positive definite matrix.
public struct Cholesky<Scalar: DecomposableScalar>: Sendable, Hashable {
  /// `L`, with zeros above the diagonal.
  public let factor: Matrix<Scalar>

  /// Decomposes a symmetric matrix, of which the lower triangle is read.
  ///
  /// - Throws: ``LinearAlgebraError`` when the matrix is not positive definite or not finite.
  @inlinable
  public init(_ matrix: Matrix<Scalar>) throws(LinearAlgebraError) {
    precondition(matrix.rows == matrix.columns, "Cholesky: \(matrix.shape) is not square")
    guard matrix.isFinite else { throw .notFinite }
    var factor = matrix
    // Memory row by row is the transpose column by column: its upper triangle is our lower one.
    let info = factor.values.withUnsafeMutableBufferPointer { values in
      values.isEmpty ? 0 : Scalar.potrf(Int32(matrix.rows), values.baseAddress!)
    }
    if info > 0 { throw .notPositiveDefinite(order: Int(info)) }
    if info < 0 { throw .notFinite }
    for row in 0..<matrix.rows {
      for column in (row + 1)..<max(row + 1, matrix.rows) { factor[row, column] = 0 }
    }
    self.factor = factor
  }

  /// The logarithm of the determinant of `A`.
  public var logDeterminant: Scalar {
    (0..<factor.rows).reduce(0) { $0 + 2 * Scalar.logarithm(factor[$1, $1]) }
  }

  /// The solution `X` of `A X = B`.
  ///
  /// - Parameter right: `B`, `[size, columns]`.
  public func solve(_ right: Matrix<Scalar>) -> Matrix<Scalar> {
    factor.solvingTriangular(factor.solvingTriangular(right), transposed: true)
  }

  /// The solution `x` of `A x = b`.
  public func solve(_ right: [Scalar]) -> [Scalar] {
    solve(Matrix(rows: right.count, columns: 1, values: right)).values
  }

  /// The inverse of `A`.
  public func inverse() -> Matrix<Scalar> { solve(.identity(factor.rows)) }
}
