/// The Philox4x32-10 counter-based generator: ten rounds of a keyed bijection of 128 bits.
///
/// Every block of output is a function of (key, counter) alone, so any part of a stream can be computed
/// without the parts before it. Source: Salmon, Moraes, Dror, Shaw, *Parallel random numbers: as easy as
/// 1, 2, 3*, SC 2011; the published known-answer vectors are among the tests.
public enum Philox {
  /// The 128-bit block at `counter` under `key`; word 0 is the least significant.
  @inlinable
  public static func block(counter: SIMD4<UInt32>, key: SIMD2<UInt32>) -> SIMD4<UInt32> {
    var c0 = counter.x, c1 = counter.y, c2 = counter.z, c3 = counter.w
    var k0 = key.x, k1 = key.y
    for _ in 0..<10 {
      let p0 = UInt64(c0) &* 0xD251_1F53
      let p1 = UInt64(c2) &* 0xCD9E_8D57
      (c0, c1, c2, c3) = (
        UInt32(truncatingIfNeeded: p1 &>> 32) ^ c1 ^ k0, UInt32(truncatingIfNeeded: p1),
        UInt32(truncatingIfNeeded: p0 &>> 32) ^ c3 ^ k1, UInt32(truncatingIfNeeded: p0)
      )
      k0 &+= 0x9E37_79B9
      k1 &+= 0xBB67_AE85
    }
    return SIMD4(c0, c1, c2, c3)
  }
}
