import Biclustering
import Foundation
import Probability
import Testing

/// The smoothing example of the reference values: two states, missing values, four bins.
@Suite struct GaussianPathTests {
  private struct Cases: Decodable {
    struct Example: Decodable {
      var A: [[[Double]]]
      var b: [[Double]]
      var Q: [[[Double]]]
      var H: [[Double]]
      var yhat: [[Double?]]
      var R: [[Double]]
      var state_of_transition: [Int]
      var smoothed_mean_T_by_D: [[Double]]
      var smoothed_cov_t: [[[Double]]]
      var lag1_cov_t_tplus1: [[[Double]]]
    }
    var ffbs: Example
  }

  private func example() throws -> (Cases.Example, GaussianPath) {
    let url = try #require(Bundle.module.url(forResource: "Fixtures/unit_cases", withExtension: "json"))
    let text = try String(contentsOf: url, encoding: .utf8).replacing("-Infinity", with: "-1e308")
    let example = try JSONDecoder().decode(Cases.self, from: Data(text.utf8)).ffbs
    var law = GaussianPath(dimension: 2, length: 4)
    for j in 0..<2 { law.diagonal[j * 2 + j] = 1 }
    for (t, l) in example.state_of_transition.enumerated() {
      let (a, b, q) = (example.A[l], example.b[l], example.Q[l])
      let w = [1 / q[0][0], 1 / q[1][1]]  // the example's Q are diagonal
      for i in 0..<2 {
        law.diagonal[((t + 1) * 2 + i) * 2 + i] += w[i]
        law.linear[(t + 1) * 2 + i] += w[i] * b[i]
        for j in 0..<2 {
          law.lower[(t * 2 + i) * 2 + j] = -w[i] * a[i][j]
          law.linear[t * 2 + j] -= w[i] * a[i][j] * b[i]
          for k in 0..<2 { law.diagonal[(t * 2 + j) * 2 + k] += w[i] * a[i][j] * a[i][k] }
        }
      }
    }
    for (i, row) in example.yhat.enumerated() {
      for (t, value) in row.enumerated() {
        guard let value else { continue }
        for j in 0..<2 {
          law.linear[t * 2 + j] += example.H[i][j] * value / example.R[i][t]
          for k in 0..<2 {
            law.diagonal[(t * 2 + j) * 2 + k] += example.H[i][j] * example.H[i][k] / example.R[i][t]
          }
        }
      }
    }
    let isPositive = law.factorize()
    #expect(isPositive)
    return (example, law)
  }

  /// A5.
  @Test func meanIsTheSmoother() throws {
    let (example, law) = try example()
    for (a, b) in zip(law.solve(noise: nil), example.smoothed_mean_T_by_D.flatMap { $0 }) {
      #expect(abs(a - b) < 1e-7)
    }
  }

  /// A5, by draws.
  @Test func drawsHaveTheSmootherLaw() throws {
    let (example, law) = try example()
    let expected = example.smoothed_mean_T_by_D.flatMap { $0 }
    var stream = RandomStream(seed: 1, "ffbs")
    let count = 200_000
    var sums = [Double](repeating: 0, count: 8)
    var products = [Double](repeating: 0, count: 64)
    for _ in 0..<count {
      let x = zip(law.draw(using: &stream), expected).map { $0 - $1 }
      for i in 0..<8 {
        sums[i] += x[i]
        for j in 0..<8 { products[i * 8 + j] += x[i] * x[j] }
      }
    }
    for t in 0..<4 {
      for i in 0..<2 {
        let variance = example.smoothed_cov_t[t][i][i]
        #expect(abs(sums[t * 2 + i] / Double(count)) < 4 * (variance / Double(count)).squareRoot())
        for j in 0..<2 {
          #expect(
            abs(products[(t * 2 + i) * 8 + t * 2 + j] / Double(count) - example.smoothed_cov_t[t][i][j])
              < 0.003)
          if t < 3 {
            #expect(
              abs(
                products[(t * 2 + i) * 8 + t * 2 + 2 + j] / Double(count)
                  - example.lag1_cov_t_tplus1[t][i][j]) < 0.003)
          }
        }
      }
    }
  }

  @Test func aPrecisionThatIsNotPositiveIsRefused() {
    var law = GaussianPath(dimension: 3, length: 2)
    let isPositive = law.factorize()
    #expect(!isPositive)
  }
}
