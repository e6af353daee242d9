import Foundation
import Lanes
import Probability

/// A leaky integrate-and-fire neuron with a strength for every input, the paper's simplest baselines (LIF and ALIF, section 4).
///
/// ```
/// v_t = α v_{t−1} (1 − s_{t−1}) + Σ w x_t + b      voltage in the targets' unit
/// s_t = [v_t ≥ θ + β a_t]                          spike, with a_t = ρ a_{t−1} + s_{t−1}
/// y_t = ( 4 (v_t − θ − β a_t), v_t )               logit of a spike, voltage
/// ```
/// Spikes are taken as given in the derivatives.
public struct IntegrateAndFireNeuron: Sendable, Hashable {
  /// Sizes and constants.
  public struct Configuration: Sendable, Hashable, Codable {
    /// Number of input channels.
    public var inputs: Int
    /// Whether spikes raise the threshold for a while (ALIF).
    public var adapts: Bool
    /// Length of a step, in ms.
    public var timeStepMilliseconds: Double
    /// Threshold θ, in the targets' unit.
    public var threshold: Double
    /// Time constant of the threshold's return, in ms.
    public var adaptationTimeConstant: Double

    /// A neuron; the threshold unless given is NeuronIO's −55 mV.
    public init(
      inputs: Int, adapts: Bool = false, timeStepMilliseconds: Double = 1, threshold: Double = 1.27,
      adaptationTimeConstant: Double = 200
    ) {
      self.inputs = inputs
      self.adapts = adapts
      self.timeStepMilliseconds = timeStepMilliseconds
      self.threshold = threshold
      self.adaptationTimeConstant = adaptationTimeConstant
    }

    /// Strengths, bias, time constant, and β where the threshold adapts.
    public var parameterCount: Int { inputs + 2 + (adapts ? 1 : 0) }
  }

  /// Sizes and constants.
  public var configuration: Configuration
  /// Strength of every input.
  public var weights: [Float]
  /// Constant input, b.
  public var bias: Float
  /// Logarithm of the membrane's time constant in ms.
  public var logTimeConstant: Float
  /// How far a spike raises the threshold, β.
  public var adaptation: Float

  /// A neuron at its start: strengths near 0, a time constant of 20 ms.
  public init(_ configuration: Configuration, seed: UInt64) throws(ExpressiveNeuronError) {
    guard configuration.inputs >= 1, configuration.inputs <= 1 << 24 else {
      throw .outOfRange(
        name: "the number of inputs", value: "\(configuration.inputs)", allowed: "1 to \(1 << 24)")
    }
    for (name, value) in [
      ("the time step", configuration.timeStepMilliseconds), ("the threshold", configuration.threshold),
      ("the adaptation time constant", configuration.adaptationTimeConstant),
    ] where !(value.isFinite && value > 0) {
      throw .outOfRange(name: name, value: "\(value)", allowed: "finite and greater than 0")
    }
    var stream = RandomStream(seed: seed, "lif weights")
    self.configuration = configuration
    weights = (0..<configuration.inputs).map { _ in Float(0.02 * (stream.uniform() - 0.5)) }
    bias = 0
    logTimeConstant = Float(log(20.0))
    adaptation = 0.1
  }
}

/// Integrate-and-fire neurons on sequences of events.
final class IntegrateAndFireEngine: SequenceEngine, @unchecked Sendable {
  private let template: IntegrateAndFireNeuron
  let parameters: LaneBuffer
  private var decay: Float = 0
  private let adaptationDecay: Float
  private let sharpness: Float = 4
  private var configuration: IntegrateAndFireNeuron.Configuration { template.configuration }
  var inputs: Int { configuration.inputs }
  var outputs: Int { 2 }
  /// Where bias, time constant and adaptation stand behind the strengths.
  private var tail: Int { lanes(for: inputs) * 16 }

