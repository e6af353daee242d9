import Parallel

/// The keys by which places are compared.
protocol SelectionKeys: Sendable {
  /// ``Selection/key(_:)`` of a place's score, or ``Selection/excluded``.
  func key(_ place: Int) -> UInt32
}

/// Finds the weights of the lowest scores in time proportional to their number: two passes over all of them, and further
/// ones over those alone whose scores lie close to the border.
///
/// Scores are compared as the numbers they are, equal ones by their places, so that the result is the same however it
/// is found and by however many threads.
enum Selection {
  /// The key of a weight that takes no part, above that of every score.
  static let excluded = UInt32.max
  /// Fewest places worth a thread of their own.
  private static let grain = 1 << 20

  /// A number whose order is the score's; minus zero counts as zero.
  @inline(__always)
  static func key(_ score: Float) -> UInt32 {
    let bits = (score + 0).bitPattern
    return bits ^ (UInt32(bitPattern: Int32(bitPattern: bits) >> 31) | 0x8000_0000)
  }

  /// Places of the `count` lowest keys, in the order of their places.
  ///
  /// - Parameters:
  ///   - count: how many; all that take part when there are fewer.
  ///   - range: the places among which they are.
  ///   - keys: of the places.
  ///   - threads: most threads to use.
  static func lowest(
    _ count: Int, in range: Range<Int>, of keys: some SelectionKeys, threads: Int = 1
  ) -> [Int] {
    let chunks = chunks(of: range, threads: threads)
    let histograms = parallelMap(count: chunks.count, threads: chunks.count) { chunk in
      histogram(of: chunks[chunk]) { keys.key($0) >> 16 }
    }
    var upper = histograms[0]
    for other in histograms.dropFirst() { for digit in upper.indices { upper[digit] &+= other[digit] } }
    let count = min(count, range.count - upper[0xFFFF])  // no score's key begins so high
    guard count > 0 else { return [] }
    let (digit, below) = border(count, in: upper)
    let found = parallelMap(count: chunks.count, threads: chunks.count) { chunk in
      divide(
        chunks[chunk], at: digit, lower: histograms[chunk][..<Int(digit)].reduce(0, +),
        equal: histograms[chunk][Int(digit)], keys)
    }
    let chosen = lowest(count - below, of: found.flatMap(\.level)) { keys.key($0) & 0xFFFF }
    return merged(found.map(\.lower), with: chosen)
  }

  private static func chunks(of range: Range<Int>, threads: Int) -> [Range<Int>] {
    let count = max(1, min(threads, range.count / grain))
    return (0..<count).map { chunk in
      (range.lowerBound + range.count * chunk / count)..<(range.lowerBound + range.count * (chunk + 1) / count)
    }
  }

  /// Places whose upper digits lie below the border's, and those at the border.
  private static func divide(
    _ range: Range<Int>, at digit: UInt32, lower: Int, equal: Int, _ keys: some SelectionKeys
  ) -> (lower: [Int], level: [Int]) {
    var level: [Int] = []
    let found = [Int](unsafeUninitializedCapacity: lower + 1) { places, initialized in
      level = [Int](unsafeUninitializedCapacity: equal + 1) { level, levelInitialized in
        // Each place is written and only then counted or not, which costs less than a branch that cannot be foreseen.
        var (below, atBorder) = (0, 0)
        for place in range {
          let found = keys.key(place) >> 16
          places[below] = place
          below &+= found < digit ? 1 : 0
          level[atBorder] = place
          atBorder &+= found == digit ? 1 : 0
        }
        (initialized, levelInitialized) = (below, atBorder)
      }
    }
    return (found, level)
  }

  /// How many of the places have each digit of 16 bits.
  @inline(__always)
  private static func histogram(of places: some Sequence<Int>, digit: (Int) -> UInt32) -> [Int] {
    var histogram = [Int](repeating: 0, count: 1 << 16)
    histogram.withUnsafeMutableBufferPointer { histogram in
      for place in places { histogram[Int(digit(place))] &+= 1 }
    }
    return histogram
  }

  /// The digit at which the `count`-th lowest lies, and how many have a lower one.
  private static func border(_ count: Int, in histogram: [Int]) -> (digit: UInt32, below: Int) {
    var below = 0
    var digit = 0
    while below + histogram[digit] < count {
      below += histogram[digit]
      digit += 1
    }
    return (UInt32(digit), below)
  }

  /// Those of the lowest digits, the first ones among equals, in their order.
  private static func lowest(_ count: Int, of places: [Int], digit: (Int) -> UInt32) -> [Int] {
    let (limit, below) = border(count, in: histogram(of: places, digit: digit))
    var equal = count - below
    return places.filter { place in
      let found = digit(place)
      if found == limit, equal > 0 {
        equal -= 1
        return true
      }
      return found < limit
    }
  }

  /// All the places in order, of which each list is.
  private static func merged(_ lists: [[Int]], with more: [Int]) -> [Int] {
    let count = lists.reduce(0) { $0 + $1.count } + more.count
    return [Int](unsafeUninitializedCapacity: count) { places, initialized in
      var (end, next) = (0, 0)
      for list in lists {
        for place in list {
          while next < more.count, more[next] < place {
            places[end] = more[next]
            (end, next) = (end + 1, next + 1)
          }
          places[end] = place
          end += 1
        }
      }
      while next < more.count {
        places[end] = more[next]
        (end, next) = (end + 1, next + 1)
      }
      initialized = count
    }
  }
}
