import Lanes

/// A matrix of inputs by reference: sample `s`, feature `k` is at `base[s · sampleStride + k · featureStride]`.
struct Inputs {
  var base: UnsafePointer<Float>
  var sampleStride: Int
  var featureStride: Int

  func sample(_ index: Int) -> Inputs {
    Inputs(base: base + index * sampleStride, sampleStride: sampleStride, featureStride: featureStride)
  }
}

/// `out[s] = bias + Σ over k of x[s, k] · weights[k]` for `samples` rows.
///
/// Weights are `[feature, lane]`, out `[sample, lane]`, `width` lanes a row. Ten samples share one pass over a
/// column of weights: twenty vector operations for eleven loads. Multiplication and addition stay separate
/// and the order of the sum is fixed, so that the bits are the same on every machine.
func affine(
  _ x: Inputs, samples: Int, features: Int, weights: UnsafePointer<Lane>, bias: UnsafePointer<Lane>,
  width: Int,
  out: UnsafeMutablePointer<Lane>
) {
  var first = 0
  while first + 10 <= samples {
    let tile = x.sample(first)
    let s = tile.sampleStride
    for column in 0..<width {
      var c0 = bias[column]
      var c1 = c0, c2 = c0, c3 = c0, c4 = c0, c5 = c0, c6 = c0, c7 = c0, c8 = c0, c9 = c0
      var w = weights + column
      var p = tile.base
      for _ in 0..<features {
        let v = w.pointee
        c0 += v * p[0]
        c1 += v * p[s]
        c2 += v * p[2 * s]
        c3 += v * p[3 * s]
        c4 += v * p[4 * s]
        c5 += v * p[5 * s]
        c6 += v * p[6 * s]
        c7 += v * p[7 * s]
        c8 += v * p[8 * s]
        c9 += v * p[9 * s]
        w += width
        p += tile.featureStride
      }
      let o = out + first * width + column
      o[0] = c0
      o[width] = c1
      o[2 * width] = c2
      o[3 * width] = c3
      o[4 * width] = c4
      o[5 * width] = c5
      o[6 * width] = c6
      o[7 * width] = c7
      o[8 * width] = c8
      o[9 * width] = c9
    }
    first += 10
  }
  for sample in first..<samples {
    let p = x.sample(sample)
    for column in 0..<width {
      var sum = bias[column]
      for k in 0..<features { sum += weights[k * width + column] * p.base[k * p.featureStride] }
      out[sample * width + column] = sum
    }
  }
}

/// `weights[k] += Σ over s of x[s, k] · errors[s]`, and `bias += Σ errors[s]`, for `samples` rows.
///
/// Shapes as in ``affine(_:samples:features:weights:bias:width:out:)``; errors are `[sample, lane]`.
func accumulateOuterProducts(
  _ x: Inputs, samples: Int, features: Int, errors: UnsafePointer<Lane>, width: Int,
  weights: UnsafeMutablePointer<Lane>, bias: UnsafeMutablePointer<Lane>
) {
  var first = 0
  while first + 10 <= samples {
    let tile = x.sample(first)
    let s = tile.sampleStride
    for column in 0..<width {
      let e = errors + first * width + column
      let e0 = e[0], e1 = e[width], e2 = e[2 * width], e3 = e[3 * width], e4 = e[4 * width]
      let e5 = e[5 * width], e6 = e[6 * width], e7 = e[7 * width], e8 = e[8 * width], e9 = e[9 * width]
      var w = weights + column
      var p = tile.base
      for _ in 0..<features {
        // Two chains of five halve the latency; their order is fixed.
        var a = e0 * p[0]
        var b = e5 * p[5 * s]
        a += e1 * p[s]
        b += e6 * p[6 * s]
        a += e2 * p[2 * s]
        b += e7 * p[7 * s]
        a += e3 * p[3 * s]
        b += e8 * p[8 * s]
        a += e4 * p[4 * s]
        b += e9 * p[9 * s]
        w.pointee += a + b
        w += width
        p += tile.featureStride
      }
      bias[column] += ((e0 + e1) + (e2 + e3) + e4) + ((e5 + e6) + (e7 + e8) + e9)
    }
    first += 10
  }
  for sample in first..<samples {
    let p = x.sample(sample)
    for column in 0..<width {
      let e = errors[sample * width + column]
      for k in 0..<features { weights[k * width + column] += e * p.base[k * p.featureStride] }
      bias[column] += e
    }
  }
}

/// `out[s, i] = Σ over o of weights[i, o] · errors[s, o]`: errors carried back through a layer.
///
/// - Parameter outScalars: `[sample, i]`, `outStride` numbers a row.
func backward(
  errors: UnsafePointer<Lane>, samples: Int, weights: UnsafePointer<Lane>, features: Int, width: Int,
  outScalars: UnsafeMutablePointer<Float>, outStride: Int
) {
  for sample in 0..<samples {
    let e = errors + sample * width
    let o = outScalars + sample * outStride
    for i in 0..<features {
      let w = weights + i * width
      var sum = w[0] * e[0]
      for column in 1..<max(width, 1) { sum += w[column] * e[column] }
      o[i] = total(sum)
    }
  }
}
