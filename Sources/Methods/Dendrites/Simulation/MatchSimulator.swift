import Parallel
import Probability

/// Counts matches in explicit random draws (paper, Fig 4), as an independent check of the laws.
///
/// Trials are drawn in blocks with a random stream each, so that a seed fixes the counts for any number of
/// threads. One pass counts every overlap and so answers for every threshold.
public struct MatchSimulator: Sendable, Hashable {
  /// Seed of all draws.
  public var seed: UInt64
  /// Most threads to use.
  public var threads: Int

  /// A simulator.
  public init(seed: UInt64 = 1, threads: Int = availableThreads) {
    self.seed = seed
    self.threads = threads
  }

  private static let block = 20_000

  /// How often each overlap came up.
  public struct Overlaps: Sendable, Hashable {
    /// Number of draws with an overlap of b, `[b]`.
    public let counts: [Int]
    /// Number of draws.
    public var trials: Int { counts.reduce(0, +) }

    /// Draws with an overlap of at least `threshold`.
    public func matches(threshold: Int) -> Proportion {
      Proportion(successes: counts.dropFirst(max(0, threshold)).reduce(0, +), trials: trials)
    }

    /// Draws with an overlap below `threshold`.
    public func misses(threshold: Int) -> Proportion {
      Proportion(successes: counts.prefix(max(0, threshold)).reduce(0, +), trials: trials)
    }
  }

  /// Tests a segment against random patterns: each draw chooses the smaller of segment and pattern anew, every
  /// subset of its size being equally likely, and counts its overlap with the other, which stays for a block.
  ///
  /// - Parameters:
  ///   - cells: n.
  ///   - active: a.
  ///   - synapses: s.
  ///   - trials: number of draws.
  ///   - onBlock: told the number of draws after each block; what it throws ends the simulation.
  public func falseMatches(
    cells: Int, active: Int, synapses: Int, trials: Int, onBlock: @Sendable (Int) throws -> Void = { _ in }
  ) throws -> Overlaps {
    _ = try OverlapLaw(cells: cells, active: active, synapses: synapses)
    let (few, many) = (min(active, synapses), max(active, synapses))
    return try run(trials: trials, largest: few, onBlock) { stream, counts, draws in
      let fixed = BitSet(cells)
      for cell in stream.sample(many, outOf: cells) { fixed.insert(cell) }
      let drawn = BitSet(cells)
      var numbers = BufferedNumbers(stream)
      var chosen = [Int](repeating: 0, count: few)
      for _ in 0..<draws {
        counts[Self.overlapOfRandomSubset(few, cells, fixed, drawn, &chosen, &numbers)] += 1
      }
    }
  }

  /// Floyd's choice of `count` of `cells`, counting those in `fixed`.
  private static func overlapOfRandomSubset(
    _ count: Int, _ cells: Int, _ fixed: borrowing BitSet, _ drawn: borrowing BitSet, _ chosen: inout [Int],
    _ numbers: inout BufferedNumbers
  ) -> Int {
    var overlap = 0
    for place in 0..<count {
      let last = cells - count + place
      var cell = numbers.integer(below: last + 1)
      if drawn.contains(cell) { cell = last }
      drawn.insert(cell)
      chosen[place] = cell
      overlap += fixed.contains(cell)
    }
    for cell in chosen { drawn.remove(cell) }
    return overlap
  }

  /// Tests a segment against noisy copies of its own pattern: `noise` of the `active` cells move, and the kept
  /// synapses are counted.
  public func falseNegatives(
    active: Int, synapses: Int, noise: Int, trials: Int, onBlock: @Sendable (Int) throws -> Void = { _ in }
  ) throws -> Overlaps {
    _ = try NoiseLaw(active: active, synapses: synapses, noise: noise)
    return try run(trials: trials, largest: synapses, onBlock) { stream, counts, draws in
      // Cells of the pattern by number; the segment samples its synapses anew in each draw.
      let moved = BitSet(active)
      for cell in stream.sample(noise, outOf: active) { moved.insert(cell) }
      let drawn = BitSet(active)
      var numbers = BufferedNumbers(stream)
      var chosen = [Int](repeating: 0, count: synapses)
      for _ in 0..<draws {
        let lost = Self.overlapOfRandomSubset(synapses, active, moved, drawn, &chosen, &numbers)
        counts[synapses - lost] += 1
      }
    }
  }

  private func run(
    trials: Int, largest: Int, _ onBlock: @Sendable (Int) throws -> Void,
    _ draw: @Sendable (inout RandomStream, inout [Int], Int) -> Void
  ) throws -> Overlaps {
    try require(trials, "trials", in: 1...1_000_000_000_000, because: "a simulation makes at least one draw")
    let blocks = (trials + Self.block - 1) / Self.block
    let parts = try parallelMap(count: blocks, threads: threads) { index in
      var stream = RandomStream(seed: seed, "matches", index)
      var counts = [Int](repeating: 0, count: largest + 1)
      let draws = min(Self.block, trials - index * Self.block)
      draw(&stream, &counts, draws)
      try onBlock(draws)
      return counts
    }
    var total = [Int](repeating: 0, count: largest + 1)
    for part in parts { for place in part.indices { total[place] += part[place] } }
    return Overlaps(counts: total)
  }
}

/// A set of small numbers as bits.
struct BitSet: ~Copyable {
  private let words: UnsafeMutablePointer<UInt64>

  init(_ count: Int) {
    words = .allocate(capacity: count / 64 + 1)
    words.initialize(repeating: 0, count: count / 64 + 1)
  }

  deinit { words.deallocate() }

  /// 1 for a member, else 0.
  @inline(__always) func contains(_ value: Int) -> Int {
    Int(truncatingIfNeeded: words[value &>> 6] &>> UInt64(value & 63) & 1)
  }
  @inline(__always) func contains(_ value: Int) -> Bool { words[value &>> 6] &>> UInt64(value & 63) & 1 == 1 }
  @inline(__always) func insert(_ value: Int) { words[value &>> 6] |= 1 &<< UInt64(value & 63) }
  @inline(__always) func remove(_ value: Int) { words[value &>> 6] &= ~(1 &<< UInt64(value & 63)) }
}

/// Integers from a stream that is drawn from in bulk.
struct BufferedNumbers: ~Copyable {
  private var stream: RandomStream
  private let words: UnsafeMutableBufferPointer<UInt32>
  private var next: Int

  init(_ stream: RandomStream) {
    self.stream = stream
    words = .allocate(capacity: 4096)
    next = words.count
  }

  deinit { words.deallocate() }

  @inline(__always) private mutating func word() -> UInt32 {
    if next == words.count {
      stream.fill(words)
      next = 0
    }
    let word = words[next]
    next &+= 1
    return word
  }

  /// Uniform on 0 ..< `bound` without bias (Lemire 2019); 32 random bits suffice up to 2³².
  @inline(__always) mutating func integer(below bound: Int) -> Int {
    guard bound <= 0xFFFF_FFFF else { return stream.integer(below: bound) }
    let n = UInt32(truncatingIfNeeded: bound)
    var product = UInt64(word()) &* UInt64(n)
    if UInt32(truncatingIfNeeded: product) < n {
      let threshold = (0 &- n) % n
      while UInt32(truncatingIfNeeded: product) < threshold { product = UInt64(word()) &* UInt64(n) }
    }
    return Int(truncatingIfNeeded: product &>> 32)
  }
}
