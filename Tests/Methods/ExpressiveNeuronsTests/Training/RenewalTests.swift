import ExpressiveNeurons
import Probability
import Synchronization
import Testing

/// Data that are drawn anew in every pass.
@Suite struct RenewalTests {
  private static func data(_ pass: Int) throws -> SequenceDataSet {
    let inputs = try (0..<6).map { sample in
      try EventSequence(
        time: [sample % 3, 4 + pass % 5], channel: [sample % 6, (sample + pass) % 6], steps: 12, channels: 6)
    }
    return try SequenceDataSet(inputs, .labels((0..<6).map { ($0 + pass) % 3 }, classes: 3))
  }

  private static func trainer(renewal: TaskData.Renewal?, threads: Int = 1) throws -> SequenceTrainer {
    var neuron = TrainingTests.neuron
    neuron.outputs = 3
    return try SequenceTrainer(
      .elm(ELMNeuron(neuron, seed: 1)), plan: TrainingPlan(steps: 11, learningRate: 0.01, batch: 4),
      data: data(0), renewal: renewal, seed: 3, threads: threads)
  }

  /// Eleven batches of four are seven passes over six samples and a part; each is drawn once.
  @Test func everyPassIsDrawnOnce() throws {
    let passes = Mutex<[Int]>([])
    let trainer = try Self.trainer { pass in
      passes.withLock { $0.append(pass) }
      return try Self.data(pass)
    }
    while !trainer.isFinished { try trainer.step() }
    #expect(passes.withLock { $0 } == [1, 2, 3, 4, 5, 6])
    let same = try Self.trainer(renewal: nil)
    while !same.isFinished { try same.step() }
    #expect(same.state.losses[0] == trainer.state.losses[0])
    #expect(same.state.losses.last != trainer.state.losses.last)
    let threads = try Self.trainer(renewal: Self.data, threads: 2)
    while !threads.isFinished { try threads.step() }
    #expect(threads.state == trainer.state && threads.model == trainer.model)
  }

  @Test func resumedTrainingDrawsTheSame() throws {
    let whole = try Self.trainer(renewal: Self.data)
    while !whole.isFinished { try whole.step() }
    let first = try Self.trainer(renewal: Self.data)
    for _ in 0..<7 { try first.step() }
    let second = try Self.trainer(renewal: Self.data)
    try second.restore(arrays: first.checkpoint.arrays, state: first.checkpoint.state)
    while !second.isFinished { try second.step() }
    #expect(second.state == whole.state && second.model == whole.model)
  }

  @Test func passesOfOtherSizesAreRefused() throws {
    let trainer = try Self.trainer { try Self.data($0).subset([0, 1]) }
    try trainer.step()
    try trainer.step()
    #expect(throws: ExpressiveNeuronError.self) { for _ in 0..<3 { try trainer.step() } }
  }

  /// Sums of digits to learn from change with the pass, those to choose and judge by do not.
  @Test func sumsOfDigitsAreRenewed() throws {
    let sizes = SplitSizes(training: 12, validation: 4, test: 4)
    let task = DigitAddingTask(
      source: .synthetic(SpikeWords(seed: 1, spikes: 40), sizes: sizes),
      binning: try SpikeBinning(milliseconds: 50), sizes: sizes, seed: 2)
    let data = try task.data(threads: 1)
    let renewal = try #require(data.renewal)
    #expect(try renewal(0) == data.training)
    let next = try renewal(1)
    #expect(next != data.training && next.count == 12)
    #expect(try renewal(1) == next)
    #expect(try task.data(threads: 2).validation == data.validation)
    #expect(try SpikingDigitTask(source: task.source, binning: task.binning).data(threads: 1).renewal == nil)
  }
}
