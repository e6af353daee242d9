/// A seeded stream of random numbers named by its purpose.
///
/// Streams of one seed that differ in purpose or index are independent, and each is a function of its name
/// alone: give every trial, epoch or run a stream of its own and the result does not depend on the number of
/// threads or the order of the work.
///
/// ```swift
/// var order = RandomStream(seed: 7, "order", epoch)
/// let first = order.integer(below: 60_000)
/// ```
///
/// The generator is ``Philox`` with the seed as its key, the stream's name hashed into the upper 64 bits of
/// its counter and the position in the lower 64.
public struct RandomStream: RandomNumberGenerator, Sendable, Hashable, Codable {
  @usableFromInline let key: SIMD2<UInt32>
  @usableFromInline let name: SIMD2<UInt32>
  @usableFromInline var block: UInt64
  @usableFromInline var spare: UInt64
  @usableFromInline var hasSpare: Bool

  /// The stream of `seed` for one purpose.
  ///
  /// - Parameters:
  ///   - seed: the run's seed.
  ///   - purpose: what the numbers are for, such as `"weights"`.
  ///   - indices: which of many equal parts, such as trial, epoch or run numbers.
  public init(seed: UInt64, _ purpose: String, _ indices: Int...) {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325  // FNV-1a over the name, each part closed by a finaliser
    for byte in purpose.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    hash = Self.mix(hash)
    for index in indices { hash = Self.mix(hash ^ UInt64(bitPattern: Int64(index)) &+ 0x9E37_79B9_7F4A_7C15) }
    key = SIMD2(UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed &>> 32))
    name = SIMD2(UInt32(truncatingIfNeeded: hash), UInt32(truncatingIfNeeded: hash &>> 32))
    block = 0
    spare = 0
    hasSpare = false
  }

  static func mix(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z &>> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z &>> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z &>> 31)
  }

  /// The next 64 uniform bits.
  @inlinable
  public mutating func next() -> UInt64 {
    if hasSpare {
      hasSpare = false
      return spare
    }
    let words = Philox.block(
      counter: SIMD4(
        UInt32(truncatingIfNeeded: block), UInt32(truncatingIfNeeded: block &>> 32), name.x, name.y),
      key: key)
    block &+= 1
    spare = UInt64(words.w) &<< 32 | UInt64(words.z)
    hasSpare = true
    return UInt64(words.y) &<< 32 | UInt64(words.x)
  }

  /// A number uniform on [0, 1), a multiple of 2⁻⁵³.
  @inlinable
  public mutating func uniform() -> Double { Double(next() &>> 11) * 0x1p-53 }

  /// An integer uniform on 0 ..< `bound`, without bias (Lemire 2019).
  ///
  /// - Parameter bound: greater than 0.
  @inlinable
  public mutating func integer(below bound: Int) -> Int {
    precondition(bound > 0, "integer(below:): the bound must be greater than 0")
    let n = UInt64(bound)
    var product = next().multipliedFullWidth(by: n)
    if product.low < n {
      let threshold = (0 &- n) % n
      while product.low < threshold { product = next().multipliedFullWidth(by: n) }
    }
    return Int(product.high)
  }

  /// Puts `values` in a uniformly random order (Fisher-Yates).
  @inlinable
  public mutating func shuffle<Element>(_ values: inout [Element]) {
    for last in stride(from: values.count - 1, to: 0, by: -1) {
      values.swapAt(last, integer(below: last + 1))
    }
  }

  /// Fills `buffer` with the words of the next whole blocks, eight blocks at a time; a spare number is dropped.
  ///
  /// - Parameter buffer: a multiple of 32 words.
  public mutating func fill(_ buffer: UnsafeMutableBufferPointer<UInt32>) {
    precondition(buffer.count % 32 == 0, "fill: the buffer must hold a multiple of 32 words")
    hasSpare = false
    let low = SIMD8<UInt64>(repeating: 0xFFFF_FFFF)
    for start in stride(from: 0, to: buffer.count, by: 32) {
      let position = SIMD8<UInt64>(repeating: block) &+ SIMD8(0, 1, 2, 3, 4, 5, 6, 7)
      var c0 = position & low
      var c1 = position &>> 32
      var c2 = SIMD8(repeating: UInt64(name.x))
      var c3 = SIMD8(repeating: UInt64(name.y))
      var k0 = key.x
      var k1 = key.y
      for _ in 0..<10 {
        let p0 = c0 &* SIMD8(repeating: 0xD251_1F53)
        let p1 = c2 &* SIMD8(repeating: 0xCD9E_8D57)
        c0 = (p1 &>> 32) ^ c1 ^ SIMD8(repeating: UInt64(k0))
        c1 = p1 & low
        c2 = (p0 &>> 32) ^ c3 ^ SIMD8(repeating: UInt64(k1))
        c3 = p0 & low
        k0 &+= 0x9E37_79B9
        k1 &+= 0xBB67_AE85
      }
      for lane in 0..<8 {
        buffer[start + 4 * lane] = UInt32(truncatingIfNeeded: c0[lane])
        buffer[start + 4 * lane + 1] = UInt32(truncatingIfNeeded: c1[lane])
        buffer[start + 4 * lane + 2] = UInt32(truncatingIfNeeded: c2[lane])
        buffer[start + 4 * lane + 3] = UInt32(truncatingIfNeeded: c3[lane])
      }
      block &+= 8
    }
  }
}
