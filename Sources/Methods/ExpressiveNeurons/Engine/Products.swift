import Lanes
import LinearAlgebra

/// Products over all rows at once; small ones by the tile kernels, whose call costs nothing, larger ones by OpenBLAS.
enum Products {
  /// Whether OpenBLAS is the faster of the two: it needs two columns of lanes and some depth to win.
  private static func isLarge(count: Int, width: Int) -> Bool { width >= 2 && count >= 32 }

  /// `out[row] = start + Σ over i of x[row, i] · weights[i]`
  ///
  /// - Parameters:
  ///   - start: `[lane]`, the same for all rows.
  ///   - x: `[row, i]`, `stride` numbers from row to row.
  ///   - rows: a multiple of ``tileSamples``.
  ///   - weights: `[i, lane]`, `width` lanes each, as the rows of `out` have.
  static func multiply(
    start: UnsafePointer<Lane>, x: UnsafePointer<Float>, stride: Int, count: Int, rows: Int,
    weights: UnsafePointer<Lane>, width: Int, out: UnsafeMutablePointer<Lane>
  ) {
    guard isLarge(count: count, width: width) else {
      for row in Swift.stride(from: 0, to: rows, by: tileSamples) {
        ExpressiveNeurons.multiply(
          start: start, startStride: 0, x: x + row * stride, stride: stride, count: count, weights: weights,
          width: width, out: out + row * width)
      }
      return
    }
    for row in 0..<rows { (out + row * width).update(from: start, count: width) }
    BLAS.multiply(
      view(x, rows: rows, columns: count, stride: stride),
      view(scalars(weights), rows: count, columns: width * 16),
      into: MutableMatrixView(
        UnsafeMutableBufferPointer(
          start: UnsafeMutableRawPointer(out).assumingMemoryBound(to: Float.self), count: rows * width * 16),
        rows: rows, columns: width * 16), keep: 1)
  }

  /// `weights[i] += Σ over rows of x[row, i] · errors[row]`, shapes as in `multiply`.
  static func accumulate(
    x: UnsafePointer<Float>, stride: Int, count: Int, errors: UnsafePointer<Lane>, width: Int, rows: Int,
    weights: UnsafeMutablePointer<Lane>
  ) {
    guard isLarge(count: count, width: width), rows > 0 else {
      ExpressiveNeurons.accumulate(
        x: x, stride: stride, count: count, errors: errors, width: width, rows: rows, weights: weights)
      return
    }
    BLAS.multiply(
      view(x, rows: rows, columns: count, stride: stride).transposed,
      view(scalars(errors), rows: rows, columns: width * 16),
      into: MutableMatrixView(
        UnsafeMutableBufferPointer(
          start: UnsafeMutableRawPointer(weights).assumingMemoryBound(to: Float.self),
          count: count * width * 16), rows: count, columns: width * 16), keep: 1)
  }

  private static func scalars(_ lanes: UnsafePointer<Lane>) -> UnsafePointer<Float> {
    UnsafeRawPointer(lanes).assumingMemoryBound(to: Float.self)
  }

  private static func view(_ start: UnsafePointer<Float>, rows: Int, columns: Int, stride: Int? = nil)
    -> MatrixView<Float>
  {
    let stride = stride ?? columns
    return MatrixView(
      UnsafeBufferPointer(start: start, count: max(0, (rows - 1) * stride + columns)), rows: rows,
      columns: columns, stride: stride)
  }
}
