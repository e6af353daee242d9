import ExpressiveNeurons
import Foundation
import Probability
import Testing

@Suite struct SpikingNetworkTests {
  static func network(penalty: Double = 0) throws -> SpikingNetwork {
    var network = try SpikingNetwork(
      .init(
        inputs: 6, outputs: 2, neurons: 12, synapses: 5, recurrentShare: 0.4, inhibitoryShare: 0.2,
        membraneTimeConstant: 8, outputTimeConstant: 6, spikePenalty: penalty, wiring: 3))
    for place in network.weights.indices { network.weights[place] = 0.25 + 0.15 * Float(place % 4) }
    network.weights[3] = -0.2
    network.logTimeConstants[2] = log(3)
    network.outputScales = [0.7, -0.4]
    network.outputOffsets = [0.1, -0.2]
    return network
  }

  /// The equations in double precision, and how the outputs change with a number that moves by `tangent`'s rule:
  /// forward, where the engine goes backward, and with the slope of a spike in place of its derivative.
  private func reference(
    _ network: SpikingNetwork, _ input: EventSequence, weight moved: Int? = nil, timeConstant: Int? = nil
  ) -> (outputs: [Double], tangents: [Double], spikes: Double, spikeTangent: Double) {
    let c = network.configuration
    let alphas = network.logTimeConstants.map { exp(-c.timeStepMilliseconds / exp(Double($0))) }
    let kappa = exp(-c.timeStepMilliseconds / c.outputTimeConstant)
    var (v, dv) = ([Double](repeating: 0, count: c.neurons), [Double](repeating: 0, count: c.neurons))
    var (s, ds) = (v, v)
    var (r, dr) = ([Double](repeating: 0, count: 2), [Double](repeating: 0, count: 2))
    let dense = input.dense.map(Double.init)
    var (outputs, tangents): ([Double], [Double]) = ([], [])
    var (spikes, spikeTangent) = (0.0, 0.0)
    for step in 0..<input.steps {
      let (earlier, earlierTangent) = (s, ds)
      for neuron in 0..<c.neurons {
        let alpha = alphas[neuron]
        let kept = v[neuron] - 0.9 * earlier[neuron]
        var (sum, change) = (alpha * kept, alpha * dv[neuron])
        if neuron == timeConstant {
          change += kept * alpha * c.timeStepMilliseconds / exp(Double(network.logTimeConstants[neuron]))
        }
        for (synapse, source) in network.sources[neuron].enumerated() {
          let place = neuron * c.synapses + synapse
          let strength = max(0, Double(network.weights[place]))
          let (x, dx): (Double, Double)
          switch source {
          case .before(let index):
            if neuron < c.hidden {
              (x, dx) = (dense[step * 6 + index], 0)
            } else {
              let sign: Double = network.inhibits[index] ? -1 : 1
              (x, dx) = (sign * s[index], sign * ds[index])
            }
          case .own(let index):
            let other = neuron < c.hidden ? index : c.hidden + index
            let sign: Double = network.inhibits[other] ? -1 : 1
            (x, dx) = (sign * earlier[other], sign * earlierTangent[other])
          }
          sum += strength * x
          change += strength * dx + (place == moved && network.weights[place] > 0 ? x : 0)
        }
        (v[neuron], dv[neuron]) = (sum, change)
        s[neuron] = sum >= 1 ? 1 : 0
        ds[neuron] = change / pow(1 + 10 * abs(sum - 1), 2)
        spikes += s[neuron]
        spikeTangent += ds[neuron]
      }
      for output in 0..<2 {
        r[output] = kappa * r[output] + s[c.hidden + output]
        dr[output] = kappa * dr[output] + ds[c.hidden + output]
        outputs.append(
          Double(network.outputScales[output]) * r[output] + Double(network.outputOffsets[output]))
        tangents.append(Double(network.outputScales[output]) * dr[output])
      }
    }
    return (outputs, tangents, spikes, spikeTangent)
  }

