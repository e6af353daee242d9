/// A matrix of numbers.
public struct Matrix<Scalar: LinearScalar>: Sendable, Hashable {
  /// Number of rows.
  public let rows: Int
  /// Number of columns.
  public let columns: Int
  /// The numbers row by row; their count cannot change.
  public var values: [Scalar] {
    didSet {
      precondition(
        values.count == rows * columns, "Matrix: the values must stay \(rows) × \(columns) numbers")
    }
  }

  /// Rows and columns.
  public var shape: [Int] { [rows, columns] }

  /// Numbers row by row.
  ///
  /// - Parameters:
  ///   - rows: 0 or more.
  ///   - columns: 0 or more.
  ///   - values: `rows * columns` numbers.
  public init(rows: Int, columns: Int, values: [Scalar]) {
    precondition(
      rows >= 0 && columns >= 0 && values.count == rows * columns,
      "Matrix: \(values.count) numbers do not make \(rows) × \(columns)")
    self.rows = rows
    self.columns = columns
    self.values = values
  }

  /// The same number everywhere.
  public init(repeating value: Scalar, rows: Int, columns: Int) {
    precondition(rows >= 0 && columns >= 0, "Matrix: a shape must not be negative")
    self.init(rows: rows, columns: columns, values: Array(repeating: value, count: rows * columns))
  }

  /// Numbers from their row and column.
  @inlinable
  public init(rows: Int, columns: Int, _ value: (_ row: Int, _ column: Int) throws -> Scalar) rethrows {
    precondition(rows >= 0 && columns >= 0, "Matrix: a shape must not be negative")
    var values: [Scalar] = []
    values.reserveCapacity(rows * columns)
    for row in 0..<rows { for column in 0..<columns { values.append(try value(row, column)) } }
    self.init(rows: rows, columns: columns, values: values)
  }

  /// Rows of equal length.
  public init(_ rows: [[Scalar]]) {
    let columns = rows.first?.count ?? 0
    precondition(rows.allSatisfy { $0.count == columns }, "Matrix: the rows must have one length")
    self.init(rows: rows.count, columns: columns, values: rows.flatMap(\.self))
  }

  /// Ones on the diagonal.
  public static func identity(_ size: Int) -> Matrix { diagonal(Array(repeating: 1, count: size)) }

  /// Given numbers on the diagonal, zeros elsewhere.
  public static func diagonal(_ values: [Scalar]) -> Matrix {
    var matrix = Matrix(repeating: 0, rows: values.count, columns: values.count)
    for (index, value) in values.enumerated() { matrix[index, index] = value }
    return matrix
  }

  /// One number.
  @inlinable
  public subscript(row: Int, column: Int) -> Scalar {
    get {
      precondition(row >= 0 && row < rows && column >= 0 && column < columns, "Matrix: index out of range")
      return values[row * columns + column]
    }
    set {
      precondition(row >= 0 && row < rows && column >= 0 && column < columns, "Matrix: index out of range")
      values[row * columns + column] = newValue
    }
  }

  /// The numbers of one row.
  public func row(_ row: Int) -> ArraySlice<Scalar> {
    precondition(row >= 0 && row < rows, "Matrix: index out of range")
    return values[(row * columns)..<((row + 1) * columns)]
  }

  /// The numbers of one column.
  public func column(_ column: Int) -> [Scalar] {
    precondition(column >= 0 && column < columns, "Matrix: index out of range")
    return (0..<rows).map { values[$0 * columns + column] }
  }

  /// Rows and columns exchanged.
  @inlinable
  public func transposed() -> Matrix {
    Matrix(rows: columns, columns: rows) { values[$1 * columns + $0] }
  }

  /// Gives the numbers as BLAS sees them.
  @inlinable
  public func withView<Result>(_ body: (MatrixView<Scalar>) throws -> Result) rethrows -> Result {
    try values.withUnsafeBufferPointer { try body(MatrixView($0, rows: rows, columns: columns)) }
  }

  /// Gives the numbers as BLAS may write them.
  @inlinable
  public mutating func withMutableView<Result>(
    _ body: (MutableMatrixView<Scalar>) throws -> Result
  ) rethrows -> Result {
    let (rows, columns) = (rows, columns)
    return try values.withUnsafeMutableBufferPointer {
      try body(MutableMatrixView($0, rows: rows, columns: columns))
    }
  }
}
