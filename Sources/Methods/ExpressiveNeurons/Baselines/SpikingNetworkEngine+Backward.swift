import Foundation
import Lanes

extension SpikingNetworkEngine {
  func backward(_ sequences: [EventSequence], in workspace: SequenceWorkspace, into gradient: LaneBuffer) {
    let ws = workspace as! Workspace
    let outs = lanes(for: c.outputs)
    let g = gradient.scalars
    ws.scratch.reserve(3 * width + outs)
    let errors = ws.scratch.lanes
    let spikeErrors = errors + width
    let decaySums = spikeErrors + width
    let errorScalars = ws.scratch.scalars
    let spikeErrorScalars = errorScalars + width * 16
    let decayScalars = spikeErrorScalars + width * 16
    let carriedOutputs = decayScalars + width * 16
    for (sample, sequence) in sequences.enumerated() {
      (ws.scratch.lanes).update(repeating: .zero, count: 3 * width + outs)
      for step in stride(from: ws.steps - 1, through: 0, by: -1) {
        let row = (step * tileSamples + sample) * width
        let before = row - tileSamples * width
        // What recurrent synapses carried back from the step after is in spikeErrors already.
        let place = (step * tileSamples + sample) * outs * 16
        for output in 0..<c.outputs {
          let slope = ws.outputGradient.scalars[place + output]
          g[scales + output] += slope * ws.filtered.scalars[place + output]
          g[offsets + output] += slope
          carriedOutputs[output] =
            filter * carriedOutputs[output] + slope * parameters.scalars[scales + output]
          spikeErrorScalars[layers[1].lane * 16 + output] += carriedOutputs[output]
        }
        for index in [1, 0] {
          let layer = layers[index]
          let v = ws.potentials.lanes + row + layer.lane
          for lane in 0..<layer.lanes {
            var distance = v[lane] - 1
            distance.replace(with: -distance, where: distance .< 0)
            let root = 1 / (1 + distance * Float(10))
            let at = layer.lane + lane
            errors[at] =
              errors[at] * decays.lanes[at] + (spikeErrors[at] + ws.spikeCost) * root * root
            spikeErrors[at] = .zero
            if step > 0 {
              decaySums[at] +=
                errors[at]
                * (ws.potentials.lanes[before + at] - ws.spikes.lanes[before + at] * Float(0.9))
            }
          }
          let own = errorScalars + layer.lane * 16
          func learn(_ fan: Fan, _ source: Int, _ value: Float) {
            for synapse in fan.synapses(of: source) {
              g[Int(fan.place[synapse])] += own[Int(fan.target[synapse])] * value
            }
          }
          func carry(_ fan: Fan, _ source: Int) -> Float {
            var sum: Float = 0
            for synapse in fan.synapses(of: source) {
              sum += own[Int(fan.target[synapse])] * strengths[Int(fan.place[synapse])]
            }
            return sum
          }
          if index == 0 {
            for event in sequence.events(at: step) {
              learn(layer.before, Int(sequence.channel[event]), sequence.values[event])
            }
          } else {
            let below = ws.spikes.scalars + (row + layers[0].lane) * 16
            for neuron in 0..<c.hidden {
              if below[neuron] > 0 { learn(layer.before, neuron, signs[neuron]) }
              spikeErrorScalars[layers[0].lane * 16 + neuron] += signs[neuron] * carry(layer.before, neuron)
            }
          }
          guard step > 0 else { continue }
          let earlier = ws.spikes.scalars + (before + layer.lane) * 16
          for neuron in 0..<layer.neurons.count {
            let sign = signs[layer.neurons.lowerBound + neuron]
            if earlier[neuron] > 0 { learn(layer.own, neuron, sign) }
            spikeErrorScalars[layer.lane * 16 + neuron] += sign * carry(layer.own, neuron)
          }
        }
      }
      for layer in layers {
        for (index, neuron) in layer.neurons.enumerated() {
          let tau = exp(Double(parameters.scalars[logs + neuron]))
          g[logs + neuron] +=
            decayScalars[layer.lane * 16 + index]
            * Float(MemoryTimeConstants.decaySlope(tau, step: c.timeStepMilliseconds))
        }
      }
    }
  }
}
