import LinearAlgebra

/// A factor `[row, component]` as the kernels read it: vectors of components, `[panel, row]`, the last panel filled with zeros.
final class FactorPanels<V: SIMD>: @unchecked Sendable where V.Scalar: LinearScalar {
  let rows: Int
  let rank: Int
  /// Vectors that hold all components of a row.
  let panels: Int
  let start: UnsafeMutablePointer<V>

  /// Zeros.
  @inline(__always)
  init(rows: Int, rank: Int) {
    self.rows = rows
    self.rank = rank
    panels = (rank + V.scalarCount - 1) / V.scalarCount
    start = .allocate(capacity: max(1, rows * panels))
    start.initialize(repeating: .zero, count: max(1, rows * panels))
  }

  /// The numbers of a factor.
  @inline(__always)
  convenience init(_ values: UnsafePointer<Double>, rows: Int, rank: Int) {
    self.init(rows: rows, rank: rank)
    for row in 0..<rows {
      for r in 0..<rank {
        numbers(row, r / V.scalarCount)[r % V.scalarCount] = V.Scalar(values[row * rank + r])
      }
    }
  }

  deinit { start.deallocate() }

  @inline(__always)
  func panel(_ panel: Int) -> UnsafeMutablePointer<V> { start + panel * rows }

  @inline(__always)
  func clear() { start.update(repeating: .zero, count: rows * panels) }

  @inline(__always)
  private func numbers(_ row: Int, _ panel: Int) -> UnsafeMutablePointer<V.Scalar> {
    UnsafeMutableRawPointer(start + panel * rows + row).assumingMemoryBound(to: V.Scalar.self)
  }

  /// Adds a row's numbers to those of a factor in double precision.
  @inline(__always)
  func add(row: Int, to values: UnsafeMutablePointer<Double>) {
    for panel in 0..<panels {
      let from = numbers(row, panel)
      let first = panel * V.scalarCount
      if rank - first >= V.scalarCount {
        for r in 0..<V.scalarCount { values[first + r] += Double(from[r]) }
      } else {
        for r in 0..<(rank - first) { values[first + r] += Double(from[r]) }
      }
    }
  }
}
