/// NumPy's default generator, to hold out the very samples that the published experiments hold out: PCG XSL RR 128/64
/// (O'Neill 2014) seeded by its `SeedSequence`.
struct PCG64 {
  private static let multiplier: UInt128 = 0x2360_ED05_1FC6_5DA4_4385_DF64_9FCC_F645
  private var state: UInt128
  private let increment: UInt128

  init(seed: UInt32) {
    let words = Self.seedWords(seed)
    // Two numbers of 128 bits, their high halves first.
    let start = UInt128(words[0]) << 64 | UInt128(words[1])
    let sequence = UInt128(words[2]) << 64 | UInt128(words[3])
    increment = sequence << 1 | 1
    state = increment &+ start
    state = state &* Self.multiplier &+ increment
  }

  mutating func next() -> UInt64 {
    state = state &* Self.multiplier &+ increment
    let folded = UInt64(truncatingIfNeeded: state >> 64) ^ UInt64(truncatingIfNeeded: state)
    let turn = UInt64(truncatingIfNeeded: state >> 122)
    return folded &>> turn | folded &<< ((64 &- turn) & 63)
  }

  /// Uniform on [0, 1).
  mutating func uniform() -> Double { Double(next() &>> 11) * 0x1p-53 }

  /// Four words of 64 bits from a seed of 32: a pool of four words is hashed, mixed and hashed out.
  private static func seedWords(_ seed: UInt32) -> [UInt64] {
    var constant: UInt32 = 0x43B0_D7E5
    func hashed(_ value: UInt32) -> UInt32 {
      var value = value ^ constant
      constant = constant &* 0x931E_8875
      value = value &* constant
      return value ^ value &>> 16
    }
    func mixed(_ x: UInt32, _ y: UInt32) -> UInt32 {
      let result = x &* 0xCA01_F9DD &- y &* 0x4973_F715
      return result ^ result &>> 16
    }
    var pool = [hashed(seed), hashed(0), hashed(0), hashed(0)]
    for source in 0..<4 {
      for target in 0..<4 where target != source { pool[target] = mixed(pool[target], hashed(pool[source])) }
    }
    var out: UInt32 = 0x8B51_F9DD
    let words = (0..<8).map { place in
      var value = pool[place % 4] ^ out
      out = out &* 0x58F3_8DED
      value = value &* out
      return value ^ value &>> 16
    }
    return (0..<4).map { UInt64(words[2 * $0]) | UInt64(words[2 * $0 + 1]) << 32 }
  }
}
