import ActivePruning
import Foundation
import Probability
import Testing

@Suite struct PruningStepTests {
  /// The small network of the reference values: 3, 4 and 2 units.
  private struct Toy: Decodable {
    struct Weights: Decodable {
      var first: [[Float]]
      var second: [[Float]]
      enum CodingKeys: String, CodingKey {
        case first = "fc1.weight"
        case second = "fc2.weight"
      }
      var all: [Float] { first.flatMap(\.self) + second.flatMap(\.self) }
    }
    struct Networks: Decodable {
      var `init`: Weights
      var trained: Weights
    }
    struct Step: Decodable {
      var base_pruned_flat: [Int]
      var ap_pruned_flat: [Int]
      var mask: Weights
      var rewound: Weights
    }
    struct Base: Decodable { var base_pruned_flat: [Int] }
    var toy: Networks
    var ap_step: Step
    var base_only: Base
  }

  private func toy() throws -> Toy {
    let path = try #require(Bundle.module.resourcePath) + "/Fixtures/toy.json"
    return try JSONDecoder().decode(Toy.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
  }

  private let table = WeightTable([("fc1.weight", [4, 3]), ("fc2.weight", [2, 4])])

  @Test func asTheReferenceSays() throws {
    let toy = try toy()
    let (start, trained) = (toy.toy.`init`.all, toy.toy.trained.all)
    var stream = RandomStream(seed: 1, "choice")
    var mask = Mask(allOf: table)
    let outcome = try PruningStep(rate: 40, share: 15).apply(
      to: &mask, scores: trained.map(abs), weights: trained, start: start, using: &stream)
    #expect(outcome.base == toy.ap_step.base_pruned_flat.sorted())
    #expect(outcome.activating == toy.ap_step.ap_pruned_flat.sorted())
    #expect(outcome.shortfall == 0)
    #expect(mask.isAlive.map(Float.init) == toy.ap_step.mask.all)
    #expect(mask.aliveByPart == [7, 5])
    let rewound = mask.applied(to: start)
    #expect(rewound == toy.ap_step.rewound.all)
    #expect(rewound.allSatisfy { $0 != 0 || $0.sign == .plus })

    var baseMask = Mask(allOf: table)
    let base = try PruningStep(rate: 40, share: 0).apply(
      to: &baseMask, scores: trained.map(abs), weights: trained, start: start, using: &stream)
    #expect(base.base == toy.base_only.base_pruned_flat.sorted())
    #expect(base.activating.isEmpty)
  }

  @Test func countsAreExact() throws {
    let step = try PruningStep(rate: 20, share: 2)
    #expect(step.counts(alive: 271_680) == (48_902, 5_433))
    #expect(step.counts(alive: 50) == (9, 1))
    #expect(step.counts(alive: 49) == (8, 0))
    #expect(try PruningStep(rate: 0.3, share: 0.1).counts(alive: 1000) == (2, 1))
    #expect(step.counts(alive: 0) == (0, 0))
    // Whole numbers, of which binary fractions fall short by more than 1e-9.
    #expect(try PruningStep(rate: 42.8, share: 2).counts(alive: 46_399_125) == (18_930_843, 927_982))
    #expect(try PruningStep(rate: 39.3, share: 0.1).counts(alive: 46_399_125) == (18_188_457, 46_399))
  }

  @Test func selectionIsTheSortedOne() throws {
    var stream = RandomStream(seed: 4, "scores")
    for trial in 0..<200 {
      let count = 1 + stream.integer(below: 60)
      // Few different scores, so that many are equal; signs, zeros of both signs and infinities among them.
      let levels: [Float] = [
        -.infinity, -2, -.leastNonzeroMagnitude, -0.0, 0, .leastNonzeroMagnitude, 0.5, 0.5000001, 3,
        .infinity,
      ]
      let scores = (0..<count).map { _ in levels[stream.integer(below: levels.count)] }
      var mask = Mask(allOf: WeightTable([("w", [count])]))
      mask.prune((0..<count).filter { _ in stream.integer(below: 4) == 0 })
      let alive = (0..<count).filter { mask.isAlive[$0] == 1 }
      let step = try PruningStep(rate: Double(trial % 100), share: 0)
      let wanted = step.counts(alive: alive.count).base
      let expected = alive.sorted { (scores[$0], $0) < (scores[$1], $1) }.prefix(wanted).sorted()
      let outcome = try step.apply(
        to: &mask, scores: scores, weights: scores, start: scores, using: &stream)
      #expect(outcome.base == expected)
      #expect(mask.aliveCount == alive.count - wanted)
    }
  }

  @Test(
    "the sorted one of many weights, far apart, close together and equal", arguments: [1, 1e-3, 0] as [Float])
  func selectionOfManyIsTheSortedOne(_ spread: Float) throws {
    var stream = RandomStream(seed: 9, "weights")
    let count = 20_000
    func draw() -> [Float] {
      (0..<count).map { _ in
        let size = 1 + spread * Float(stream.uniform() - 1)
        return stream.integer(below: 2) == 0 ? size : -size
      }
    }
    let (weights, start) = (draw(), draw())
    func lowest(_ count: Int, of places: [Int], by score: (Int) -> Float) -> [Int] {
      places.sorted { (score($0), $0) < (score($1), $1) }.prefix(count).sorted()
    }
    var mask = Mask(allOf: WeightTable([("w", [count])]))
    mask.prune((0..<count).filter { _ in stream.integer(below: 3) == 0 })
    let alive = (0..<count).filter { mask.isAlive[$0] == 1 }
    let step = try PruningStep(rate: 40, share: 10)
    let counts = step.counts(alive: alive.count)
    let base = lowest(counts.base, of: alive) { abs(weights[$0]) }
    let left = Set(alive).subtracting(base).sorted()
    for choice in [PruningStep.Choice.leastMovedNegative, .leastMovedPositive] {
      var pruned = mask
      var step = step
      step.choice = choice
      let outcome = try step.apply(
        to: &pruned, scores: weights.map(abs), weights: weights, start: start, using: &stream)
      let candidates = left.filter { (weights[$0] < 0) == (choice == .leastMovedNegative) }
      #expect(outcome.base == base)
      #expect(
        outcome.activating == lowest(counts.activating, of: candidates) { abs(weights[$0] - start[$0]) })
    }
  }

