import ExpressiveNeurons
import Foundation
import Probability
import Testing

/// Cells of an LSTM that the gates do not see in a sequence.
@Suite struct RecurrentDropoutTests {
  private let lstm: LSTM
  private let data: SequenceDataSet

  init() throws {
    lstm = try LSTM(.init(inputs: 6, outputs: 2, hiddenSize: 9), seed: 4)
    data = try TrainingTests.traces(samples: 6, steps: 20)
  }

  private func trainer(_ lstm: LSTM, share: Double, steps: Int = 5, threads: Int = 1) throws
    -> SequenceTrainer
  {
    try SequenceTrainer(
      .lstm(lstm), plan: TrainingPlan(steps: steps, learningRate: 0.01, batch: 6, recurrentDropout: share),
      data: data, seed: 2, threads: threads)
  }

  /// The loss of a batch with its cells left out has the gradient that is stepped along.
  @Test func theGradientIsTheFiniteDifference() throws {
    guard case .lstm(let gradient) = try trainer(lstm, share: 0.4).batchGradient() else { return }
    for path in [\LSTM.inputWeights, \.recurrentWeights, \.biases, \.readoutWeights] {
      var stream = RandomStream(seed: 5, "direction")
      let direction = lstm[keyPath: path].map { _ in Float(stream.uniform() - 0.5) }
      func loss(_ size: Float) throws -> Double {
        var moved = lstm
        for place in direction.indices { moved[keyPath: path][place] += size * direction[place] }
        return try trainer(moved, share: 0.4).step()
      }
      let difference = (try loss(0x1p-6) - loss(-0x1p-6)) / 0x1p-5
      let slope = zip(gradient[keyPath: path], direction).reduce(0) { $0 + Double($1.0 * $1.1) }
      #expect(abs(slope - difference) < 0.01 * max(0.05, abs(difference)), "\(slope), \(difference)")
    }
  }

  /// Without recurrent weights there is nothing to leave out; with them there is, in training alone.
  @Test func onlyTheGatesMissThem() throws {
    var alone = lstm
    alone.recurrentWeights = alone.recurrentWeights.map { _ in 0 }
    #expect(try trainer(alone, share: 0.5).step() == trainer(alone, share: 0).step())
    let (some, none) = (try trainer(lstm, share: 0.5), try trainer(lstm, share: 0))
    #expect(some.meanLoss(on: data) == none.meanLoss(on: data))
    #expect(try some.step() != none.step())
  }

  @Test func threadsDoNotMatter() throws {
    func train(_ threads: Int) throws -> SequenceModel {
      let trainer = try trainer(lstm, share: 0.3, threads: threads)
      while !trainer.isFinished { try trainer.step() }
      return trainer.model
    }
    #expect(try train(1) == train(3))
  }

  @Test func onlyLSTMsHaveIt() throws {
    let error = #expect(throws: ExpressiveNeuronError.self) {
      try SequenceTrainer(
        .elm(ELMNeuron(TrainingTests.neuron, seed: 1)), plan: TrainingPlan(steps: 1, recurrentDropout: 0.3),
        data: data, seed: 1)
    }
    #expect(error?.description.contains("recurrent dropout is for LSTMs") == true)
    #expect(throws: ExpressiveNeuronError.self) { try trainer(lstm, share: 1) }
    #expect(PublishedTask.shd.plan(steps: 1, for: .lstm(lstm)).recurrentDropout == 0.3)
    #expect(PublishedTask.neuronio.plan(steps: 1, for: .lstm(lstm)).recurrentDropout == 0)
  }
}
