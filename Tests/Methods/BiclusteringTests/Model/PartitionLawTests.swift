import Biclustering
import Foundation
import Probability
import Testing

@Suite struct PartitionLawTests {
  /// A1.
  @Test func coefficientsAreThePublishedOnes() {
    let thirty = PartitionLaw(.finiteMixture(concentration: 1, rate: 0.2), items: 30)
    for (t, value) in [-76.2132707399, -79.0695685581, -80.8068076887, -81.8305391956].enumerated() {
      #expect(abs(thirty.logCoefficients[t + 1] - value) < 1e-6)
    }
    let recorded = PartitionLaw(.finiteMixture(concentration: 1, rate: 0.415), items: 63)
    #expect(abs(recorded.logCoefficients[8] + 215.3021338981) < 1e-6)
    let many = PartitionLaw(.finiteMixture(concentration: 1, rate: 0.1), items: 500)
    #expect(abs(many.logCoefficients[1] + 2613.6294377839) < 1e-6)
    #expect(many.logCoefficients[1...].allSatisfy { $0.isFinite })
  }

  private static func partitions(_ n: Int) -> [[Int]] {
    n == 0
      ? [[]]
      : partitions(n - 1).flatMap { p in (0...((p.max() ?? -1) + 1)).map { p + [$0] } }
  }

  private func sizes(_ labels: [Int]) -> [Int] {
    (0...labels.max()!).map { label in labels.count { $0 == label } }
  }

  @Test(
    arguments: [
      .finiteMixture(concentration: 1, rate: 0.2), .finiteMixture(concentration: 0.4, rate: 0.5),
      .dirichletProcess(concentration: 1.7),
    ] as [BiclusterModel.PartitionPrior])
  func probabilitiesSumToOneAndDrawsFollowThem(prior: BiclusterModel.PartitionPrior) {
    let law = PartitionLaw(prior, items: 4)
    let all = Self.partitions(4)
    let chances = all.map { exp(law.logProbability(sizes: sizes($0))) }
    #expect(abs(chances.reduce(0, +) - 1) < 1e-12)
    var stream = RandomStream(seed: 1, "partitions")
    var seen: [[Int]: Double] = [:]
    for _ in 0..<40_000 { seen[prior.draw(items: 4, using: &stream), default: 0] += 1 }
    for (partition, chance) in zip(all, chances) {
      let error = (chance * (1 - chance) / 40_000).squareRoot()
      #expect(abs(seen[partition, default: 0] / 40_000 - chance) < 4.5 * error)
    }
  }

  /// A2.
  @Test func oneBlockAndSingletonsOfFour() {
    let law = PartitionLaw(.finiteMixture(concentration: 1, rate: 0.2), items: 4)
    #expect(abs(exp(law.logProbability(sizes: [4])) - 0.31471201072674204) < 1e-12)
    #expect(abs(exp(law.logProbability(sizes: [1, 1, 1, 1])) - 0.09680756020356666) < 1e-12)
  }
}
