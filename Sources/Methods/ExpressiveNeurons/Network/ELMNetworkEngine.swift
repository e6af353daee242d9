import Foundation
import Lanes

/// Networks on sequences of events: step by step through the layers, each neuron with the tile kernels of a single one.
final class ELMNetworkEngine: SequenceEngine, @unchecked Sendable {
  /// One number for each sample of a tile.
  typealias Tile = SIMD4<Float>

  private let template: ELMNetwork
  let c: ELMNetwork.Configuration
  let parameters: LaneBuffer
  /// `[layer][neuron]`, each with its part of the parameters.
  let neurons: [[ELMEngine]]
  /// Where each neuron's part begins, `[layer][neuron]`.
  let starts: [[Int]]
  let readout: Int
  let slowDecay: Float
  var inputs: Int { c.inputs }
  var outputs: Int { c.outputs }

  init(_ network: ELMNetwork) throws(ExpressiveNeuronError) {
    template = network
    c = network.configuration
    slowDecay = Float(network.configuration.slowDecay)
    var next = 0
    var starts: [[Int]] = []
    for layer in network.neurons {
      starts.append([])
      for neuron in layer {
        starts[starts.count - 1].append(next)
        next += ELMLayout(neuron.configuration).total
      }
    }
    readout = next
    let numbers = network.readout.weight.count + network.readout.bias.count
    let parameters = LaneBuffer(next + lanes(for: numbers))
    var neurons: [[ELMEngine]] = []
    for (layer, members) in network.neurons.enumerated() {
      var engines: [ELMEngine] = []
      for (index, neuron) in members.enumerated() {
        engines.append(
          try ELMEngine(
            neuron,
            parameters: LaneBuffer(
              parameters, from: starts[layer][index], count: ELMLayout(neuron.configuration).total)))
      }
      neurons.append(engines)
    }
    (self.starts, self.parameters, self.neurons) = (starts, parameters, neurons)
    for (place, value) in (network.readout.weight + network.readout.bias).enumerated() {
      parameters.scalars[readout * 16 + place] = Float(value)
    }
  }

  /// Runs `body` for every neuron with its part of a block.
  private func forEachNeuron(_ block: LaneBuffer, _ body: (ELMEngine, LaneBuffer, Int, Int) -> Void) {
    for layer in neurons.indices {
      for (index, engine) in neurons[layer].enumerated() {
        body(
          engine, LaneBuffer(block, from: starts[layer][index], count: engine.layout.total), layer, index)
      }
    }
  }

  func refresh() { for layer in neurons { for neuron in layer { neuron.refresh() } } }
  func constrain() { for layer in neurons { for neuron in layer { neuron.constrain() } } }
  func finish(gradient: LaneBuffer) {
    forEachNeuron(gradient) { engine, part, _, _ in engine.finish(gradient: part) }
  }

  var model: SequenceModel {
    guard case .layers(var network) = unpacked(parameters) else { preconditionFailure("a network") }
    for layer in neurons.indices { network.neurons[layer] = neurons[layer].map(\.neuron) }
    return .layers(network)
  }

  func unpacked(_ block: LaneBuffer) -> SequenceModel {
    var network = template
    forEachNeuron(block) { engine, part, layer, index in
      network.neurons[layer][index] = engine.unpack(part)
    }
    let numbers = block.scalars + readout * 16
    let count = template.readout.weight.count
    network.readout = LinearMap(
      weight: (0..<count).map { Double(numbers[$0]) },
      bias: (0..<c.outputs).map { Double(numbers[count + $0]) })
    return .layers(network)
  }

  /// What the forward pass keeps.
  final class Workspace: SequenceWorkspace {
    /// `[layer][neuron]`
    let neurons: [[ELMWorkspace]]
    /// Signals that each layer sees, `[layer][step, source]`.
    var sources: [[Tile]]
    /// Outputs of the neurons, `[layer][step, neuron]`.
    var answers: [[Tile]]

    init(_ engine: ELMNetworkEngine) {
      neurons = engine.neurons.map { $0.map { $0.makeWorkspace() as! ELMWorkspace } }
      sources = engine.neurons.map { _ in [] }
      answers = engine.neurons.map { _ in [] }
    }
  }

  func makeWorkspace() -> SequenceWorkspace { Workspace(self) }

