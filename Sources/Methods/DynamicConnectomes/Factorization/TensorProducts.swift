import LinearAlgebra
import Parallel

/// Products of a tensor with factors, without unfolding it (matricised tensor times Khatri-Rao product).
///
/// Contracting the pairs once serves both other modes, so that a sweep reads the tensor twice instead of three times. Parts
/// are of fixed size, so that the result does not depend on the number of threads.
struct TensorProducts<Scalar: LinearScalar>: Sendable {
  let tensor: MaskedTensor<Scalar>
  let threads: Int

  /// Σₚ X[t, w, p] A[p, r], `[time, animal, component]`.
  ///
  /// - Parameter pair: A, `[pair, component]`.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func contractPairs(_ pair: [Double], rank: Int) -> [Double] {
    switch rank {
    case ...4: contractPairs(pair, rank, SIMD4<Scalar>.self)
    case ...8: contractPairs(pair, rank, SIMD8<Scalar>.self)
    default: contractPairs(pair, rank, SIMD16<Scalar>.self)
    }
  }

  /// Σₜ Σ_w X[t, w, p] T[t, r] W[w, r], `[pair, component]`.
  ///
  /// - Parameters:
  ///   - time: T, `[time, component]`.
  ///   - animal: W, `[animal, component]`.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func contractTimesAndAnimals(_ time: [Double], _ animal: [Double], rank: Int) -> [Double] {
    let product = [Double](unsafeUninitializedCapacity: tensor.times * tensor.animals * rank) {
      product, count in
      for t in 0..<tensor.times {
        for w in 0..<tensor.animals {
          for r in 0..<rank { product[count + r] = time[t * rank + r] * animal[w * rank + r] }
          count += rank
        }
      }
    }
    return switch rank {
    case ...4: contractRows(product, rank, SIMD4<Scalar>.self)
    case ...8: contractRows(product, rank, SIMD8<Scalar>.self)
    default: contractRows(product, rank, SIMD16<Scalar>.self)
    }
  }

  @inline(__always)
  private func contractPairs<V: SIMD & SendableMetatype>(_ pair: [Double], _ rank: Int, _: V.Type) -> [Double]
  where V.Scalar == Scalar {
    let rows = tensor.times * tensor.animals
    let factor = FactorPanels<V>(pair, rows: tensor.pairs, rank: rank)
    var result = [Double](repeating: 0, count: rows * rank)
    result.withUnsafeMutableBufferPointer { result in
      nonisolated(unsafe) let result = result.baseAddress!  // each part writes rows of its own
      switch tensor.storage {
      case .dense(let values): contract(values, factor, rows, result)
      case .sparse(let blocks): contract(blocks, factor, rows, result)
      }
    }
    return result
  }

  @inline(__always)
  private func contractRows<V: SIMD & SendableMetatype>(_ product: [Double], _ rank: Int, _: V.Type)
    -> [Double]
  where V.Scalar == Scalar {
    let factor = FactorPanels<V>(product, rows: tensor.times * tensor.animals, rank: rank)
    var result = [Double](repeating: 0, count: tensor.pairs * rank)
    result.withUnsafeMutableBufferPointer { result in
      nonisolated(unsafe) let result = result.baseAddress!  // each part writes pairs of its own
      switch tensor.storage {
      case .dense(let values): spread(values, factor, result)
      case .sparse(let blocks): spread(blocks, factor, result)
      }
    }
    return result
  }

  /// Rows of a dense tensor, eight at a time, so many pairs at a time that their factors stay in the innermost cache.
  @inline(__always)
  private func contract<V: SIMD & SendableMetatype>(
    _ values: [Scalar], _ factor: FactorPanels<V>, _ rows: Int, _ result: UnsafeMutablePointer<Double>
  ) where V.Scalar == Scalar {
    let (pairs, part, width) = (tensor.pairs, 128, 512)
    nonisolated(unsafe) let result = result
    _ = parallelMap(count: (rows + part - 1) / part, threads: threads) { index in
      let sums = FactorPanels<V>(rows: 8, rank: factor.rank)
      values.withUnsafeBufferPointer { values in
        let x = values.baseAddress!
        var row = index * part
        let end = min(row + part, rows)
        while row < end {
          let count = end - row >= 8 ? 8 : 1
          sums.clear()
          for first in stride(from: 0, to: pairs, by: width) {
            let from = x + row * pairs + first
            let length = min(width, pairs - first)
            for panel in 0..<factor.panels {
              let (own, sums) = (UnsafePointer(factor.panel(panel) + first), sums.panel(panel))
              if count == 8 {
                ProductKernels.contractEight(from, stride: pairs, count: length, own, sums)
              } else {
                ProductKernels.contractOne(from, count: length, own, sums)
              }
            }
          }
          for place in 0..<count { sums.add(row: place, to: result + (row + place) * factor.rank) }
          row += count
        }
      }
    }
  }

  /// Pairs of a dense tensor, over all rows; sums in single precision are handed on every thousand rows.
  @inline(__always)
  private func spread<V: SIMD & SendableMetatype>(
    _ values: [Scalar], _ factor: FactorPanels<V>, _ result: UnsafeMutablePointer<Double>
  ) where V.Scalar == Scalar {
    let (rows, pairs, width) = (factor.rows, tensor.pairs, 256)
    nonisolated(unsafe) let result = result
    _ = parallelMap(count: (pairs + width - 1) / width, threads: threads) { index in
      let first = index * width
      let length = min(width, pairs - first)
      let sums = FactorPanels<V>(rows: length, rank: factor.rank)
      values.withUnsafeBufferPointer { values in
        let x = values.baseAddress! + first
        for begin in stride(from: 0, to: rows, by: 1024) {
          let end = min(begin + 1024, rows)
          var row = begin
          while row < end {
            let count = end - row >= 8 ? 8 : 1
            for panel in 0..<factor.panels {
              let own = factor.panel(panel) + row
              if count == 8 {
                ProductKernels.spreadEight(
                  x + row * pairs, stride: pairs, count: length, own, sums.panel(panel))
              } else {
                ProductKernels.spreadOne(x + row * pairs, count: length, own[0], sums.panel(panel))
              }
            }
            row += count
          }
          for pair in 0..<length { sums.add(row: pair, to: result + (first + pair) * factor.rank) }
          sums.clear()
        }
      }
    }
  }

  /// Blocks of a sparse tensor in at most sixteen parts, whose sums are added in order.
  @inline(__always)
  private func contract<V: SIMD & SendableMetatype>(
    _ blocks: [SparseBlock<Scalar>], _ factor: FactorPanels<V>, _ rows: Int,
    _ result: UnsafeMutablePointer<Double>
  ) where V.Scalar == Scalar {
    let (times, animals) = (tensor.times, tensor.animals)
    let parts = min(16, blocks.count)
    nonisolated(unsafe) let result = result
    let partial = parallelMap(count: parts, threads: threads) { part in
      let sums = FactorPanels<V>(rows: rows, rank: factor.rank)
      for block in blocks[(part * blocks.count / parts)..<((part + 1) * blocks.count / parts)] {
        block.withRows { animal, time, places, values, count in
          for panel in 0..<factor.panels {
            sums.panel(panel)[time * animals + animal] += ProductKernels.contractSparse(
              values, places, count: count, factor.panel(panel) + block.pairs.lowerBound)
          }
        }
      }
      return sums
    }
    _ = parallelMap(count: times, threads: threads) { time in
      for row in (time * animals)..<((time + 1) * animals) {
        for sums in partial { sums.add(row: row, to: result + row * factor.rank) }
      }
    }
  }

  /// Blocks of a sparse tensor; sums in single precision are handed on every thousand rows or so.
  @inline(__always)
  private func spread<V: SIMD & SendableMetatype>(
    _ blocks: [SparseBlock<Scalar>], _ factor: FactorPanels<V>, _ result: UnsafeMutablePointer<Double>
  ) where V.Scalar == Scalar {
    let animals = tensor.animals
    nonisolated(unsafe) let result = result
    _ = parallelMap(count: blocks.count, threads: threads) { index in
      let block = blocks[index]
      let sums = FactorPanels<V>(rows: block.pairs.count, rank: factor.rank)
      func handOn() {
        for pair in 0..<block.pairs.count {
          sums.add(row: pair, to: result + (block.pairs.lowerBound + pair) * factor.rank)
        }
        sums.clear()
      }
      var (waiting, last) = (0, 0)
      block.withRows { animal, time, places, values, count in
        if animal != last, waiting >= 1024 {
          handOn()
          waiting = 0
        }
        last = animal
        let row = time * animals + animal
        for panel in 0..<factor.panels {
          ProductKernels.spreadSparse(
            values, places, count: count, factor.panel(panel)[row], sums.panel(panel))
        }
        waiting += 1
      }
      handOn()
    }
  }

  /// The sum of squares of what the factors leave of the known entries, entry by entry.
  ///
  /// This is for fits so good that the difference of large sums would say nothing.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func squaredResidual(_ time: [Double], _ animal: [Double], _ pair: [Double], rank: Int) -> Double {
    @Sendable func residual(_ t: Int, _ w: Int, _ first: Int, _ numbers: UnsafeBufferPointer<Scalar>)
      -> Double
    {
      let weights = (0..<rank).map { time[t * rank + $0] * animal[w * rank + $0] }
      var sum = 0.0
      for place in numbers.indices {
        var model = 0.0
        for r in 0..<rank { model += weights[r] * pair[(first + place) * rank + r] }
        let difference = Double(numbers[place]) - model
        sum += difference * difference
      }
      return sum
    }
    let (times, animals, pairs) = (tensor.times, tensor.animals, tensor.pairs)
    let parts: [Double]
    switch tensor.storage {
    case .dense(let values):
      parts = parallelMap(count: times, threads: threads) { t in
        values.withUnsafeBufferPointer { values in
          (0..<animals).reduce(0) {
            let row = (t * animals + $1) * pairs
            return $0 + residual(t, $1, 0, UnsafeBufferPointer(rebasing: values[row..<(row + pairs)]))
          }
        }
      }
    case .sparse(let blocks):
      parts = parallelMap(count: blocks.count, threads: threads) { index in
        var sum = 0.0
        blocks[index].forEachRow { sum += residual($0, $1, blocks[index].pairs.lowerBound, $2) }
        return sum
      }
    }
    // Unknown entries are stored as 0, so the model's squares were counted there.
    let unknown = tensor.missing.reduce(0.0) { sum, run in
      (run.begin..<run.end).reduce(sum) { sum, t in
        var model = 0.0
        for r in 0..<rank {
          model += time[t * rank + r] * animal[run.animal * rank + r] * pair[run.pair * rank + r]
        }
        return sum + model * model
      }
    }
    return parts.reduce(0, +) - unknown
  }
}
