import ArgumentParsing
import Dendrites

/// Counts of patterns, exactly.
struct OverlapCommand: Command {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      "overlap", abstract: "The exact number of patterns that overlap a segment in given cells (Eq 2).",
      examples: [
        .init(
          "neuropil dendrites overlap --cells 600 --active 40 --synapses 40 --overlap 39", "22400 patterns.")
      ])
  }
  @Option("Cells in the population, n.") var cells: Int
  @Option("Active cells of a pattern, a.") var active: Int
  @Option("Synapses of the segment, s.") var synapses: Int
  @Option("Cells in common, b.") var overlap: Int
  @OptionGroup var common: CommonOptions

  struct Result: Encodable {
    var count: String
    var probability: Double
    var log10Probability: Double?
  }

  func run() throws {
    let law = try OverlapLaw(cells: cells, active: active, synapses: synapses)
    let count = try law.count(ofOverlap: overlap)
    let probability = law.probability(ofOverlap: overlap)
    show(
      Result(
        count: count.description, probability: probability.value,
        log10Probability: probability.isZero ? nil : probability.log10),
      json: common.json, [("count", count.description), ("probability", probability.text())])
  }
}
