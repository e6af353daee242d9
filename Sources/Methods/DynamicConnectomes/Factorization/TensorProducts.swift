import LinearAlgebra
import Parallel

/// Products of a tensor with factors, without unfolding it (matricised tensor times Khatri-Rao product).
///
/// Contracting the pairs once serves both other modes, so that a sweep reads the tensor twice instead of three times. Blocks
/// are of fixed size, so that the result does not depend on the number of threads.
struct TensorProducts<Scalar: LinearScalar>: Sendable {
  let tensor: MaskedTensor<Scalar>
  let threads: Int
  private static var rowsOfBlock: Int { 256 }
  private static var pairsOfBlock: Int { 512 }

  /// Σₚ X[t, w, p] A[p, r], `[time, animal, component]`.
  ///
  /// - Parameter pair: A, `[pair, component]`.
  func contractPairs(_ pair: [Double], rank: Int) -> [Double] {
    let columns = tensor.pairs
    return multiply(rows: tensor.times * tensor.animals, of: Self.rowsOfBlock, by: pair, rank: rank) {
      values, begin, count in
      MatrixView(
        UnsafeBufferPointer(rebasing: values[(begin * columns)..<((begin + count) * columns)]), rows: count,
        columns: columns)
    }
  }

  /// Σₜ Σ_w X[t, w, p] T[t, r] W[w, r], `[pair, component]`.
  ///
  /// - Parameters:
  ///   - time: T, `[time, component]`.
  ///   - animal: W, `[animal, component]`.
  func contractTimesAndAnimals(_ time: [Double], _ animal: [Double], rank: Int) -> [Double] {
    let (rows, columns) = (tensor.times * tensor.animals, tensor.pairs)
    var product = [Double](repeating: 0, count: rows * rank)
    for t in 0..<tensor.times {
      for w in 0..<tensor.animals {
        for r in 0..<rank {
          product[(t * tensor.animals + w) * rank + r] = time[t * rank + r] * animal[w * rank + r]
        }
      }
    }
    return multiply(rows: columns, of: Self.pairsOfBlock, by: product, rank: rank) { values, begin, count in
      MatrixView(
        UnsafeBufferPointer(rebasing: values[begin...]), rows: rows, columns: count, stride: columns
      ).transposed
    }
  }

  /// A matrix that lies in the tensor times a factor `[column of the matrix, component]`, in blocks of `size` rows.
  ///
  /// - Parameter block: the matrix's rows from `begin` on, `count` of them.
  private func multiply(
    rows: Int, of size: Int, by factor: [Double], rank: Int,
    block: @Sendable (_ values: UnsafeBufferPointer<Scalar>, _ begin: Int, _ count: Int) -> MatrixView<Scalar>
  ) -> [Double] {
    let factor = Self.scalars(factor)
    let parts = parallelMap(count: (rows + size - 1) / size, threads: threads) { index -> [Scalar] in
      let begin = index * size
      let count = min(size, rows - begin)
      return tensor.values.withUnsafeBufferPointer { values in
        factor.withUnsafeBufferPointer { factor in
          [Scalar](unsafeUninitializedCapacity: count * rank) { result, initialized in
            BLAS.multiply(
              block(values, begin, count), MatrixView(factor, rows: factor.count / rank, columns: rank),
              into: MutableMatrixView(result, rows: count, columns: rank))
            initialized = count * rank
          }
        }
      }
    }
    return Self.doubles(parts, count: rows * rank)
  }

  /// The sum of squares of what the factors leave of the known entries, entry by entry.
  ///
  /// This is for fits so good that the difference of large sums would say nothing.
  func squaredResidual(_ time: [Double], _ animal: [Double], _ pair: [Double], rank: Int) -> Double {
    let (animals, pairs) = (tensor.animals, tensor.pairs)
    var runs = [[MissingRun]](repeating: [], count: animals)
    for run in tensor.missing { runs[run.animal].append(run) }
    let byAnimal = runs
    return parallelMap(count: tensor.times, threads: threads) { t -> Double in
      var sum = 0.0
      for w in 0..<animals {
        let weights = (0..<rank).map { time[t * rank + $0] * animal[w * rank + $0] }
        let row = (t * animals + w) * pairs
        for p in 0..<pairs {
          var model = 0.0
          for r in 0..<rank { model += weights[r] * pair[p * rank + r] }
          let difference = Double(tensor.values[row + p]) - model
          sum += difference * difference
        }
        for run in byAnimal[w] where run.begin <= t && t < run.end {
          var model = 0.0
          for r in 0..<rank { model += weights[r] * pair[run.pair * rank + r] }
          sum -= model * model
        }
      }
      return sum
    }.reduce(0, +)
  }

  private static func scalars(_ values: [Double]) -> [Scalar] {
    (values as? [Scalar]) ?? values.map { Scalar($0) }
  }

  private static func doubles(_ parts: [[Scalar]], count: Int) -> [Double] {
    if let same = parts as? [[Double]] { return same.flatMap(\.self) }
    var result: [Double] = []
    result.reserveCapacity(count)
    for part in parts { for value in part { result.append(Double(value)) } }
    return result
  }
}
