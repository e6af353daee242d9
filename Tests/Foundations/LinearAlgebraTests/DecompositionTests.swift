import Foundation
import LinearAlgebra
import Testing

@Suite struct DecompositionTests {
  struct Case: Decodable {
    var rows, columns: Int
    var a, positive, right, b, cholesky, solution, singular, eigen, kronecker: [Double]
    var logdet: Double
  }

  private func cases() throws -> [Case] {
    let path = try #require(Bundle.module.resourcePath) + "/Fixtures/decompositions.json"
    return try JSONDecoder().decode([Case].self, from: Data(contentsOf: URL(fileURLWithPath: path)))
  }

  /// Whether numbers agree to some rounding errors of the largest.
  private func agree<Scalar: LinearScalar>(_ a: [Scalar], _ b: [Scalar], errors: Scalar = 200) -> Bool {
    let size = max(1, (a + b).reduce(0) { max($0, abs($1)) })
    return a.count == b.count && zip(a, b).allSatisfy { abs($0 - $1) <= errors * Scalar.ulpOfOne * size }
  }

  private func check<Scalar: DecomposableScalar & Sendable>(_ c: Case, _: Scalar.Type) throws {
    func matrix(_ values: [Double], _ rows: Int, _ columns: Int) -> Matrix<Scalar> {
      Matrix(rows: rows, columns: columns, values: values.map { Scalar($0) })
    }
    let a = matrix(c.a, c.rows, c.columns)
    let positive = matrix(c.positive, c.rows, c.rows)
    let right = matrix(c.right, c.rows, 2)

    let cholesky = try positive.cholesky()
    #expect(agree(cholesky.factor.values, c.cholesky.map { Scalar($0) }))
    #expect(agree([cholesky.logDeterminant], [Scalar(c.logdet)]))
    #expect(agree(cholesky.solve(right).values, c.solution.map { Scalar($0) }, errors: 2000))
    #expect(agree(cholesky.solve(right.column(1)), matrix(c.solution, c.rows, 2).column(1), errors: 2000))
    #expect(
      agree((positive * cholesky.inverse()).values, Matrix<Scalar>.identity(c.rows).values, errors: 2000))
    #expect(agree(try positive.solving(right).values, c.solution.map { Scalar($0) }, errors: 2000))

    let (q, r) = try a.qr()
    let least = min(c.rows, c.columns)
    #expect(agree((q * r).values, a.values))
    #expect(agree(q.multiplied(by: q, transposingSelf: true).values, Matrix<Scalar>.identity(least).values))
    #expect((0..<r.rows).allSatisfy { row in (0..<min(row, r.columns)).allSatisfy { r[row, $0] == 0 } })

    let (u, s, v) = try a.singularValueDecomposition()
    #expect(agree(s, c.singular.map { Scalar($0) }))
    #expect(agree((u * .diagonal(s) * v).values, a.values))
    #expect(agree(u.multiplied(by: u, transposingSelf: true).values, Matrix<Scalar>.identity(least).values))
    #expect(agree(v.multiplied(by: v, transposingOther: true).values, Matrix<Scalar>.identity(least).values))

    let (values, vectors) = try positive.symmetricEigendecomposition()
    #expect(agree(values, c.eigen.map { Scalar($0) }))
    #expect(agree((positive * vectors).values, (vectors * .diagonal(values)).values))

    let kronecker = KroneckerProduct(a, matrix(c.b, 3, c.columns))
    #expect(agree(kronecker.matrix().values, c.kronecker.map { Scalar($0) }))
    let x = (0..<kronecker.shape[1]).map { Scalar($0 % 5) - 2 }
    let y = (0..<kronecker.shape[0]).map { Scalar($0 % 7) - 3 }
    #expect(agree(kronecker * x, kronecker.matrix() * x))
    #expect(agree(kronecker.transposed() * y, kronecker.matrix().transposed() * y))

