import Foundation
import Probability
import Testing

@testable import Biclustering

/// The law between p and p + 1 rows has at its ends those of p rows and of p + 1.
@Suite struct GrowingDynamicsTests {
  private let bins = 30
  private let stride = 32
  private let rows = 3
  private let scale = 0.04
  private let degrees = 3.0

  private func path() -> [Double] {
    var stream = RandomStream(seed: 4, "growing")
    var path = [Double](repeating: 0, count: rows * stride)
    for j in 0..<rows {
      for t in 1..<bins { path[j * stride + t] = 0.9 * path[j * stride + t - 1] + 0.3 * stream.normal() }
    }
    return path
  }

  private func sums(_ path: [Double], rows: Int) -> TransitionSums {
    TransitionSums.collect(
      rows: path, stride: stride, dimension: rows, states: [Int](repeating: 0, count: bins - 1), limit: 1)[0]
  }

  private func law(_ share: Double) -> GrowingDynamics {
    GrowingDynamics(rows: rows, innovationScale: scale, innovationDegrees: degrees, share: share)
  }

  private func marginal(_ sums: TransitionSums) -> Double {
    DynamicsPosterior(sums, innovationScale: scale, innovationDegrees: degrees).logMarginal(
      count: sums.count, innovationScale: scale, innovationDegrees: degrees)
  }

  @Test func endsAreTheLawsOfFewerAndOfMoreRows() {
    let path = path()
    let (all, fewer) = (sums(path, rows: rows), sums(path, rows: rows - 1))
    #expect(abs(law(1).logMarginal(all) - marginal(all)) < 1e-9)
    #expect(abs(law(0).first(all).logMarginal - marginal(fewer)) < 1e-9)
    // The coupling opens continuously.
    #expect(abs(law(1e-6).logMarginal(all) - law(0).logMarginal(all)) < 1e-4)
  }

  @Test func drawsHaveTheMomentsOfTheWholeLaw() {
    let all = sums(path(), rows: rows)
    let whole = DynamicsPosterior(all, innovationScale: scale, innovationDegrees: degrees)
    var (mean, covariance) = ([Double](repeating: 0, count: 12), [Double](repeating: 0, count: 9))
    let draws = 20_000
    for draw in 0..<draws {
      var stream = RandomStream(seed: 5, "growing", draw)
      let dynamics = law(1).draw(all, using: &stream)
      for k in mean.indices { mean[k] += dynamics.coefficients[k] / Double(draws) }
      let (f, u) = (dynamics.covarianceFactor, dynamics.whitener)
      var identity = 0.0
      for i in 0..<3 {
        for j in 0..<3 {
          for k in 0..<3 { covariance[i * 3 + j] += f[i * 3 + k] * f[j * 3 + k] / Double(draws) }
          let product = (0..<3).reduce(0.0) { $0 + u[i * 3 + $1] * f[$1 * 3 + j] }
          identity = max(identity, abs(product - (i == j ? 1 : 0)))
        }
      }
      #expect(identity < 1e-9)
    }
    for (a, b) in zip(mean, whole.mean) { #expect(abs(a - b) < 0.01) }
    let free = whole.degrees - 4
    for (a, b) in zip(covariance, whole.scale) { #expect(abs(a - b / free) < 0.004) }
  }
}
