import Probability

/// A sparse distributed representation: which cells of a population are active.
public struct SparsePattern: Sendable, Hashable, Codable {
  /// Cells in the population, n.
  public let cells: Int
  /// The active cells, ascending.
  public let active: [Int]

  /// A pattern from its active cells, in any order.
  ///
  /// - Throws: ``DendritesError/badPattern(_:)`` for a cell outside the population or given twice.
  public init(cells: Int, active: [Int]) throws(DendritesError) {
    try require(cells, "cells", in: 1...largestPopulation, because: "a population has at least one cell")
    let sorted = active.sorted()
    for (place, cell) in sorted.enumerated() {
      guard cell >= 0, cell < cells else {
        throw .badPattern("cell \(cell) is not in the population of \(cells) (cells count from 0)")
      }
      guard place == 0 || sorted[place - 1] != cell else { throw .badPattern("cell \(cell) is given twice") }
    }
    self.cells = cells
    self.active = sorted
  }

  /// Already sorted, distinct cells of the population.
  init(cells: Int, sorted: [Int]) {
    self.cells = cells
    active = sorted
  }

  /// A pattern from one number a cell, 0 for inactive.
  public init(dense: [UInt8]) throws(DendritesError) {
    try self.init(cells: dense.count, active: dense.indices.filter { dense[$0] != 0 })
  }

  /// A uniformly random pattern of `count` active cells.
  public static func random(
    cells: Int, active count: Int, using stream: inout RandomStream
  ) throws(DendritesError) -> SparsePattern {
    _ = try OverlapLaw(cells: cells, active: count, synapses: 0)
    return SparsePattern(cells: cells, sorted: stream.sample(count, outOf: cells))
  }

  /// One number a cell, 1 for active.
  public var dense: [UInt8] {
    var bits = [UInt8](repeating: 0, count: cells)
    for cell in active { bits[cell] = 1 }
    return bits
  }

  /// 64 cells a word, the first cell in the lowest bit.
  public var words: [UInt64] {
    var words = [UInt64](repeating: 0, count: (cells + 63) / 64)
    for cell in active { words[cell / 64] |= 1 << UInt64(cell % 64) }
    return words
  }

  /// Active cells over all cells.
  public var sparsity: Double { Double(active.count) / Double(cells) }

  private func matched(_ other: SparsePattern) throws(DendritesError) {
    guard cells == other.cells else {
      throw .badPattern("the patterns are of different populations: \(cells) and \(other.cells) cells")
    }
  }

  /// The number of cells active in both (Eq 1's overlap).
  public func overlap(with other: SparsePattern) throws(DendritesError) -> Int {
    try matched(other)
    var (i, j, count) = (0, 0, 0)
    while i < active.count, j < other.active.count {
      if active[i] == other.active[j] {
        (i, j, count) = (i + 1, j + 1, count + 1)
      } else if active[i] < other.active[j] {
        i += 1
      } else {
        j += 1
      }
    }
    return count
  }

  /// Cells active in either.
  public func union(_ other: SparsePattern) throws(DendritesError) -> SparsePattern {
    try matched(other)
    return SparsePattern(cells: cells, sorted: Set(active).union(other.active).sorted())
  }

  /// Cells active in both.
  public func intersection(_ other: SparsePattern) throws(DendritesError) -> SparsePattern {
    try matched(other)
    let others = Set(other.active)
    return SparsePattern(cells: cells, sorted: active.filter(others.contains))
  }

  /// `count` of the active cells, every choice being equally likely.
  public func subsample(_ count: Int, using stream: inout RandomStream) throws(DendritesError)
    -> SparsePattern
  {
    try require(count, "synapses", in: 0...active.count, because: "a sample is no larger than the pattern")
    return SparsePattern(cells: cells, sorted: stream.sample(count, outOf: active.count).map { active[$0] })
  }

  /// The pattern after `noise` active cells have moved to cells outside it; its size stays.
  public func addingNoise(_ noise: Int, using stream: inout RandomStream) throws(DendritesError)
    -> SparsePattern
  {
    try require(noise, "noise", in: 0...active.count, because: "noise moves active cells")
    guard noise <= cells - active.count else {
      throw .badPattern("\(noise) cells have nowhere to go: only \(cells - active.count) cells are inactive")
    }
    let leaving = Set(stream.sample(noise, outOf: active.count).map { active[$0] })
    let present = Set(active)
    var arriving = Set<Int>()
    // Ranks among the inactive cells become cells by counting the active ones below.
    for rank in stream.sample(noise, outOf: cells - active.count) {
      var cell = rank
      for taken in active where taken <= cell { cell += 1 }
      arriving.insert(cell)
    }
    return SparsePattern(cells: cells, sorted: present.subtracting(leaving).union(arriving).sorted())
  }

  /// The pattern after noise as the official experiments add it: `noise` active cells leave, and as many inactive
  /// cells, those that just left among them, become active.
  ///
  /// A cell that left may so come back, about v²/n of them, which makes this noise a little weaker than
  /// ``addingNoise(_:using:)`` and Eq 6.
  public func addingReturningNoise(_ noise: Int, using stream: inout RandomStream) throws(DendritesError)
    -> SparsePattern
  {
    try require(noise, "noise", in: 0...active.count, because: "noise moves active cells")
    var present = Set(active)
    for place in stream.sample(noise, outOf: active.count) { present.remove(active[place]) }
    while present.count < active.count { present.insert(stream.integer(below: cells)) }
    return SparsePattern(cells: cells, sorted: present.sorted())
  }

  /// The pattern without the cells of a random share of the population.
  public func killing(_ fraction: Double, using stream: inout RandomStream) throws(DendritesError)
    -> SparsePattern
  {
    guard (0...1).contains(fraction) else { throw .notAFraction(name: "fraction", text: "\(fraction)") }
    let dead = Set(stream.sample(Int((fraction * Double(cells)).rounded()), outOf: cells))
    return SparsePattern(cells: cells, sorted: active.filter { !dead.contains($0) })
  }

  /// Both patterns side by side in one population.
  public func concatenated(_ other: SparsePattern) -> SparsePattern {
    SparsePattern(cells: cells + other.cells, sorted: active + other.active.map { $0 + cells })
  }
}
