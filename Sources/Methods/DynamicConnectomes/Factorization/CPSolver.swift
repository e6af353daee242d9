import LinearAlgebra
import Parallel
import Probability

/// The state of a fit between sweeps.
struct CPSolver<Scalar: LinearScalar> {
  private let fit: CPFit
  private let products: TensorProducts<Scalar>
  private let missing: MissingGrams
  private(set) var factors: FactorTriple
  /// The factors' Gram matrices.
  private var grams: [[Double]]
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
    grams = (0..<3).map { factors.gram($0) }
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
      let gram = gram(without: mode)
      let rows = missing.rows(of: mode, factors, timeGram: grams[0])
      updateColumns(mode, product, gram, rows)
      grams[mode] = factors.gram(mode)
      if mode == 2 { error = relativeError(product, gram, rows) }
    }
    return error
  }

  /// One sweep of accelerated block coordinate descent.
  ///
  /// - Returns: the relative error after it, or the one before when the sweep was not kept.
  mutating func descend() -> Double {
    let (before, gramsBefore, errorBefore, curvaturesBefore) = (factors, grams, error, curvatures)
    let contracted = products.contractPairs(factors.modes[2], rank: rank)
    for mode in 0..<3 {
      let product = product(mode, contracted)
      let gram = gram(without: mode)
      let rows = missing.rows(of: mode, factors, timeGram: grams[0])
      // Missing entries only lower the curvature, so the full matrix's bounds it.
      curvatures[mode] = max(largestEigenvalue(gram), .leastNormalMagnitude)
      stepDown(mode, product, gram, rows)
      grams[mode] = factors.gram(mode)
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
      (grams, error) = (gramsBefore, errorBefore)
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
    grams = (0..<3).map { factors.gram($0) }
    extrapolated = factors
    momentum = 1
    error = .infinity
    return true
  }

  /// The Gram matrices of the two other modes multiplied number by number.
  private func gram(without mode: Int) -> [Double] {
    zip(grams[mode == 0 ? 1 : 0], grams[mode == 2 ? 1 : 2]).map { $0 * $1 }
  }

  /// The tensor contracted with the two other modes, `[row, component]`.
  private func product(_ mode: Int, _ contracted: [Double]) -> [Double] {
    if mode == 2 {
      return products.contractTimesAndAnimals(factors.modes[0], factors.modes[1], rank: rank)
    }
    let (times, animals, rank) = (products.tensor.times, products.tensor.animals, rank)
    var result = [Double](repeating: 0, count: factors.modes[mode].count)
    result.withUnsafeMutableBufferPointer { result in
      contracted.withUnsafeBufferPointer { contracted in
        factors.modes[1 - mode].withUnsafeBufferPointer { other in
          for t in 0..<times {
            for w in 0..<animals {
              let (row, partner) = mode == 0 ? (t * rank, w * rank) : (w * rank, t * rank)
              let place = (t * animals + w) * rank
              for r in 0..<rank { result[row + r] += contracted[place + r] * other[partner + r] }
            }
          }
        }
      }
    }
    return result
  }

  /// Changes each row of a mode on its own, given its Gram matrix: what all rows share, less the row's missing entries.
  ///
  /// - Parameter body: gets the row's numbers of the factor, its place in it, the matrix and memory for as many numbers.
  private mutating func updateRows(
    _ mode: Int, _ gram: [Double], _ rows: MissingGrams.Rows?,
    _ body:
      @Sendable (
        _ row: UnsafeMutablePointer<Double>, _ start: Int, _ gram: UnsafePointer<Double>,
        _ scratch: UnsafeMutablePointer<Double>
      ) -> Void
  ) {
    let (rank, part) = (rank, 128)
    let count = factors.modes[mode].count / rank
    var values = factors.modes[mode]
    values.withUnsafeMutableBufferPointer { buffer in
      nonisolated(unsafe) let values = buffer.baseAddress!  // each part writes rows of its own
      _ = parallelMap(count: (count + part - 1) / part, threads: products.threads) { index in
        var own = gram
        var scratch = [Double](repeating: 0, count: rank)
        var isShared = true
        for row in (index * part)..<min((index + 1) * part, count) {
          own.withUnsafeMutableBufferPointer { own in
            if !isShared { _ = own.update(fromContentsOf: gram) }
            isShared = !(rows?.subtract(row: row, from: own.baseAddress!) ?? false)
            scratch.withUnsafeMutableBufferPointer {
              body(values + row * rank, row * rank, UnsafePointer(own.baseAddress!), $0.baseAddress!)
            }
          }
        }
      }
    }
    factors.modes[mode] = values
  }

  private mutating func updateColumns(
    _ mode: Int, _ product: [Double], _ gram: [Double], _ rows: MissingGrams.Rows?
  ) {
    let (rank, passes) = (rank, fit.innerPasses)
    updateRows(mode, gram, rows) { row, start, gram, rest in
      // What each column's product leaves after the model, kept up with every change.
      for p in 0..<rank { rest[p] = product[start + p] }
      for q in 0..<rank where row[q] != 0 {
        let (value, column) = (row[q], gram + q * rank)
        for p in 0..<rank { rest[p] -= value * column[p] }
      }
      var largest = 0.0
      for p in 0..<rank { largest = max(largest, gram[p * rank + p]) }
      // A row that is missing nearly everywhere says nothing about the component.
      let floor = largest * 1e-12
      for _ in 0..<passes {
        for p in 0..<rank {
          let diagonal = gram[p * rank + p]
          let value = diagonal > floor ? max(0, row[p] + rest[p] / diagonal) : 0
          let change = value - row[p]
          if change == 0 { continue }
          row[p] = value
          let column = gram + p * rank
          for q in 0..<rank { rest[q] -= change * column[q] }
        }
      }
    }
  }

  private mutating func stepDown(
    _ mode: Int, _ product: [Double], _ gram: [Double], _ rows: MissingGrams.Rows?
  ) {
    let from = extrapolated.modes[mode]
    let (rank, curvature) = (rank, curvatures[mode])
    updateRows(mode, gram, rows) { row, start, gram, slope in
      for p in 0..<rank { slope[p] = -product[start + p] }
      for q in 0..<rank where from[start + q] != 0 {
        let (value, column) = (from[start + q], gram + q * rank)
        for p in 0..<rank { slope[p] += value * column[p] }
      }
      for p in 0..<rank { row[p] = max(0, from[start + p] - slope[p] / curvature) }
    }
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
    let model = zip(gram, grams[2]).reduce(0) { $0 + $1.0 * $1.1 } - missingSquares(rows)
    let inner = zip(product, pair).reduce(0) { $0 + $1.0 * $1.1 }
    let squared = (tensor.squaredNorm - 2 * inner + model) / tensor.squaredNorm
    let trusted = Scalar.self == Double.self ? 1e-8 : 1e-3
    if squared > trusted { return squared.squareRoot() }
    let residual = products.squaredResidual(factors.modes[0], factors.modes[1], pair, rank: rank)
    return max(0, residual / tensor.squaredNorm).squareRoot()
  }

  /// The sum of the model's squares where the tensor is unknown.
  private func missingSquares(_ rows: MissingGrams.Rows?) -> Double {
    guard let rows else { return 0 }
    let (rank, pair, part) = (rank, factors.modes[2], 128)
    let count = pair.count / rank
    return parallelMap(count: (count + part - 1) / part, threads: products.threads) { index -> Double in
      var own = [Double](repeating: 0, count: rank * rank)
      var sum = 0.0
      for row in (index * part)..<min((index + 1) * part, count) {
        let isKnown = !own.withUnsafeMutableBufferPointer { rows.subtract(row: row, from: $0.baseAddress!) }
        if isKnown { continue }
        for p in 0..<rank {
          var line = 0.0
          for q in 0..<rank {
            line -= own[p * rank + q] * pair[row * rank + q]
            own[p * rank + q] = 0
          }
          sum += line * pair[row * rank + p]
        }
      }
      return sum
    }.reduce(0, +)
  }
}
