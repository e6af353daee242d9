import Lanes

/// Samples that are computed together; their rows stand side by side at each step.
let tileSamples = 4

/// `out[s] = start[s] + Σ over i of x[s, i] · weights[i]` for the four rows of a tile.
///
/// Weights are `[i, lane]` with `width` lanes a row. Two columns of lanes share a pass over the numbers of `x`: sixteen
/// operations for six loads. Multiplication and addition stay separate and the order of the sum is fixed, so that the
/// bits are the same on every machine.
///
/// - Parameters:
///   - start: `[s, lane]`, `startStride` lanes from row to row, 0 for a bias.
///   - x: `[s, i]`, `stride` numbers from row to row.
///   - out: `[s, lane]`, `width` lanes from row to row; may be `start`.
@inline(never)
func multiply(
  start: UnsafePointer<Lane>, startStride: Int, x: UnsafePointer<Float>, stride: Int, count: Int,
  weights: UnsafePointer<Lane>, width: Int, out: UnsafeMutablePointer<Lane>
) {
  var column = 0
  while column + 2 <= width {
    var a0 = start[column]
    var b0 = start[column + 1]
    var a1 = start[startStride + column]
    var b1 = start[startStride + column + 1]
    var a2 = start[2 * startStride + column]
    var b2 = start[2 * startStride + column + 1]
    var a3 = start[3 * startStride + column]
    var b3 = start[3 * startStride + column + 1]
    var w = weights + column
    var p = x
    for _ in 0..<count {
      let (u, v) = (w[0], w[1])
      let x0 = Lane(repeating: p[0])
      let x1 = Lane(repeating: p[stride])
      let x2 = Lane(repeating: p[2 * stride])
      let x3 = Lane(repeating: p[3 * stride])
      a0 += u * x0
      b0 += v * x0
      a1 += u * x1
      b1 += v * x1
      a2 += u * x2
      b2 += v * x2
      a3 += u * x3
      b3 += v * x3
      w += width
      p += 1
    }
    let o = out + column
    o[0] = a0
    o[1] = b0
    o[width] = a1
    o[width + 1] = b1
    o[2 * width] = a2
    o[2 * width + 1] = b2
    o[3 * width] = a3
    o[3 * width + 1] = b3
    column += 2
  }
  if column < width {
    var a0 = start[column]
    var a1 = start[startStride + column]
    var a2 = start[2 * startStride + column]
    var a3 = start[3 * startStride + column]
    var w = weights + column
    var p = x
    for _ in 0..<count {
      let u = w[0]
      a0 += u * p[0]
      a1 += u * p[stride]
      a2 += u * p[2 * stride]
      a3 += u * p[3 * stride]
      w += width
      p += 1
    }
    let o = out + column
    o[0] = a0
    o[width] = a1
    o[2 * width] = a2
    o[3 * width] = a3
  }
}

/// `weights[i] += Σ over rows of x[row, i] · errors[row]`.
///
/// Shapes as in `multiply`; `rows` rows of `stride` numbers and `width` lanes. Four numbers and two columns share a pass
/// over the rows, whose order fixes the sum.
func accumulate(
  x: UnsafePointer<Float>, stride: Int, count: Int, errors: UnsafePointer<Lane>, width: Int, rows: Int,
  weights: UnsafeMutablePointer<Lane>
) {
  // A block of rows stays in the cache while all weights take from it.
  let block = 128
  for first in Swift.stride(from: 0, to: rows, by: block) {
    let length = min(block, rows - first)
    let (x, errors) = (x + first * stride, errors + first * width)
    var i = 0
    while i + 4 <= count {
      var column = 0
      while column + 2 <= width {
        accumulateTile(x + i, stride, errors + column, width, length, weights + i * width + column)
        column += 2
      }
      if column < width {
        let w = weights + i * width + column
        var (a0, a1, a2, a3) = (w[0], w[width], w[2 * width], w[3 * width])
        var (e, p) = (errors + column, x + i)
        for _ in 0..<length {
          let u = e[0]
          a0 += u * p[0]
          a1 += u * p[1]
          a2 += u * p[2]
          a3 += u * p[3]
          e += width
          p += stride
        }
        (w[0], w[width], w[2 * width], w[3 * width]) = (a0, a1, a2, a3)
      }
      i += 4
    }
    while i < count {
      for column in 0..<width {
        var sum = weights[i * width + column]
        var (e, p) = (errors + column, x + i)
        for _ in 0..<length {
          sum += e[0] * p[0]
          e += width
          p += stride
        }
        weights[i * width + column] = sum
      }
      i += 1
    }
  }
}

@inline(__always)
private func accumulateTile(
  _ x: UnsafePointer<Float>, _ stride: Int, _ errors: UnsafePointer<Lane>, _ width: Int, _ rows: Int,
  _ w: UnsafeMutablePointer<Lane>
) {
  var (a0, b0, a1, b1) = (w[0], w[1], w[width], w[width + 1])
  var (a2, b2, a3, b3) = (w[2 * width], w[2 * width + 1], w[3 * width], w[3 * width + 1])
  var (e, p) = (errors, x)
  for _ in 0..<rows {
    let (u, v) = (e[0], e[1])
    let x0 = Lane(repeating: p[0])
    let x1 = Lane(repeating: p[1])
    let x2 = Lane(repeating: p[2])
    let x3 = Lane(repeating: p[3])
    a0 += u * x0
    b0 += v * x0
    a1 += u * x1
    b1 += v * x1
    a2 += u * x2
    b2 += v * x2
    a3 += u * x3
    b3 += v * x3
    e += width
    p += stride
  }
  (w[0], w[1], w[width], w[width + 1]) = (a0, b0, a1, b1)
  (w[2 * width], w[2 * width + 1], w[3 * width], w[3 * width + 1]) = (a2, b2, a3, b3)
}

/// `bias += Σ over rows of errors[row]`
func accumulateBias(_ errors: UnsafePointer<Lane>, width: Int, rows: Int, bias: UnsafeMutablePointer<Lane>) {
  for column in 0..<width {
    var sum = bias[column]
    for row in 0..<rows { sum += errors[row * width + column] }
    bias[column] = sum
  }
}

/// `to[j, i] = from[i, j]`; rows of `fromWidth` and `toWidth` lanes, padding untouched.
func transpose(
  _ from: UnsafePointer<Float>, rows: Int, columns: Int, fromWidth: Int, to: UnsafeMutablePointer<Float>,
  toWidth: Int
) {
  for i in 0..<rows {
    for j in 0..<columns { to[j * toWidth * 16 + i] = from[i * fromWidth * 16 + j] }
  }
}

/// `out = start + Σ over i of x[i] · weights[i]` for one row; `out` may be `start`.
func multiplyRow(
  _ start: UnsafePointer<Lane>, _ x: UnsafePointer<Float>, _ count: Int, _ weights: UnsafePointer<Lane>,
  _ width: Int, into out: UnsafeMutablePointer<Lane>
) {
  var column = 0
  while column + 4 <= width {
    var (a, b, c, d) = (start[column], start[column + 1], start[column + 2], start[column + 3])
    var w = weights + column
    for i in 0..<count {
      let v = x[i]
      a += w[0] * v
      b += w[1] * v
      c += w[2] * v
      d += w[3] * v
      w += width
    }
    (out[column], out[column + 1], out[column + 2], out[column + 3]) = (a, b, c, d)
    column += 4
  }
  while column < width {
    var sum = start[column]
    for i in 0..<count { sum += weights[i * width + column] * x[i] }
    out[column] = sum
    column += 1
  }
}
