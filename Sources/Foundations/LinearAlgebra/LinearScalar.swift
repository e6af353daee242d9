import COpenBLAS

/// A type of numbers that BLAS and LAPACK compute with: `Float` or `Double`.
///
/// Its requirements hand already checked arguments to the library; call ``BLAS`` instead.
public protocol LinearScalar: BinaryFloatingPoint, SIMDScalar, Codable, Sendable {
  /// The general matrix product, without checks.
  static func multiply(
    _ left: MatrixView<Self>, _ right: MatrixView<Self>, into result: MutableMatrixView<Self>, scale: Self,
    keep: Self)
  /// The general product of matrix and vector, without checks.
  static func multiply(
    _ matrix: MatrixView<Self>, vector: UnsafeBufferPointer<Self>,
    into result: UnsafeMutableBufferPointer<Self>,
    scale: Self, keep: Self)
}

extension MatrixView {
  fileprivate var transposition: CBLAS_TRANSPOSE { isTransposed ? CblasTrans : CblasNoTrans }
  /// BLAS wants at least 1 even where there is nothing to step over.
  fileprivate var leading: Int32 { Int32(max(1, stride)) }
  /// Rows and columns as they lie in memory.
  fileprivate var stored: (rows: Int32, columns: Int32) {
    isTransposed ? (Int32(columns), Int32(rows)) : (Int32(rows), Int32(columns))
  }
}

extension Float: LinearScalar {
  /// `sgemm`
  public static func multiply(
    _ left: MatrixView<Float>, _ right: MatrixView<Float>, into result: MutableMatrixView<Float>,
    scale: Float,
    keep: Float
  ) {
    BLAS.ready()
    scipy_cblas_sgemm(
      CblasRowMajor, left.transposition, right.transposition, Int32(result.rows), Int32(result.columns),
      Int32(left.columns), scale, left.start, left.leading, right.start, right.leading, keep, result.start,
      Int32(result.stride))
  }

  /// `sgemv`
  public static func multiply(
    _ matrix: MatrixView<Float>, vector: UnsafeBufferPointer<Float>,
    into result: UnsafeMutableBufferPointer<Float>, scale: Float, keep: Float
  ) {
    BLAS.ready()
    scipy_cblas_sgemv(
      CblasRowMajor, matrix.transposition, matrix.stored.rows, matrix.stored.columns, scale, matrix.start,
      matrix.leading, vector.baseAddress, 1, keep, result.baseAddress, 1)
  }
}

extension Double: LinearScalar {
  /// `dgemm`
  public static func multiply(
    _ left: MatrixView<Double>, _ right: MatrixView<Double>, into result: MutableMatrixView<Double>,
    scale: Double, keep: Double
  ) {
    BLAS.ready()
    scipy_cblas_dgemm(
      CblasRowMajor, left.transposition, right.transposition, Int32(result.rows), Int32(result.columns),
      Int32(left.columns), scale, left.start, left.leading, right.start, right.leading, keep, result.start,
      Int32(result.stride))
  }

  /// `dgemv`
  public static func multiply(
    _ matrix: MatrixView<Double>, vector: UnsafeBufferPointer<Double>,
    into result: UnsafeMutableBufferPointer<Double>, scale: Double, keep: Double
  ) {
    BLAS.ready()
    scipy_cblas_dgemv(
      CblasRowMajor, matrix.transposition, matrix.stored.rows, matrix.stored.columns, scale, matrix.start,
      matrix.leading, vector.baseAddress, 1, keep, result.baseAddress, 1)
  }
}
