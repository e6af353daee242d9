import Parallel
import Probability

/// How far the laws, which assume uniform patterns, mislead for correlated ones (official experiment).
///
/// A trial draws clusters and a set of patterns from them. Neurons learn one pattern on each segment and are tested on
/// as many other patterns of the set; firing on one is a false match.
public struct CorrelationExperiment: Sendable, Hashable {
  /// Cells in the population, n.
  public var cells: Int
  /// Active cells, a.
  public var active: Int
  /// Synapses of each segment, s.
  public var synapses: Int
  /// θ
  public var threshold: Int
  /// Segments of a neuron, and patterns it is tested on.
  public var segments = 500
  /// Neurons of a trial; its correlation is measured over all their patterns.
  public var neurons = 20

  /// An experiment with the official numbers of segments and neurons.
  public init(cells: Int, active: Int, synapses: Int, threshold: Int) {
    (self.cells, self.active, self.synapses, self.threshold) = (cells, active, synapses, threshold)
  }

  /// What one set of patterns gave.
  public struct Trial: Sendable, Hashable, Codable {
    /// Mean pair correlation of the patterns.
    public var correlation: Double
    /// Patterns on which a neuron fired without having learned them.
    public var falseMatches: Int
    /// Patterns tested.
    public var samples: Int

    /// A counted set.
    public init(correlation: Double, falseMatches: Int, samples: Int) {
      (self.correlation, self.falseMatches, self.samples) = (correlation, falseMatches, samples)
    }
  }

  /// Trials of like correlation, pooled.
  public struct Bin: Sendable, Hashable, Codable {
    /// Lower end of the correlations.
    public var low: Double
    /// Upper end.
    public var high: Double
    /// Number of trials.
    public var trials: Int
    /// False matches and patterns tested, of all trials together.
    public var rate: Proportion
  }

  /// The probability that uniform patterns of the same size would make a neuron fire.
  public func uniformProbability() throws(DendritesError) -> TailProbability {
    try NeuronLaw(
      cells: cells, active: active,
      kinds: [SegmentKind(count: segments, synapses: synapses, threshold: threshold)]
    ).falseMatch
  }

  /// Makes trials.
  ///
  /// - Parameters:
  ///   - trials: their number, each with clusters of its own.
  ///   - seed: of everything.
  ///   - threads: most threads to use; the result does not depend on it.
  ///   - onTrial: called after each; what it throws ends the experiment.
  public func run(
    trials: Int, seed: UInt64, threads: Int = availableThreads, onTrial: @Sendable () throws -> Void = {}
  ) throws -> [Trial] {
    try require(
      synapses, "synapses", in: 1...max(1, active), because: "a segment samples its synapses from a pattern")
    try require(segments, "segments", in: 1...1_000_000, because: "a neuron has at least one segment")
    try require(neurons, "neurons", in: 1...10_000, because: "a trial has at least one neuron")
    try require(trials, "trials", in: 1...1_000_000, because: "there is at least one trial")
    return try parallelMap(count: trials, threads: threads) { trial in
      var stream = RandomStream(seed: seed, "correlated patterns", trial)
      let source = try CorrelatedPatterns(cells: cells, active: active, seed: stream.next())
      let patterns = (0..<(2 * segments * neurons)).map { _ in source.pattern(using: &stream) }
      var falseMatches = 0
      for neuron in 0..<neurons {
        let own = patterns[(2 * segments * neuron)..<(2 * segments * (neuron + 1))]
        let matcher = try SegmentMatcher(
          own.prefix(segments).map { try $0.subsample(synapses, using: &stream) }, threshold: threshold)
        falseMatches += try matcher.matches(Array(own.suffix(segments)), threads: 1).count { !$0.isEmpty }
      }
      try onTrial()
      return Trial(
        correlation: try CorrelatedPatterns.meanPairCorrelation(patterns), falseMatches: falseMatches,
        samples: segments * neurons)
    }
  }

  /// Pools trials whose correlation falls into the same bin; bins without a trial are left out.
  public static func pooled(_ trials: [Trial], width: Double = 0.01) -> [Bin] {
    let groups = Dictionary(grouping: trials) { Int(($0.correlation / width).rounded(.down)) }
    return groups.sorted { $0.key < $1.key }.map { place, members in
      Bin(
        low: Double(place) * width, high: Double(place + 1) * width, trials: members.count,
        rate: Proportion(
          successes: members.reduce(0) { $0 + $1.falseMatches },
          trials: members.reduce(0) { $0 + $1.samples }))
    }
  }
}
