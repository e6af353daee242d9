import COpenBLAS
import Foundation

/// The routines of LAPACK for one type of numbers, on matrices that lie column by column; arguments are not checked.
///
/// A matrix that lies row by row is its own transpose to them, which costs nothing for symmetric matrices and is
/// cheaper than the library's own conversion for the others.
public protocol DecomposableScalar: LinearScalar {
  /// The natural logarithm.
  static func logarithm(_ value: Self) -> Self
  /// Cholesky factor of the upper triangle (`potrf`).
  static func potrf(_ size: Int32, _ a: UnsafeMutablePointer<Self>) -> Int32
  /// Solution of a system with a triangular matrix, row by row (`trsm`).
  static func trsm(
    isLower: Bool, isTransposed: Bool, rows: Int32, columns: Int32, _ a: UnsafePointer<Self>,
    _ b: UnsafeMutablePointer<Self>)
  /// Solution of a system with any matrix (`gesv`).
  static func gesv(
    _ size: Int32, _ columns: Int32, _ a: UnsafeMutablePointer<Self>, _ b: UnsafeMutablePointer<Self>
  ) -> Int32
  /// Householder vectors and triangle of a QR decomposition (`geqrf`).
  static func geqrf(
    _ rows: Int32, _ columns: Int32, _ a: UnsafeMutablePointer<Self>, _ tau: UnsafeMutablePointer<Self>
  ) -> Int32
  /// Orthogonal columns from Householder vectors (`orgqr`).
  static func orgqr(
    _ rows: Int32, _ columns: Int32, _ a: UnsafeMutablePointer<Self>, _ tau: UnsafePointer<Self>
  ) -> Int32
  /// Thin singular value decomposition by divide and conquer (`gesdd`).
  static func gesdd(
    _ rows: Int32, _ columns: Int32, _ a: UnsafeMutablePointer<Self>, _ s: UnsafeMutablePointer<Self>,
    _ u: UnsafeMutablePointer<Self>, _ vt: UnsafeMutablePointer<Self>
  ) -> Int32
  /// Eigenvalues and eigenvectors of a symmetric matrix by divide and conquer (`syevd`).
  static func syevd(_ size: Int32, _ a: UnsafeMutablePointer<Self>, _ w: UnsafeMutablePointer<Self>) -> Int32
}

private let columnMajor = LAPACK_COL_MAJOR
private let upper = CChar(UInt8(ascii: "U"))

extension Float: DecomposableScalar {
  /// The natural logarithm.
  public static func logarithm(_ value: Float) -> Float { log(value) }

  /// `spotrf`
  public static func potrf(_ size: Int32, _ a: UnsafeMutablePointer<Float>) -> Int32 {
    BLAS.ready()
    return scipy_LAPACKE_spotrf(columnMajor, upper, size, a, size)
  }

  /// `strsm`
  public static func trsm(
    isLower: Bool, isTransposed: Bool, rows: Int32, columns: Int32, _ a: UnsafePointer<Float>,
    _ b: UnsafeMutablePointer<Float>
  ) {
    BLAS.ready()
    scipy_cblas_strsm(
      CblasRowMajor, CblasLeft, isLower ? CblasLower : CblasUpper, isTransposed ? CblasTrans : CblasNoTrans,
      CblasNonUnit, rows, columns, 1, a, rows, b, columns)
  }

  /// `sgesv`
  public static func gesv(
    _ size: Int32, _ columns: Int32, _ a: UnsafeMutablePointer<Float>, _ b: UnsafeMutablePointer<Float>
  ) -> Int32 {
    BLAS.ready()
    var pivots = [Int32](repeating: 0, count: Int(size))
    return scipy_LAPACKE_sgesv(columnMajor, size, columns, a, size, &pivots, b, size)
  }

  /// `sgeqrf`
  public static func geqrf(
    _ rows: Int32, _ columns: Int32, _ a: UnsafeMutablePointer<Float>, _ tau: UnsafeMutablePointer<Float>
  ) -> Int32 {
    BLAS.ready()
    return scipy_LAPACKE_sgeqrf(columnMajor, rows, columns, a, rows, tau)
  }

