import ActivePruning
import Foundation
import NeuralData
import Probability
import Tensors
import Testing

@Suite(.enabled(if: LibTorch.isAvailable, "LibTorch is not installed"))
struct ActivityTests {
  private struct Reference: Decodable {
    struct Rate: Decodable {
      var total: Double
      var `static`: Double
      var dynamic: Double
    }
    struct Rates: Decodable {
      var X: [[Float]]
      var W1: [[Float]]
      var b1: [Float]
      var W2: [[Float]]
      var b2: [Float]
      var layer1: Rate
      var layer2: Rate
      var network: Rate
    }
    struct Scores: Decodable {
      var A: [Float]
      var B: [Float]
      var score_A: [Double]
      var score_B: [Double]
    }
    var dnr: Rates
    var lamp: Scores
  }

  private func reference() throws -> Reference {
    let path = try #require(Bundle.module.resourcePath) + "/Fixtures/toy.json"
    return try JSONDecoder().decode(Reference.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
  }

  private func matrix(_ rows: [[Float]]) throws -> Tensor {
    try Tensor(rows.flatMap(\.self), shape: [rows.count, rows[0].count])
  }

  @Test("as the reference says, for any batches", arguments: [4, 1, 3])
  func deadNeurons(_ batch: Int) throws {
    let toy = try reference().dnr
    var stream = RandomStream(seed: 1, "weights")
    let (first, second) = (try Linear(2, 4, using: &stream), try Linear(4, 3, using: &stream))
    try first.weight.set(matrix(toy.W1))
    try first.bias!.set(Tensor(toy.b1))
    try second.weight.set(matrix(toy.W2))
    try second.bias!.set(Tensor(toy.b2))
    let network = Sequential(first, Activation.relu(), second, Activation.relu())
    let meter = try DeadNeuronMeter(of: network)
    #expect(throws: TensorError.self) { try meter.rates() }
    for start in stride(from: 0, to: 4, by: batch) {
      let part = try matrix(Array(toy.X[start..<min(4, start + batch)]))
      _ = try network(part, in: .inference(observer: meter.observe))
    }
    let rates = try meter.rates()
    #expect(rates.layers.map(\.path) == ["1", "3"])
    for (rate, expected) in [
      (rates.layers[0].rate, toy.layer1), (rates.layers[1].rate, toy.layer2), (rates.network, toy.network),
    ] {
      #expect(abs(rate.total - expected.total) < 1e-12)
      #expect(abs(rate.staticRate - expected.static) < 1e-12)
      #expect(abs(rate.dynamicRate - expected.dynamic) < 1e-12)
    }
  }

  @Test func elementsAndChannels() throws {
    let network = Sequential(Activation.relu())
    // Two samples of two channels of 1 × 2 places.
    let input = try Tensor([-1, 1, -1, -1, 2, -1, -1, -2] as [Float], shape: [2, 2, 1, 2])
    let byElement = try DeadNeuronMeter(of: network)
    let byChannel = try DeadNeuronMeter(of: network, unit: .channel)
    for meter in [byElement, byChannel] { _ = try network(input, in: .inference(observer: meter.observe)) }
    let (elements, channels) = (try byElement.rates().network, try byChannel.rates().network)
    #expect(elements.units == 4 && elements.dead == 6 && elements.alwaysDead == 2)
    #expect(channels.units == 2 && channels.dead == 2 && channels.alwaysDead == 1)
    #expect(throws: PruningError.noRectifier) { try DeadNeuronMeter(of: Sequential(Activation.gelu())) }
  }

  @Test(
    "counts in memory are those of tensor operations",
    arguments: [[100], [1], [2_100], [3, 5, 7], [4, 16, 16], [2, 1, 80]], DeadNeuronMeter.Unit.allCases)
  func countsInMemory(_ shape: [Int], _ unit: DeadNeuronMeter.Unit) throws {
    let network = Sequential(Activation.relu())
    let (inMemory, byTensors) = (
      try DeadNeuronMeter(of: network, unit: unit), try DeadNeuronMeter(of: network, unit: unit)
    )
    let channelsLast = try DeadNeuronMeter(of: network, unit: unit)
    var stream = RandomStream(seed: 3, "outputs")
    let size = shape.reduce(1, *)
    // More samples than a byte counts, in batches that end within a turn of samples.
    for samples in [1, 300, 77, 260] {
      // Mostly dead, so that whole channels are; a few are not numbers, which are not dead.
      let numbers = (0..<(samples * size)).map { place -> Float in
        switch stream.integer(below: 100) {
        case 0: place % max(2, size) == 0 ? -1 : Float(stream.uniform())
        case 1: place % max(2, size) == 0 ? -1 : .nan
        case 2: -0.0
        default: -Float(stream.uniform())
        }
      }
      let input = try Tensor(numbers, shape: [samples] + shape)
      _ = try network(input, in: .inference(observer: inMemory.observe))
      _ = try network(input.converted(to: .float64), in: .inference(observer: byTensors.observe))
      guard shape.count == 3 else { continue }
      // The same numbers, in memory as [sample, row, column, channel].
      let places = shape[1] * shape[2]
      let turned = (0..<numbers.count).map { place in
        let (sample, channel, place) = (place / size, place % shape[0], place % size / shape[0])
        return numbers[sample * size + channel * places + place]
      }
      let other = try Tensor(turned, shape: [samples, shape[1], shape[2], shape[0]]).permuted(0, 3, 1, 2)
      #expect(other.withNumbersInPlace(as: Float.self, in: .channelsLast) { $0.count } == numbers.count)
      _ = try network(other, in: .inference(observer: channelsLast.observe))
    }
    if shape.count == 3 {
      #expect(try channelsLast.silentUnits() == byTensors.silentUnits())
      #expect(try channelsLast.rates().network == byTensors.rates().network)
    }
    #expect(try inMemory.silentUnits() == byTensors.silentUnits())
    let (found, expected) = (try inMemory.rates().network, try byTensors.rates().network)
    #expect(found == expected)
    #expect(found.dead > 0 && found.dead < found.units * found.samples)
    // Numbers of both kinds go together.
    _ = try network(
      Tensor.zeros([5] + shape, type: .float64), in: .inference(observer: inMemory.observe))
    let both = try inMemory.rates().network
    #expect(both.dead == found.dead + 5 * found.units && both.alwaysDead == found.alwaysDead)
    #expect(throws: TensorError.self) {
      try network(Tensor.zeros([1, size + 1]), in: .inference(observer: inMemory.observe))
    }
  }

