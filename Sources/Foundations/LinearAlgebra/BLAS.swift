import COpenBLAS

/// Products of matrices and vectors on memory that the caller owns, through OpenBLAS.
///
/// Every routine runs on one thread unless ``threads`` is set: programs here divide their work themselves.
public enum BLAS {
  /// The set of kernels OpenBLAS chose for this processor, such as `SkylakeX`.
  ///
  /// The environment variable `OPENBLAS_CORETYPE` overrides the choice; it is read when the program starts.
  public static var core: String { String(cString: scipy_openblas_get_corename()) }

  /// The version of OpenBLAS.
  public static var version: String {
    let words = String(cString: scipy_openblas_get_config()).split(separator: " ")
    return words.count > 1 ? String(words[1]) : "unknown"
  }

  /// The most threads one routine uses, at least 1; 1 unless set. It holds for the whole process.
  public static var threads: Int {
    get {
      ready()
      return Int(scipy_openblas_get_num_threads())
    }
    set {
      precondition(newValue >= 1, "BLAS: threads must be at least 1")
      ready()
      scipy_openblas_set_num_threads(Int32(clamping: newValue))
    }
  }

  private static let oneThread: Void = scipy_openblas_set_num_threads(1)

  /// Takes OpenBLAS's own threads away before the first routine runs.
  @inline(__always)
  static func ready() { _ = oneThread }

  /// Computes `result = scale · left · right + keep · result`.
  ///
  /// The result must not share memory with a factor. When `keep` is 0 the result's old numbers are not read.
  ///
  /// - Parameters:
  ///   - left: `[rows, inner]`.
  ///   - right: `[inner, columns]`.
  ///   - result: `[rows, columns]`.
  ///   - scale: factor of the product (`alpha` of gemm).
  ///   - keep: factor of the result's old numbers (`beta` of gemm).
  /// - Complexity: `2 · rows · inner · columns` floating-point operations.
  public static func multiply<Scalar: LinearScalar>(
    _ left: MatrixView<Scalar>, _ right: MatrixView<Scalar>, into result: MutableMatrixView<Scalar>,
    scale: Scalar = 1, keep: Scalar = 0
  ) {
    precondition(
      left.columns == right.rows && result.rows == left.rows && result.columns == right.columns,
      "BLAS.multiply: shapes \(left.shape) · \(right.shape) → \(result.shape) do not fit")
    if result.rows == 0 || result.columns == 0 { return }
    Scalar.multiply(left, right, into: result, scale: scale, keep: keep)
  }

  /// Computes `result = scale · matrix · vector + keep · result`.
  ///
  /// - Parameters:
  ///   - matrix: `[rows, columns]`.
  ///   - vector: `columns` numbers.
  ///   - result: `rows` numbers, in memory of their own.
  ///   - scale: factor of the product (`alpha` of gemv).
  ///   - keep: factor of the result's old numbers (`beta` of gemv).
  public static func multiply<Scalar: LinearScalar>(
    _ matrix: MatrixView<Scalar>, vector: UnsafeBufferPointer<Scalar>,
    into result: UnsafeMutableBufferPointer<Scalar>, scale: Scalar = 1, keep: Scalar = 0
  ) {
    precondition(
      matrix.columns == vector.count && matrix.rows == result.count,
      "BLAS.multiply: shapes \(matrix.shape) · [\(vector.count)] → [\(result.count)] do not fit")
    if result.isEmpty { return }
    Scalar.multiply(matrix, vector: vector, into: result, scale: scale, keep: keep)
  }
}