  /// `sorgqr`
  public static func orgqr(
    _ rows: Int32, _ columns: Int32, _ a: UnsafeMutablePointer<Float>, _ tau: UnsafePointer<Float>
  ) -> Int32 {
    BLAS.ready()
    return scipy_LAPACKE_sorgqr(columnMajor, rows, columns, columns, a, rows, tau)
  }

  /// `sgesdd`
  public static func gesdd(
    _ rows: Int32, _ columns: Int32, _ a: UnsafeMutablePointer<Float>, _ s: UnsafeMutablePointer<Float>,
    _ u: UnsafeMutablePointer<Float>, _ vt: UnsafeMutablePointer<Float>
  ) -> Int32 {
    BLAS.ready()
    let thin = CChar(UInt8(ascii: "S"))
    let least = min(rows, columns)
    return scipy_LAPACKE_sgesdd(columnMajor, thin, rows, columns, a, rows, s, u, rows, vt, least)
  }

  /// `ssyevd`
  public static func syevd(
    _ size: Int32, _ a: UnsafeMutablePointer<Float>, _ w: UnsafeMutablePointer<Float>
  ) -> Int32 {
    BLAS.ready()
    return scipy_LAPACKE_ssyevd(columnMajor, CChar(UInt8(ascii: "V")), upper, size, a, size, w)
  }
}

extension Double: DecomposableScalar {
  /// The natural logarithm.
  public static func logarithm(_ value: Double) -> Double { log(value) }

  /// `dpotrf`
  public static func potrf(_ size: Int32, _ a: UnsafeMutablePointer<Double>) -> Int32 {
    BLAS.ready()
    return scipy_LAPACKE_dpotrf(columnMajor, upper, size, a, size)
  }

  /// `dtrsm`
  public static func trsm(
    isLower: Bool, isTransposed: Bool, rows: Int32, columns: Int32, _ a: UnsafePointer<Double>,
    _ b: UnsafeMutablePointer<Double>
  ) {
    BLAS.ready()
    scipy_cblas_dtrsm(
      CblasRowMajor, CblasLeft, isLower ? CblasLower : CblasUpper, isTransposed ? CblasTrans : CblasNoTrans,
      CblasNonUnit, rows, columns, 1, a, rows, b, columns)
  }

  /// `dgesv`
  public static func gesv(
    _ size: Int32, _ columns: Int32, _ a: UnsafeMutablePointer<Double>, _ b: UnsafeMutablePointer<Double>
  ) -> Int32 {
    BLAS.ready()
    var pivots = [Int32](repeating: 0, count: Int(size))
    return scipy_LAPACKE_dgesv(columnMajor, size, columns, a, size, &pivots, b, size)
  }

  /// `dgeqrf`
  public static func geqrf(
    _ rows: Int32, _ columns: Int32, _ a: UnsafeMutablePointer<Double>, _ tau: UnsafeMutablePointer<Double>
  ) -> Int32 {
    BLAS.ready()
    return scipy_LAPACKE_dgeqrf(columnMajor, rows, columns, a, rows, tau)
  }

  /// `dorgqr`
  public static func orgqr(
    _ rows: Int32, _ columns: Int32, _ a: UnsafeMutablePointer<Double>, _ tau: UnsafePointer<Double>
  ) -> Int32 {
    BLAS.ready()
    return scipy_LAPACKE_dorgqr(columnMajor, rows, columns, columns, a, rows, tau)
  }

  /// `dgesdd`
  public static func gesdd(
    _ rows: Int32, _ columns: Int32, _ a: UnsafeMutablePointer<Double>, _ s: UnsafeMutablePointer<Double>,
    _ u: UnsafeMutablePointer<Double>, _ vt: UnsafeMutablePointer<Double>
  ) -> Int32 {
    BLAS.ready()
    let thin = CChar(UInt8(ascii: "S"))
    let least = min(rows, columns)
    return scipy_LAPACKE_dgesdd(columnMajor, thin, rows, columns, a, rows, s, u, rows, vt, least)
  }

  /// `dsyevd`
  public static func syevd(
    _ size: Int32, _ a: UnsafeMutablePointer<Double>, _ w: UnsafeMutablePointer<Double>
  ) -> Int32 {
    BLAS.ready()
    return scipy_LAPACKE_dsyevd(columnMajor, CChar(UInt8(ascii: "V")), upper, size, a, size, w)
  }
}
