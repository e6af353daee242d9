/// The Kronecker product `A ⊗ B`, which multiplies without being written out.
///
/// Row `i · p + k` and column `j · q + l` hold `A[i, j] · B[k, l]`, where B is `[p, q]`.
public struct KroneckerProduct<Scalar: LinearScalar>: Sendable, Hashable {
  /// `A`
  public let left: Matrix<Scalar>
  /// `B`
  public let right: Matrix<Scalar>

  /// `left ⊗ right`
  public init(_ left: Matrix<Scalar>, _ right: Matrix<Scalar>) {
    self.left = left
    self.right = right
  }

  /// Rows and columns of the product.
  public var shape: [Int] { [left.rows * right.rows, left.columns * right.columns] }

  /// `(A ⊗ B) x = A X Bᵀ` row by row, where X holds x row by row, `[A's columns, B's columns]`.
  ///
  /// - Complexity: two matrix products instead of the product of all four sizes.
  @inlinable
  public static func * (product: KroneckerProduct, vector: [Scalar]) -> [Scalar] {
    precondition(product.shape[1] == vector.count, "KroneckerProduct: \(product.shape) · [\(vector.count)]")
    let matrix = Matrix(rows: product.left.columns, columns: product.right.columns, values: vector)
    return (product.left * matrix).multiplied(by: product.right, transposingOther: true).values
  }

  /// `Aᵀ ⊗ Bᵀ`
  public func transposed() -> KroneckerProduct { KroneckerProduct(left.transposed(), right.transposed()) }

  /// The product written out.
  @inlinable
  public func matrix() -> Matrix<Scalar> {
    Matrix(rows: shape[0], columns: shape[1]) { row, column in
      left[row / right.rows, column / right.columns] * right[row % right.rows, column % right.columns]
    }
  }
}

/// The Khatri-Rao product `A ⊙ B`, the Kronecker product column by column, which multiplies without being written out.
///
/// Row `i · p + k` and column `r` hold `A[i, r] · B[k, r]`, where B has `p` rows.
public struct KhatriRaoProduct<Scalar: LinearScalar>: Sendable, Hashable {
  /// `A`
  public let left: Matrix<Scalar>
  /// `B`
  public let right: Matrix<Scalar>

  /// `left ⊙ right`, of matrices with as many columns.
  public init(_ left: Matrix<Scalar>, _ right: Matrix<Scalar>) {
    precondition(
      left.columns == right.columns, "KhatriRaoProduct: \(left.shape) and \(right.shape) differ in columns")
    self.left = left
    self.right = right
  }

  /// Rows and columns of the product.
  public var shape: [Int] { [left.rows * right.rows, left.columns] }

  /// `(A ⊙ B) x = A diag(x) Bᵀ` row by row.
  @inlinable
  public static func * (product: KhatriRaoProduct, vector: [Scalar]) -> [Scalar] {
    let (left, right) = (product.left, product.right)
    precondition(left.columns == vector.count, "KhatriRaoProduct: \(product.shape) · [\(vector.count)]")
    let scaled = Matrix(rows: left.rows, columns: left.columns) { left[$0, $1] * vector[$1] }
    return scaled.multiplied(by: right, transposingOther: true).values
  }

  /// `(A ⊙ B)ᵀ x`: of each column r, `A[:, r]ᵀ X B[:, r]`, where X holds x row by row, `[A's rows, B's rows]`.
  @inlinable
  public func transposedTimes(_ vector: [Scalar]) -> [Scalar] {
    precondition(shape[0] == vector.count, "KhatriRaoProduct: \([shape[1], shape[0]]) · [\(vector.count)]")
    let inner = Matrix(rows: left.rows, columns: right.rows, values: vector) * right
    var result = [Scalar](repeating: 0, count: left.columns)
    for row in 0..<left.rows {
      for column in 0..<left.columns { result[column] += left[row, column] * inner[row, column] }
    }
    return result
  }

  /// `(A ⊙ B)ᵀ (A ⊙ B)`, which is `AᵀA` times `BᵀB` number by number.
  @inlinable
  public func gram() -> Matrix<Scalar> {
    let (a, b) = (
      left.multiplied(by: left, transposingSelf: true), right.multiplied(by: right, transposingSelf: true)
    )
    return Matrix(rows: a.rows, columns: a.columns, values: zip(a.values, b.values).map { $0 * $1 })
  }

  /// The product written out.
  @inlinable
  public func matrix() -> Matrix<Scalar> {
    Matrix(rows: shape[0], columns: shape[1]) { left[$0 / right.rows, $1] * right[$0 % right.rows, $1] }
  }
}
