import ExpressiveNeurons
import Foundation
import Testing

@Suite struct TwoTowersTests {
  /// Pairs of token sequences; of one kind or of two.
  static func pairs(_ count: Int) throws -> SequenceDataSet {
    let inputs = try (0..<2 * count).map { sample -> EventSequence in
      let pair = sample / 2
      let kind = sample % 2 == 0 ? pair % 2 : (pair % 2 + pair / 2 % 2) % 2
      let length = 6 + sample % 3
      return try EventSequence(
        time: Array(0..<length), channel: (0..<length).map { 3 * kind + ($0 + sample) % 3 }, steps: length,
        channels: 6)
    }
    return try SequenceDataSet(
      inputs, .labels((0..<2 * count).map { $0 / 4 % 2 }, classes: 2), isPaired: true)
  }

  private func towers(latent: Int = 5) throws -> TwoTowers {
    try TwoTowers(
      ELMConfiguration(inputs: 6, outputs: latent, memoryUnits: 6, memoryTimeConstants: .init(1, 50)), seed: 2
    )
  }

  @Test func comparesByItsLayers() throws {
    let towers = try towers()
    let (u, v): ([Float], [Float]) = ([0.1, -0.3, 0.5, 0, 1], [0.4, 0.2, -0.1, 0.7, -1])
    let features = (u + v + zip(u, v).map { $0 * $1 } + zip(u, v).map { $0 - $1 }).map(Double.init)
    let hidden = (0..<5).map { row in
      max(
        0,
        (0..<20).reduce(towers.comparison.bias[row]) {
          $0 + towers.comparison.weight[row * 20 + $1] * features[$1]
        })
    }
    for (row, ours) in towers.compare(u, v).enumerated() {
      let wanted = (0..<5).reduce(towers.readout.bias[row]) {
        $0 + towers.readout.weight[row * 5 + $1] * hidden[$1]
      }
      #expect(close(Double(ours), wanted, 1e-6))
    }
    #expect(towers.parameterCount == towers.encoder.configuration.parameterCount + 5 * 21 + 2 * 6)
  }

  /// The step that training takes, against differences of the loss.
  @Test func gradientIsTheFiniteDifference() throws {
    let data = try Self.pairs(5)
    let towers = try towers()
    func loss(_ towers: TwoTowers) throws -> Double {
      let last = try data.inputs.map { input -> [Double] in
        var state = try ELMReference(towers.encoder)
        let dense = input.dense.map(Double.init)
        return (0..<input.steps).map { state.step(Array(dense[($0 * 6)..<($0 * 6 + 6)])) }.last!
      }
      guard case .labels(let labels, _) = data.targets else { return .nan }
      return stride(from: 0, to: last.count, by: 2).reduce(0.0) { sum, first in
        let (u, v) = (last[first], last[first + 1])
        let features = u + v + zip(u, v).map { $0 * $1 } + zip(u, v).map { $0 - $1 }
        func map(_ map: LinearMap, _ x: [Double]) -> [Double] {
          map.bias.indices.map { row in
            x.indices.reduce(map.bias[row]) { $0 + map.weight[row * x.count + $1] * x[$1] }
          }
        }
        let logits = map(towers.readout, map(towers.comparison, features).map { max(0, $0) })
        return sum + log(logits.map { exp($0) }.reduce(0, +)) - logits[labels[first]]
      } / 5
    }
    let trainer = try SequenceTrainer(
      .towers(towers), plan: TrainingPlan(steps: 1, batch: 5), data: data, seed: 1)
    #expect(close(trainer.meanLoss(on: data), try loss(towers), 1e-6))
    guard case .towers(let gradient) = trainer.batchGradient() else { return }
    func check(_ name: String, _ path: WritableKeyPath<TwoTowers, [Double]>) throws {
      let count = towers[keyPath: path].count
      for place in stride(from: 0, to: count, by: max(1, count / 7)) {
        var (up, down) = (towers, towers)
        up[keyPath: path][place] += 1e-6
        down[keyPath: path][place] -= 1e-6
        let difference = (try loss(up) - loss(down)) / 2e-6
        #expect(close(gradient[keyPath: path][place], difference, 2e-5), "\(name)[\(place)] \(difference)")
      }
    }
    try check("synapses", \.encoder.synapseWeights)
    try check("first", \.encoder.layers[0].weight)
    try check("readout", \.encoder.readout.weight)
    try check("comparison", \.comparison.weight)
    try check("comparison bias", \.comparison.bias)
    try check("classes", \.readout.weight)
    try check("classes bias", \.readout.bias)
  }

  @Test func learnsToMatch() throws {
    let data = try Self.pairs(24)
    func train(_ threads: Int) throws -> SequenceModel {
      let trainer = try SequenceTrainer(
        .towers(towers(latent: 40)), plan: TrainingPlan(steps: 300, learningRate: 0.01, batch: 8), data: data,
        seed: 1,
        threads: threads)
      while !trainer.isFinished { try trainer.step() }
      return trainer.model
    }
    let model = try train(1)
    #expect(try ClassEvaluation(model, on: data).accuracy > 0.95)
    #expect(try ClassEvaluation(model, on: data).predictions.count == 24)
    #expect(try train(2) == model)
  }

  @Test func pairsAndSinglesAreToldApart() throws {
    let single = try TrainingTests.labels(samples: 4)
    #expect {
      try SequenceTrainer(.towers(towers()), plan: TrainingPlan(steps: 1), data: single, seed: 1)
    } throws: {
      "\($0)".contains("3 outputs") || "\($0)".contains("two towers read pairs")
    }
    let neuron = try ELMNeuron(ELMConfiguration(inputs: 6, outputs: 2, memoryUnits: 2), seed: 1)
    #expect {
      try SequenceTrainer(.elm(neuron), plan: TrainingPlan(steps: 1), data: Self.pairs(2), seed: 1)
    } throws: {
      "\($0)" == "the samples of the data are pairs, which two towers read"
    }
    #expect {
      try SequenceDataSet(single.inputs, .labels([0, 1, 1, 1], classes: 2), isPaired: true)
    } throws: {
      "\($0)" == "samples 0 and 1 are a pair, but have different labels"
    }
  }
}
