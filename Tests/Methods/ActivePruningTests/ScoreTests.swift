import ActivePruning
import Foundation
import NeuralData
import Probability
import Tensors
import Testing

@Suite struct FormulaTests {
  private struct Reference: Decodable {
    struct Lookahead: Decodable {
      var weights: [[[Float]]]
      var scores: [[[Double]]]
    }
    struct Lamp: Decodable {
      struct Kept: Decodable {
        var A: [UInt8]
        var B: [UInt8]
      }
      var A: [Float]
      var B: [Float]
      var keep_3_of_5: Kept
    }
    struct Weights: Decodable {
      var first: [[Float]]
      var second: [[Float]]
      enum CodingKeys: String, CodingKey {
        case first = "fc1.weight"
        case second = "fc2.weight"
      }
      var all: [Float] { (first + second).flatMap(\.self) }
    }
    struct Toy: Decodable {
      var `init`: Weights
      var trained: Weights
    }
    struct Official: Decodable {
      var percent_base: Double
      var percent_ap: Double
      var mask_after_base: [[[UInt8]]]
      var mask: [[[UInt8]]]
      var total_pruned: Int
    }
    var toy: Toy
    var lookahead: Lookahead
    var lamp: Lamp
    var official: Official
  }

  private func reference() throws -> Reference {
    let path = try #require(Bundle.module.resourcePath) + "/Fixtures/toy.json"
    return try JSONDecoder().decode(Reference.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
  }

  private let table = WeightTable([("fc1.weight", [4, 3]), ("fc2.weight", [2, 4])])

  @Test func lookaheadOfTheReference() throws {
    let toy = try reference().lookahead
    let scores = Scores.lookahead(toy.weights.flatMap(\.self).flatMap(\.self), in: LayerChain(table))
    for (score, expected) in zip(scores, toy.scores.flatMap(\.self).flatMap(\.self)) {
      // Each of a product's six weights is rounded to 32 bits, by up to 6e-8 of itself.
      #expect(abs(Double(score) - expected) <= 4e-7 * expected)
    }
  }

  @Test func thePublishedProgramsStep() throws {
    let reference = try reference()
    let (toy, official) = (reference.toy, reference.official)
    var mask = Mask(allOf: table)
    let step = try PublishedStep(
      basePercent: official.percent_base, activatingPercent: official.percent_ap)
    let outcome = try step.apply(
      to: &mask, weights: toy.trained.all, start: toy.`init`.all, hasBias: [true, true])
    #expect(mask.isAlive == official.mask.flatMap(\.self).flatMap(\.self))
    let afterBase = official.mask_after_base.flatMap(\.self).flatMap(\.self)
    #expect(outcome.base == afterBase.indices.filter { afterBase[$0] == 0 })
    #expect(20 - mask.aliveCount == official.total_pruned)
    #expect(throws: PruningError.self) {
      try step.apply(to: &mask, weights: [1], start: toy.`init`.all, hasBias: [true, true])
    }
  }

  @Test func densitiesOfErdosAndRenyi() throws {
    // A layer of 2 × 2 would be more than dense; what it cannot take goes to the others in proportion.
    let table = WeightTable([("a", [2, 2]), ("b", [40, 20]), ("c", [30, 60])])
    var mask = Mask(allOf: table)
    var stream = RandomStream(seed: 1, "weights")
    let weights = (0..<table.count).map { _ in Float(stream.uniform() + 0.1) }
    let step = try PruningStep(rate: 90, share: 0, scope: .erdosRenyi)
    _ = try step.apply(to: &mask, scores: weights, weights: weights, start: weights, using: &stream)
    let left = mask.aliveByPart
    #expect(mask.aliveCount == table.count - step.counts(alive: table.count).base)
    #expect(left[0] == 4)
    #expect(abs(Double(left[1]) / Double(left[2]) - 60.0 / 90) < 0.02)
  }

  @Test func uniformAndUniformPlus() throws {
    let table = WeightTable([("a", [10, 10]), ("b", [30, 10]), ("c", [10, 10])])
    var stream = RandomStream(seed: 1, "weights")
    let weights = (0..<table.count).map { _ in Float(stream.uniform() + 0.1) }
    func left(_ rate: Double, _ scope: Scope) throws -> [Int] {
      var mask = Mask(allOf: table)
      _ = try PruningStep(rate: rate, share: 0, scope: scope).apply(
        to: &mask, scores: weights, weights: weights, start: weights, using: &stream)
      return mask.aliveByPart
    }
    #expect(try left(50, .layer) == [50, 150, 50])
    #expect(try left(50, .uniformPlus) == [100, 112, 38])
    // 375 of 400 would leave the last layer less than its fifth.
    #expect(try left(75, .uniformPlus) == [100, 5, 20])
  }

