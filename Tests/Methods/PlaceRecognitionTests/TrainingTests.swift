import Foundation
import Parallel
import Probability
import Testing

@testable import PlaceRecognition

/// The recorded places: three traverses of fifty, already preprocessed.
enum SyntheticPlaces {
  static func traverses() throws -> [[GreyImage]] {
    let bytes = [UInt8](try Reference.data("synthetic_places_3x50x28x28_u8.bin"))
    return (0..<3).map { traverse in
      (0..<50).map { place in
        let start = (traverse * 50 + place) * 784
        return GreyImage(rows: 28, columns: 28, pixels: Array(bytes[start..<start + 784]))
      }
    }
  }
}

@Suite struct TrainingTests {
  /// Acceptance case A8: one module on 25 places, two epochs, five seeds, against the official runs' ranges.
  @Test func oneModuleOnTwentyFivePlaces() throws {
    let traverses = try SyntheticPlaces.traverses().map { Array($0.prefix(25)) }
    let runs = try parallelMap(count: 5) { seed in
      let module = try PlaceModule.train(
        on: [traverses[0], traverses[1]], settings: TrainingSettings(epochs: 2), seed: UInt64(seed))
      let showing = PlaceModule.Showing(seed: UInt64(seed), purpose: "query", delaySeed: UInt64(seed))
      let (counts, _) = try module.counts(traverses[2][...], from: 0, showing)
      let scores = (0..<25).flatMap {
        module.assignment.scores(counts[$0 * 400..<($0 + 1) * 400], rule: .standard)
      }
      let recall = try PlaceEvaluation(SimilarityMatrix(scores, places: 25)).precisionAt100Recall
      return (recall, module.spikesPerImage, counts.reduce(0, +) / 25)
    }
    for (recall, training, test) in runs {
      #expect(recall >= 0.92)
      #expect((222...242).contains(training[0]))
      #expect((196...220).contains(training[1]))
      #expect((183...204).contains(test))
    }
  }
}
