import LinearAlgebra
import Probability

/// The state of a fit between sweeps.
struct CPSolver<Scalar: LinearScalar> {
  private let fit: CPFit
  private let products: TensorProducts<Scalar>
  private let missing: MissingGrams
  private(set) var factors: FactorTriple
  private(set) var reseeded = 0
  /// Whether the last sweep was kept; an accelerated one that raised the error is not.
  private(set) var wasAccepted = true
  private var error = Double.infinity
  // State of the accelerated descent: the extrapolated factors, the momentum and the last steps' inverse sizes.
  private var extrapolated: FactorTriple
  private var momentum = 1.0
  private var curvatures = [Double](repeating: 0, count: 3)

  private var rank: Int { factors.rank }

  init(_ fit: CPFit, _ tensor: MaskedTensor<Scalar>, factors: FactorTriple, threads: Int) {
    self.fit = fit
    self.factors = factors
    extrapolated = factors
    products = TensorProducts(tensor: tensor, threads: threads)
    missing = MissingGrams(tensor)
  }

  /// One sweep of hierarchical alternating least squares.
  ///
  /// - Returns: the relative error after it.
  mutating func alternate() -> Double {
    let contracted = products.contractPairs(factors.modes[2], rank: rank)
    for mode in 0..<3 {
      let product = product(mode, contracted)
      let gram = factors.gram(without: mode)
      let rows = missing.rows(of: mode, factors)
      updateColumns(mode, product, gram, rows)
      if mode == 2 { error = relativeError(product, gram, rows) }
    }
    return error
  }

  /// One sweep of accelerated block coordinate descent.
  ///
  /// - Returns: the relative error after it, or the one before when the sweep was not kept.
  mutating func descend() -> Double {
    let (before, errorBefore, curvaturesBefore) = (factors, error, curvatures)
    let contracted = products.contractPairs(factors.modes[2], rank: rank)
    for mode in 0..<3 {
      let product = product(mode, contracted)
      let gram = factors.gram(without: mode)
      let rows = missing.rows(of: mode, factors)
      // Missing entries only lower the curvature, so the full matrix's bounds it.
      curvatures[mode] = max(largestEigenvalue(gram), .leastNormalMagnitude)
      stepDown(mode, product, gram, rows)
      if mode == 2 { error = relativeError(product, gram, rows) }
    }
    wasAccepted = error < errorBefore
    let next = (1 + (1 + 4 * momentum * momentum).squareRoot()) / 2
    if wasAccepted {
      extrapolated = factors
      for mode in 0..<3 where curvaturesBefore[mode] > 0 {
        let weight = min(
          (momentum - 1) / next, 0.9999 * (curvaturesBefore[mode] / curvatures[mode]).squareRoot())
        extrapolated.modes[mode] = zip(factors.modes[mode], before.modes[mode]).map {
          $0 + weight * ($0 - $1)
        }
      }
      momentum = next
    } else {
      // From the same factors without momentum the next sweep cannot raise the error beyond rounding.
      let wasPlain = momentum == 1
      (factors, extrapolated, momentum, curvatures) = (before, before, 1, curvaturesBefore)
      error = errorBefore
      if wasPlain { wasAccepted = true }
    }
    return error
  }

  /// Starts again what has died: a component with nothing but zeros in one mode.
  ///
  /// - Returns: whether any was.
  mutating func reseedDead() -> Bool {
    let dead = (0..<rank).filter { r in
      factors.modes.contains { mode in
        stride(from: r, to: mode.count, by: rank).allSatisfy { mode[$0] == 0 }
      }
    }
    guard !dead.isEmpty, reseeded < 3 * rank else { return false }
    for r in dead {
      for mode in 0..<3 {
        var stream = RandomStream(seed: fit.seed, "dead component", reseeded, r, mode)
        let others = factors.columnLengths(factors.modes[mode])
        let scale = others.reduce(0, +) / Double(rank)
        let rows = factors.modes[mode].count / rank
        for row in 0..<rows {
          factors.modes[mode][row * rank + r] =
            stream.uniform() * scale / Double(rows).squareRoot() * 0.1
        }
      }
      reseeded += 1
    }
    extrapolated = factors
    momentum = 1
    error = .infinity
    return true
  }

