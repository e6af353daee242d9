import ArgumentParsing
import Dendrites
import Laboratory
import Probability

/// Two Poirazi-Mel style neurons that learn to tell patterns apart.
struct NeuronCommand: Command {
  enum Task: String, CaseIterable, OptionValue {
    case random
    case poiraziMel = "poirazi-mel"
  }

  enum Shape: String, CaseIterable, OptionValue { case threshold, power, sigmoid }

  static var configuration: CommandConfiguration {
    CommandConfiguration(
      "neuron", abstract: "Two neurons with active dendrites learn to tell two classes of patterns apart.",
      discussion:
        "Each neuron is initialised on the patterns of its class, shown all patterns for a number of epochs, and tested: on noisy copies of random patterns, or on fresh samples of the benchmark of Poirazi and Mel.",
      examples: [
        .init(
          "neuropil dendrites neuron --patterns 200 --segments 200 --noise 8",
          "Random patterns with a fifth of their cells moved."),
        .init(
          "neuropil dendrites neuron --task poirazi-mel --patterns 400 --segments 100 --synapses 10 --threshold 6",
          "The benchmark; more patterns than segments."),
      ])
  }
  @Option("What is learned.") var task = Task.random
  @Option("Cells in the population of random patterns, n.") var cells = 2000
  @Option("Active cells of random patterns, a.") var active = 40
  @Option("Patterns of both classes together.") var patterns = 400
  @Option("Segments of each neuron.") var segments = 200
  @Option("Synapses of each segment, s.") var synapses = 20
  @Option("Active synapses that make a match.") var threshold = 10
  @Option(
    "What a segment adds to a neuron: its overlap from the threshold on, the overlap to the tenth power, or a sigmoid half a synapse below the threshold."
  ) var nonlinearity = Shape.threshold
  @Option("Active cells of random patterns that noise moves in the test, v.") var noise = 0
  @Option("Times that all patterns are shown for learning.") var epochs = 2
  @OptionGroup var chance: ChanceOptions
  @OptionGroup var common: CommonOptions

  private struct Result: Encodable {
    var accuracyBeforeLearning: Double
    var accuracy: Double
    var tested: Int
  }

  func validate() throws {
    guard patterns >= 2, epochs >= 0 else {
      throw UsageError("--patterns must be 2 or more and --epochs 0 or more")
    }
  }

  func run() throws {
    var stream = RandomStream(seed: chance.seed, "two neurons")
    let shown: [(pattern: SparsePattern, isPositive: Bool)]
    let tested: [(pattern: SparsePattern, isPositive: Bool)]
    switch task {
    case .random:
      shown = try (0..<patterns).map {
        (try SparsePattern.random(cells: cells, active: active, using: &stream), $0 % 2 == 0)
      }
      tested = try shown.map { (try $0.pattern.addingNoise(noise, using: &stream), $0.isPositive) }
    case .poiraziMel:
      let samples = try PoiraziMelData.generate(count: max(20, 2 * patterns), seed: chance.seed)
      let all = zip(samples.patterns, samples.isPositive).map { (pattern: $0, isPositive: $1) }
      shown = Array(all.prefix(patterns))
      tested = Array(all.dropFirst(patterns).prefix(patterns))
    }
    let response: ActiveNeuron.Nonlinearity =
      switch nonlinearity {
      case .threshold: .threshold(threshold)
      case .power: .power(10)
      case .sigmoid: .sigmoid(center: Double(threshold) - 0.5, scale: 5)
      }
    func neuron(_ isPositive: Bool) throws -> ActiveNeuron {
      var neuron = try ActiveNeuron(
        cells: shown[0].pattern.cells, segments: segments, length: synapses,
        nonlinearity: response, using: &stream)
      try neuron.initialise(shown.filter { $0.isPositive == isPositive }.map(\.pattern), using: &stream)
      return neuron
    }
    var pair = TwoNeuronClassifier(positive: try neuron(true), negative: try neuron(false))
    func accuracy() throws -> Double {
      Double(try tested.count { try pair.classify($0.pattern, using: &stream) == $0.isPositive })
        / Double(tested.count)
    }
    let before = try accuracy()
    for _ in 0..<epochs {
      for sample in shown { try pair.learn(sample.pattern, isPositive: sample.isPositive, using: &stream) }
    }
    let result = Result(accuracyBeforeLearning: before, accuracy: try accuracy(), tested: tested.count)
    show(
      result, json: common.json,
      [
        ("accuracy before learning", "\(result.accuracyBeforeLearning)"), ("accuracy", "\(result.accuracy)"),
        ("patterns tested", "\(result.tested)"),
      ])
  }
}
