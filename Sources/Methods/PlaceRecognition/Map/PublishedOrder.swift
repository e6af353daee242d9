/// The order in which the published program puts places into modules: drawn by NumPy's legacy generator.
public enum PublishedOrder {
  /// Places in their published order: first those for calibration, then the others.
  ///
  /// - Parameters:
  ///   - places: the number of query places.
  ///   - calibration: how many serve for calibration.
  ///   - seed: of the run.
  /// - Throws: ``PlaceRecognitionError/outOfRange(name:value:allowed:)``.
  public static func order(places: Int, calibration: Int, seed: UInt32) throws(PlaceRecognitionError) -> [Int]
  {
    guard (0...places).contains(calibration) else {
      throw .outOfRange(
        name: "calibration places", value: "\(calibration)", allowed: "0 to the number of places, \(places)")
    }
    var fixed = LegacyRandom(seed: 42)
    var chosen = Array(fixed.permutation(places).prefix(calibration))
    var random = LegacyRandom(seed: seed)
    random.shuffle(&chosen)
    _ = random.permutation(places)
    let taken = Set(chosen)
    var others = (0..<places).filter { !taken.contains($0) }
    random.shuffle(&others)
    return chosen + others
  }
}

/// NumPy's `RandomState`: the Mersenne Twister MT19937 (Matsumoto and Nishimura 1998) with its bounded integers.
struct LegacyRandom {
  private var state = [UInt32](repeating: 0, count: 624)
  private var next = 624

  init(seed: UInt32) {
    state[0] = seed
    for i in 1..<624 {
      state[i] = 1_812_433_253 &* (state[i - 1] ^ state[i - 1] >> 30) &+ UInt32(i)
    }
  }

  mutating func word() -> UInt32 {
    if next == 624 {
      for i in 0..<624 {
        let joined = state[i] & 0x8000_0000 | state[(i + 1) % 624] & 0x7FFF_FFFF
        state[i] = state[(i + 397) % 624] ^ joined >> 1 ^ (joined & 1 == 0 ? 0 : 0x9908_B0DF)
      }
      next = 0
    }
    var y = state[next]
    next += 1
    y ^= y >> 11
    y ^= y << 7 & 0x9D2C_5680
    y ^= y << 15 & 0xEFC6_0000
    return y ^ y >> 18
  }

  /// An integer of 0 … `limit`, by masks and rejection.
  private mutating func integer(through limit: Int) -> Int {
    guard limit > 0 else { return 0 }
    let mask = UInt32.max >> UInt32(limit).leadingZeroBitCount
    while true {
      let value = Int(word() & mask)
      if value <= limit { return value }
    }
  }

  mutating func shuffle(_ values: inout [Int]) {
    for last in stride(from: values.count - 1, to: 0, by: -1) { values.swapAt(last, integer(through: last)) }
  }

  mutating func permutation(_ count: Int) -> [Int] {
    var values = Array(0..<count)
    shuffle(&values)
    return values
  }
}
