extension Matrix where Scalar: DecomposableScalar {
  /// Whether every number is finite.
  @inlinable
  public var isFinite: Bool { values.allSatisfy(\.isFinite) }

  /// The Cholesky decomposition of a symmetric matrix, of which the lower triangle is read.
  ///
  /// - Throws: ``LinearAlgebraError`` when the matrix is not positive definite or not finite.
  public func cholesky() throws(LinearAlgebraError) -> Cholesky<Scalar> { try Cholesky(self) }

  /// The solution `X` of `T X = B`, where this matrix is the triangular `T`.
  ///
  /// - Parameters:
  ///   - right: `B`, `[size, columns]`.
  ///   - isLower: whether the triangle is the lower one; numbers beyond it are not read.
  ///   - transposed: whether to solve `Tᵀ X = B` instead.
  /// - Returns: `X`; infinite or not a number where the diagonal holds 0.
  @inlinable
  public func solvingTriangular(_ right: Matrix, isLower: Bool = true, transposed: Bool = false) -> Matrix {
    precondition(
      rows == columns && rows == right.rows,
      "solvingTriangular: shapes \(shape) and \(right.shape) do not fit")
    var result = right
    if result.values.isEmpty { return result }
    values.withUnsafeBufferPointer { triangle in
      result.values.withUnsafeMutableBufferPointer { result in
        Scalar.trsm(
          isLower: isLower, isTransposed: transposed, rows: Int32(rows), columns: Int32(right.columns),
          triangle.baseAddress!, result.baseAddress!)
      }
    }
    return result
  }

  /// The solution `X` of `A X = B`, where this matrix is `A`, by LU decomposition.
  ///
  /// - Parameter right: `B`, `[size, columns]`.
  /// - Throws: ``LinearAlgebraError`` when the matrix is singular or a number is not finite.
  @inlinable
  public func solving(_ right: Matrix) throws(LinearAlgebraError) -> Matrix {
    precondition(
      rows == columns && rows == right.rows, "solving: shapes \(shape) and \(right.shape) do not fit")
    if right.values.isEmpty { return right }
    guard isFinite, right.isFinite else { throw .notFinite }
    var factors = transposed().values
    var solution = right.transposed().values
    let info = Scalar.gesv(Int32(rows), Int32(right.columns), &factors, &solution)
    if info > 0 { throw .singular(column: Int(info) - 1) }
    if info < 0 { throw .notFinite }
    return Matrix(rows: right.columns, columns: rows, values: solution).transposed()
  }

  /// The thin QR decomposition `A = Q R`.
  ///
  /// - Returns: `q` with orthonormal columns, `[rows, least]`, and the upper triangular `r`, `[least, columns]`, where
  ///   least is the smaller of rows and columns.
  /// - Throws: ``LinearAlgebraError`` when a number is not finite.
  @inlinable
  public func qr() throws(LinearAlgebraError) -> (q: Matrix, r: Matrix) {
    guard isFinite else { throw .notFinite }
    let least = min(rows, columns)
    var work = transposed().values  // column by column
    var tau = [Scalar](repeating: 0, count: least)
    if work.isEmpty {
      return (
        Matrix(repeating: 0, rows: rows, columns: least), Matrix(repeating: 0, rows: least, columns: columns)
      )
    }
    guard Scalar.geqrf(Int32(rows), Int32(columns), &work, &tau) == 0 else {
      throw .notFinite
    }
    let r = Matrix(rows: least, columns: columns) { $0 <= $1 ? work[$1 * rows + $0] : 0 }
    work.removeLast((columns - least) * rows)
    guard Scalar.orgqr(Int32(rows), Int32(least), &work, tau) == 0 else { throw .notFinite }
    return (Matrix(rows: least, columns: rows, values: work).transposed(), r)
  }

  /// The thin singular value decomposition `A = U diag(s) Vᵀ`.
  ///
  /// - Returns: `u`, `[rows, least]`, the singular values in descending order, and `vTransposed`, `[least, columns]`,
  ///   where least is the smaller of rows and columns.
  /// - Throws: ``LinearAlgebraError`` when a number is not finite or the iteration does not converge.
  @inlinable
  public func singularValueDecomposition() throws(LinearAlgebraError) -> (
    u: Matrix, values: [Scalar], vTransposed: Matrix
  ) {
    guard isFinite else { throw .notFinite }
    let least = min(rows, columns)
    // Column by column, memory holds Aᵀ = V diag(s) Uᵀ: its left vectors are our right ones, already in rows.
    var work = values
    var singular = [Scalar](repeating: 0, count: least)
    var left = [Scalar](repeating: 0, count: columns * least)
    var right = [Scalar](repeating: 0, count: least * rows)
    if !work.isEmpty {
      let info = Scalar.gesdd(Int32(columns), Int32(rows), &work, &singular, &left, &right)
      if info > 0 { throw .notConverged }
      if info < 0 { throw .notFinite }
    }
    return (
      Matrix(rows: rows, columns: least, values: right), singular,
      Matrix(rows: least, columns: columns, values: left)
    )
  }

  /// Eigenvalues and eigenvectors of a symmetric matrix, of which the lower triangle is read.
  ///
  /// - Returns: the eigenvalues in ascending order, and the orthonormal eigenvectors as columns in the same order.
  /// - Throws: ``LinearAlgebraError`` when a number is not finite or the iteration does not converge.
  @inlinable
  public func symmetricEigendecomposition() throws(LinearAlgebraError) -> (values: [Scalar], vectors: Matrix)
  {
    precondition(rows == columns, "symmetricEigendecomposition: \(shape) is not square")
    guard isFinite else { throw .notFinite }
    var vectors = values
    var eigenvalues = [Scalar](repeating: 0, count: rows)
    if !vectors.isEmpty {
      let info = Scalar.syevd(Int32(rows), &vectors, &eigenvalues)
      if info > 0 { throw .notConverged }
      if info < 0 { throw .notFinite }
    }
    return (eigenvalues, Matrix(rows: rows, columns: rows, values: vectors).transposed())
  }
}
