import Foundation
import Probability
import Testing

@Suite struct PartitionTests {
  private static let samples = [[0, 0, 1, 1, 1], [0, 0, 0, 1, 1], [1, 1, 0, 0, 0], [0, 0, 1, 1, 2]]

  private var similarity: PosteriorSimilarity {
    var similarity = PosteriorSimilarity(items: 5)
    for sample in Self.samples { similarity.add(sample) }
    return similarity
  }

  /// A9 of biclustering.
  @Test func expectedAdjustedRandOfFiveItems() {
    #expect(abs(similarity.expectedAdjustedRand(of: [0, 0, 1, 1, 1]) - 0.6808510638297872) < 1e-12)
    #expect(abs(similarity.expectedAdjustedRand(of: [0, 0, 0, 1, 1]) - 0.3617021276595745) < 1e-12)
    #expect(abs(similarity.expectedAdjustedRand(of: [0, 0, 1, 1, 2]) - 0.5121951219512195) < 1e-12)
    #expect(abs(similarity.expectedAdjustedRand(of: [0, 1, 2, 2, 3]) - 0.2105263157894737) < 1e-12)
    #expect(similarity[2, 3] == 0.75)
    #expect(similarity[0, 4] == 0)
  }

  @Test(arguments: PartitionCriterion.allCases)
  func bestCutOfFiveItems(criterion: PartitionCriterion) {
    #expect(similarity.partition(criterion) == [0, 0, 1, 1, 1])
  }

  @Test(arguments: PartitionCriterion.allCases)
  func equalDrawsGiveTheirPartition(criterion: PartitionCriterion) {
    for partition in [[0, 1, 2, 3], [0, 0, 0, 0], [0, 1, 0, 2]] {
      var similarity = PosteriorSimilarity(items: 4)
      for _ in 0..<3 { similarity.add(partition) }
      #expect(similarity.partition(criterion) == partition)
    }
  }

  /// Figures of scikit-learn 1.9.
  @Test func agreementIndices() {
    let agreement = PartitionAgreement(
      [0, 0, 0, 1, 1, 1, 2, 2, 2, 2, 3, 3], [1, 1, 0, 0, 0, 2, 2, 2, 2, 2, 1, 0])
    #expect(abs(agreement.adjustedRandIndex - 0.3473423980222497) < 1e-12)
    #expect(abs(agreement.normalizedMutualInformation - 0.5286517574416564) < 1e-12)
    #expect(abs(agreement.adjustedMutualInformation - 0.3352979429582405) < 1e-9)
    #expect(abs(agreement.mutualInformation - 0.6437747128260702) < 1e-12)
    let same = PartitionAgreement([3, 3, 1], [0, 0, 9])
    #expect(same.adjustedRandIndex == 1)
    #expect(abs(same.adjustedMutualInformation - 1) < 1e-12)
    #expect(same.variationOfInformation < 1e-12)
    #expect(PartitionAgreement([0], [5]).adjustedRandIndex == 1)
  }

  @Test func matchingRelabels() {
    #expect(
      HungarianMatching.assign(cost: [2, 1, 3, 2, 2, 0, 0, 2, 2], rows: 3, columns: 3) == [1, 2, 0])
    #expect(HungarianMatching.assign(cost: [], rows: 0, columns: 0).isEmpty)
    #expect(HungarianMatching.assign(cost: [5, 1, 9], rows: 1, columns: 3) == [1])
  }

  @Test func matchingIsTheBestOfAllOrders() {
    var stream = RandomStream(seed: 8, "matching")
    func orders(_ n: Int) -> [[Int]] {
      n == 0
        ? [[]] : orders(n - 1).flatMap { o in (0..<n).map { Array(o[..<$0]) + [n - 1] + Array(o[$0...]) } }
    }
    for _ in 0..<50 {
      let cost = (0..<25).map { _ in stream.normal() }
      func total(_ order: [Int]) -> Double { order.indices.reduce(0) { $0 + cost[$1 * 5 + order[$1]] } }
      let ours = total(HungarianMatching.assign(cost: cost, rows: 5, columns: 5))
      #expect(abs(ours - orders(5).map(total).min()!) < 1e-12)
    }
  }
}