  @Test func aFloorKeepsLayersFromCollapse() throws {
    let table = WeightTable([("a", [1, 10]), ("b", [1, 30])])
    let weights = (0..<40).map { Float($0 + 1) * ($0 % 2 == 0 ? -1 : 1) }
    var stream = RandomStream(seed: 1, "choice")
    var mask = Mask(allOf: table)
    let cut = try PruningStep(rate: 30, share: 2.5).apply(
      to: &mask, scores: weights.map(abs), weights: weights, start: weights, using: &stream)
    #expect(mask.aliveByPart[0] == 0 && cut.collapsed == ["a"])
    mask = Mask(allOf: table)
    let kept = try PruningStep(rate: 30, share: 2.5, floor: 3).apply(
      to: &mask, scores: weights.map(abs), weights: weights, start: weights, using: &stream)
    #expect(mask.aliveByPart == [3, 25] && kept.collapsed.isEmpty && kept.baseShortfall == 0)
    #expect(Array(mask.isAlive[7..<10]) == [1, 1, 1])
    mask = Mask(allOf: table)
    let held = try PruningStep(rate: 90, share: 0, floor: 15).apply(
      to: &mask, scores: weights.map(abs), weights: weights, start: weights, using: &stream)
    #expect(mask.aliveByPart == [10, 15] && held.baseShortfall == 21)
  }

  @Test func nearestCycles() throws {
    let settings = try PruningSettings(plan: TrainingPlan(epochs: 1))
    #expect(settings.nearestCycle(remaining: 0.51)?.cycle == 3)
    #expect(settings.nearestCycle(remaining: 1)?.cycle == 0)
    #expect(abs((settings.nearestCycle(remaining: 0.0038)?.remaining ?? 0) - 0.003778) < 1e-6)
    #expect(settings.nearestCycle(remaining: 0) == nil)
  }
}

@Suite(.enabled(if: LibTorch.isAvailable, "LibTorch is not installed"))
struct NetworkScoreTests {
  private func network() throws -> (any Layer, WeightTable, ImageBatch) {
    var stream = RandomStream(seed: 3, "weights")
    let network = try Networks.multilayerPerceptron([4, 5, 3], using: &stream)
    let batch = ImageBatch(
      images: try Tensor.normal([6, 4], using: &stream), labels: try Tensor((0..<6).map { Int64($0 % 3) }),
      indices: Array(0..<6))
    return (network, WeightTable(of: network), batch)
  }

  private func set(_ network: any Layer, _ table: WeightTable, _ numbers: [Float]) throws {
    for part in table.parts {
      let parameter = try #require(network.parameters.first { $0.path == part.path }).parameter
      try parameter.set(Tensor(Array(numbers[part.places]), shape: part.shape))
    }
  }

  @Test func gradientsAreSlopesOfTheLoss() throws {
    let (network, table, batch) = try network()
    let weights = try table.numbers(network.state)
    let found = try Scores.gradients(of: network, table: table, batches: [batch], in: .inference())
    func loss(_ numbers: [Float]) throws -> Double {
      try set(network, table, numbers)
      return try Loss.crossEntropy(network(batch.images, in: .inference()), labels: batch.labels).item()
    }
    for place in stride(from: 0, to: weights.count, by: 3) {
      var (up, down) = (weights, weights)
      up[place] += 1e-2
      down[place] -= 1e-2
      let slope = try (loss(up) - loss(down)) / Double(up[place] - down[place])
      #expect(abs(slope - Double(found[place])) < 2e-3)
    }
  }

  @Test func curvatureIsTheSlopeOfTheSquaredGradient() throws {
    let (network, table, batch) = try network()
    let weights = try table.numbers(network.state)
    let found = try Scores.gradientSignalPreservation(
      of: network, table: table, batches: [batch], temperature: 1, in: .inference())
    // w · Hg is half the slope of |g|² times the weight; the sums run over six images.
    func square(_ numbers: [Float]) throws -> Double {
      try set(network, table, numbers)
      let gradient = try Scores.gradients(of: network, table: table, batches: [batch], in: .inference())
      return gradient.reduce(0) { $0 + Double($1) * Double($1) } * 36
    }
    for place in stride(from: 0, to: weights.count, by: 4) {
      var (up, down) = (weights, weights)
      up[place] += 1e-2
      down[place] -= 1e-2
      let slope = try (square(up) - square(down)) / Double(up[place] - down[place])
      let expected = Double(weights[place]) * slope / 2
      #expect(abs(expected - Double(found[place])) < 0.02 * max(0.3, abs(expected)))
    }
  }

