import Foundation
import Probability

/// A neuron whose segments act each for itself, in the style of Poirazi and Mel (2001) as the official experiments use
/// it: its activation is the sum of a nonlinear function of each segment's overlap.
public struct ActiveNeuron: Sendable, Hashable {
  /// What a segment adds to the activation for an overlap.
  public enum Nonlinearity: Sendable, Hashable {
    /// The overlap itself from θ on, else 0.
    case threshold(Int)
    /// overlap^power; the official power is 10.
    case power(Double)
    /// 1/(1 + exp(scale·(center − overlap))); the official center is 11.5 and scale 5.
    case sigmoid(center: Double, scale: Double)

    func value(_ overlap: Int) -> Double {
      switch self {
      case .threshold(let theta): overlap >= theta ? Double(overlap) : 0
      case .power(let power): pow(Double(overlap), power)
      case .sigmoid(let center, let scale): 1 / (1 + exp(scale * (center - Double(overlap))))
      }
    }
  }

  /// The constants of learning.
  public struct Learning: Sendable, Hashable {
    /// Permanence of a new synapse.
    public var initial = 0.5
    /// Permanence below which a synapse is replaced.
    public var threshold = 0.15
    /// Gain of an active synapse of the strongest segment on a pattern of the neuron's class.
    public var increment = 0.02
    /// Loss of an inactive synapse there, and of an active one on a pattern of the other class.
    public var decrement = 0.0125

    /// The official constants.
    public init() {}
  }

  /// Cells in the population.
  public let cells: Int
  /// What a segment adds.
  public let nonlinearity: Nonlinearity
  /// Cells of each segment's synapses, `[segment][synapse]`.
  public private(set) var synapses: [[Int]]
  /// Permanence of each synapse, `[segment][synapse]`.
  public private(set) var permanences: [[Double]]

  /// A neuron with random synapses; the official sizes by default.
  ///
  /// - Parameters:
  ///   - cells: n.
  ///   - segments: number of segments.
  ///   - length: synapses of each.
  ///   - nonlinearity: what a segment adds.
  ///   - stream: of the synapses.
  /// - Throws: ``DendritesError/outOfRange(name:value:allowed:because:)``.
  public init(
    cells: Int = 400, segments: Int = 1000, length: Int = 10, nonlinearity: Nonlinearity = .threshold(6),
    using stream: inout RandomStream
  ) throws(DendritesError) {
    try require(cells, "cells", in: 1...largestPopulation, because: "a population has at least one cell")
    try require(segments, "segments", in: 1...10_000_000, because: "a neuron has at least one segment")
    try require(length, "synapses", in: 1...cells, because: "a segment has at most one synapse on a cell")
    self.cells = cells
    self.nonlinearity = nonlinearity
    synapses = []
    for _ in 0..<segments { synapses.append(stream.sample(length, outOf: cells)) }
    permanences = synapses.map { $0.map { _ in Learning().initial } }
  }

  /// Synapses of a segment.
  public var length: Int { synapses[0].count }

  private func overlaps(_ pattern: SparsePattern) -> [Int] {
    let active = pattern.dense
    return synapses.map { $0.reduce(0) { $0 + Int(active[$1]) } }
  }

  /// Σ over segments of the nonlinear overlap.
  ///
  /// - Throws: ``DendritesError/badPattern(_:)`` for a pattern of another population.
  public func activation(_ pattern: SparsePattern) throws(DendritesError) -> Double {
    guard pattern.cells == cells else {
      throw .badPattern("the pattern is of \(pattern.cells) cells, but the neuron listens to \(cells)")
    }
    return overlaps(pattern).reduce(0) { $0 + nonlinearity.value($1) }
  }

  /// Gives the segments to patterns: one to each while there are enough, else one to each group of similar patterns.
  ///
  /// A group's segment takes the cells that several of its patterns share, then again and again a random cell of the
  /// pattern it covers least. Groups come from K-means with as many centres as segments.
  ///
  /// - Throws: ``DendritesError/badPattern(_:)`` for patterns smaller than a segment or of another population.
  public mutating func initialise(_ patterns: [SparsePattern], using stream: inout RandomStream)
    throws(DendritesError)
  {
    for pattern in patterns {
      guard pattern.cells == cells, pattern.active.count >= length else {
        throw .badPattern(
          "a pattern of \(pattern.active.count) active among \(pattern.cells) cells cannot hold a segment of \(length) synapses on \(cells)"
        )
      }
    }
    if patterns.count <= synapses.count {
      for (segment, pattern) in patterns.enumerated() {
        synapses[segment] = try pattern.subsample(length, using: &stream).active
      }
    } else {
      for (segment, group) in Self.groups(patterns, synapses.count, using: &stream).enumerated()
      where !group.isEmpty {
        synapses[segment] = Self.cover(group, length, using: &stream)
      }
    }
    permanences = synapses.map { $0.map { _ in Learning().initial } }
  }

