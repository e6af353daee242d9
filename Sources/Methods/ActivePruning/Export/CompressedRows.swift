import NeuralData

/// A matrix of mostly zeros, row by row (compressed sparse rows, CSR).
///
/// Row `r` has the numbers `values[k]` in the columns `columns[k]` for `k` from `rowStarts[r]` up to `rowStarts[r + 1]`;
/// the columns of a row rise.
public struct CompressedRows: Sendable, Hashable {
  /// Number of rows.
  public let rows: Int
  /// Number of columns.
  public let width: Int
  /// Numbers other than 0, row by row.
  public let values: [Float]
  /// Their columns.
  public let columns: [Int32]
  /// Where each row begins among them, and the end; `rows + 1` numbers.
  public let rowStarts: [Int32]

  /// The numbers of a dense matrix that are not 0.
  ///
  /// - Parameters:
  ///   - dense: `[row, column]`
  ///   - rows: a divisor of their number.
  public init(_ dense: [Float], rows: Int) {
    precondition(rows >= 1 && dense.count % rows == 0, "CompressedRows: the rows must be of one length")
    self.rows = rows
    width = dense.count / rows
    var (values, columns, starts) = ([Float](), [Int32](), [Int32(0)])
    starts.reserveCapacity(rows + 1)
    for row in 0..<rows {
      for column in 0..<width {
        let value = dense[row * width + column]
        if value != 0 {
          values.append(value)
          columns.append(Int32(column))
        }
      }
      starts.append(Int32(values.count))
    }
    (self.values, self.columns, rowStarts) = (values, columns, starts)
  }

  /// The parts of a file; `nil` unless they make a matrix.
  public init?(rows: Int, width: Int, values: [Float], columns: [Int32], rowStarts: [Int32]) {
    guard rows >= 1, width >= 0, rowStarts.count - 1 == rows, rowStarts.first == 0,
      rowStarts.last.map(Int.init) == values.count, columns.count == values.count,
      !zip(rowStarts, rowStarts.dropFirst()).contains(where: { $0 > $1 }),
      columns.allSatisfy({ $0 >= 0 && Int($0) < width }),
      !rows.multipliedReportingOverflow(by: width).overflow
    else { return nil }
    (self.rows, self.width, self.values, self.columns, self.rowStarts) = (
      rows, width, values, columns, rowStarts
    )
  }

  /// The matrix with its zeros, `[row, column]`.
  public var dense: [Float] {
    var result = [Float](repeating: 0, count: rows * width)
    for row in 0..<rows {
      for place in Int(rowStarts[row])..<Int(rowStarts[row + 1]) {
        result[row * width + Int(columns[place])] = values[place]
      }
    }
    return result
  }

  /// Share of numbers that are not 0.
  public var density: Double { rows * width == 0 ? 0 : Double(values.count) / Double(rows * width) }

  /// The product with a dense matrix.
  ///
  /// - Parameters:
  ///   - matrix: `[column of this one, count]`
  ///   - count: of its columns.
  /// - Returns: `[row, count]`
  public func multiplied(by matrix: [Float], count: Int) -> [Float] {
    precondition(matrix.count == width * count, "CompressedRows: the inner lengths must agree")
    return [Float](unsafeUninitializedCapacity: rows * count) { result, initialized in
      matrix.withUnsafeBufferPointer { matrix in
        if count == 1 { multiplyVector(matrix, result) } else { multiplyMatrix(matrix, count, result) }
      }
      initialized = rows * count
    }
  }

  private func multiplyVector(
    _ vector: UnsafeBufferPointer<Float>, _ result: UnsafeMutableBufferPointer<Float>
  ) {
    values.withUnsafeBufferPointer { values in
      columns.withUnsafeBufferPointer { columns in
        for row in 0..<rows {
          let (start, end) = (Int(rowStarts[row]), Int(rowStarts[row + 1]))
          // Four sums, so that an addition need not wait for the one before.
          var (a, b, c, d): (Float, Float, Float, Float) = (0, 0, 0, 0)
          var place = start
          while place + 4 <= end {
            a.addProduct(values[place], vector[Int(columns[place])])
            b.addProduct(values[place + 1], vector[Int(columns[place + 1])])
            c.addProduct(values[place + 2], vector[Int(columns[place + 2])])
            d.addProduct(values[place + 3], vector[Int(columns[place + 3])])
            place += 4
          }
          while place < end {
            a.addProduct(values[place], vector[Int(columns[place])])
            place += 1
          }
          result[row] = (a + b) + (c + d)
        }
      }
    }
  }

  /// Columns of the result by blocks that stay in registers while a row's numbers pass.
  private func multiplyMatrix(
    _ matrix: UnsafeBufferPointer<Float>, _ count: Int, _ result: UnsafeMutableBufferPointer<Float>
  ) {
    let source = UnsafeRawPointer(matrix.baseAddress!)
    let target = UnsafeMutableRawPointer(result.baseAddress!)
    let size = MemoryLayout<Float>.size
    values.withUnsafeBufferPointer { values in
      columns.withUnsafeBufferPointer { columns in
        for row in 0..<rows {
          let (start, end) = (Int(rowStarts[row]), Int(rowStarts[row + 1]))
          var column = 0
          while column + 32 <= count {
            var (first, second) = (SIMD16<Float>.zero, SIMD16<Float>.zero)
            for place in start..<end {
              let weight = SIMD16<Float>(repeating: values[place])
              let from = source + (Int(columns[place]) * count + column) * size
              first.addProduct(weight, from.loadUnaligned(as: SIMD16<Float>.self))
              second.addProduct(weight, (from + 64).loadUnaligned(as: SIMD16<Float>.self))
            }
            let to = target + (row * count + column) * size
            to.storeBytes(of: first, as: SIMD16<Float>.self)
            (to + 64).storeBytes(of: second, as: SIMD16<Float>.self)
            column += 32
          }
          while column < count {
            var sum: Float = 0
            for place in start..<end {
              sum.addProduct(values[place], matrix[Int(columns[place]) * count + column])
            }
            result[row * count + column] = sum
            column += 1
          }
        }
      }
    }
  }
}
