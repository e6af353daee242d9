import Foundation
import Probability
import Testing

@Suite struct LawTests {
  /// A4 of biclustering.
  @Test(arguments: [
    (7, 10.0, 5.5176073926, 1.0597271648), (3, 1.0, 1.8333333333, 0.4722222222),
    (37, 2.5, 7.4010809915, 4.4965926479),
  ])
  func tablesOfAChineseRestaurant(customers: Int, concentration: Double, mean: Double, variance: Double) {
    var stream = RandomStream(seed: 1, "tables", customers)
    let draws = (0..<200_000).map { _ in
      Double(stream.tables(customers: customers, concentration: concentration))
    }
    #expect(abs(Probability.mean(draws) - mean) < 4 * (variance / 200_000).squareRoot())
    #expect(abs(pow(standardDeviation(draws), 2) - variance) < 0.02 * variance)
  }

  @Test func tablesOfManyCustomers() {
    var stream = RandomStream(seed: 1, "many tables")
    let draws = (0..<2000).map { _ in Double(stream.tables(customers: 200_000, concentration: 3)) }
    let expected = (0..<200_000).reduce(0.0) { $0 + 3 / (3 + Double($1)) }
    #expect(abs(mean(draws) - expected) < 4 * (expected / 2000).squareRoot())
    #expect(stream.tables(customers: 0, concentration: 1) == 0)
    #expect(stream.tables(customers: 1, concentration: 1e-9) == 1)
  }

  @Test func dirichletHasItsMoments() {
    var stream = RandomStream(seed: 2, "dirichlet")
    let draws = (0..<50_000).map { _ in stream.dirichlet([0.5, 2, 3.5]) }
    for (k, a) in [0.5, 2, 3.5].enumerated() {
      let (mean, variance) = (a / 6, a * (6 - a) / (36 * 7))
      #expect(abs(Probability.mean(draws.map { $0[k] }) - mean) < 4.5 * (variance / 50_000).squareRoot())
      #expect(abs(pow(standardDeviation(draws.map { $0[k] }), 2) - variance) < 0.05 * variance)
    }
    #expect(draws.allSatisfy { abs($0.reduce(0, +) - 1) < 1e-12 })
    #expect(stream.dirichlet([1e-9, 1e-9, 1e-9]).allSatisfy { $0.isFinite })
  }

  @Test func indexOfLogWeights() {
    var stream = RandomStream(seed: 2, "index")
    var counts = [0.0, 0, 0]
    for _ in 0..<30_000 { counts[stream.index(logWeights: [-1000, -.infinity, -1000 + log(2)])] += 1 }
    #expect(counts[1] == 0)
    #expect(abs(counts[2] / 30_000 - 2 / 3.0) < 0.012)
  }

  @Test func inverseWishartHasItsMean() throws {
    var stream = RandomStream(seed: 5, "wishart")
    let scale = [2.0, 0.5, 0.3, 0.5, 1, -0.2, 0.3, -0.2, 0.7]
    let factor = try #require(SmallMatrix.cholesky(scale, 3))
    var sum = [Double](repeating: 0, count: 9)
    func transposed(_ a: [Double]) -> [Double] { (0..<9).map { a[$0 % 3 * 3 + $0 / 3] } }
    func product(_ a: [Double], _ b: [Double]) -> [Double] {
      var result = [Double](repeating: 0, count: 9)
      for i in 0..<3 {
        for j in 0..<3 { for k in 0..<3 { result[i * 3 + j] += a[i * 3 + k] * b[k * 3 + j] } }
      }
      return result
    }
    var worst = 0.0
    let count = 100_000
    for _ in 0..<count {
      let (f, u, logWhitener) = stream.inverseWishart(degrees: 12, scaleFactor: factor, dimension: 3)
      for i in 0..<3 { for j in 0..<3 { for k in 0..<3 { sum[i * 3 + j] += f[i * 3 + k] * f[j * 3 + k] } } }
      // U F is orthogonal, so that Uᵀ U inverts F Fᵀ, and |U| is 1/|F|.
      let turn = product(u, f)
      for (place, value) in product(turn, transposed(turn)).enumerated() {
        worst = max(worst, abs(value - (place % 4 == 0 ? 1 : 0)))
      }
      let root: [Double]? = SmallMatrix.cholesky(product(f, transposed(f)), 3)
      worst = max(worst, abs(logWhitener + 0.5 * SmallMatrix.logDeterminant(factor: root!, 3)))
    }
    #expect(worst < 1e-9)
    for (place, value) in sum.enumerated() {
      #expect(abs(value / Double(count) - scale[place] / 8) < 0.004)
    }
  }

  @Test func matrixNormalHasItsCovariance() throws {
    var stream = RandomStream(seed: 6, "matrix normal")
    let precision = [2.0, 0.6, 0.6, 1]
    let factor = try #require(SmallMatrix.cholesky(precision, 2))
    let columns = SmallMatrix.inverse(factor: factor, 2)
    let row = [1.0, 0.4, -0.3, 0.8]  // any factor
    let rows = [1.16, 0.02, 0.02, 0.73]
    var products = [Double](repeating: 0, count: 16)
    let count = 200_000
    for _ in 0..<count {
      let m = stream.matrixNormal(
        mean: [1, 2, 3, 4], rowFactor: row, precisionFactor: factor, rows: 2, columns: 2)
      let d = zip(m, [1.0, 2, 3, 4]).map { $0 - $1 }
      for i in 0..<4 { for j in 0..<4 { products[i * 4 + j] += d[i] * d[j] } }
    }
    for i in 0..<4 {
      for j in 0..<4 {
        let expected = rows[i / 2 * 2 + j / 2] * columns[i % 2 * 2 + j % 2]
        #expect(abs(products[i * 4 + j] / Double(count) - expected) < 0.02)
      }
    }
  }

  @Test func multivariateGamma() {
    #expect(abs(logMultivariateGamma(3.5, dimension: 1) - logGamma(3.5)) < 1e-12)
    #expect(
      abs(logMultivariateGamma(3.5, dimension: 2) - (0.5 * log(Double.pi) + logGamma(3.5) + logGamma(3)))
        < 1e-12)
  }

  @Test func choleskyRefusesWhatIsNotPositive() {
    #expect(SmallMatrix.cholesky([1, 2, 2, 1], 2) == nil)
    #expect(SmallMatrix.cholesky([.nan, 0, 0, 1], 2) == nil)
  }
}
