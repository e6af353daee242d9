import Foundation
import Probability
import Testing

@Suite struct PolyaGammaTests {
  /// A3 of biclustering.
  @Test(arguments: [
    (1, 0, 0.25, 0.0416666667), (11, 1.3, 2.4186037027, 0.3356933228),
    (10.5, -2.302585, 1.8654922467, 0.1881823538), (130, 0.4, 32.0734895365, 5.2474536884),
  ])
  func momentsAreThePublishedOnes(shape: Double, tilt: Double, mean: Double, variance: Double) {
    let law = PolyaGamma(shape: shape, tilt: tilt)
    #expect(abs(law.mean - mean) < 1e-9 * max(1, mean))
    #expect(abs(law.variance - variance) < 1e-9 * max(1, variance))
  }

  @Test(
    arguments: [
      (1, 0), (11, 1.3), (10.5, -2.302585), (130, 0.4), (0.2, 3), (0.05, -7), (1.7, 12), (3, 40), (400, -5),
      (0.8, 1.19), (0.8, 1.21), (5, 1e-9),
    ] as [(Double, Double)])
  func drawsHaveTheLawsMoments(shape: Double, tilt: Double) {
    var stream = RandomStream(seed: 3, "polya-gamma", Int(shape * 1000), Int(tilt * 1000))
    let law = PolyaGamma(shape: shape, tilt: tilt)
    let count = 200_000
    let draws = (0..<count).map { _ in stream.polyaGamma(shape: shape, tilt: tilt) }
    let centre = mean(draws)
    #expect(abs(centre - law.mean) < 4.5 * (law.variance / Double(count)).squareRoot())
    let fourth = draws.reduce(0) { $0 + pow($1 - centre, 4) } / Double(count)
    let spread = standardDeviation(draws) * standardDeviation(draws)
    let error = ((fourth - spread * spread) / Double(count)).squareRoot()
    #expect(abs(spread - law.variance) < 4.5 * error)
    #expect(draws.allSatisfy { $0 > 0 })
  }

  /// The long series is the definition; the sampler must not be told from it by a two-sample Kolmogorov-Smirnov test.
  @Test(arguments: [(0.3, 0), (1, 0), (1, 4), (2.5, 9), (8, 2), (30, 6), (200, 1)] as [(Double, Double)])
  func drawsFollowTheSeries(shape: Double, tilt: Double) {
    var stream = RandomStream(seed: 4, "series", Int(shape * 1000), Int(tilt))
    let count = 20_000
    let ours = (0..<count).map { _ in stream.polyaGamma(shape: shape, tilt: tilt) }.sorted()
    let rest = (200..<200_000).reduce(0.0) {
      $0 + 1
        / (2 * Double.pi * Double.pi * (pow(Double($1) + 0.5, 2) + tilt * tilt / (4 * Double.pi * Double.pi)))
    }
    let series = (0..<count).map { _ in
      (0..<200).reduce(shape * rest) { sum, k in
        sum + stream.gamma(shape: shape)
          / (2 * Double.pi * Double.pi * (pow(Double(k) + 0.5, 2) + tilt * tilt / (4 * Double.pi * Double.pi)))
      }
    }.sorted()
    var (i, j, largest) = (0, 0, 0.0)
    while i < count && j < count {
      if ours[i] <= series[j] { i += 1 } else { j += 1 }
      largest = max(largest, abs(Double(i - j)) / Double(count))
    }
    #expect(largest < 1.95 * (2 / Double(count)).squareRoot())
  }
}