  init(_ neuron: IntegrateAndFireNeuron) {
    template = neuron
    parameters = LaneBuffer(lanes(for: neuron.configuration.inputs) + 1)
    adaptationDecay = Float(
      exp(-neuron.configuration.timeStepMilliseconds / neuron.configuration.adaptationTimeConstant))
    for (place, weight) in neuron.weights.enumerated() { parameters.scalars[place] = weight }
    parameters.scalars[tail] = neuron.bias
    parameters.scalars[tail + 1] = neuron.logTimeConstant
    parameters.scalars[tail + 2] = neuron.adaptation
    refresh()
  }

  var model: SequenceModel { unpacked(parameters) }

  func unpacked(_ block: LaneBuffer) -> SequenceModel {
    var neuron = template
    neuron.weights = (0..<inputs).map { block.scalars[$0] }
    neuron.bias = block.scalars[tail]
    neuron.logTimeConstant = block.scalars[tail + 1]
    neuron.adaptation = block.scalars[tail + 2]
    return .integrateAndFire(neuron)
  }

  private final class Workspace: SequenceWorkspace {
    /// Voltage, spike and adaptation of each step, `[step, sample, 3]`.
    let states = GrowingBuffer()
  }

  func makeWorkspace() -> SequenceWorkspace { Workspace() }

  func refresh() {
    decay = exp(-Float(configuration.timeStepMilliseconds) / exp(parameters.scalars[tail + 1]))
  }

  func forward(_ sequences: [EventSequence], in workspace: SequenceWorkspace) {
    let ws = workspace as! Workspace
    ws.steps = sequences[0].steps
    ws.output.reserveZeroed(ws.steps * tileSamples)
    ws.states.reserveZeroed(lanes(for: ws.steps * tileSamples * 3))
    let p = parameters.scalars
    let (bias, beta, theta) = (p[tail], p[tail + 2], Float(configuration.threshold))
    for (sample, sequence) in sequences.enumerated() {
      var (v, spike, raised): (Float, Float, Float) = (0, 0, 0)
      sequence.withEvents { offsets, channel, values in
        for step in 0..<ws.steps {
          raised = adaptationDecay * raised + spike
          v = decay * v * (1 - spike) + bias
          for event in Int(offsets[step])..<Int(offsets[step + 1]) {
            v += p[Int(channel[event])] * values[event]
          }
          let threshold = theta + (configuration.adapts ? beta * raised : 0)
          spike = v >= threshold ? 1 : 0
          let row = step * tileSamples + sample
          ws.output.scalars[row * 16] = sharpness * (v - threshold)
          ws.output.scalars[row * 16 + 1] = v
          let state = ws.states.scalars + row * 3
          (state[0], state[1], state[2]) = (v, spike, raised)
        }
      }
    }
  }

  func backward(_ sequences: [EventSequence], in workspace: SequenceWorkspace, into gradient: LaneBuffer) {
    let ws = workspace as! Workspace
    let g = gradient.scalars
    let decaySlope = decay * Float(configuration.timeStepMilliseconds) / exp(parameters.scalars[tail + 1])
    for (sample, sequence) in sequences.enumerated() {
      var error: Float = 0
      sequence.withEvents { offsets, channel, values in
        for step in stride(from: ws.steps - 1, through: 0, by: -1) {
          let row = step * tileSamples + sample
          let state = ws.states.scalars + row * 3
          let byLogit = sharpness * ws.outputGradient.scalars[row * 16]
          error = decay * (1 - state[1]) * error + byLogit + ws.outputGradient.scalars[row * 16 + 1]
          if configuration.adapts { g[tail + 2] -= byLogit * state[2] }
          g[tail] += error
          if step > 0 {
            let before = state - 3 * tileSamples
            g[tail + 1] += error * before[0] * (1 - before[1]) * decaySlope
          }
          for event in Int(offsets[step])..<Int(offsets[step + 1]) {
            g[Int(channel[event])] += error * values[event]
          }
        }
      }
    }
  }

  func finish(gradient: LaneBuffer) {}

  func constrain() {
    let log = parameters.scalars + tail + 1
    log.pointee = min(max(log.pointee, -3), 9)
  }
}
