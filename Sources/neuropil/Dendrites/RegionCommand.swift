import ArgumentParsing
import Dendrites

/// Segments of one kind as people write them: `500x20:10`.
extension SegmentKind: OptionValue {
  /// Reads `count x synapses : threshold`.
  public init?(argument: String) {
    let parts = argument.split(separator: ":", omittingEmptySubsequences: false)
    let sizes = parts[0].split(separator: "x", omittingEmptySubsequences: false)
    guard parts.count == 2, sizes.count == 2, let count = Int(sizes[0]), let synapses = Int(sizes[1]),
      let threshold = Int(parts[1]), count >= 1
    else { return nil }
    self.init(count: count, synapses: synapses, threshold: threshold)
  }
  /// `DxS:T`
  public static var valueName: String { "DxS:T" }
  /// As it is typed.
  public var argumentText: String { "\(count)x\(synapses):\(threshold)" }
  /// What is expected.
  public static var expectation: String {
    "a number of segments, their synapses and their threshold, such as 500x20:10"
  }
}

/// Neurons of several kinds of segments.
struct RegionCommand: Command {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      "region", abstract: "False matches of neurons whose segments differ, and of regions of such neurons.",
      discussion:
        "A neuron fires when any of its segments matches. With --noise it also gives the chance that the neuron misses a pattern stored on a segment of the first kind.",
      examples: [
        .init(
          "neuropil dendrites region --cells 2000 --active 40 --segments 400x20:10,100x30:16 --neurons 2000",
          "Two kinds of segments, two thousand neurons."),
        .init(
          "neuropil dendrites region --cells 6000 --active 128 --segments 500x30:12 --noise 50% --json",
          "The official neuron of 500 segments under noise."),
      ])
  }
  @Option("Cells in the population, n.") var cells: Int
  @Option("Active cells of the pattern, a, or their share of the population.") var active: CellCount
  @Option("Segments of a neuron, kind by kind.", valueName: "DxS:T,…") var segments = [
    SegmentKind(count: 500, synapses: 20, threshold: 10)
  ]
  @Option("Neurons in the region.") var neurons = 1
  @Option("Active cells of a stored pattern that noise moves, v, or their share.") var noise: CellCount?
  @OptionGroup var common: CommonOptions

  struct Result: Encodable {
    var segmentProbabilities: [Double]
    var neuronProbability: Double
    var neuronLog10Probability: Double?
    var regionProbability: Double
    var expectedNeurons: Double
    var falseNegative: Double?
  }

  func validate() throws {
    guard neurons >= 1 else { throw UsageError("--neurons is \(neurons), but must be 1 or more") }
  }

  func run() throws {
    let active = try active.resolved(outOf: cells, "active", of: "cells", quiet: common.quiet)
    let law = try NeuronLaw(cells: cells, active: active, kinds: segments)
    let missed = try noise.map {
      try law.falseNegative(
        noise: $0.resolved(outOf: active, "noise", of: "active cells", quiet: common.quiet), storedOn: 0)
    }
    let neuron = law.falseMatch
    let result = Result(
      segmentProbabilities: law.segmentProbabilities.map(\.value), neuronProbability: neuron.value,
      neuronLog10Probability: neuron.isZero ? nil : neuron.log10,
      regionProbability: law.anyFires(neurons: neurons).value,
      expectedNeurons: law.expectedFiring(neurons: neurons).value, falseNegative: missed?.value)
    show(
      result, json: common.json,
      zip(segments, law.segmentProbabilities).map {
        ("a segment of \($0.synapses) synapses, threshold \($0.threshold)", $1.text())
      } + [
        ("a neuron", neuron.text()), ("any of \(neurons) neurons", law.anyFires(neurons: neurons).text()),
        ("neurons that fire, expected", law.expectedFiring(neurons: neurons).text()),
      ] + (missed.map { [("missed under noise", $0.text())] } ?? []))
  }
}