  @Test func flowIsConserved() throws {
    // Of a network without biases, the flow through every layer is the whole (Tanaka et al. 2020, theorem 1).
    var stream = RandomStream(seed: 4, "weights")
    let layers = [
      try Linear(4, 6, hasBias: false, using: &stream), try Linear(6, 5, hasBias: false, using: &stream),
      try Linear(5, 2, hasBias: false, using: &stream),
    ]
    let network = Sequential(
      layers[0], Activation.relu(), layers[1], Activation.relu(), layers[2])
    let table = WeightTable(of: network)
    let before = try table.numbers(network.state)
    let flow = try Scores.synapticFlow(of: network, table: table, input: [4])
    let sums = table.parts.map { part in flow[part.places].reduce(0) { $0 + Double($1) } }
    for sum in sums { #expect(abs(sum - sums[0]) < 1e-5 * sums[0]) }
    #expect(try table.numbers(network.state) == before)
    #expect(network.parameters.allSatisfy { $0.parameter.value.type == .float32 })
  }

  @Test func lookaheadOfConvolutions() throws {
    var stream = RandomStream(seed: 5, "weights")
    let first = try Convolution(1, 2, window: [3, 3], hasBias: false, using: &stream)
    let second = try Linear(8, 3, using: &stream)
    let norm = try BatchNormalisation(2)
    try norm.weight.set(Tensor([2, 3] as [Float]))
    let network = Sequential(first, norm, Activation.relu(), Activation.flatten(), second)
    let table = WeightTable(of: network)
    let weights = try table.numbers(network.state)
    func square(_ places: some Sequence<Int>) -> Double {
      places.reduce(0) { $0 + Double(weights[$1]) * Double(weights[$1]) }
    }
    let plain = Scores.lookahead(weights, in: try LayerChain(of: network, table: table))
    let scaled = Scores.lookahead(weights, in: try LayerChain(of: network, table: table, scales: true))
    // The second channel's four places are read by columns 4 to 7 of the linear layer.
    let read = square((0..<3).flatMap { row in (4..<8).map { 18 + row * 8 + $0 } })
    #expect(abs(Double(plain[12]) - square([12]) * read) < 1e-6)
    #expect(abs(Double(scaled[12]) - 9 / (1 + 1e-5) * square([12]) * read) < 1e-5)
    let made = square(9..<18)
    #expect(abs(Double(plain[18 + 5]) - square([18 + 5]) * made) < 1e-6)
    #expect(abs(Double(scaled[18 + 5]) - 9 / (1 + 1e-5) * square([18 + 5]) * made) < 1e-5)
  }

  @Test("every method gives a finite score for each weight", arguments: BaseMethod.allCases)
  func everyMethod(_ method: BaseMethod) throws {
    let (network, table, batch) = try network()
    let weights = try table.numbers(network.state)
    var stream = RandomStream(seed: 1, "scores")
    var mask = Mask(allOf: table)
    mask.prune([0, 7, 21])
    _ = try MaskedWeights(mask, in: network)
    let evidence = Scorer.Evidence(
      network: network, mask: mask, weights: try table.numbers(network.state), beforeLastEpoch: weights,
      accumulated: weights, batches: [batch], input: [4], count: 10)
    let scores = try Scorer(method).scores(evidence, using: &stream)
    #expect(scores.count == table.count && scores.allSatisfy(\.isFinite))
    var pruned = mask
    let step = try PruningStep(rate: 31.25, share: 0, scope: method.scope)
    let outcome = try step.apply(
      to: &pruned, scores: scores, weights: evidence.weights, start: weights, using: &stream)
    #expect(outcome.base.count == 10 && outcome.baseShortfall == 0)
    #expect(try table.numbers(network.state) == evidence.weights)
  }

  @Test func whatAMethodLacksIsNamed() throws {
    let (network, table, _) = try network()
    var stream = RandomStream(seed: 1, "scores")
    let evidence = Scorer.Evidence(
      network: network, mask: Mask(allOf: table), weights: try table.numbers(network.state))
    for method in [BaseMethod.gradient, .lastEpoch, .snip, .grasp, .movement] {
      #expect(throws: PruningError.self) { try Scorer(method).scores(evidence, using: &stream) }
    }
    let error = #expect(throws: PruningError.self) {
      try Scorer(.gradient).scores(evidence, using: &stream)
    }
    #expect(
      error?.description
        == "the method 'gradient' ranks weights by images with labels, which is not there; pass it or take another method"
    )
  }

  @Test func layerAdaptiveCountsAndMagnitudes() throws {
    let table = WeightTable([("A", [3]), ("B", [2])])
    var stream = RandomStream(seed: 1, "scores")
    let weights: [Float] = [1, -2, 3, 4, 5]
    var mask = Mask(allOf: table)
    let step = try PruningStep(rate: 40, share: 0)
    let scores = try Scorer(.lamp).scores(
      Scorer.Evidence(network: try network().0, mask: mask, weights: weights, count: 2), using: &stream)
    _ = try step.apply(to: &mask, scores: scores, weights: weights, start: weights, using: &stream)
    #expect(mask.isAlive == [0, 0, 1, 1, 1])
  }
}
