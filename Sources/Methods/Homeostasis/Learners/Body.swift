import Lanes
import Probability

/// Regulated states of a network other than one learning rate, and what they do to it.
final class Body {
  let vital: Vital
  /// Gain, dropout or noise.
  var state: Double
  /// Learning rate of each unit, `[layer][lane]`.
  let rates: [LaneBuffer]
  private let configuration: LearnerConfiguration
  private let shape: NetworkShape
  private let rowLanes: [Int]
  private let seed: UInt64
  /// The layer whose turn it is.
  private var turn = 0

  /// `nil` for one learning rate, which needs no body.
  init?(_ configuration: LearnerConfiguration, _ network: FastNetwork, seed: UInt64) {
    guard configuration.vital != .learningRate else { return nil }
    vital = configuration.vital
    self.configuration = configuration
    self.seed = seed
    (shape, rowLanes) = (network.shape, network.rowLanes)
    state = vital.start ?? configuration.learningRate
    rates = rowLanes.map { LaneBuffer($0) }
    for buffer in rates { fill(buffer, configuration.learningRate) }
  }

  private func fill(_ buffer: LaneBuffer, _ value: Double) {
    for lane in 0..<buffer.count { buffer.lanes[lane] = Lane(repeating: Float(value)) }
  }

  /// The mean learning rate of the units.
  var meanRate: Double {
    var sum = 0.0
    for (layer, buffer) in rates.enumerated() {
      for unit in 0..<shape.widths[layer + 1] { sum += Double(buffer.scalars[unit]) }
    }
    return sum / Double(shape.widths.dropFirst().reduce(0, +))
  }

  /// The units, by layer, that an object acts on: those of the layer whose turn it is, or those it excites.
  func affected(_ activity: Activity, sample: Int) -> [(layer: Int, units: [Int])] {
    if vital == .layerRates { return [(turn, Array(0..<shape.widths[turn + 1]))] }
    let hidden = [activity.z1, activity.z2].enumerated().map { layer, z in
      let row = z.scalars + sample * rowLanes[layer] * 16
      return (layer: layer, units: (0..<shape.widths[layer + 1]).filter { row[$0] > 0 })
    }
    return hidden + [(2, [Int(activity.predictions[sample])])]
  }

  /// Rates after an effect on some units.
  func moved(_ units: [(layer: Int, units: [Int])], by effect: Int) -> [LaneBuffer] {
    let result = rates.map { buffer in
      let copy = LaneBuffer(buffer.count)
      copy.copy(from: buffer)
      return copy
    }
    for (layer, units) in units {
      for unit in units {
        result[layer].scalars[unit] = Float(
          configuration.moved(Double(result[layer].scalars[unit]), by: effect))
      }
    }
    return result
  }

  /// Takes over moved rates.
  func take(_ moved: [LaneBuffer]) {
    for (buffer, new) in zip(rates, moved) { buffer.copy(from: new) }
  }

  /// Ends a decision.
  func finishDecision() { turn = (turn + 1) % 3 }

  /// A state after an effect; a neuron cannot be silent for good.
  func moved(by effect: Int) -> Double {
    let next = configuration.moved(state, by: effect)
    return vital == .dropout ? min(next, 0.9) : next
  }

  /// Factors of the hidden neurons' activity, `[layer][sample, lane]`, for a state; a purpose and place fix the chance
  /// in them, so that two states meet the same draws.
  func modulation(_ state: Double, samples: Int, _ purpose: String, _ place: Int) -> [LaneBuffer] {
    (0..<2).map { layer in
      let buffer = LaneBuffer(samples * rowLanes[layer])
      fill(buffer, vital == .gain ? state : 1)
      if vital == .gain { return buffer }
      var stream = RandomStream(seed: seed, purpose, place, layer)
      for sample in 0..<samples {
        for unit in 0..<shape.widths[layer + 1] {
          buffer.scalars[sample * rowLanes[layer] * 16 + unit] =
            vital == .dropout
            ? (stream.uniform() < state ? 0 : Float(1 / (1 - state))) : Float(1 + state * stream.normal())
        }
      }
      return buffer
    }
  }

  /// Factors while nothing is learned: the gain stays, silence and noise do not.
  func calm(samples: Int) -> [LaneBuffer]? {
    vital == .gain ? modulation(state, samples: samples, "", 0) : nil
  }

  var numbers: [[Double]] { [[state]] + rates.map(\.numbers) }
  var counters: [Int] { [turn] }

  func restore(_ numbers: [[Double]], _ counters: [Int]) {
    state = numbers[0][0]
    for (buffer, contents) in zip(rates, numbers.dropFirst()) { buffer.numbers = contents }
    turn = counters[0]
  }
}
