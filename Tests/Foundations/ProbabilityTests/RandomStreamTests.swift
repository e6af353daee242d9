import Probability
import Testing

@Suite struct RandomStreamTests {
  /// The known-answer vectors that come with the generator's publication.
  @Test(arguments: [
    (
      SIMD4<UInt32>(repeating: 0), SIMD2<UInt32>(repeating: 0),
      SIMD4<UInt32>(0x6627_E8D5, 0xE169_C58D, 0xBC57_AC4C, 0x9B00_DBD8)
    ),
    (
      SIMD4(repeating: UInt32.max), SIMD2(repeating: UInt32.max),
      SIMD4(0x408F_276D, 0x41C8_3B0E, 0xA20B_C7C6, 0x6D54_51FD)
    ),
    (
      SIMD4(0x243F_6A88, 0x85A3_08D3, 0x1319_8A2E, 0x0370_7344), SIMD2(0xA409_3822, 0x299F_31D0),
      SIMD4(0xD16C_FE09, 0x94FD_CCEB, 0x5001_E420, 0x2412_6EA1)
    ),
  ])
  func philox(counter: SIMD4<UInt32>, key: SIMD2<UInt32>, words: SIMD4<UInt32>) {
    #expect(Philox.block(counter: counter, key: key) == words)
  }

  @Test func streamsAreNamed() {
    func numbers(_ stream: RandomStream) -> [UInt64] {
      var stream = stream
      return (0..<5).map { _ in stream.next() }
    }
    #expect(numbers(RandomStream(seed: 1, "a", 2)) == numbers(RandomStream(seed: 1, "a", 2)))
    let all = [
      RandomStream(seed: 1, "a", 2), RandomStream(seed: 2, "a", 2), RandomStream(seed: 1, "b", 2),
      RandomStream(seed: 1, "a", 3), RandomStream(seed: 1, "a"), RandomStream(seed: 1, "a", 2, 0),
    ]
    #expect(Set(all.map(numbers)).count == all.count)
  }

  @Test func integersAreUniform() {
    var stream = RandomStream(seed: 3, "integers")
    var counts = [Int](repeating: 0, count: 7)
    for _ in 0..<70_000 { counts[stream.integer(below: 7)] += 1 }
    #expect(fits(counts, [Double](repeating: 1 / 7.0, count: 7)))
  }

  @Test func shufflesReachAllOrders() {
    var stream = RandomStream(seed: 4, "shuffle")
    var counts: [[Int]: Int] = [:]
    for _ in 0..<24_000 {
      var values = [0, 1, 2, 3]
      stream.shuffle(&values)
      counts[values, default: 0] += 1
    }
    #expect(counts.count == 24)
    #expect(fits(Array(counts.values), [Double](repeating: 1 / 24.0, count: 24)))
  }
}

/// Whether counts fit probabilities by a χ² test at 0.1 %; cells expecting fewer than five are joined.
func fits(_ counts: [Int], _ probabilities: [Double]) -> Bool {
  let total = Double(counts.reduce(0, +))
  var statistic = 0.0
  var cells = 0
  var rest = (count: 0.0, expected: 0.0)
  for (count, probability) in zip(counts, probabilities) {
    rest = (rest.count + Double(count), rest.expected + total * probability)
    if rest.expected >= 5 {
      statistic += (rest.count - rest.expected) * (rest.count - rest.expected) / rest.expected
      cells += 1
      rest = (0, 0)
    }
  }
  return chiSquareTail(statistic, degrees: max(1, cells - 1)) > 0.001
}
