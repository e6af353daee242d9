import ArgumentParsing
import ExpressiveNeurons
import Laboratory
import Probability

/// What a neuron is made of.
struct ElmInspectCommand: Command {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      "inspect",
      abstract: "Shows a neuron's sizes, time constants, gains, dead synapses and Lyapunov spectrum.",
      examples: [
        .init(
          "neuropil elm teach --teacher lif --basal 4 --apical 4 --training 8 --milliseconds 1500 --out /tmp/neuropil-teacher-4 && neuropil elm train --data /tmp/neuropil-teacher-4 --branches 4 --memory-units 6 --steps 20 --out /tmp/neuropil-run-4 && neuropil elm inspect --weights /tmp/neuropil-run-4/weights.safetensors --lyapunov 500",
          "The neuron after a short training, and how differences of its memory fade.")
      ])
  }
  @Option("Steps of random input over which Lyapunov exponents are taken; none unless given.") var lyapunov:
    Int?
  @Option("Events a step of that input.") var events = 5.0
  @OptionGroup var source: ElmWeightsOptions
  @OptionGroup var chance: ChanceOptions
  @OptionGroup var common: CommonOptions

  private struct Result: Encodable {
    var configuration: ELMConfiguration
    var parameters: Int
    var synapses: Int
    var deadSynapses: Int
    var timeConstants: [Double]
    var decays: [Double]
    var gains: [Double]
    var bounds: [Double]
    var lyapunovExponents: [Double]?
  }

  func run() throws {
    let neuron = try source.neuron(for: "inspect", quiet: common.quiet)
    let c = neuron.configuration
    var result = Result(
      configuration: c, parameters: c.parameterCount, synapses: c.synapses, deadSynapses: neuron.deadSynapses,
      timeConstants: neuron.memoryTimeConstants, decays: neuron.memoryDecays, gains: neuron.memoryGains,
      bounds: neuron.memoryBounds)
    if let lyapunov {
      guard lyapunov >= 1, lyapunov <= 10_000_000, events >= 0, events <= 1e6 else {
        throw UsageError("--lyapunov must be 1 to 10000000 steps and --events 0 to 1000000")
      }
      let skip = 100
      var stream = RandomStream(seed: chance.seed, "lyapunov input")
      let count = Int(events * Double(lyapunov + skip))
      let input = try EventSequence(
        time: (0..<count).map { _ in stream.integer(below: lyapunov + skip) },
        channel: (0..<count).map { _ in stream.integer(below: c.inputs) },
        steps: lyapunov + skip, channels: c.inputs)
      result.lyapunovExponents = try LyapunovSpectrum(neuron, input: input, skip: skip).exponents
    }
    if common.json { return print(JSONText.encode(result)) }
    show(
      result, json: false,
      [
        ("inputs", "\(c.inputs)"), ("traces", "\(c.traces)"), ("memory units", "\(c.memoryUnits)"),
        ("hidden", "\(c.hiddenLayers) of \(c.hiddenSize), \(c.activation.rawValue)"),
        ("outputs", "\(c.outputs)"),
        ("gain", "\(c.gain.rawValue), λ \(c.lambda.argumentText)"), ("parameters", "\(result.parameters)"),
        ("synapses", "\(result.synapses), \(result.deadSynapses) without strength"),
      ])
    let digits = { (x: Double) in "\((x * 1e5).rounded() / 1e5)" }
    showTable(
      ["unit", "time constant (ms)", "decay", "gain", "bound"]
        + (result.lyapunovExponents == nil ? [] : ["Lyapunov (1/ms)"]),
      (0..<c.memoryUnits).map { unit in
        [
          "\(unit)", digits(result.timeConstants[unit]), digits(result.decays[unit]),
          digits(result.gains[unit]),
          digits(result.bounds[unit]),
        ] + (result.lyapunovExponents.map { [digits($0[unit])] } ?? [])
      })
  }
}