  @Test("a cycle never prunes again what is pruned", arguments: PruningStep.Choice.allCases)
  func aliveWeightsOnlyFall(_ choice: PruningStep.Choice) throws {
    var stream = RandomStream(seed: 2, "weights")
    var mask = Mask(allOf: WeightTable([("w", [400])]))
    let start = (0..<400).map { _ in Float(stream.uniform() - 0.5) }
    let step = try PruningStep(rate: 20, share: 5, choice: choice)
    for _ in 0..<25 {
      let trained = start.map { $0 + Float(stream.uniform() - 0.5) * 0.2 }
      let before = mask
      let counts = step.counts(alive: mask.aliveCount)
      let outcome = try step.apply(
        to: &mask, scores: trained.map(abs), weights: trained, start: start, using: &stream)
      #expect(outcome.base.count == counts.base)
      #expect(outcome.activating.count + outcome.shortfall == counts.activating)
      #expect(Set(outcome.base).isDisjoint(with: outcome.activating))
      #expect(
        (outcome.base + outcome.activating).allSatisfy { before.isAlive[$0] == 1 && mask.isAlive[$0] == 0 })
      #expect(mask.aliveCount == before.aliveCount - outcome.base.count - outcome.activating.count)
      for place in outcome.activating {
        switch choice {
        case .leastMovedNegative, .randomNegative: #expect(trained[place] < 0)
        case .leastMovedPositive: #expect(trained[place] > 0)
        case .random: break
        }
      }
    }
  }

  @Test func tooFewNegativeWeights() throws {
    var stream = RandomStream(seed: 1, "choice")
    var mask = Mask(allOf: WeightTable([("w", [10])]))
    let weights: [Float] = [1, 2, 3, 4, 5, 6, 7, 8, 9, -10]
    let outcome = try PruningStep(rate: 50, share: 30).apply(
      to: &mask, scores: weights.map(abs), weights: weights, start: weights, using: &stream)
    #expect(outcome.base == [0, 1])
    #expect(outcome.activating == [9])
    #expect(outcome.shortfall == 2)
  }

  @Test func refusals() throws {
    for (rate, share) in [(100.0, 2.0), (-1, 0), (20, -1), (20, 21), (.nan, 1), (20, .nan)] {
      let error = #expect(throws: PruningError.self) { try PruningStep(rate: rate, share: share) }
      #expect(error?.description.hasPrefix("the rate is \(rate) %") == true)
    }
    var stream = RandomStream(seed: 1, "choice")
    var mask = Mask(allOf: table)
    let numbers = [Float](repeating: 1, count: 20)
    let step = try PruningStep(rate: 20, share: 2)
    let short = #expect(throws: PruningError.self) {
      try step.apply(to: &mask, scores: [1], weights: numbers, start: numbers, using: &stream)
    }
    #expect(short?.description == "there are 1 scores for 20 weights; expected one for each weight")
    var damaged = numbers
    damaged[13] = .nan
    let notANumber = #expect(throws: PruningError.self) {
      try step.apply(to: &mask, scores: damaged, weights: numbers, start: numbers, using: &stream)
    }
    #expect(
      notANumber?.description
        == "the score of 'fc2.weight', place 1 is not a number; train again with a lower learning rate")
    #expect(mask.aliveCount == 20)
  }
}
