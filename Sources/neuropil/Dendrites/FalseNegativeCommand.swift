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
          "A fifth of the active cells move: 3.9e-8."),
        .init(
          "neuropil dendrites false-negative --active 300 --synapses 30 --noise 20% --threshold 12",
          "The same as a share."),
      ])
  }
  @Option("Active cells of the pattern, a.") var active: Int
  @Option("Synapses of the segment, s, all on the pattern.") var synapses: Int
  @Option("Active cells that noise moves elsewhere, v, or their share of the active.") var noise: CellCount
  @Option("Cells in the population, n; checks that moved cells find room.") var cells: Int?
  @Option("Active synapses that make a match.", valueName: "T|half") var threshold: ThresholdRule
  @OptionGroup var common: CommonOptions

  struct Result: Encodable {
    var probability: Double
    var log10Probability: Double?
  }

  func run() throws {
    let noise = try noise.resolved(outOf: active, "noise", of: "active cells", quiet: common.quiet)
    if let cells, noise > cells - active {
      throw DendritesError.badPattern(
        "\(noise) cells have nowhere to go: only \(cells - active) of the \(cells) cells are inactive")
    }
    let theta = threshold.threshold(synapses: synapses)
    if theta <= 0 {
      Terminal.warn("a threshold of \(theta) matches everything, so nothing is missed", quiet: common.quiet)
    } else if theta > synapses {
      Terminal.warn(
        "a threshold of \(theta) can never be reached by \(synapses) synapses", quiet: common.quiet)
    }
    let law = try NoiseLaw(active: active, synapses: synapses, noise: noise)
    let missed = law.falseNegative(threshold: theta)
    show(
      Result(probability: missed.value, log10Probability: missed.isZero ? nil : missed.log10),
      json: common.json,
      [("probability", missed.text())]
        + (missed.isZero ? [("", "never: noise can silence at most \(noise) synapses")] : []))
  }
}