  /// K-means of the patterns as points of 0 and 1; ten rounds.
  private static func groups(_ patterns: [SparsePattern], _ count: Int, using stream: inout RandomStream)
    -> [[SparsePattern]]
  {
    let cells = patterns[0].cells
    var centres = stream.sample(count, outOf: patterns.count).map { patterns[$0].dense.map(Float.init) }
    var groups: [[SparsePattern]] = []
    for _ in 0..<10 {
      groups = Array(repeating: [], count: count)
      let squares = centres.map { $0.reduce(0) { $0 + $1 * $1 } }
      for pattern in patterns {
        // |x − c|² = |x|² − 2x·c + |c|², and |x|² is the same for all centres.
        let nearest = centres.indices.min { a, b in
          func distance(_ k: Int) -> Float {
            squares[k] - 2 * pattern.active.reduce(0) { $0 + centres[k][$1] }
          }
          return distance(a) < distance(b)
        }!
        groups[nearest].append(pattern)
      }
      for (k, group) in groups.enumerated() where !group.isEmpty {
        var centre = [Float](repeating: 0, count: cells)
        for pattern in group { for cell in pattern.active { centre[cell] += 1 / Float(group.count) } }
        centres[k] = centre
      }
    }
    return groups
  }

  private static func cover(_ group: [SparsePattern], _ length: Int, using stream: inout RandomStream)
    -> [Int]
  {
    var counts: [Int: Int] = [:]
    for pattern in group { for cell in pattern.active { counts[cell, default: 0] += 1 } }
    let shared = counts.filter { $0.value > 1 }.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map(\.key)
    var chosen = Set(shared.prefix(length))
    while chosen.count < length {
      let least = group.min { a, b in
        a.active.count(where: chosen.contains) < b.active.count(where: chosen.contains)
      }!
      let open = least.active.filter { !chosen.contains($0) }
      // A pattern that is covered wholly leaves the others to fill the rest.
      guard !open.isEmpty else { break }
      chosen.insert(open[stream.integer(below: open.count)])
    }
    return chosen.sorted()
  }

  /// Learns from one pattern.
  ///
  /// The strongest segment of a neuron that fires gains where it was right: active synapses are strengthened and
  /// inactive ones weakened, and one that falls below the threshold moves to a random active cell. A neuron that fires
  /// wrongly weakens the active synapses. A neuron that misses its pattern gives its weakest segment to it, when that
  /// segment's median permanence is below the threshold.
  ///
  /// - Parameters:
  ///   - pattern: what is shown.
  ///   - isOwn: whether the neuron should fire.
  ///   - learning: the constants.
  ///   - stream: of replacements.
  public mutating func learn(
    _ pattern: SparsePattern, isOwn: Bool, _ learning: Learning = Learning(), using stream: inout RandomStream
  ) throws(DendritesError) {
    let fires = try activation(pattern) > 0
    let overlaps = overlaps(pattern)
    let strongest = overlaps.indices.max { (overlaps[$0], -$0) < (overlaps[$1], -$1) }!
    let active = Set(pattern.active)
    switch (fires, isOwn) {
    case (true, true):
      for place in synapses[strongest].indices {
        let isActive = active.contains(synapses[strongest][place])
        let changed = permanences[strongest][place] + (isActive ? learning.increment : -learning.decrement)
        permanences[strongest][place] = min(1, max(0, changed))
        if changed < learning.threshold {
          let open = pattern.active.filter { !synapses[strongest].contains($0) }
          guard !open.isEmpty else { continue }
          synapses[strongest][place] = open[stream.integer(below: open.count)]
          permanences[strongest][place] = learning.initial
        }
      }
    case (true, false):
      for place in synapses[strongest].indices where active.contains(synapses[strongest][place]) {
        permanences[strongest][place] = max(0, permanences[strongest][place] - learning.decrement)
      }
    case (false, true):
      let medians = permanences.map(median)
      let weakest = medians.indices.min { (medians[$0], $0) < (medians[$1], $1) }!
      guard medians[weakest] < learning.threshold, pattern.active.count >= length else { return }
      synapses[weakest] = try pattern.subsample(length, using: &stream).active
      permanences[weakest] = synapses[weakest].map { _ in learning.initial }
    case (false, false): break
    }
  }
}

/// Two neurons that compete for patterns.
public struct TwoNeuronClassifier: Sendable, Hashable {
  /// Fires for the first class.
  public var positive: ActiveNeuron
  /// Fires for the second.
  public var negative: ActiveNeuron

  /// A pair of neurons of one population.
  public init(positive: ActiveNeuron, negative: ActiveNeuron) {
    self.positive = positive
    self.negative = negative
  }

  /// Whether the pattern is of the first class; noise in ±0.0005 breaks ties.
  public func classify(_ pattern: SparsePattern, using stream: inout RandomStream) throws(DendritesError)
    -> Bool
  {
    let difference = try positive.activation(pattern) - negative.activation(pattern)
    return difference + (stream.uniform() - 0.5) * 0.001 > 0
  }

  /// Shows both neurons a pattern with its class.
  public mutating func learn(_ pattern: SparsePattern, isPositive: Bool, using stream: inout RandomStream)
    throws(DendritesError)
  {
    try positive.learn(pattern, isOwn: isPositive, using: &stream)
    try negative.learn(pattern, isOwn: !isPositive, using: &stream)
  }
}
