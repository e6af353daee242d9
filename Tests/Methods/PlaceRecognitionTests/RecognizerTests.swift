import Foundation
import NeuralData
import PlaceRecognition
import Testing

@Suite struct RecognizerTests {
  private static func map() throws -> (map: ModularMap, queries: [GreyImage]) {
    let drives = try SyntheticPlaces.traverses(0..<6)
    return (
      try ModularMap.build(reference: Array(drives[0...1]), settings: MapTests.settings()), drives[2].images
    )
  }

  /// Every query meets modules at rest, so that a decision on one does not change the next.
  @Test(arguments: NeuronalAssignment.Rule.allCases)
  func certainAnswersAreThoseOfTheWholePresentation(rule: NeuronalAssignment.Rule) throws {
    let (map, queries) = try Self.map()
    var shown: [Double] = []
    for query in queries {
      let whole = try Recognizer(map, rule: rule).recognize(query)
      let early = try Recognizer(map, rule: rule, decision: .whenCertain).recognize(query)
      #expect(early.best == whole.best)
      #expect(zip(early.scores, whole.scores).allSatisfy { $0 <= $1 })
      #expect(whole.shown == 350 && early.shown <= 350)
      #expect(early.activity.inputSpikes <= whole.activity.inputSpikes)
      shown.append(early.shown)
    }
    // The weighted rule multiplies by the share of neurons that fire, which leaves almost every score open.
    if rule == .standard { #expect(shown.contains { $0 < 350 }) }
  }

  /// A presentation in parts gives the same spikes as one piece, and a lead that is reached ends it.
  @Test func leadsEndPresentations() throws {
    let (map, queries) = try Self.map()
    let (whole, parts) = (try Recognizer(map), try Recognizer(map, decision: .atLead(1000)))
    let early = try Recognizer(map, decision: .atLead(0.5))
    for query in queries {
      let answer = try parts.recognize(query)
      #expect(try whole.recognize(query) == answer)
      let decided = try early.recognize(query)
      let sorted = decided.scores.sorted(by: >)
      #expect(decided.shown == 350 || sorted[0] - sorted[1] >= 0.5)
    }
    #expect(throws: PlaceRecognitionError.outOfRange(name: "lead", value: "0.0", allowed: "greater than 0")) {
      try Recognizer(map, decision: .atLead(0))
    }
  }

  @Test func sequencesOfAStreamAreThoseOfTheDrive() throws {
    let (map, queries) = try Self.map()
    let drive = try QueryResponses(map, queries).similarity().sequenceMatched(length: 3)
    let stream = try Recognizer(map, sequence: 3)
    let answers = try queries.map { try stream.recognize($0).scores }
    for query in 2..<6 {
      for place in 2..<6 {
        #expect(abs(answers[query][place] - drive.values[(query - 2) * 4 + place - 2]) < 1e-12)
      }
    }
    for length in [0, 7] {
      #expect(throws: PlaceRecognitionError.self) { try Recognizer(map, sequence: length) }
    }
    #expect(throws: PlaceRecognitionError.self) {
      try Recognizer(map, decision: .whenCertain, sequence: 2)
    }
  }

  @Test func nothingLeftIsSaid() throws {
    let (map, _) = try Self.map()
    let message =
      "the threshold 1 for hyperactive neurons removes all 80 of them, so that no place can be recognised; choose a larger one, or 0 for none"
    // Every neuron fires for something after so short a training.
    #expect(map.removal(threshold: 1).neurons == 80)
    #expect(throws: PlaceRecognitionError.nothingLeft(message)) { try Recognizer(map, threshold: 1) }
    #expect(throws: PlaceRecognitionError.nothingLeft("the map has no places; build it first")) {
      try Recognizer(ModularMap(MapTests.settings()))
    }
  }

  @Test func regionsAreSummarised() throws {
    let (map, _) = try Self.map()
    let summary = map.summary(of: map.regions[1])
    #expect(summary.places == [3, 4, 5] && summary.neurons == 40 && summary.hyperactiveNeurons == 0)
    #expect(summary.spikesPerImage == map.modules[1]![0].spikesPerImage)
    #expect(summary.thresholds[0] >= 20 && summary.thresholds[1] > summary.thresholds[0])
    #expect(map.figures(of: map.regions[1]).count == 2)
    #expect(throws: PlaceRecognitionError.self) { try map.region(named: 7) }
  }

  /// Scores of graded spikes may all be negative; the largest is still the answer, without confidence.
  @Test func theLargestScoreAnswers() {
    func scores(_ values: [Double]) -> PlaceScores { PlaceScores(scores: values) }
    #expect(scores([0, 0]).best == nil && scores([0, 0]).confidence == 0)
    #expect(scores([2, 4]).best == 1 && scores([2, 4]).confidence == 0.5)
    #expect(scores([-2, 4]).best == 1 && scores([-2, 4]).confidence == 1)
    #expect(scores([-3, -1, -2]).best == 1 && scores([-3, -1, -2]).confidence == 0)
  }
}
