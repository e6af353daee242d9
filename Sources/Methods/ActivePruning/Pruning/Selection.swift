/// Finds the weights of the lowest scores in time proportional to their number: two passes over all of them, and further
/// ones over those alone whose scores lie close to the border.
///
/// Scores are compared as the numbers they are, equal ones by their places, so that the result is the same however it
/// is found.
enum Selection {
  /// The key of a weight that takes no part, above that of every score.
  static let excluded = UInt32.max

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
  ///   - total: number of places.
  ///   - key: of a place: ``key(_:)`` of a score that is a number, or ``excluded``.
  @inline(__always)
  static func lowest(_ count: Int, of total: Int, key: (Int) -> UInt32) -> [Int] {
    let upper = histogram(of: 0..<total) { key($0) >> 16 }
    let count = min(count, total - upper[0xFFFF])  // no score's key begins so high
    guard count > 0 else { return [] }
    let (digit, below) = border(count, in: upper)
    return [Int](unsafeUninitializedCapacity: count + 1) { places, initialized in
      withUnsafeTemporaryAllocation(of: Int.self, capacity: upper[Int(digit)] + 1) { level in
        // Each place is written and only then counted or not, which costs less than a branch that cannot be foreseen.
        var (lower, atBorder) = (0, 0)
        for place in 0..<total {
          let found = key(place) >> 16
          places[lower] = place
          lower &+= found < digit ? 1 : 0
          level[atBorder] = place
          atBorder &+= found == digit ? 1 : 0
        }
        let chosen = keepLowest(count - below, of: level[..<atBorder]) { key($0) & 0xFFFF }
        merge(level[..<chosen], into: places, after: below)
      }
      initialized = count
    }
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

  /// Moves those of the lowest digits, the first ones among equals, to the front in their order, and returns their number.
  @inline(__always)
  private static func keepLowest(
    _ count: Int, of places: Slice<UnsafeMutableBufferPointer<Int>>, digit: (Int) -> UInt32
  ) -> Int {
    let (limit, below) = border(count, in: histogram(of: places, digit: digit))
    var equal = count - below
    var places = places
    var kept = 0
    for index in places.indices {
      let place = places[index]
      let found = digit(place)
      if found > limit || found == limit && equal == 0 { continue }
      if found == limit { equal -= 1 }
      places[kept] = place
      kept += 1
    }
    return kept
  }

  /// Puts `more` among the first `count` places, both in order.
  private static func merge(
    _ more: Slice<UnsafeMutableBufferPointer<Int>>, into places: UnsafeMutableBufferPointer<Int>, after count: Int
  ) {
    var last = count - 1
    var end = count + more.count
    for place in more.reversed() {
      while last >= 0, places[last] > place {
        end -= 1
        places[end] = places[last]
        last -= 1
      }
      end -= 1
      places[end] = place
    }
  }
}