  /// The tensor contracted with the two other modes, `[row, component]`.
  private func product(_ mode: Int, _ contracted: [Double]) -> [Double] {
    let tensor = products.tensor
    if mode == 2 {
      return products.contractTimesAndAnimals(factors.modes[0], factors.modes[1], rank: rank)
    }
    let other = factors.modes[1 - mode]
    var result = [Double](repeating: 0, count: factors.modes[mode].count)
    for t in 0..<tensor.times {
      for w in 0..<tensor.animals {
        let (row, partner) = mode == 0 ? (t, w) : (w, t)
        let place = (t * tensor.animals + w) * rank
        for r in 0..<rank { result[row * rank + r] += contracted[place + r] * other[partner * rank + r] }
      }
    }
    return result
  }

  /// The Gram matrix of a row: what all known entries of the mode share, less the row's missing ones.
  private func forEachRow(
    _ mode: Int, _ gram: [Double], _ rows: MissingGrams.Rows?,
    _ body: (_ row: Int, _ gram: UnsafeBufferPointer<Double>) -> Void
  ) {
    let common = rows?.shared.map { shared in zip(gram, shared).map { $0 - $1 } } ?? gram
    let size = rank * rank
    var own = common
    for row in 0..<(factors.modes[mode].count / rank) {
      guard let rows, !rows.slots.isEmpty, rows.slots[row] >= 0 else {
        common.withUnsafeBufferPointer { body(row, $0) }
        continue
      }
      let start = Int(rows.slots[row]) * size
      for place in 0..<size { own[place] = common[place] - rows.own[start + place] }
      own.withUnsafeBufferPointer { body(row, $0) }
    }
  }

  private mutating func updateColumns(
    _ mode: Int, _ product: [Double], _ gram: [Double], _ rows: MissingGrams.Rows?
  ) {
    var values = factors.modes[mode]
    let (rank, passes) = (rank, fit.innerPasses)
    values.withUnsafeMutableBufferPointer { values in
      forEachRow(mode, gram, rows) { row, gram in
        let start = row * rank
        var largest = 0.0
        for p in 0..<rank { largest = max(largest, gram[p * rank + p]) }
        for _ in 0..<passes {
          for p in 0..<rank {
            var sum = product[start + p]
            for q in 0..<rank { sum -= values[start + q] * gram[p * rank + q] }
            let diagonal = gram[p * rank + p]
            sum += values[start + p] * diagonal
            // A row that is missing nearly everywhere says nothing about the component.
            let floor = largest * 1e-12
            values[start + p] = diagonal > floor && sum > 0 ? sum / diagonal : 0
          }
        }
      }
    }
    factors.modes[mode] = values
  }

  private mutating func stepDown(
    _ mode: Int, _ product: [Double], _ gram: [Double], _ rows: MissingGrams.Rows?
  ) {
    let from = extrapolated.modes[mode]
    var values = factors.modes[mode]
    let (rank, curvature) = (rank, curvatures[mode])
    values.withUnsafeMutableBufferPointer { values in
      forEachRow(mode, gram, rows) { row, gram in
        let start = row * rank
        for p in 0..<rank {
          var slope = -product[start + p]
          for q in 0..<rank { slope += from[start + q] * gram[p * rank + q] }
          values[start + p] = max(0, from[start + p] - slope / curvature)
        }
      }
    }
    factors.modes[mode] = values
  }

  private func largestEigenvalue(_ gram: [Double]) -> Double {
    let matrix = Matrix(rows: rank, columns: rank, values: gram)
    return (try? matrix.symmetricEigendecomposition())?.values.last
      ?? gram.reduce(0) { $0 + $1 * $1 }.squareRoot()
  }

  /// ‖X − X̂‖ / ‖X‖ from products that the sweep has anyway, or entry by entry where their difference is mostly rounding.
  private func relativeError(_ product: [Double], _ gram: [Double], _ rows: MissingGrams.Rows?) -> Double {
    let tensor = products.tensor
    let pair = factors.modes[2]
    var model = 0.0
    pair.withUnsafeBufferPointer { pair in
      forEachRow(2, gram, rows) { row, gram in
        for p in 0..<rank {
          var sum = 0.0
          for q in 0..<rank { sum += gram[p * rank + q] * pair[row * rank + q] }
          model += sum * pair[row * rank + p]
        }
      }
    }
    let inner = zip(product, pair).reduce(0) { $0 + $1.0 * $1.1 }
    let squared = (tensor.squaredNorm - 2 * inner + model) / tensor.squaredNorm
    let trusted = Scalar.self == Double.self ? 1e-8 : 1e-3
    if squared > trusted { return squared.squareRoot() }
    let residual = products.squaredResidual(factors.modes[0], factors.modes[1], pair, rank: rank)
    return max(0, residual / tensor.squaredNorm).squareRoot()
  }
}
