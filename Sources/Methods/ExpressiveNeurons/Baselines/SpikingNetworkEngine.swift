import Foundation
import Lanes

/// Spiking networks on sequences of events: only inputs and neurons that fire are followed to their synapses.
final class SpikingNetworkEngine: SequenceEngine, @unchecked Sendable {
  /// Synapses by source: where those of each begin, the neuron each ends on, its place among the weights.
  struct Fan {
    private(set) var offsets: [Int] = [0]
    private(set) var target: [Int32] = []
    private(set) var place: [Int32] = []

    init(
      _ network: SpikingNetwork, neurons: Range<Int>, count: Int, _ source: (SpikingNetwork.Source) -> Int?
    ) {
      var lists = [[(Int32, Int32)]](repeating: [], count: count)
      let each = network.configuration.synapses
      for neuron in neurons {
        for (synapse, read) in network.sources[neuron].enumerated() {
          if let from = source(read) {
            lists[from].append((Int32(neuron - neurons.lowerBound), Int32(neuron * each + synapse)))
          }
        }
      }
      for list in lists {
        offsets.append(offsets.last! + list.count)
        target += list.map(\.0)
        place += list.map(\.1)
      }
    }

    func synapses(of source: Int) -> Range<Int> { offsets[source]..<offsets[source + 1] }
  }

  /// One layer: its fans, and where it stands in a row of neurons.
  struct Layer {
    let before: Fan
    let own: Fan
    let neurons: Range<Int>
    /// First lane of the layer's neurons in a row.
    let lane: Int
    let lanes: Int
  }

  private let template: SpikingNetwork
  let c: SpikingNetwork.Configuration
  let parameters: LaneBuffer
  let layers: [Layer]
  /// Lanes of a row of all neurons.
  let width: Int
  /// Rectified strengths.
  private(set) var strengths: [Float] = []
  /// −1 of neurons that inhibit.
  let signs: [Float]
  let decays: LaneBuffer
  let filter: Float
  var inputs: Int { c.inputs }
  var outputs: Int { c.outputs }
  var logs: Int { lanes(for: c.neurons * c.synapses) * 16 }
  var scales: Int { logs + lanes(for: c.neurons) * 16 }
  var offsets: Int { scales + lanes(for: c.outputs) * 16 }

  init(_ network: SpikingNetwork) {
    template = network
    c = network.configuration
    let c = c
    parameters = LaneBuffer(
      lanes(for: c.neurons * c.synapses) + lanes(for: c.neurons) + 2 * lanes(for: c.outputs))
    let hiddenLanes = lanes(for: c.hidden)
    func layer(_ neurons: Range<Int>, sources: Int, lane: Int) -> Layer {
      Layer(
        before: Fan(network, neurons: neurons, count: sources) {
          if case .before(let index) = $0 { index } else { nil }
        },
        own: Fan(network, neurons: neurons, count: neurons.count) {
          if case .own(let index) = $0 { index } else { nil }
        }, neurons: neurons, lane: lane, lanes: Lanes.lanes(for: neurons.count))
    }
    layers = [
      layer(0..<c.hidden, sources: c.inputs, lane: 0),
      layer(c.hidden..<c.neurons, sources: c.hidden, lane: hiddenLanes),
    ]
    width = hiddenLanes + lanes(for: c.outputs)
    signs = network.inhibits.map { $0 ? -1 : 1 }
    decays = LaneBuffer(width)
    filter = Float(exp(-c.timeStepMilliseconds / c.outputTimeConstant))
    for (place, value) in network.weights.enumerated() { parameters.scalars[place] = value }
    for (neuron, value) in network.logTimeConstants.enumerated() { parameters.scalars[logs + neuron] = value }
    for output in 0..<c.outputs {
      parameters.scalars[scales + output] = network.outputScales[output]
      parameters.scalars[offsets + output] = network.outputOffsets[output]
    }
    refresh()
  }

  /// Potentials and spikes, `[step, sample, neuron lane]`, and the filtered spikes, `[step, sample, output lane]`.
  final class Workspace: SequenceWorkspace {
    let potentials = GrowingBuffer()
    let spikes = GrowingBuffer()
    let filtered = GrowingBuffer()
    let scratch = GrowingBuffer()
    /// Derivative of the penalty by a spike.
    var spikeCost: Float = 0
  }

  func makeWorkspace() -> SequenceWorkspace { Workspace() }

