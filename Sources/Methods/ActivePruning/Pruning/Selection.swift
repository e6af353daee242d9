/// Finds the weights of the lowest scores in time proportional to their number.
///
/// Scores are compared as the numbers they are, equal ones by their places, so that the result is the same however it
/// is found.
enum Selection {
  /// A number whose order is the score's.
  @inline(__always)
  private static func key(_ score: Float) -> UInt32 {
    let bits = (score + 0).bitPattern  // minus zero becomes zero
    return bits & 0x8000_0000 == 0 ? bits | 0x8000_0000 : ~bits
  }

  /// Places of the `count` lowest scores among those that are wanted, in the order of their places.
  ///
  /// - Parameters:
  ///   - count: how many; all that are wanted when there are fewer.
  ///   - scores: none of them not a number.
  ///   - isWanted: not 0 where a score takes part.
  static func lowest(_ count: Int, of scores: [Float], where isWanted: [UInt8]) -> [Int] {
    precondition(scores.count == isWanted.count, "lowest: there must be as many scores as marks")
    guard count > 0 else { return [] }
    return scores.withUnsafeBufferPointer { scores in
      isWanted.withUnsafeBufferPointer { isWanted in
        let upper = border(count, scores, isWanted, shift: 16, above: nil)
        let lower = border(count - upper.below, scores, isWanted, shift: 0, above: upper.digit)
        let limit = upper.digit << 16 | lower.digit
        // All below the limit, and of those at it the first ones.
        var left = count - upper.below - lower.below
        var places: [Int] = []
        places.reserveCapacity(min(count, scores.count))
        for place in 0..<scores.count where isWanted[place] != 0 {
          let key = key(scores[place])
          if key < limit {
            places.append(place)
          } else if key == limit, left > 0 {
            left -= 1
            places.append(place)
          }
        }
        return places
      }
    }
  }

  /// The digit of 16 bits at which the `count`-th lowest lies, and how many have a lower one.
  private static func border(
    _ count: Int, _ scores: UnsafeBufferPointer<Float>, _ isWanted: UnsafeBufferPointer<UInt8>, shift: UInt32,
    above: UInt32?
  ) -> (digit: UInt32, below: Int) {
    var histogram = [Int](repeating: 0, count: 1 << 16)
    histogram.withUnsafeMutableBufferPointer { histogram in
      for place in 0..<scores.count where isWanted[place] != 0 {
        let key = key(scores[place])
        if let above, key >> 16 != above { continue }
        histogram[Int(key >> shift & 0xFFFF)] += 1
      }
    }
    var below = 0
    for digit in 0..<(1 << 16) {
      if below + histogram[digit] >= count { return (UInt32(digit), below) }
      below += histogram[digit]
    }
    return (0xFFFF, below)
  }
}
