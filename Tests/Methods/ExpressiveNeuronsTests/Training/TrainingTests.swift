import ExpressiveNeurons
import Foundation
import NeuralData
import Testing

@Suite struct TrainingTests {
  static func traces(samples: Int, steps: Int) throws -> SequenceDataSet {
    let inputs = try EngineTests.inputs(samples, steps: steps)
    let targets = inputs.map { input -> [Float] in
      (0..<steps).flatMap { step -> [Float] in
        let count = input.events(at: step).count
        return [count > 1 ? 1 : 0, Float(count) / 2]
      }
    }
    return try SequenceDataSet(inputs, .traces(targets, outputs: 2), voltage: .neuronIO)
  }

  static func labels(samples: Int) throws -> SequenceDataSet {
    let inputs = try (0..<samples).map { sample in
      try EventSequence(
        time: [0, 3 + sample % 4], channel: [sample % 3, 3 + sample % 2], steps: 10 + sample % 5, channels: 6)
    }
    return try SequenceDataSet(inputs, .labels((0..<samples).map { $0 % 3 }, classes: 3))
  }

  static let neuron = ELMConfiguration(
    inputs: 6, outputs: 2, memoryUnits: 6, routing: .consecutive(branches: 3, synapsesPerBranch: 2),
    memoryTimeConstants: .init(1, 50), learnsMemoryTimeConstants: true)

  @Test func anyNumberOfThreadsGivesTheSameBits() throws {
    let data = try Self.traces(samples: 20, steps: 60)
    func train(_ threads: Int) throws -> (SequenceTrainer.State, SequenceModel) {
      let trainer = try SequenceTrainer(
        .elm(ELMNeuron(Self.neuron, seed: 1)),
        plan: TrainingPlan(
          steps: 6, learningRate: 0.01, batch: 13, window: 40, burnIn: 5, dropout: 0.2, validationInterval: 2),
        data: data, validation: data, seed: 3, threads: threads)
      while !trainer.isFinished { try trainer.step() }
      return (trainer.state, trainer.model)
    }
    let one = try train(1)
    for threads in [2, 3, 8] {
      let other = try train(threads)
      #expect(other.0 == one.0)
      #expect(other.1 == one.1)
    }
  }

  @Test func resumedTrainingIsTheSame() throws {
    let data = try Self.traces(samples: 9, steps: 50)
    func trainer() throws -> SequenceTrainer {
      try SequenceTrainer(
        .elm(ELMNeuron(Self.neuron, seed: 1)),
        plan: TrainingPlan(
          steps: 8, optimiser: .adamax, learningRate: 0.01, batch: 4, clip: 1, validationInterval: 3),
        data: data, validation: data, seed: 3)
    }
    let whole = try trainer()
    while !whole.isFinished { try whole.step() }
    let first = try trainer()
    for _ in 0..<4 { try first.step() }
    let (arrays, state) = first.checkpoint
    let second = try trainer()
    try second.restore(arrays: arrays, state: state)
    while !second.isFinished { try second.step() }
    #expect(second.model == whole.model && second.bestModel == whole.bestModel)
    #expect(second.state == whole.state)
    #expect(throws: ExpressiveNeuronError.self) { try second.restore(arrays: [:], state: state) }
  }

  /// A batch that gets its own average gradient wrong would not go down in every one of these.
  @Test(arguments: [TrainingPlan.Optimiser.adam, .adamax])
  func learnsClassesAtTheLastStep(optimiser: TrainingPlan.Optimiser) throws {
    let data = try Self.labels(samples: 30)
    let trainer = try SequenceTrainer(
      .elm(
        ELMNeuron(
          ELMConfiguration(inputs: 6, outputs: 3, memoryUnits: 8, memoryTimeConstants: .init(1, 50)), seed: 1)
      ),
      plan: TrainingPlan(steps: 150, optimiser: optimiser, learningRate: 0.02, batch: 10), data: data, seed: 3
    )
    let before = trainer.meanLoss(on: data)
    while !trainer.isFinished { try trainer.step() }
    #expect(before > 1 && trainer.meanLoss(on: data) < 0.1)
    #expect(try ClassEvaluation(trainer.model, on: data).accuracy == 1)
  }

  @Test func truncatedPiecesCarryTheirState() throws {
    // The forward pass in pieces is the whole one, so its first loss is too; learning then differs, but little.
    let data = try Self.traces(samples: 8, steps: 48)
    func losses(_ truncation: Int?) throws -> [Double] {
      let trainer = try SequenceTrainer(
        .elm(ELMNeuron(Self.neuron, seed: 1)),
        plan: TrainingPlan(steps: 4, batch: 8, burnIn: 7, truncation: truncation),
        data: data, seed: 3)
      while !trainer.isFinished { try trainer.step() }
      return trainer.state.losses
    }
    let whole = try losses(nil)
    for truncation in [5, 16, 24] {
      let pieces = try losses(truncation)
      #expect(close(pieces[0], whole[0], 1e-6))
      #expect(pieces[3] != whole[3] && close(pieces[3], whole[3], 0.01))
    }
  }

  @Test func divergenceStopsBeforeTheWeightsChange() throws {
    let data = try Self.traces(samples: 4, steps: 30)
    var neuron = try ELMNeuron(Self.neuron, seed: 1)
    neuron.readout.bias = [3e38, 3e38]
    neuron.readout.weight = neuron.readout.weight.map { _ in 3e38 }
    let trainer = try SequenceTrainer(
      .elm(neuron), plan: TrainingPlan(steps: 4, batch: 2), data: data, seed: 3)
    let before = trainer.model
    #expect { try trainer.step() } throws: { "\($0)".hasPrefix("the loss is not finite in step 0 (samples ") }
    #expect(trainer.model == before)
  }

  @Test func refusals() throws {
    let data = try Self.traces(samples: 2, steps: 30)
    let model = SequenceModel.elm(try ELMNeuron(Self.neuron, seed: 1))
    func refusal(_ plan: TrainingPlan, _ data: SequenceDataSet) -> String {
      do {
        _ = try SequenceTrainer(model, plan: plan, data: data, seed: 1)
        return "accepted"
      } catch { return "\(error)" }
    }
    #expect(
      refusal(TrainingPlan(steps: 1, window: 20, burnIn: 20), data)
        == "the window of 20 steps must be longer than the burn-in of 20 steps")
    #expect(
      refusal(TrainingPlan(steps: 1, window: 31), data)
        == "sample 0 has 30 steps, but a window of 31 steps after the first 0 needs 31")
    #expect(
      refusal(TrainingPlan(steps: 1, learningRate: .nan), data)
        == "the learning rate is nan, but must be finite and greater than 0")
    #expect(
      refusal(TrainingPlan(steps: 1), try Self.labels(samples: 2))
        == "the data have 6 channels and 3 outputs, but the model has 6 inputs and 2 outputs")
  }
}