  func refresh() {
    strengths = (0..<c.neurons * c.synapses).map { max(0, parameters.scalars[$0]) }
    for layer in layers {
      for (place, neuron) in layer.neurons.enumerated() {
        let tau = exp(Double(parameters.scalars[logs + neuron]))
        decays.scalars[layer.lane * 16 + place] = Float(
          MemoryTimeConstants.decay(tau, step: c.timeStepMilliseconds))
      }
    }
  }

  func constrain() {
    for neuron in 0..<c.neurons {
      parameters.scalars[logs + neuron] = min(max(parameters.scalars[logs + neuron], -3), 9)
    }
  }

  func finish(gradient: LaneBuffer) {
    for place in 0..<c.neurons * c.synapses where parameters.scalars[place] <= 0 {
      gradient.scalars[place] = 0
    }
  }

  var model: SequenceModel { unpacked(parameters) }

  func unpacked(_ block: LaneBuffer) -> SequenceModel {
    var network = template
    func numbers(_ start: Int, _ count: Int) -> [Float] { (0..<count).map { block.scalars[start + $0] } }
    network.weights = numbers(0, c.neurons * c.synapses)
    network.logTimeConstants = numbers(logs, c.neurons)
    network.outputScales = numbers(scales, c.outputs)
    network.outputOffsets = numbers(offsets, c.outputs)
    return .spiking(network)
  }

  func forward(_ sequences: [EventSequence], in workspace: SequenceWorkspace) {
    let ws = workspace as! Workspace
    ws.steps = sequences[0].steps
    let outs = lanes(for: c.outputs)
    let rows = ws.steps * tileSamples
    ws.potentials.reserveZeroed(rows * width)
    ws.spikes.reserveZeroed(rows * width)
    ws.filtered.reserveZeroed(rows * outs)
    ws.output.reserveZeroed(rows * outs)
    for (sample, sequence) in sequences.enumerated() {
      for step in 0..<ws.steps {
        let row = (step * tileSamples + sample) * width
        let before = row - tileSamples * width
        let v = ws.potentials.lanes + row
        if step > 0 {
          for lane in 0..<width {
            v[lane] =
              decays.lanes[lane]
              * (ws.potentials.lanes[before + lane] - ws.spikes.lanes[before + lane] * Float(0.9))
          }
        }
        for (index, layer) in layers.enumerated() {
          let sums = ws.potentials.scalars + (row + layer.lane) * 16
          let spikes = ws.spikes.scalars + (row + layer.lane) * 16
          func excite(_ fan: Fan, _ source: Int, _ value: Float) {
            for synapse in fan.synapses(of: source) {
              sums[Int(fan.target[synapse])] += strengths[Int(fan.place[synapse])] * value
            }
          }
          if index == 0 {
            for event in sequence.events(at: step) {
              excite(layer.before, Int(sequence.channel[event]), sequence.values[event])
            }
          } else {
            let below = ws.spikes.scalars + (row + layers[0].lane) * 16
            for neuron in 0..<c.hidden where below[neuron] > 0 { excite(layer.before, neuron, signs[neuron]) }
          }
          if step > 0 {
            let earlier = ws.spikes.scalars + (before + layer.lane) * 16
            for neuron in 0..<layer.neurons.count where earlier[neuron] > 0 {
              excite(layer.own, neuron, signs[layer.neurons.lowerBound + neuron])
            }
          }
          for neuron in 0..<layer.neurons.count where sums[neuron] >= 1 { spikes[neuron] = 1 }
        }
        let place = (step * tileSamples + sample) * outs * 16
        let filtered = ws.filtered.scalars + place
        let fired = ws.spikes.scalars + (row + layers[1].lane) * 16
        for output in 0..<c.outputs {
          let earlier = step > 0 ? filtered[output - tileSamples * outs * 16] : 0
          filtered[output] = filter * earlier + fired[output]
          ws.output.scalars[place + output] =
            parameters.scalars[scales + output] * filtered[output] + parameters.scalars[offsets + output]
        }
      }
    }
  }

  func loss(
    _ targets: [SequenceLoss.Target], weight: Float, in workspace: SequenceWorkspace,
    into gradient: LaneBuffer?
  ) -> Double {
    let ws = workspace as! Workspace
    ws.spikeCost = weight * Float(c.spikePenalty) / Float(c.neurons * max(1, ws.steps))
    var spikes = 0.0
    for step in 0..<ws.steps {
      for sample in targets.indices {
        let row = (step * tileSamples + sample) * width
        var sum = Lane.zero
        for lane in 0..<width { sum += ws.spikes.lanes[row + lane] }
        spikes += Double(total(sum))
      }
    }
    return SequenceLoss.apply(targets, outputs: outputs, weight: weight, in: ws) + Double(ws.spikeCost)
      * spikes
  }
}
