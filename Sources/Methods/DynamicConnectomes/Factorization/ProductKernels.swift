import LinearAlgebra

/// The innermost loops of a tensor's products: numbers times rows of a factor, a vector holding several components.
///
/// Multiplication and addition stay separate, so that the bits are the same on every machine.
enum ProductKernels {
  /// Adds Σₚ x[row, p] · factor[p] to the sums of eight rows; the factor's row is read once for all of them.
  @inline(__always)
  static func contractEight<V: SIMD>(
    _ x: UnsafePointer<V.Scalar>, stride: Int, count: Int, _ factor: UnsafePointer<V>,
    _ sums: UnsafeMutablePointer<V>
  ) where V.Scalar: FloatingPoint {
    var (s0, s1, s2, s3) = (V.zero, V.zero, V.zero, V.zero)
    var (s4, s5, s6, s7) = (V.zero, V.zero, V.zero, V.zero)
    let (x1, x2, x3) = (x + stride, x + 2 * stride, x + 3 * stride)
    let (x4, x5, x6, x7) = (x + 4 * stride, x + 5 * stride, x + 6 * stride, x + 7 * stride)
    for p in 0..<count {
      let row = factor[p]
      s0 += row * x[p]
      s1 += row * x1[p]
      s2 += row * x2[p]
      s3 += row * x3[p]
      s4 += row * x4[p]
      s5 += row * x5[p]
      s6 += row * x6[p]
      s7 += row * x7[p]
    }
    sums[0] += s0
    sums[1] += s1
    sums[2] += s2
    sums[3] += s3
    sums[4] += s4
    sums[5] += s5
    sums[6] += s6
    sums[7] += s7
  }

  /// Adds Σₚ x[p] · factor[p] to one row's sum.
  @inline(__always)
  static func contractOne<V: SIMD>(
    _ x: UnsafePointer<V.Scalar>, count: Int, _ factor: UnsafePointer<V>, _ sum: UnsafeMutablePointer<V>
  ) where V.Scalar: FloatingPoint {
    var own = V.zero
    for p in 0..<count { own += factor[p] * x[p] }
    sum[0] += own
  }

  /// Adds Σ x[row, p] · factor[row] over eight rows to the sum of every p.
  @inline(__always)
  static func spreadEight<V: SIMD>(
    _ x: UnsafePointer<V.Scalar>, stride: Int, count: Int, _ factor: UnsafePointer<V>,
    _ sums: UnsafeMutablePointer<V>
  ) where V.Scalar: FloatingPoint {
    let (f0, f1, f2, f3) = (factor[0], factor[1], factor[2], factor[3])
    let (f4, f5, f6, f7) = (factor[4], factor[5], factor[6], factor[7])
    let (x1, x2, x3) = (x + stride, x + 2 * stride, x + 3 * stride)
    let (x4, x5, x6, x7) = (x + 4 * stride, x + 5 * stride, x + 6 * stride, x + 7 * stride)
    for p in 0..<count {
      let low = (f0 * x[p] + f1 * x1[p]) + (f2 * x2[p] + f3 * x3[p])
      let high = (f4 * x4[p] + f5 * x5[p]) + (f6 * x6[p] + f7 * x7[p])
      sums[p] += low + high
    }
  }

  /// Adds x[p] · factor to the sum of every p.
  @inline(__always)
  static func spreadOne<V: SIMD>(
    _ x: UnsafePointer<V.Scalar>, count: Int, _ factor: V, _ sums: UnsafeMutablePointer<V>
  ) where V.Scalar: FloatingPoint {
    for p in 0..<count { sums[p] += factor * x[p] }
  }

  /// Σ x[k] · factor[places[k]]
  @inline(__always)
  static func contractSparse<V: SIMD>(
    _ x: UnsafePointer<V.Scalar>, _ places: UnsafePointer<UInt16>, count: Int, _ factor: UnsafePointer<V>
  ) -> V where V.Scalar: FloatingPoint {
    // Four sums, because each addition waits for the one before.
    var (s0, s1, s2, s3) = (V.zero, V.zero, V.zero, V.zero)
    var k = 0
    while k + 4 <= count {
      s0 += factor[Int(places[k])] * x[k]
      s1 += factor[Int(places[k + 1])] * x[k + 1]
      s2 += factor[Int(places[k + 2])] * x[k + 2]
      s3 += factor[Int(places[k + 3])] * x[k + 3]
      k += 4
    }
    while k < count {
      s0 += factor[Int(places[k])] * x[k]
      k += 1
    }
    return (s0 + s1) + (s2 + s3)
  }

  /// Adds x[k] · factor to the sum of places[k].
  @inline(__always)
  static func spreadSparse<V: SIMD>(
    _ x: UnsafePointer<V.Scalar>, _ places: UnsafePointer<UInt16>, count: Int, _ factor: V,
    _ sums: UnsafeMutablePointer<V>
  ) where V.Scalar: FloatingPoint {
    for k in 0..<count { sums[Int(places[k])] += factor * x[k] }
  }
}
