extension Matrix {
  /// The product of two matrices, `[rows, inner] · [inner, columns]`.
  public static func * (left: Matrix, right: Matrix) -> Matrix { left.multiplied(by: right) }

  /// The product with a column of numbers.
  public static func * (matrix: Matrix, vector: [Scalar]) -> [Scalar] {
    precondition(
      matrix.columns == vector.count, "Matrix: \(matrix.shape) · [\(vector.count)] has no product")
    return [Scalar](unsafeUninitializedCapacity: matrix.rows) { result, count in
      result.initialize(repeating: 0)
      count = matrix.rows
      matrix.withView { view in
        vector.withUnsafeBufferPointer { BLAS.multiply(view, vector: $0, into: result) }
      }
    }
  }

  /// The product of two matrices, either taken transposed without copying it.
  public func multiplied(by other: Matrix, transposingSelf: Bool = false, transposingOther: Bool = false)
    -> Matrix
  {
    let left = transposingSelf ? (columns, rows) : (rows, columns)
    let right = transposingOther ? (other.columns, other.rows) : (other.rows, other.columns)
    precondition(
      left.1 == right.0, "Matrix: [\(left.0), \(left.1)] · [\(right.0), \(right.1)] has no product")
    var product = Matrix(repeating: 0, rows: left.0, columns: right.1)
    withView { left in
      other.withView { right in
        product.withMutableView {
          BLAS.multiply(
            transposingSelf ? left.transposed : left, transposingOther ? right.transposed : right, into: $0)
        }
      }
    }
    return product
  }

  /// The sum, number by number.
  @inlinable
  public static func + (left: Matrix, right: Matrix) -> Matrix { left.combined(with: right) { $0 + $1 } }

  /// The difference, number by number.
  @inlinable
  public static func - (left: Matrix, right: Matrix) -> Matrix { left.combined(with: right) { $0 - $1 } }

  /// Every number times a factor.
  @inlinable
  public static func * (factor: Scalar, matrix: Matrix) -> Matrix {
    Matrix(rows: matrix.rows, columns: matrix.columns, values: matrix.values.map { factor * $0 })
  }

  @inlinable
  func combined(with other: Matrix, _ operation: (Scalar, Scalar) -> Scalar) -> Matrix {
    precondition(shape == other.shape, "Matrix: \(shape) and \(other.shape) have different shapes")
    return Matrix(
      rows: rows, columns: columns, values: zip(values, other.values).map { operation($0, $1) })
  }
}
