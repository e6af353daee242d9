import LinearAlgebra
import Testing

@Suite struct MatrixTests {
  /// The product by its definition.
  private func product<Scalar: LinearScalar>(_ a: Matrix<Scalar>, _ b: Matrix<Scalar>) -> Matrix<Scalar> {
    Matrix(rows: a.rows, columns: b.columns) { row, column in
      (0..<a.columns).reduce(0) { $0 + a[row, $1] * b[$1, column] }
    }
  }

  /// Small whole numbers, so that every sum is exact.
  private func whole<Scalar: LinearScalar>(_ rows: Int, _ columns: Int, _ salt: Int) -> Matrix<Scalar> {
    Matrix(rows: rows, columns: columns) { Scalar(($0 * 7 + $1 * 3 + salt) % 11 - 5) }
  }

  private func checkProducts<Scalar: LinearScalar>(_: Scalar.Type) {
    for (rows, inner, columns) in [(1, 1, 1), (2, 3, 4), (17, 5, 33), (64, 64, 64), (3, 0, 2), (0, 3, 2)] {
      let a: Matrix<Scalar> = whole(rows, inner, 1)
      let b: Matrix<Scalar> = whole(inner, columns, 2)
      let expected = product(a, b)
      #expect(a * b == expected)
      #expect(a.transposed().multiplied(by: b, transposingSelf: true) == expected)
      #expect(a.multiplied(by: b.transposed(), transposingOther: true) == expected)
      #expect(
        a.transposed().multiplied(by: b.transposed(), transposingSelf: true, transposingOther: true)
          == expected)
      let vector = (0..<inner).map { Scalar($0 - 2) }
      #expect(a * vector == product(a, Matrix(rows: inner, columns: 1, values: vector)).values)
    }
  }

  @Test func productsFollowTheirDefinition() {
    checkProducts(Float.self)
    checkProducts(Double.self)
  }

  @Test func blocksOfLargerMatrices() {
    let a: [Double] = (0..<30).map(Double.init)  // 5 × 6; the block is rows 1…2, columns 2…4
    var c = [Double](repeating: 9, count: 12)  // 3 × 4; the block is rows 0…1, columns 1…2
    let b = Matrix<Double>([[1, 2], [3, 4], [5, 6]])
    a.withUnsafeBufferPointer { a in
      c.withUnsafeMutableBufferPointer { c in
        b.withView { b in
          let left = MatrixView(.init(rebasing: a[8...]), rows: 2, columns: 3, stride: 6)
          let result = MutableMatrixView(.init(rebasing: c[1...]), rows: 2, columns: 2, stride: 4)
          BLAS.multiply(left, b, into: result, scale: 2, keep: -1)
          #expect(left.transposed.shape == [3, 2])
        }
      }
    }
    // [[8, 9, 10], [14, 15, 16]] · b = [[85, 112], [139, 184]]
    #expect(c == [9, 161, 215, 9, 9, 269, 359, 9, 9, 9, 9, 9])
  }

  @Test func vectorsByTransposes() {
    let a = Matrix<Float>([[1, 2, 3], [4, 5, 6]])
    var result: [Float] = [10, 20, 30]
    a.withView { a in
      [Float]([1, -1]).withUnsafeBufferPointer { vector in
        result.withUnsafeMutableBufferPointer {
          BLAS.multiply(a.transposed, vector: vector, into: $0, scale: 2, keep: 0.5)
        }
      }
    }
    #expect(result == [-1, 4, 9])
  }

  @Test func arithmetic() {
    let a = Matrix<Double>([[1, 2], [3, 4]])
    #expect(a + a == 2 * a)
    #expect(a - a == Matrix(repeating: 0, rows: 2, columns: 2))
    #expect(a * .identity(2) == a)
    #expect(Matrix<Double>.diagonal([2, 3]) * a == Matrix([[2, 4], [9, 12]]))
    #expect(a.transposed() == Matrix([[1, 3], [2, 4]]))
    #expect(Array(a.row(1)) == [3, 4])
    #expect(a.column(1) == [2, 4])
  }

  @Test func oneThreadUnlessSet() {
    #expect(BLAS.threads == 1)
    #expect(!BLAS.core.isEmpty)
    #expect(BLAS.version.first?.isNumber == true)
  }

  @Test func shapesThatDoNotFitStopTheProgram() async {
    await #expect(processExitsWith: .failure) {
      _ =
        Matrix<Double>(repeating: 1, rows: 2, columns: 3) * Matrix<Double>(repeating: 1, rows: 2, columns: 3)
    }
    await #expect(processExitsWith: .failure) { _ = Matrix<Double>(rows: 2, columns: 2, values: [1, 2, 3]) }
    await #expect(processExitsWith: .failure) { _ = Matrix<Double>([[1, 2], [3]]) }
    await #expect(processExitsWith: .failure) {
      var matrix = Matrix<Double>.identity(2)
      matrix.values.append(1)
    }
    await #expect(processExitsWith: .failure) {
      [Float](repeating: 0, count: 5).withUnsafeBufferPointer { _ = MatrixView($0, rows: 2, columns: 3) }
    }
  }
}
