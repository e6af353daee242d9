import ArgumentParsing
import Dendrites

/// How often a segment misses its own pattern.
struct FalseNegativeCommand: Command {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      "false-negative", abstract: "The probability that a segment misses its own pattern under noise (Eq 6).",
      examples: [
        .init(
          "neuropil dendrites false-negative --active 300 --synapses 30 --noise 60 --threshold 12",
          "A fifth of the active cells move: 3.9e-8.")
      ])
  }
  @Option("Active cells of the pattern, a.") var active: Int
  @Option("Synapses of the segment, s, all on the pattern.") var synapses: Int
  @Option("Active cells that noise moves elsewhere, v.") var noise: Int
  @Option("Active synapses that make a match.", placeholder: "T|half") var threshold: ThresholdRule
  @OptionGroup var common: CommonOptions

  struct Result: Encodable {
    var probability: Double
    var log10Probability: Double?
  }

  func run() throws {
    let law = try NoiseLaw(active: active, synapses: synapses, noise: noise)
    let missed = law.falseNegative(threshold: threshold.threshold(synapses: synapses))
    show(
      Result(probability: missed.value, log10Probability: missed.isZero ? nil : missed.log10),
      json: common.json,
      [("probability", missed.text())]
        + (missed.isZero ? [("", "never: noise can silence at most \(noise) synapses")] : []))
  }
}
