import ExpressiveNeurons
import Foundation
import Testing

@Suite struct EvaluationTests {
  @Test("Acceptance case 9: windows") func windowsOfThePublishedEvaluator() throws {
    let windows = try EvaluationPlan.windows(steps: 6000, length: 500, burnIn: 150)
    #expect(windows.count == 17)
    #expect(windows[0].start == 0 && windows[0].answers == 0..<500)
    #expect(windows[1].start == 350 && windows[1].answers == 500..<850)
    #expect(windows[16].start == 5600 && windows[16].answers == 5750..<6000)
    let best = try EvaluationPlan.windows(steps: 6000, length: 1000, burnIn: 500)
    // The published loop makes a twelfth window, which has nothing left to answer.
    #expect(best.count == 11)
    for windows in [windows, best] { #expect(windows.flatMap { Array($0.answers) } == Array(0..<6000)) }
    #expect(throws: ExpressiveNeuronError.self) {
      try EvaluationPlan.windows(steps: 600, length: 150, burnIn: 150)
    }
  }

  @Test("Acceptance case 9: the ROC curve with ties") func rocWithTies() throws {
    let labels = [0, 0, 1, 0, 1, 1, 0, 0, 0, 1].map { $0 == 1 }
    let curve = try ReceiverOperatingCurve(
      scores: [0.1, 0.4, 0.35, 0.2, 0.8, 0.35, 0.05, 0.35, 0.3, 0.9], labels: labels)
    #expect(curve.area == 0.875)
    #expect(curve.truePositiveRate(atFalsePositiveRate: 0.0025) == 0.25)
    #expect(curve.truePositiveRate(atFalsePositiveRate: 0.2) == 0.5)
    #expect(close(curve.meanTruePositiveRate(belowFalsePositiveRate: 0.01), 0.5, 1e-12))
    #expect(close(curve.meanTruePositiveRate(belowFalsePositiveRate: 0.5), 0.7499874993749687, 2e-5))
    #expect(curve.falsePositiveRates.count == 6)
    #expect {
      try ReceiverOperatingCurve(scores: [0, 1], labels: [false, false])
    } throws: {
      "\($0)" == "the area under the ROC curve is undefined: no label of 2 is a spike"
    }
  }

  @Test("Acceptance case 9: the re-standardised voltage") func restandardisedVoltage() {
    let target = [-2.3, 7.7, 12.7, 1.7]
    let aligned = VoltageScore.restandardised(prediction: [-2, 6, 14, 2], target: target)
    let score = VoltageScore(prediction: aligned, target: target)
    #expect(close(score.rmse, 1.053286935837851, 1e-12))
    #expect(close(score.explainedVariance, 96.60600116495087, 1e-10))
    #expect(close(score.meanAbsoluteError, 0.8918001005203512, 1e-12))
  }

  @Test func perfectModelAndBadData() throws {
    let neuron = try smallNeuron(.scaledLeak)
    let input = try EventSequence(dense: workedInput.flatMap { $0 }, steps: 6, channels: 3)
    var answers = try SequenceModel.elm(neuron).outputs([input])[0]
    for step in 0..<6 { answers[2 * step] = answers[2 * step] > 0.3 ? 1 : 0 }
    let data = try SequenceDataSet([input], .traces([answers], outputs: 2), voltage: .neuronIO)
    let result = try NeuronEvaluation(.elm(neuron), on: data, plan: EvaluationPlan(skip: 0))
    #expect(result.voltage.rmse == 0 && result.voltage.explainedVariance == 100)
    #expect(result.areaUnderCurve == 1)
    #expect {
      try NeuronEvaluation(.elm(neuron), on: data)
    } throws: {
      "\($0)" == "recording 0 has 6 steps, but the first 500 are not scored; skip fewer"
    }
    let classifier = try ELMNeuron(ELMConfiguration(inputs: 3, outputs: 1, memoryUnits: 2), seed: 1)
    #expect {
      try NeuronEvaluation(.elm(classifier), on: data, plan: EvaluationPlan(skip: 0))
    } throws: {
      "\($0)" == "the data have 3 channels and 2 outputs, but the model has 3 inputs and 1 outputs"
    }
  }

  @Test func eachRecordingIsScored() throws {
    let neuron = try smallNeuron(.scaledLeak)
    let input = try EventSequence(dense: workedInput.flatMap { $0 }, steps: 6, channels: 3)
    let answers = try SequenceModel.elm(neuron).outputs([input])[0]
    let raised = answers.indices.map { $0 % 2 == 0 ? 0 : answers[$0] + 1 }
    let data = try SequenceDataSet(
      [input, input], .traces([answers, raised], outputs: 2),
      voltage: .init(offset: 0, unit: 2))
    let result = try NeuronEvaluation(.elm(neuron), on: data, plan: EvaluationPlan(skip: 0))
    #expect(result.recordings == [0, 1])
    #expect(result.recordingVoltages[0].rmse == 0)
    #expect(close(result.recordingVoltages[1].rmse, 2, 1e-6))
    #expect(close(result.voltage.rmse, 2.0.squareRoot(), 1e-6))
  }

  @Test func lyapunovExponentsOfIndependentUnits() throws {
    // Without a path through the MLP every unit only leaks: its exponent is −1/τ.
    var neuron = try ELMNeuron(
      ELMConfiguration(inputs: 3, outputs: 1, memoryUnits: 4, memoryTimeConstants: .init(2, 50)), seed: 1)
    neuron.layers[1].weight = neuron.layers[1].weight.map { _ in 0 }
    let input = try EventSequence(time: [], channel: [], steps: 400, channels: 3)
    let spectrum = try LyapunovSpectrum(neuron, input: input)
    for (ours, tau) in zip(spectrum.exponents, neuron.memoryTimeConstants.reversed()) {
      #expect(close(ours, -1 / tau, 1e-9))
    }
  }

  @Test func largestLyapunovExponentIsTheGrowthOfASmallDifference() throws {
    let neuron = try ELMNeuron(
      ELMConfiguration(
        inputs: 6, outputs: 1, memoryUnits: 5, activation: .silu, memoryTimeConstants: .init(5, 200)), seed: 3
    )
    let input = try EngineTests.inputs(1, steps: 2000)[0]
    let spectrum = try LyapunovSpectrum(neuron, input: input, skip: 800)
    var (a, b) = (try ELMReference(neuron), try ELMReference(neuron))
    let dense = input.dense.map(Double.init)
    _ = b.step([1e-7, 0, 0, 0, 0, 0])
    var distances: [Double] = []
    for step in 0..<2000 {
      let x = Array(dense[(step * 6)..<(step * 6 + 6)])
      _ = (a.step(x), b.step(x))
      distances.append(zip(a.memory, b.memory).map { ($0 - $1) * ($0 - $1) }.reduce(0, +).squareRoot())
    }
    let slope = log(distances[1999] / distances[799]) / 1200
    #expect(close(slope, spectrum.exponents[0], 0.05 * abs(spectrum.exponents[0])))
  }
}
