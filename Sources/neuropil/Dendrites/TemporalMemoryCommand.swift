import ArgumentParsing
import Dendrites
import Probability

/// What a first-order temporal memory predicts.
struct TemporalMemoryCommand: Command {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      "temporal-memory",
      abstract: "What a temporal memory of one cell a column predicts under noise, load and branches.",
      discussion:
        "Accuracy is the share of transitions still predicted under noise, the Jaccard index compares predicted and true cells after many transitions, and surprise counts the cells of a novel pattern that no branch predicted. With --sequences a memory learns that many random sequences of 20 patterns and is measured beside the laws.",
      examples: [
        .init(
          "neuropil dendrites temporal-memory --cells 2048 --active 40 --synapses 20 --threshold 12 --noise 20",
          "Half of the pattern moved: 17 % still predicted."),
        .init(
          "neuropil dendrites temporal-memory --cells 500 --active 64 --synapses 20 --threshold 10 --transitions 1900 --sequences 100",
          "The law of many transitions beside a memory that learns them."),
      ])
  }
  @Option("Cells in the population, n.") var cells: Int
  @Option("Active cells, a.") var active: Int
  @Option("Synapses of a segment, s.") var synapses: Int
  @Option("Active synapses that make a match.", valueName: "T|half") var threshold: ThresholdRule
  @Option("Active cells that noise moves, v, or their share of the active.") var noise = CellCount.cells(0)
  @Option("Transitions learned.") var transitions = 20_000
  @Option("Branches learned after one pattern, k.") var branches = 1
  @Option("Random sequences of 20 patterns that a memory learns.") var sequences: Int?
  @Option("What a memory's matching segments do: none, or matching ones grow as in the official program.")
  var growth = FirstOrderMemory.Growth.none
  @OptionGroup var chance: ChanceOptions
  @OptionGroup var common: CommonOptions

  struct Result: Encodable {
    var accuracy: Double
    var jaccard: Double
    var unionOverlap: Double
    var surprise: Double
    var measuredJaccard: Double?
  }

  func validate() throws {
    guard transitions >= 0, branches >= 0, sequences.map({ $0 >= 1 }) ?? true else {
      throw UsageError("--transitions and --branches must be 0 or more, --sequences 1 or more")
    }
  }

  func run() throws {
    let theta = threshold.threshold(synapses: synapses)
    let noise = try noise.resolved(outOf: active, "noise", of: "active cells", quiet: common.quiet)
    let measured = try sequences.map { count in
      var stream = RandomStream(seed: chance.seed, "temporal memory")
      var memory = try FirstOrderMemory(
        cells: cells, synapses: synapses, threshold: theta, growth: growth,
        mostSegments: growth == .none ? .max : 255)
      let learned = try memory.learnRandomSequences(count, length: 20, active: active, using: &stream)
      return try memory.jaccard(Array(learned.suffix(20)), noise: noise, using: &stream)
    }
    let result = Result(
      accuracy: try TemporalMemoryPredictions.accuracy(
        active: active, synapses: synapses, threshold: theta, noise: noise),
      jaccard: try TemporalMemoryPredictions.jaccard(
        cells: cells, active: active, synapses: synapses, threshold: theta, transitions: Double(transitions)),
      unionOverlap: try TemporalMemoryPredictions.unionOverlap(
        cells: cells, active: active, branches: branches),
      surprise: try TemporalMemoryPredictions.surprise(cells: cells, active: active, branches: branches),
      measuredJaccard: measured)
    show(
      result, json: common.json,
      [
        ("predicted under noise (1 − Eq 6)", "\(result.accuracy)"),
        ("Jaccard index after \(transitions) transitions", "\(result.jaccard)"),
        ("novel pattern predicted by \(branches) branches", "\(result.unionOverlap)"),
        ("surprising cells", "\(result.surprise)"),
      ] + (measured.map { [("Jaccard index measured", "\($0)")] } ?? []))
  }
}

extension FirstOrderMemory.Growth: OptionValue {}
