import Homeostasis
import Testing

@Suite struct ImageTransformTests {
  private let image: [UInt8] = (0..<9).map { UInt8($0) }

  private func changed(_ transform: ImageTransform, _ image: [UInt8], maximum: UInt8 = 255, sample: Int = 0)
    -> [UInt8]
  {
    // A slice that does not begin at 0, as one of many images has it.
    transform.apply(([7, 7] + image)[2...], maximum: maximum, sample: sample)
  }

  @Test func quarterTurnsGoClockwise() {
    #expect(changed(.quarterTurns(1), image) == [6, 3, 0, 7, 4, 1, 8, 5, 2])
    #expect(changed(.quarterTurns(2), image) == [8, 7, 6, 5, 4, 3, 2, 1, 0])
    #expect(changed(.quarterTurns(3), image) == [2, 5, 8, 1, 4, 7, 0, 3, 6])
    #expect(changed(.quarterTurns(4), image) == image)
    #expect(changed(.quarterTurns(-1), image) == changed(.quarterTurns(3), image))
    var turned = image
    for _ in 0..<4 { turned = changed(.quarterTurns(1), turned) }
    #expect(turned == image)
  }

  @Test func inversionAndPermutation() {
    #expect(changed(.inversion, [0, 16, 5], maximum: 16) == [16, 0, 11])
    #expect(changed(.inversion, changed(.inversion, image)) == image)
    #expect(changed(.permutation([2, 0, 1]), [5, 6, 7]) == [7, 5, 6])
  }

  @Test func noiseHasItsDeviationAndBelongsToItsSample() {
    let grey = [UInt8](repeating: 128, count: 20_000)
    let first = changed(.noise(seed: 1), grey, sample: 4)
    #expect(first == changed(.noise(seed: 1), grey, sample: 4))
    #expect(first != changed(.noise(seed: 1), grey, sample: 5))
    let mean = first.reduce(0) { $0 + Double($1) } / 20_000
    let variance = first.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / 20_000
    #expect(abs(mean - 128) < 4 * 25.5 / 20_000.0.squareRoot())
    // Rounding to whole values adds 1/12; √(2/n) is the relative error of a variance.
    #expect(abs(variance / (25.5 * 25.5 + 1 / 12.0) - 1) < 4 * (2 / 20_000.0).squareRoot())
    #expect(changed(.noise(seed: 1), [0, 16], maximum: 16).allSatisfy { $0 <= 16 })
  }

  @Test(arguments: [12, 16])
  func aCovariateStreamChangesImagesAndKeepsLabels(width: Int) throws {
    var stream = try ConceptStream(
      samples: 100, classes: 10, width: width, schedule: ShiftSchedule(rate: .constant(8)), kind: .covariate,
      seed: 9)
    let image = (0..<width).map { UInt8(15 * $0) }
    var before = image
    for _ in 0..<8 {
      stream.shift(samplesSeen: 0)
      let after = changed(try #require(stream.transform), image)
      #expect(after.count == width && after != before)
      before = after
    }
    #expect(stream.map.isIdentity)
  }
}