  @Test func followsItsEquations() throws {
    let network = try Self.network()
    let inputs = try EngineTests.inputs(6, steps: 40)
    var spikes = 0.0
    for (input, ours) in zip(inputs, try SequenceModel.spiking(network).outputs(inputs, threads: 2)) {
      let wanted = reference(network, input)
      for (a, b) in zip(ours, wanted.outputs) { #expect(close(Double(a), b, 1e-5)) }
      spikes += wanted.spikes
    }
    #expect(spikes > 100)
  }

  @Test func gradientIsTheForwardTangent() throws {
    let network = try Self.network()
    let inputs = try EngineTests.inputs(5, steps: 15)
    var stream = RandomStream(seed: 1, "slopes")
    let slopes = inputs.map { _ in (0..<30).map { _ in Float(stream.uniform() - 0.5) } }
    guard
      case .spiking(let gradient) = try SequenceModel.spiking(network).gradient(
        inputs, outputGradient: slopes)
    else { return }
    func tangent(weight: Int? = nil, timeConstant: Int? = nil) -> Double {
      var sum = 0.0
      for (input, slope) in zip(inputs, slopes) {
        let tangents = reference(network, input, weight: weight, timeConstant: timeConstant).tangents
        for (y, factor) in zip(tangents, slope) { sum += y * Double(factor) }
      }
      return sum
    }
    for place in network.weights.indices {
      #expect(close(Double(gradient.weights[place]), tangent(weight: place), 1e-4), "weight \(place)")
    }
    for neuron in 0..<12 {
      #expect(
        close(Double(gradient.logTimeConstants[neuron]), tangent(timeConstant: neuron), 1e-4),
        "time constant \(neuron)")
    }
    func loss(_ network: SpikingNetwork) -> Double {
      var sum = 0.0
      for (input, slope) in zip(inputs, slopes) {
        for (y, factor) in zip(reference(network, input).outputs, slope) { sum += y * Double(factor) }
      }
      return sum
    }
    for path in [\SpikingNetwork.outputScales, \.outputOffsets] {
      for output in 0..<2 {
        var (up, down) = (network, network)
        up[keyPath: path][output] += 0.125
        down[keyPath: path][output] -= 0.125
        #expect(close(Double(gradient[keyPath: path][output]), (loss(up) - loss(down)) / 0.25, 1e-4))
      }
    }
  }

  /// With nothing to gain but fewer spikes, there are fewer.
  @Test func spikesArePenalised() throws {
    let inputs = try EngineTests.inputs(8, steps: 40)
    let data = try SequenceDataSet(
      inputs, .traces(inputs.map { _ in [Float](repeating: 0, count: 80) }, outputs: 2))
    func spikes(_ model: SequenceModel) -> Double {
      guard case .spiking(let network) = model else { return .nan }
      return inputs.map { reference(network, $0).spikes }.reduce(0, +)
    }
    var network = try Self.network(penalty: 100)
    network.outputScales = [0, 0]
    let trainer = try SequenceTrainer(
      .spiking(network), plan: TrainingPlan(steps: 60, learningRate: 0.01, batch: 8), data: data, seed: 1)
    let mean = spikes(.spiking(network)) / Double(8 * 40 * 12)
    let offsets = (0.1 * 0.1 + 0.2 * 0.2) / 2
    #expect(close(trainer.meanLoss(on: data), 100 * mean + offsets, 1e-4))
    while !trainer.isFinished { try trainer.step() }
    #expect(spikes(trainer.model) < 0.7 * spikes(.spiking(network)))
  }

  @Test func learnsClasses() throws {
    let data = try TrainingTests.labels(samples: 30)
    let network = try SpikingNetwork(
      .init(inputs: 6, outputs: 3, neurons: 60, synapses: 20, membraneTimeConstant: 10, wiring: 2))
    let trainer = try SequenceTrainer(
      .spiking(network), plan: TrainingPlan(steps: 200, learningRate: 0.02, batch: 10), data: data, seed: 3)
    let before = trainer.meanLoss(on: data)
    while !trainer.isFinished { try trainer.step() }
    #expect(trainer.meanLoss(on: data) < 0.8 * before)
  }

  @Test func hasThePapersSizes() throws {
    let network = try SpikingNetwork(.init(inputs: 700, outputs: 20))
    #expect(network.configuration.hidden == 480 && network.configuration.parameterCount == 50_540)
    #expect(network.inhibits.prefix(480).count { $0 } == 96 && network.inhibits.suffix(20).count { $0 } == 4)
    #expect(network.weights.allSatisfy { $0 == 0.03 })
    for sources in network.sources {
      #expect(sources.count { if case .own = $0 { true } else { false } } == 10)
    }
    #expect {
      try SpikingNetwork(.init(inputs: 3, outputs: 20, neurons: 20))
    } throws: {
      "\($0)" == "the number of neurons is 20, but must be 21 to 1048576"
    }
  }
}
