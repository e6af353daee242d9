import Probability

/// A temporal memory of one cell in each column: a cell predicts its activity when one of its segments matches the
/// pattern before (official experiments).
public struct FirstOrderMemory: Sendable {
  /// What happens on a transition that some segment of a cell already matches.
  public enum Growth: String, Sendable, Hashable, Codable, CaseIterable {
    /// The cell makes a segment of its own for every transition, as the laws assume.
    case none
    /// Matching segments grow synapses until s of them are active, and the cell makes none: the official program. Chance
    /// matches so become unions of patterns.
    case matching
  }

  /// Cells in the population, n.
  public let cells: Int
  /// Synapses of a new segment, s.
  public let synapses: Int
  /// θ
  public let threshold: Int
  /// What happens on predicted transitions.
  public let growth: Growth
  /// Most segments of a cell; the one that matched least recently gives way.
  public let mostSegments: Int

  private struct Grown {
    var cell: Int
    var synapses: [Int]
    var lastUsed: Int
  }
  private var segments: [Grown] = []
  /// Segments of each cell.
  private var own: [[Int]]
  /// Segments with a synapse on each cell.
  private var listeners: [[Int32]]
  private var time = 0

  /// A memory that has learned nothing.
  ///
  /// - Throws: ``DendritesError/outOfRange(name:value:allowed:because:)``.
  public init(
    cells: Int, synapses: Int, threshold: Int, growth: Growth = .none, mostSegments: Int = .max
  ) throws(DendritesError) {
    try require(cells, "cells", in: 1...10_000_000, because: "a memory keeps a table of its cells")
    try require(synapses, "synapses", in: 1...cells, because: "a segment has at most one synapse on a cell")
    try require(threshold, "threshold", in: 1...synapses, because: "other thresholds match always or never")
    try require(mostSegments, "segments of a cell", in: 1...Int.max, because: "a cell needs at least one")
    (self.cells, self.synapses, self.threshold, self.growth) = (cells, synapses, threshold, growth)
    self.mostSegments = mostSegments
    own = Array(repeating: [], count: cells)
    listeners = Array(repeating: [], count: cells)
  }

  /// Overlap of each segment with a pattern, `[segment]`.
  private func overlaps(_ pattern: SparsePattern) -> [UInt16] {
    var counts = [UInt16](repeating: 0, count: segments.count)
    counts.withUnsafeMutableBufferPointer { counts in
      for cell in pattern.active { for segment in listeners[cell] { counts[Int(segment)] &+= 1 } }
    }
    return counts
  }

  private func matched(_ pattern: SparsePattern) throws(DendritesError) {
    guard pattern.cells == cells else {
      throw .badPattern("the pattern is of \(pattern.cells) cells, but the memory of \(cells)")
    }
  }

  /// The cells that a pattern makes predictive.
  public func predicted(after pattern: SparsePattern) throws(DendritesError) -> SparsePattern {
    try matched(pattern)
    var found = Set<Int>()
    for (segment, overlap) in overlaps(pattern).enumerated() where overlap >= threshold {
      found.insert(segments[segment].cell)
    }
    return SparsePattern(cells: cells, sorted: found.sorted())
  }

  /// Learns that `pattern` follows `previous`.
  public mutating func learn(
    _ pattern: SparsePattern, after previous: SparsePattern, using stream: inout RandomStream
  ) throws(DendritesError) {
    try matched(pattern)
    try matched(previous)
    time += 1
    let overlaps = overlaps(previous)
    for (segment, overlap) in overlaps.enumerated() where overlap >= threshold {
      segments[segment].lastUsed = time
    }
    for cell in pattern.active {
      let matching = growth == .none ? [] : own[cell].filter { overlaps[$0] >= threshold }
      for segment in matching where overlaps[segment] < synapses {
        let present = Set(segments[segment].synapses)
        let open = previous.active.filter { !present.contains($0) }
        let wanted = min(synapses - Int(overlaps[segment]), open.count)
        for place in stream.sample(wanted, outOf: open.count) { connect(segment, to: open[place]) }
      }
      if matching.isEmpty {
        let sources = try previous.subsample(min(synapses, previous.active.count), using: &stream).active
        let segment = place(on: cell)
        for source in sources { connect(segment, to: source) }
      }
    }
  }

  private mutating func connect(_ segment: Int, to cell: Int) {
    segments[segment].synapses.append(cell)
    listeners[cell].append(Int32(segment))
  }

  /// An empty segment on a cell: a new one, or the cell's least recently used.
  private mutating func place(on cell: Int) -> Int {
    guard own[cell].count >= mostSegments,
      let oldest = own[cell].min(by: { segments[$0].lastUsed < segments[$1].lastUsed })
    else {
      segments.append(Grown(cell: cell, synapses: [], lastUsed: time))
      own[cell].append(segments.count - 1)
      return segments.count - 1
    }
    for source in segments[oldest].synapses {
      if let index = listeners[source].firstIndex(of: Int32(oldest)) { listeners[source].remove(at: index) }
    }
    segments[oldest].synapses = []
    segments[oldest].lastUsed = time
    return oldest
  }
}

extension FirstOrderMemory {
  /// How well a memory names what comes next in the sequences it has learned, as a Jaccard index of predicted and true
  /// cells, averaged over the transitions.
  ///
  /// - Parameters:
  ///   - sequences: patterns one after another, `[sequence][time]`.
  ///   - noise: active cells that move, as the official noise moves them, before a pattern is shown.
  ///   - stream: of the noise.
  public func jaccard(
    _ sequences: [[SparsePattern]], noise: Int = 0, using stream: inout RandomStream
  ) throws(DendritesError) -> Double {
    var sum = 0.0
    var count = 0
    for sequence in sequences {
      for (shown, next) in zip(sequence, sequence.dropFirst()) {
        let noisy = try shown.addingReturningNoise(noise, using: &stream)
        let predicted = try predicted(after: noisy)
        let shared = try predicted.overlap(with: next)
        sum += Double(shared) / Double(max(1, predicted.active.count + next.active.count - shared))
        count += 1
      }
    }
    return sum / Double(max(1, count))
  }

  /// Learns random sequences once through, and once more, as the official experiments do.
  ///
  /// - Returns: the sequences, `[sequence][time]`.
  public mutating func learnRandomSequences(
    _ count: Int, length: Int, active: Int, using stream: inout RandomStream
  ) throws(DendritesError) -> [[SparsePattern]] {
    var sequences: [[SparsePattern]] = []
    for _ in 0..<count {
      var sequence: [SparsePattern] = []
      for _ in 0..<length {
        sequence.append(try SparsePattern.random(cells: cells, active: active, using: &stream))
      }
      for _ in 0..<(growth == .none ? 1 : 2) {
        for (previous, next) in zip(sequence, sequence.dropFirst()) {
          try learn(next, after: previous, using: &stream)
        }
      }
      sequences.append(sequence)
    }
    return sequences
  }
}
