/// Eight numbers at a time.
typealias Lanes = SIMD8<Double>

@inline(__always)
func load(_ start: UnsafePointer<Double>) -> Lanes {
  UnsafeRawPointer(start).loadUnaligned(as: Lanes.self)
}

@inline(__always)
func store(_ value: Lanes, _ start: UnsafeMutablePointer<Double>) {
  UnsafeMutableRawPointer(start).storeBytes(of: value, as: Lanes.self)
}

@inline(__always)
func magnitude(_ x: Lanes) -> Lanes {
  unsafeBitCast(
    unsafeBitCast(x, to: SIMD8<UInt64>.self) & SIMD8(repeating: 0x7FFF_FFFF_FFFF_FFFF), to: Lanes.self)
}

/// eˣ for |x| ≤ 700, relative error about 2e-16: 2ⁿ times the Taylor polynomial on |x − n log 2| ≤ ½ log 2.
@inline(__always)
func exponential(_ x: Lanes) -> Lanes {
  let rounder = Lanes(repeating: 0x1.8p52)
  let shifted = x * 1.4426950408889634 + rounder
  let n = shifted - rounder
  let r = (x - n * 0x1.62e42feep-1) - n * 1.9082149292705877e-10
  var p = Lanes(repeating: 1 / 479001600.0)
  p = p * r + 1 / 39916800.0
  p = p * r + 1 / 3628800.0
  p = p * r + 1 / 362880.0
  p = p * r + 1 / 40320.0
  p = p * r + 1 / 5040.0
  p = p * r + 1 / 720.0
  p = p * r + 1 / 120.0
  p = p * r + 1 / 24.0
  p = p * r + 1 / 6.0
  p = p * r + 0.5
  p = p * r + 1
  p = p * r + 1
  let power = unsafeBitCast(shifted, to: SIMD8<Int64>.self) &<< 52
  return unsafeBitCast(unsafeBitCast(p, to: SIMD8<Int64>.self) &+ power, to: Lanes.self)
}

/// log(1 + e) for e in [0, 1] by the series of 2 artanh(e / (2 + e)).
@inline(__always)
func logOnePlus(_ e: Lanes) -> Lanes {
  let s = e / (e + 2)
  let q = s * s
  var p = Lanes(repeating: 1 / 31.0)
  p = p * q + 1 / 29.0
  p = p * q + 1 / 27.0
  p = p * q + 1 / 25.0
  p = p * q + 1 / 23.0
  p = p * q + 1 / 21.0
  p = p * q + 1 / 19.0
  p = p * q + 1 / 17.0
  p = p * q + 1 / 15.0
  p = p * q + 1 / 13.0
  p = p * q + 1 / 11.0
  p = p * q + 1 / 9.0
  p = p * q + 1 / 7.0
  p = p * q + 1 / 5.0
  p = p * q + 1 / 3.0
  p = p * q + 1
  return 2 * s * p
}

@inline(__always)
func dot(_ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, _ count: Int) -> Double {
  var sum = Lanes.zero
  for t in stride(from: 0, to: count, by: 8) { sum += load(a + t) * load(b + t) }
  return sum.sum()
}

/// Σ wₜ aₜ bₜ
@inline(__always)
func dot(
  _ w: UnsafePointer<Double>, _ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, _ count: Int
) -> Double {
  var sum = Lanes.zero
  for t in stride(from: 0, to: count, by: 8) { sum += load(w + t) * load(a + t) * load(b + t) }
  return sum.sum()
}
