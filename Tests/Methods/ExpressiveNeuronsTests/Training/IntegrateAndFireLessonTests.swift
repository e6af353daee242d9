import ExpressiveNeurons
import Foundation
import Probability
import Testing

/// A Branch-ELM learns an integrate-and-fire neuron from its input and output alone.
@Suite struct IntegrateAndFireLessonTests {
  /// Recordings of 500 ms from rest. Of 1278 inputs the first half excites, the other inhibits; both halves' rates are drawn anew
  /// every 50 ms, such that the teacher fires at the 16 Hz of the published run.
  static func recordings(_ count: Int, seed: UInt64) throws -> SequenceDataSet {
    let strengths = (0..<1278).map { 0.03 * (1 + 0.5 * sin(Double($0))) }
    let (synapse, membrane) = (exp(-1 / 5.0), exp(-1 / 20.0))
    var (inputs, traces): ([EventSequence], [[Float]]) = ([], [])
    for sample in 0..<count {
      var stream = RandomStream(seed: seed, "lesson", sample)
      var (time, channel, values): ([Int], [Int], [Float]) = ([], [], [])
      var rates = (0.0, 0.0)
      var (s, v) = (0.0, 0.0)
      var trace: [Float] = []
      for step in 0..<500 {
        if step % 50 == 0 { rates = (0.017 * stream.uniform(), 0.017 * stream.uniform()) }
        s *= synapse
        for (half, rate) in [(0, rates.0), (1, rates.1)] {
          let sign: Double = half == 0 ? 1 : -1
          for _ in 0..<stream.poisson(mean: 639 * rate) {
            let input = 639 * half + stream.integer(below: 639)
            time.append(step)
            channel.append(input)
            values.append(Float(sign))
            s += sign * strengths[input]
          }
        }
        v = membrane * v + 0.05 * s
        let fires = v >= 0.45
        if fires { v = 0 }
        trace += [fires ? 1 : 0, Float((v - 0.1) / 0.15)]
      }
      inputs.append(
        try EventSequence(time: time, channel: channel, values: values, steps: 500, channels: 1278))
      traces.append(trace)
    }
    return try SequenceDataSet(
      inputs, .traces(traces, outputs: 2), voltage: .init(offset: 0.1, unit: 0.15))
  }

  @Test("Acceptance case 12: 900 steps explain 95 % of the voltage and tell spikes with an AUC of 0.88")
  func learnsTheTeacher() throws {
    let training = try Self.recordings(3600, seed: 1)
    guard case .traces(let traces, _) = training.targets else { return }
    let spikes = traces.joined().enumerated().count { $0.offset % 2 == 0 && $0.element == 1 }
    // 1800 s of recordings; the published run had about 16 Hz.
    #expect((15...17.5).contains(Double(spikes) / 1800))
    let student = try ELMNeuron(.neuronIO(gain: .fastInput), seed: 1)
    let trainer = try SequenceTrainer(
      .elm(student), plan: TrainingPlan(steps: 900, learningRate: 1e-3), data: training, seed: 1)
    while !trainer.isFinished { try trainer.step() }
    let outcome = try NeuronEvaluation(
      trainer.model, on: Self.recordings(64, seed: 2), plan: EvaluationPlan(skip: 0, mostSpikes: .max))
    #expect(outcome.voltage.explainedVariance >= 95, "\(outcome.voltage.explainedVariance)")
    #expect(outcome.areaUnderCurve ?? 0 >= 0.88, "\(outcome.areaUnderCurve ?? .nan)")
  }
}
