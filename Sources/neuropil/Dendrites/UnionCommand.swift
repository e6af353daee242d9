import ArgumentParsing
import Dendrites

/// A segment that stores several patterns.
struct UnionCommand: Command {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      "union",
      abstract:
        "False matches of a segment that stores several patterns: the paper's plug-in and the exact law.",
      examples: [
        .init(
          "neuropil dendrites union --cells 20000 --active 100 --synapses 25 --patterns 10 --threshold 15",
          "The worked example of section 3.3.")
      ])
  }
  @Option("Cells in the population, n.") var cells: Int
  @Option("Active cells of the tested pattern, a.") var active: Int
  @Option("Synapses for each stored pattern, s.") var synapses: Int
  @Option("Stored patterns, M.") var patterns: Int
  @Option("Active synapses that make a match.", valueName: "T|half") var threshold: ThresholdRule
  @Option("Active cells of a stored pattern that noise moves, v; adds the probability to miss it.") var noise:
    Int?
  @OptionGroup var common: CommonOptions

  struct Result: Encodable {
    var expectedSize: Double
    var sizeStandardDeviation: Double
    var plugInProbability: Double
    var exactProbability: Double
    var bloomProbability: Double
    /// Eq 4 for an input that is a union of the patterns (official script).
    var inputUnionProbability: Double
    /// The notebook's form: a union of whole patterns, its size unrounded.
    var notebookProbability: Double
    var falseNegative: Double?
  }

  func run() throws {
    let law = try UnionLaw(cells: cells, synapses: synapses, patterns: patterns)
    let theta = threshold.threshold(synapses: synapses)
    let plugIn = try law.plugInFalseMatch(active: active, threshold: theta)
    let exact = try law.falseMatch(active: active, threshold: theta)
    let input = try PublishedUnions.inputUnion(
      cells: cells, active: active, synapses: synapses, threshold: theta, patterns: patterns)
    let notebook = try PublishedUnions.notebook(
      cells: cells, active: active, synapses: synapses, threshold: theta, patterns: patterns)
    let missed = try noise.map { try law.falseNegative(active: active, noise: $0, threshold: theta) }
    let result = Result(
      expectedSize: law.expectedSize, sizeStandardDeviation: law.sizeStandardDeviation,
      plugInProbability: plugIn.value,
      exactProbability: exact.value, bloomProbability: law.bloomFalseMatch.value,
      inputUnionProbability: input.value, notebookProbability: notebook.value, falseNegative: missed?.value)
    show(
      result, json: common.json,
      [
        ("expected size", "\(law.expectedSize) synapses"), ("its deviation", "\(law.sizeStandardDeviation)"),
        ("plug-in probability (Eq 14)", plugIn.text()), ("exact probability", exact.text()),
        ("exact matching (Eq 12)", law.bloomFalseMatch.text()),
        ("official script, union as input", input.text()),
        ("official notebook, whole patterns", notebook.text()),
      ] + (missed.map { [("missed under noise", $0.text())] } ?? []))
  }
}
