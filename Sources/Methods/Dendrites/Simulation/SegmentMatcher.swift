import Parallel

/// Tests many segments against many patterns at once.
///
/// Segments are kept as one row of bits for each cell: bit j of row c says that segment j has a synapse on cell
/// c. The overlaps of a pattern with all segments are then the column sums of its rows, counted bit-sliced: a
/// carry-save adder of k planes counts to 2^k − 1 for 512 segments with one vector operation a plane.
public struct SegmentMatcher: Sendable {
  typealias Word = SIMD8<UInt64>

  /// Cells in the population.
  public let cells: Int
  /// Number of segments.
  public let segments: Int
  /// θ of all segments.
  public let threshold: Int
  private let rowWords: Int
  private let rows: [Word]
  private let largest: Int

  /// A matcher for segments of one population and one threshold.
  ///
  /// - Throws: ``DendritesError`` for no segments, different populations or a threshold outside 1 … 65535.
  public init(_ synapses: [SparsePattern], threshold: Int) throws(DendritesError) {
    guard let first = synapses.first else { throw .badPattern("there are no segments to match") }
    try require(threshold, "threshold", in: 1...65_535, because: "a threshold below 1 matches everything")
    cells = first.cells
    segments = synapses.count
    self.threshold = threshold
    rowWords = (synapses.count + 511) / 512
    guard cells <= (1 << 34) / (64 * rowWords) else {
      throw .tooLarge(
        what: "the table of \(cells) cells by \(segments) segments",
        limit: "it takes one bit for each pair, up to 16 GiB")
    }
    var rows = [Word](repeating: .zero, count: cells * rowWords)
    for (segment, pattern) in synapses.enumerated() {
      guard pattern.cells == cells else {
        throw .badPattern("segment \(segment + 1) is on \(pattern.cells) cells, but the first on \(cells)")
      }
      let (word, bit) = (segment / 512, segment % 512)
      for cell in pattern.active { rows[cell * rowWords + word][bit / 64] |= 1 << UInt64(bit % 64) }
    }
    self.rows = rows
    largest = synapses.map(\.active.count).max()!
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
    guard most >= threshold else { return [] }
    let planeCount = Int.bitWidth - most.leadingZeroBitCount
    rows.withUnsafeBufferPointer { rows in
      pattern.active.withUnsafeBufferPointer { active in
        for word in 0..<rowWords {
          let hits =
            planeCount <= 6
            ? Self.countSix(rows.baseAddress! + word, rowWords, active, threshold)
            : Self.count(rows.baseAddress! + word, rowWords, active, threshold, planeCount)
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
    _ column: UnsafePointer<Word>, _ stride: Int, _ active: UnsafeBufferPointer<Int>, _ threshold: Int
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
    return atLeast(threshold, [p0, p1, p2, p3, p4, p5])
  }

  private static func count(
    _ column: UnsafePointer<Word>, _ stride: Int, _ active: UnsafeBufferPointer<Int>, _ threshold: Int,
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
    return atLeast(threshold, planes)
  }

  /// Where the bit-sliced count is at least `threshold`, compared from the highest plane down.
  private static func atLeast(_ threshold: Int, _ planes: [Word]) -> Word {
    var greater = Word.zero
    var equal = Word(repeating: .max)
    for plane in planes.indices.reversed() {
      if threshold >> plane & 1 == 1 {
        equal &= planes[plane]
      } else {
        greater |= equal & planes[plane]
        equal &= ~planes[plane]
      }
    }
    return threshold >> planes.count == 0 ? greater | equal : .zero
  }
}
