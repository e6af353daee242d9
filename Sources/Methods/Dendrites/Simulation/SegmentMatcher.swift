import Parallel

/// Tests many segments against many patterns at once.
///
/// Segments are kept as one row of bits for each cell: bit j of row c says that segment j has a synapse on cell
/// c. The overlaps of a pattern with all segments are then the column sums of its rows, counted bit-sliced: a
/// carry-save adder of k planes counts to 2^k − 1 for 512 segments with one vector operation a plane. Thresholds are
/// bit-sliced too, so that each segment may have its own at no cost.
public struct SegmentMatcher: Sendable {
  typealias Word = SIMD8<UInt64>

  /// Cells in the population.
  public let cells: Int
  /// Number of segments.
  public let segments: Int
  private let rowWords: Int
  private let rows: [Word]
  /// Bit j of plane k: bit k of segment j's threshold, `[word][plane]`.
  private let thresholdPlanes: [[Word]]
  private let largest: Int
  private let smallestThreshold: Int

  /// A matcher for segments of one population and one threshold.
  ///
  /// - Throws: ``DendritesError`` for no segments, different populations or a threshold outside 1 … 65535.
  public init(_ synapses: [SparsePattern], threshold: Int) throws(DendritesError) {
    try self.init(synapses.map { Segment(synapses: $0, threshold: threshold) })
  }

  /// A matcher for segments of one population with thresholds of their own.
  ///
  /// - Throws: ``DendritesError`` for no segments, different populations or a threshold outside 1 … 65535.
  public init(_ list: [Segment]) throws(DendritesError) {
    guard let first = list.first else { throw .badPattern("there are no segments to match") }
    cells = first.synapses.cells
    segments = list.count
    rowWords = (list.count + 511) / 512
    guard cells <= (1 << 34) / (64 * rowWords) else {
      throw .tooLarge(
        what: "the table of \(cells) cells by \(segments) segments",
        limit: "it takes one bit for each pair, up to 16 GiB")
    }
    var rows = [Word](repeating: .zero, count: cells * rowWords)
    // Places without a segment count nothing, and so never reach a threshold of 1.
    var thresholds = [Int](repeating: 1, count: rowWords * 512)
    for (place, segment) in list.enumerated() {
      try require(
        segment.threshold, "threshold", in: 1...65_535, because: "a threshold below 1 matches everything")
      guard segment.synapses.cells == cells else {
        throw .badPattern(
          "segment \(place + 1) is on \(segment.synapses.cells) cells, but the first on \(cells)")
      }
      thresholds[place] = segment.threshold
      let (word, bit) = (place / 512, place % 512)
      for cell in segment.synapses.active {
        rows[cell * rowWords + word][bit / 64] |= 1 << UInt64(bit % 64)
      }
    }
    self.rows = rows
    largest = list.map(\.synapses.active.count).max()!
    smallestThreshold = list.map(\.threshold).min()!
    let planeCount = Int.bitWidth - thresholds.max()!.leadingZeroBitCount
    thresholdPlanes = (0..<rowWords).map { word in
      (0..<planeCount).map { plane in
        var bits = Word.zero
        for bit in 0..<512 where thresholds[word * 512 + bit] >> plane & 1 == 1 {
          bits[bit / 64] |= 1 << UInt64(bit % 64)
        }
        return bits
      }
    }
  }

  /// The segments that match each pattern, ascending.
  ///
  /// - Parameters:
  ///   - patterns: of the same population.
  ///   - threads: most threads to use; the result does not depend on it.
  /// - Complexity: about a·k/512 vector operations for each pair of pattern and segment, k = log₂ of the smaller of
  ///   a and s.
  public func matches(_ patterns: [SparsePattern], threads: Int = availableThreads) throws -> [[Int]] {
    for (place, pattern) in patterns.enumerated() where pattern.cells != cells {
      throw DendritesError.badPattern(
        "pattern \(place + 1) is of \(pattern.cells) cells, but the segments are on \(cells)")
    }
    let block = 64
    let parts = parallelMap(count: (patterns.count + block - 1) / block, threads: threads) { part in
      patterns[(part * block)..<min(patterns.count, (part + 1) * block)].map(matches)
    }
    return parts.flatMap { $0 }
  }

  private func matches(_ pattern: SparsePattern) -> [Int] {
    var found: [Int] = []
    let most = min(pattern.active.count, largest)
    guard most >= smallestThreshold else { return [] }
    let planeCount = Int.bitWidth - most.leadingZeroBitCount
    rows.withUnsafeBufferPointer { rows in
      pattern.active.withUnsafeBufferPointer { active in
        for word in 0..<rowWords {
          let hits =
            planeCount <= 6
            ? Self.countSix(rows.baseAddress! + word, rowWords, active, thresholdPlanes[word])
            : Self.count(rows.baseAddress! + word, rowWords, active, thresholdPlanes[word], planeCount)
          for lane in 0..<8 {
            var bits = hits[lane]
            while bits != 0 {
              found.append(word * 512 + lane * 64 + bits.trailingZeroBitCount)
              bits &= bits &- 1
            }
          }
        }
      }
    }
    return found
  }

  /// Bits of the segments whose count over the active cells reaches θ; counts fit six planes, which stay in registers.
  private static func countSix(
    _ column: UnsafePointer<Word>, _ stride: Int, _ active: UnsafeBufferPointer<Int>, _ thresholds: [Word]
  ) -> Word {
    var p0 = Word.zero, p1 = Word.zero, p2 = Word.zero, p3 = Word.zero, p4 = Word.zero, p5 = Word.zero
    var place = 0
    // Two rows at a time: a full adder into the lowest plane, then one carry ripples on.
    while place + 2 <= active.count {
      let a = column[active[place] * stride]
      let b = column[active[place + 1] * stride]
      let half = p0 ^ a
      var carry = (p0 & a) | (half & b)
      p0 = half ^ b
      var next = p1 & carry
      p1 ^= carry
      carry = p2 & next
      p2 ^= next
      next = p3 & carry
      p3 ^= carry
      carry = p4 & next
      p4 ^= next
      p5 ^= carry
      place += 2
    }
    if place < active.count {
      let a = column[active[place] * stride]
      var carry = p0 & a
      p0 ^= a
      var next = p1 & carry
      p1 ^= carry
      carry = p2 & next
      p2 ^= next
      next = p3 & carry
      p3 ^= carry
      carry = p4 & next
      p4 ^= next
      p5 ^= carry
    }
    return atLeast(thresholds, [p0, p1, p2, p3, p4, p5])
  }

  private static func count(
    _ column: UnsafePointer<Word>, _ stride: Int, _ active: UnsafeBufferPointer<Int>, _ thresholds: [Word],
    _ planeCount: Int
  ) -> Word {
    var planes = [Word](repeating: .zero, count: planeCount)
    for cell in active {
      var carry = column[cell * stride]
      for plane in 0..<planeCount {
        let next = planes[plane] & carry
        planes[plane] ^= carry
        carry = next
      }
    }
    return atLeast(thresholds, planes)
  }

  /// Where the bit-sliced count is at least the bit-sliced threshold, compared from the highest plane down.
  private static func atLeast(_ thresholds: [Word], _ planes: [Word]) -> Word {
    var greater = Word.zero
    var equal = Word(repeating: .max)
    for plane in (0..<max(planes.count, thresholds.count)).reversed() {
      let count = plane < planes.count ? planes[plane] : .zero
      let threshold = plane < thresholds.count ? thresholds[plane] : .zero
      greater |= equal & count & ~threshold
      equal &= ~(count ^ threshold)
    }
    return greater | equal
  }
}
