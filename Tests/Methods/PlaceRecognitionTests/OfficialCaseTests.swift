import Foundation
import PlaceRecognition
import Testing

/// Acceptance cases A3 to A6 and A11: values of the published program's functions.
@Suite struct OfficialCaseTests {
  static func image(_ rows: [[UInt8]]) -> GreyImage {
    GreyImage(rows: rows.count, columns: rows[0].count, pixels: Array(rows.joined()))
  }

  @Test func patchNormalisation() throws {
    let official = try OfficialCases.read().patchnorm
    let image = Self.image(official.image)
    var settings = Preprocessing(rows: 9, columns: 11, patch: official.patch)
    #expect(settings.normalised(image).pixels == Array(official.uint8.joined()))
    for (ours, theirs) in zip(settings.deviations(image), official.normalised.joined()) {
      #expect(abs(ours - theirs) <= 1e-9)
    }
    settings.patch = 3
    #expect(settings.normalised(image).pixels == Array(official.patch3_uint8.joined()))
    let flat = GreyImage(rows: 9, columns: 11, pixels: [UInt8](repeating: 200, count: 99))
    #expect(settings.normalised(flat).pixels.allSatisfy { $0 == 127 })
  }

  @Test func resizingAndGrey() throws {
    let official = try OfficialCases.read().resize_grey
    let pixels = Array(official.rgb.joined().joined())
    let settings = Preprocessing(rows: official.to_wh[1], columns: official.to_wh[0], patch: 3)
    let ours = settings.input(
      pixels, width: official.rgb[0].count, height: official.rgb.count, channels: 3)
    #expect(ours.pixels == Array(official.processed.joined()))
    #expect(throws: PlaceRecognitionError.self) {
      try Preprocessing(rows: 4, columns: 5, patch: 2).validate()
    }
    #expect(throws: PlaceRecognitionError.self) {
      try Preprocessing(rows: 4, columns: 5, patch: 5).validate()
    }
  }

  @Test func assignments() throws {
    let official = try OfficialCases.read().assign
    func assignment(_ counts: [[Float]]) -> NeuronalAssignment {
      NeuronalAssignment(
        counts: Array(counts.joined()), labels: official.labels.map { Int($0) }, places: 4)
    }
    // Neuron 8 stays silent in the first, which the published weighted mode cannot take.
    let ours = assignment(official.train_counts)
    let allFire = assignment(official.train_counts_weighted)
    #expect(ours.place.map { $0.map(Double.init) ?? -1 } == official.assignments)
    #expect(allFire.mostSpikes.map { $0.map(Double.init) } == official.weighted_top)
    for (query, counts) in official.test_counts.enumerated() {
      let standard = ours.scores(counts[...], rule: .standard)
      let weighted = allFire.scores(counts[...], rule: .weighted)
      #expect(ours.scores(counts[...], rule: .weighted).allSatisfy { $0.isFinite })
      for place in 0..<4 {
        // The published rows begin with the unassigned neurons' label −1.
        #expect(abs(standard[place] - official.standard_rates[place + 1][query]) < 1e-12)
        #expect(abs(weighted[place] - official.weighted_rates[place][query]) < 1e-12)
      }
    }
  }

  /// An unassigned neuron does not shift places, and a place that nobody learned keeps its row.
  @Test func placesKeepTheirRows() throws {
    let official = try OfficialCases.read().assign
    let five = NeuronalAssignment(
      counts: Array(official.train_counts.joined()),
      labels: official.labels.map { Int($0) == 3 ? 4 : Int($0) },
      places: 5)
    #expect(five.unlearnedPlaces == [3])
    let scores = five.scores(official.test_counts[3][...], rule: .standard)
    #expect(scores[3] == 0 && scores.count == 5)
    let matrix = try SimilarityMatrix(
      [[1, 0, 0, 0, 0.5], [0, 1, 0, 0, 0], [0, 0, 1, 0, 0], [0, 0, 0, 0, 1], [0, 0, 0, 0, 1]].flatMap { $0 },
      places: 5)
    let evaluation = try PlaceEvaluation(matrix, ranks: [1, 2])
    #expect(evaluation.recallAt[1] == 0.8)
  }

  @Test func metrics() throws {
    let official = try OfficialCases.read().metrics
    // The published matrix is [place, query].
    let size = official.similarity.count
    let values = (0..<size).flatMap { query in (0..<size).map { official.similarity[$0][query] } }
    let ours = try PlaceEvaluation(SimilarityMatrix(values, places: size), ranks: [1, 2, 3, 5])
    for (rank, value) in official.recall_at_n { #expect(ours.recallAt[Int(rank)!] == value) }
    #expect(abs(ours.areaUnderCurve - official.auc_trapezoid) < 1e-12)
    #expect(ours.recallAt100Precision == official.recall_at_100_precision)
    #expect(ours.precisionAt100Recall == official.true_precision_at_100_recall)
    for (mine, theirs) in zip(ours.precision, official.precision) { #expect(abs(mine - theirs) < 1e-8) }
    for (mine, theirs) in zip(ours.recall, official.recall) { #expect(abs(mine - theirs) < 1e-8) }
  }
}