  func forward(_ sequences: [EventSequence], in workspace: SequenceWorkspace) {
    let ws = workspace as! Workspace
    ws.steps = sequences[0].steps
    let outs = lanes(for: c.outputs)
    ws.output.reserveZeroed(ws.steps * tileSamples * outs)
    var slow = c.layers.map { [Tile](repeating: .zero, count: $0) }
    var signals = slow
    for layer in neurons.indices {
      ws.sources[layer] = [Tile](repeating: .zero, count: ws.steps * c.sources(ofLayer: layer))
      ws.answers[layer] = [Tile](repeating: .zero, count: ws.steps * c.layers[layer])
      for (engine, own) in zip(neurons[layer], ws.neurons[layer]) {
        engine.begin(own, steps: ws.steps)
        own.trace.reserve(ws.steps * tileSamples * engine.cellLanes)
      }
    }
    for step in 0..<ws.steps {
      for layer in neurons.indices {
        let count = c.sources(ofLayer: layer)
        let start = step * count
        if layer == 0 {
          for (sample, sequence) in sequences.enumerated() {
            for event in sequence.events(at: step) {
              ws.sources[0][start + Int(sequence.channel[event])][sample] += sequence.values[event]
            }
          }
        } else {
          for (index, signal) in signals[layer - 1].enumerated() { ws.sources[layer][start + index] = signal }
        }
        if c.isRecurrent {
          let own = start + count - c.layers[layer]
          for (index, signal) in signals[layer].enumerated() { ws.sources[layer][own + index] = signal }
        }
        for index in 0..<c.layers[layer] {
          let answer = neurons[layer][index].step(
            step, ws.sources[layer][start..<(start + count)], ws.neurons[layer][index])
          ws.answers[layer][step * c.layers[layer] + index] = answer
          slow[layer][index] = slow[layer][index] * slowDecay + answer * (1 - slowDecay)
        }
        for index in 0..<c.layers[layer] {
          signals[layer][index] = ws.answers[layer][step * c.layers[layer] + index] - slow[layer][index]
        }
      }
      let last = c.layers.last!
      let weights = parameters.scalars + readout * 16
      for output in 0..<c.outputs {
        var sum = Tile(repeating: weights[c.outputs * last + output])
        for index in 0..<last {
          sum += ws.answers[c.layers.count - 1][step * last + index] * weights[output * last + index]
        }
        for sample in 0..<tileSamples {
          ws.output.scalars[(step * tileSamples + sample) * outs * 16 + output] = sum[sample]
        }
      }
    }
  }

  func backward(_ sequences: [EventSequence], in workspace: SequenceWorkspace, into gradient: LaneBuffer) {
    let ws = workspace as! Workspace
    let outs = lanes(for: c.outputs)
    let parts = neurons.indices.map { layer in
      neurons[layer].indices.map {
        LaneBuffer(gradient, from: starts[layer][$0], count: neurons[layer][$0].layout.total)
      }
    }
    for layer in neurons.indices {
      for (engine, own) in zip(neurons[layer], ws.neurons[layer]) {
        engine.beginBackwards(own)
        own.outputGradient.reserveZeroed(ws.steps * tileSamples * engine.layout.outputLanes)
        own.traceErrors.reserveZeroed((tileSamples + 1) * engine.cellLanes)
      }
    }
    var slowErrors = c.layers.map { [Tile](repeating: .zero, count: $0) }
    // Errors by the signals of the step in hand; of recurrent ones, from the step after.
    var signalErrors = slowErrors
    let last = c.layers.count - 1
    let weights = parameters.scalars + readout * 16
    let slopes = gradient.scalars + readout * 16
    for step in stride(from: ws.steps - 1, through: 0, by: -1) {
      var answerErrors = [Tile](repeating: .zero, count: c.layers[last])
      for output in 0..<c.outputs {
        var slope = Tile.zero
        for sample in 0..<tileSamples {
          slope[sample] = ws.outputGradient.scalars[(step * tileSamples + sample) * outs * 16 + output]
        }
        slopes[c.outputs * c.layers[last] + output] += slope.sum()
        for index in 0..<c.layers[last] {
          slopes[output * c.layers[last] + index] +=
            (slope * ws.answers[last][step * c.layers[last] + index]).sum()
          answerErrors[index] += slope * weights[output * c.layers[last] + index]
        }
      }
      for layer in stride(from: last, through: 0, by: -1) {
        let count = c.sources(ofLayer: layer)
        var sourceErrors = [Tile](repeating: .zero, count: count)
        for index in 0..<c.layers[layer] {
          let bySignal = signalErrors[layer][index]
          slowErrors[layer][index] = slowErrors[layer][index] * slowDecay - bySignal
          var error = bySignal + slowErrors[layer][index] * (1 - slowDecay)
          if layer == last { error += answerErrors[index] }
          neurons[layer][index].stepBackwards(
            step, error, ws.sources[layer][(step * count)..<((step + 1) * count)], ws.neurons[layer][index],
            into: parts[layer][index], sources: &sourceErrors)
        }
        if layer > 0 {
          for index in 0..<c.layers[layer - 1] { signalErrors[layer - 1][index] += sourceErrors[index] }
        }
        for index in 0..<c.layers[layer] {
          signalErrors[layer][index] = c.isRecurrent ? sourceErrors[count - c.layers[layer] + index] : .zero
        }
      }
    }
    for layer in neurons.indices {
      for (index, engine) in neurons[layer].enumerated() {
        engine.accumulateWeights(ws.neurons[layer][index], parts[layer][index])
        if engine.configuration.learnsTraceTimeConstants {
          engine.addTraceTimeConstants(
            ws.neurons[layer][index].traceErrors.scalars + tileSamples * engine.cellLanes * 16,
            parts[layer][index])
        }
      }
    }
  }
}

extension SIMD4<Float> {
  fileprivate func sum() -> Float { (x + y) + (z + w) }
}