  @Test func removingNegativeWeightsWakes() throws {
    // With inputs that are not negative, no pair of sample and unit that lives dies.
    var stream = RandomStream(seed: 5, "trials")
    for _ in 0..<1_000 {
      let layer = try Linear(6, 8, using: &stream)
      let input = try Tensor.uniform([16, 6], using: &stream)
      let before = try layer(input, in: .inference()).relu() .> 0
      let table = WeightTable(of: layer)
      let weights = try table.numbers(layer.state)
      var mask = Mask(allOf: table)
      mask.prune(weights.indices.filter { weights[$0] < 0 && stream.integer(below: 2) == 0 })
      _ = try MaskedWeights(mask, in: layer)
      let after = try layer(input, in: .inference()).relu() .> 0
      #expect(try (before .& .!after).sum().item() == 0)
    }
  }

  @Test("pruned weights stay 0 through every optimiser", arguments: ["momentum", "adam", "adamw", "adamax"])
  func noRevival(_ name: String) throws {
    var stream = RandomStream(seed: 6, "weights")
    let network = try Networks.multilayerPerceptron([8, 16, 4], using: &stream)
    let table = WeightTable(of: network)
    let start = try table.numbers(network.state)
    var mask = Mask(allOf: table)
    let step = try PruningStep(rate: 20, share: 2)
    let input = try Tensor.normal([32, 8], using: &stream)
    let labels = try Tensor((0..<32).map { Int64($0 % 4) })
    // One optimiser throughout: what it remembers of the weights before is what would revive them.
    let optimiser: any Optimiser =
      switch name {
      case "momentum": SGD(network.parameters, learningRate: 0.1, momentum: 0.9, weightDecay: 5e-4)
      case "adam": Adam(network.parameters, learningRate: 0.01, weightDecay: 1e-3)
      case "adamw": Adam.adamW(network.parameters, learningRate: 0.01)
      default: Adamax(network.parameters, learningRate: 0.01, weightDecay: 1e-3)
      }
    for _ in 0..<25 {
      let held = try MaskedWeights(mask, in: network)
      for _ in 0..<3 {
        try optimiser.minimise(Loss.crossEntropy(network(input, in: .inference()), labels: labels))
        try held.hold()
        let weights = try table.numbers(network.state)
        #expect(zip(weights, mask.isAlive).allSatisfy { $1 == 1 || $0.bitPattern == 0 })
      }
      let weights = try table.numbers(network.state)
      let before = mask.aliveCount
      _ = try step.apply(
        to: &mask, scores: Scores.magnitude(weights), weights: weights, start: mask.applied(to: start),
        using: &stream)
      #expect(mask.aliveCount < before || step.counts(alive: before) == (0, 0))
    }
    // Below six weights neither count reaches one.
    #expect(mask.aliveCount <= 5)
  }

  @Test func scores() throws {
    let lamp = try reference().lamp
    var mask = Mask(allOf: WeightTable([("A", [3]), ("B", [2])]))
    let weights = lamp.A + lamp.B
    let scores = Scores.layerAdaptiveMagnitude(weights, mask: mask)
    for (score, expected) in zip(scores, lamp.score_A + lamp.score_B) {
      #expect(abs(Double(score) - expected) < 1e-7)
    }
    mask.prune([2])
    #expect(abs(Scores.layerAdaptiveMagnitude(weights, mask: mask)[0] - 0.2) < 1e-7)
    let equal = Mask(allOf: WeightTable([("A", [4])]))
    #expect(Scores.layerAdaptiveMagnitude([2, -2, 0, 0], mask: equal) == [0.5, 0.5, 0, 0])
    #expect(Scores.gradient([1, -2], gradients: [3, 0.5]) == [3, 1])
  }
}
