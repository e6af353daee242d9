import Biclustering
import Foundation
import Probability
import Testing

@Suite struct DynamicsTests {
  private let points = [0.1, 0.3, -0.2, 0.5, 0.1, 0.2, -0.1, 0.4, 0, -0.3]  // [row, bin]

  private func posterior(_ states: [Int]) -> DynamicsPosterior {
    let sums = TransitionSums.collect(rows: points, stride: 5, dimension: 2, states: states, limit: 1)
    return DynamicsPosterior(sums[0], innovationScale: 0.01, innovationDegrees: 2)
  }

  /// A7.
  @Test func posteriorOfFivePoints() {
    let law = posterior([0, 0, 0, 0])
    let mean = [0.6700879765, 0.2734604106, 0.0188416422, 0.0705984577, 0.8200825459, -0.0918920387]
    for (a, b) in zip(law.mean, mean) { #expect(abs(a - b) < 1e-9) }
    let scale = [0.6937609971, -0.3702492669, -0.3702492669, 0.5019463452]
    for (a, b) in zip(law.scale, scale) { #expect(abs(a - b) < 1e-9) }
    #expect(law.degrees == 8)
  }

  /// The marginal likelihood of one more transition is the average of its density over posterior draws.
  @Test func marginalLikelihoodIsTheMeanDensity() {
    let (before, after) = (posterior([0, 0, 0]), posterior([0, 0, 0, 0]))
    let ratio =
      after.logMarginal(count: 4, innovationScale: 0.01, innovationDegrees: 2)
      - before.logMarginal(count: 3, innovationScale: 0.01, innovationDegrees: 2)
    var stream = RandomStream(seed: 1, "marginal")
    var densities: [Double] = []
    for _ in 0..<200_000 {
      let law = before.draw(using: &stream)
      let f = law.covarianceFactor
      var residual = [0.0, 0]
      for i in 0..<2 {
        let m = law.coefficients
        residual[i] = points[i * 5 + 4] - m[i * 3] * points[3] - m[i * 3 + 1] * points[8] - m[i * 3 + 2]
      }
      let determinant = f[0] * f[3] - f[1] * f[2]
      let z = [
        (f[3] * residual[0] - f[1] * residual[1]) / determinant,
        (f[0] * residual[1] - f[2] * residual[0]) / determinant,
      ]
      densities.append(exp(-0.5 * (z[0] * z[0] + z[1] * z[1])) / (2 * Double.pi * abs(determinant)))
    }
    let error = standardDeviation(densities) / 200_000.0.squareRoot()
    #expect(abs(mean(densities) - exp(ratio)) < 4.5 * error)
  }
}
