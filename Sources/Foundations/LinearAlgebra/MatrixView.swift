/// A matrix in memory that someone else owns: rows of consecutive numbers, a fixed distance apart.
///
/// A view is valid as long as its memory; it may be a block of a larger matrix.
public struct MatrixView<Scalar> {
  /// The first number of the first row as it lies in memory.
  public let start: UnsafePointer<Scalar>?
  /// Rows of the matrix that the view stands for.
  public let rows: Int
  /// Columns of the matrix that the view stands for.
  public let columns: Int
  /// Distance in numbers between rows as they lie in memory, also called leading dimension.
  public let stride: Int
  /// Whether memory holds the transpose of the matrix.
  public let isTransposed: Bool

  /// Rows and columns.
  public var shape: [Int] { [rows, columns] }

  /// A matrix `[rows, columns]` that lies in `buffer` row by row.
  ///
  /// - Parameters:
  ///   - buffer: the numbers; longer than needed is allowed.
  ///   - rows: 0 or more.
  ///   - columns: 0 or more.
  ///   - stride: distance between rows, `columns` unless given.
  public init(_ buffer: UnsafeBufferPointer<Scalar>, rows: Int, columns: Int, stride: Int? = nil) {
    let stride = stride ?? columns
    precondition(
      rows >= 0 && columns >= 0 && stride >= columns
        && (rows == 0 || columns == 0 || buffer.count >= (rows - 1) * stride + columns),
      "MatrixView: \(buffer.count) numbers do not hold \(rows) rows of \(columns), \(stride) apart")
    self.init(buffer.baseAddress, rows: rows, columns: columns, stride: stride, isTransposed: false)
  }

  private init(_ start: UnsafePointer<Scalar>?, rows: Int, columns: Int, stride: Int, isTransposed: Bool) {
    self.start = start
    self.rows = rows
    self.columns = columns
    self.stride = stride
    self.isTransposed = isTransposed
  }

  /// The transpose, `[columns, rows]`, of the same memory; nothing is copied.
  public var transposed: MatrixView {
    MatrixView(start, rows: columns, columns: rows, stride: stride, isTransposed: !isTransposed)
  }
}

/// A matrix to be written, in memory that someone else owns: rows of consecutive numbers, a fixed distance apart.
public struct MutableMatrixView<Scalar> {
  /// The first number of the first row.
  public let start: UnsafeMutablePointer<Scalar>?
  /// Number of rows.
  public let rows: Int
  /// Number of columns.
  public let columns: Int
  /// Distance in numbers between rows, also called leading dimension.
  public let stride: Int

  /// Rows and columns.
  public var shape: [Int] { [rows, columns] }

  /// A matrix `[rows, columns]` that lies in `buffer` row by row.
  ///
  /// - Parameters:
  ///   - buffer: the numbers; longer than needed is allowed.
  ///   - rows: 0 or more.
  ///   - columns: 0 or more.
  ///   - stride: distance between rows, `columns` unless given.
  public init(_ buffer: UnsafeMutableBufferPointer<Scalar>, rows: Int, columns: Int, stride: Int? = nil) {
    let checked = MatrixView(UnsafeBufferPointer(buffer), rows: rows, columns: columns, stride: stride)
    start = buffer.baseAddress
    self.rows = rows
    self.columns = columns
    self.stride = checked.stride
  }
}