    let khatriRao = KhatriRaoProduct(a, matrix(c.b, 3, c.columns))
    let z = Array(x.prefix(c.columns))
    #expect(agree(khatriRao * z, khatriRao.matrix() * z))
    #expect(agree(khatriRao.transposedTimes(y), khatriRao.matrix().transposed() * y))
    #expect(
      agree(
        khatriRao.gram().values,
        khatriRao.matrix().multiplied(by: khatriRao.matrix(), transposingSelf: true).values))
    for column in 0..<c.columns {  // each column is the Kronecker product of the factors' columns
      #expect(khatriRao.matrix().column(column) == kronecker.matrix().column(column * c.columns + column))
    }
  }

  @Test func asNumPyDecomposes() throws {
    for c in try cases() {
      try check(c, Double.self)
      try check(c, Float.self)
    }
  }

  @Test func closedForms() throws {
    let a = Matrix<Double>([[4, 2], [2, 5]])
    #expect(try a.cholesky().factor == Matrix([[2, 0], [1, 2]]))
    let root = 17.0.squareRoot()
    #expect(agree(try a.symmetricEigendecomposition().values, [(9 - root) / 2, (9 + root) / 2]))
    let upper = Matrix<Double>([[2, 1], [9, 4]])
    #expect(upper.solvingTriangular(Matrix([[4], [8]]), isLower: false) == Matrix([[1], [2]]))
    #expect(
      upper.solvingTriangular(Matrix([[4], [10]]), isLower: false, transposed: true) == Matrix([[2], [2]]))
  }

  @Test func onlyTheLowerTriangleIsRead() throws {
    #expect(try Matrix<Double>([[4, 99], [2, 5]]).cholesky().factor == Matrix([[2, 0], [1, 2]]))
  }

  @Test func numbersThatDoNotAllowIt() throws {
    #expect(throws: LinearAlgebraError.notPositiveDefinite(order: 2)) {
      try Matrix<Double>([[1, 2], [2, 1]]).cholesky()
    }
    #expect(throws: LinearAlgebraError.singular(column: 1)) {
      try Matrix<Double>([[1, 2], [2, 4]]).solving(Matrix([[1], [1]]))
    }
    for bad in [Double.nan, .infinity] {
      let matrix = Matrix([[bad, 1], [1, 2]])
      #expect(throws: LinearAlgebraError.notFinite) { try matrix.cholesky() }
      #expect(throws: LinearAlgebraError.self) { try matrix.qr() }
      #expect(throws: LinearAlgebraError.self) { try matrix.singularValueDecomposition() }
      #expect(throws: LinearAlgebraError.self) { try matrix.symmetricEigendecomposition() }
      #expect(throws: LinearAlgebraError.self) { try matrix.solving(Matrix([[1], [1]])) }
    }
    #expect(
      LinearAlgebraError.notPositiveDefinite(order: 2).description
        == "the matrix is not positive definite: its leading minor of order 2 is not above 0; check that it is symmetric, or add to its diagonal"
    )
  }

  @Test func emptyMatrices() throws {
    let empty = Matrix<Double>(repeating: 0, rows: 0, columns: 0)
    #expect(try empty.cholesky().logDeterminant == 0)
    #expect(try empty.symmetricEigendecomposition().values.isEmpty)
    #expect(try Matrix<Double>(repeating: 0, rows: 3, columns: 0).singularValueDecomposition().values.isEmpty)
    #expect(try Matrix<Double>(repeating: 0, rows: 3, columns: 0).qr().q.shape == [3, 0])
  }

  @Test func wrongShapesStopTheProgram() async {
    await #expect(processExitsWith: .failure) {
      _ = try Matrix<Double>(repeating: 1, rows: 2, columns: 3).cholesky()
    }
    await #expect(processExitsWith: .failure) {
      _ = Matrix<Double>.identity(2).solvingTriangular(Matrix(repeating: 1, rows: 3, columns: 1))
    }
    await #expect(processExitsWith: .failure) {
      _ = KhatriRaoProduct(Matrix<Double>.identity(2), Matrix<Double>.identity(3))
    }
  }
}
