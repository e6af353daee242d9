import ExpressiveNeurons
import Foundation
import Probability
import Testing

@Suite struct BaselineTests {
  @Test func parameterCounts() {
    #expect(IntegrateAndFireNeuron.Configuration(inputs: 1278).parameterCount == 1280)
    #expect(IntegrateAndFireNeuron.Configuration(inputs: 1278, adapts: true).parameterCount == 1281)
    #expect(LSTM.Configuration(inputs: 1278, outputs: 2, hiddenSize: 15).parameterCount == 77_672)
  }

  /// The equations in double precision, gate by gate.
  private func reference(_ lstm: LSTM, _ input: EventSequence) -> [Double] {
    let (n, m) = (lstm.configuration.hiddenSize, lstm.configuration.inputs)
    var (h, c) = ([Double](repeating: 0, count: n), [Double](repeating: 0, count: n))
    let dense = input.dense
    let squash = { (z: Double) in 1 / (1 + exp(-z)) }
    return (0..<input.steps).flatMap { step -> [Double] in
      let sums = (0..<4 * n).map { row -> Double in
        var sum = Double(lstm.biases[row])
        for k in 0..<m { sum += Double(lstm.inputWeights[row * m + k]) * Double(dense[step * m + k]) }
        for k in 0..<n { sum += Double(lstm.recurrentWeights[row * n + k]) * h[k] }
        return sum
      }
      for k in 0..<n {
        c[k] = squash(sums[n + k]) * c[k] + squash(sums[k]) * tanh(sums[2 * n + k])
        h[k] = squash(sums[3 * n + k]) * tanh(c[k])
      }
      return (0..<lstm.configuration.outputs).map { output in
        (0..<n).reduce(Double(lstm.readoutBiases[output])) {
          $0 + Double(lstm.readoutWeights[output * n + $1]) * h[$1]
        }
      }
    }
  }

  @Test(arguments: [nil, 50.0])
  func lstmIsItsEquations(longestTime: Double?) throws {
    let lstm = try LSTM(.init(inputs: 6, outputs: 2, hiddenSize: 21, longestTime: longestTime), seed: 4)
    let inputs = try EngineTests.inputs(6, steps: 30)
    for (input, ours) in zip(inputs, try SequenceModel.lstm(lstm).outputs(inputs)) {
      for (a, b) in zip(ours, reference(lstm, input)) { #expect(close(Double(a), b, 2e-6)) }
    }
    if longestTime != nil {
      #expect(zip(lstm.biases[0..<21], lstm.biases[21..<42]).allSatisfy { $0 == -$1 && $1 >= 0 })
    }
  }

  @Test func lstmGradientIsTheFiniteDifference() throws {
    let lstm = try LSTM(.init(inputs: 6, outputs: 2, hiddenSize: 5), seed: 4)
    let inputs = try EngineTests.inputs(5, steps: 12)
    var stream = RandomStream(seed: 1, "slopes")
    let slopes = inputs.map { _ in (0..<24).map { _ in Float(stream.uniform() - 0.5) } }
    guard case .lstm(let gradient) = try SequenceModel.lstm(lstm).gradient(inputs, outputGradient: slopes)
    else { return }
    func loss(_ lstm: LSTM) -> Double {
      var sum = 0.0
      for (input, slope) in zip(inputs, slopes) {
        for (y, weight) in zip(reference(lstm, input), slope) { sum += y * Double(weight) }
      }
      return sum
    }
    let paths: [WritableKeyPath<LSTM, [Float]>] = [
      \.inputWeights, \.recurrentWeights, \.biases, \.readoutWeights, \.readoutBiases,
    ]
    for path in paths {
      for place in stride(from: 0, to: lstm[keyPath: path].count, by: 7) {
        var (up, down) = (lstm, lstm)
        up[keyPath: path][place] += 0x1p-12
        down[keyPath: path][place] -= 0x1p-12
        let width = Double(up[keyPath: path][place] - down[keyPath: path][place])
        let difference = (loss(up) - loss(down)) / width
        #expect(close(Double(gradient[keyPath: path][place]), difference, 1e-4 * max(1, abs(difference))))
      }
    }
  }

  @Test func integrateAndFireLeaksFiresAndResets() throws {
    var neuron = try IntegrateAndFireNeuron(
      .init(inputs: 2, adapts: true, threshold: 1, adaptationTimeConstant: 50), seed: 1)
    (neuron.weights, neuron.bias, neuron.logTimeConstant, neuron.adaptation) = ([0.8, -0.1], 0, log(10), 0.5)
    let input = try EventSequence(time: [0, 1, 3, 4], channel: [0, 0, 1, 0], steps: 5, channels: 2)
    let y = try SequenceModel.integrateAndFire(neuron).outputs([input])[0]
    let leak = exp(-0.1)
    // Above the threshold of 1: it fires, starts from 0 and raises the threshold.
    let second = 0.8 * leak + 0.8
    let wanted = [0.8, second, 0, -0.1, -0.1 * leak + 0.8]
    for (step, voltage) in wanted.enumerated() { #expect(close(Double(y[2 * step + 1]), voltage, 1e-6)) }
    let raised = 1 + 0.5 * exp(-2.0 / 50)
    #expect(close(Double(y[8]), 4 * (wanted[4] - raised), 1e-5))
  }

  @Test func integrateAndFireGradientWithoutSpikes() throws {
    var neuron = try IntegrateAndFireNeuron(.init(inputs: 6, threshold: 100), seed: 1)
    neuron.weights = [0.3, -0.2, 0.5, 0.1, -0.4, 0.2]
    let inputs = try EngineTests.inputs(3, steps: 15)
    let slopes = inputs.map { _ in (0..<30).map { Float($0 % 2) * 0.1 } }
    guard
      case .integrateAndFire(let gradient) = try SequenceModel.integrateAndFire(neuron).gradient(
        inputs, outputGradient: slopes)
    else { return }
    func loss(_ neuron: IntegrateAndFireNeuron) throws -> Double {
      var sum = 0.0
      for (outputs, slope) in zip(try SequenceModel.integrateAndFire(neuron).outputs(inputs), slopes) {
        for (y, weight) in zip(outputs, slope) { sum += Double(y) * Double(weight) }
      }
      return sum
    }
    for place in 0..<6 {
      var (up, down) = (neuron, neuron)
      up.weights[place] += 0.125
      down.weights[place] -= 0.125
      #expect(close(Double(gradient.weights[place]), (try loss(up) - loss(down)) / 0.25, 1e-4))
    }
    var (up, down) = (neuron, neuron)
    up.logTimeConstant += 0.0078125
    down.logTimeConstant -= 0.0078125
    #expect(close(Double(gradient.logTimeConstant), (try loss(up) - loss(down)) / 0.015625, 1e-3))
  }

  @Test func trainingBringsThemNearer() throws {
    let data = try TrainingTests.traces(samples: 12, steps: 40)
    let models: [SequenceModel] = [
      .lstm(try LSTM(.init(inputs: 6, outputs: 2, hiddenSize: 12), seed: 1)),
      .integrateAndFire(try IntegrateAndFireNeuron(.init(inputs: 6, adapts: true), seed: 1)),
    ]
    for model in models {
      let trainer = try SequenceTrainer(
        model, plan: TrainingPlan(steps: 150, learningRate: 0.02, batch: 6), data: data, seed: 2)
      let before = trainer.meanLoss(on: data)
      while !trainer.isFinished { try trainer.step() }
      #expect(trainer.meanLoss(on: data) < 0.7 * before)
    }
  }
}
