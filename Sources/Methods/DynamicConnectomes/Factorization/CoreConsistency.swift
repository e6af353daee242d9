import LinearAlgebra

/// How far a decomposition is free of interactions between components (Bro and Kiers 2003).
enum CoreConsistency {
  /// 100 · (1 − ‖G − I‖² / R), G the core that fits the tensor best given the factors; missing entries are taken from the model.
  ///
  /// Below 0 for fits that are nothing like trilinear; −∞ when components coincide.
  static func percent<Scalar: LinearScalar>(
    _ tensor: MaskedTensor<Scalar>, _ fit: NonnegativeCP, threads: Int
  ) -> Double {
    let rank = fit.rank
    // The norms go into the times.
    let time = Matrix(rows: tensor.times, columns: rank) { fit.time[$0 * rank + $1] * fit.weights[$1] }
    let animal = Matrix(rows: tensor.animals, columns: rank, values: fit.animal)
    let pair = Matrix(rows: tensor.pairs, columns: rank, values: fit.pair)
    guard let a = inverse(time), let b = inverse(animal), let c = inverse(pair) else { return -.infinity }
    let products = TensorProducts(tensor: tensor, threads: threads)
    var contracted = products.contractPairs(c.transposed().values, rank: rank)
    for run in tensor.missing {
      let z = (0..<rank).map { animal[run.animal, $0] * pair[run.pair, $0] }
      for t in run.begin..<run.end {
        let model = (0..<rank).reduce(0) { $0 + z[$1] * time[t, $1] }
        let row = (t * tensor.animals + run.animal) * rank
        for r in 0..<rank { contracted[row + r] += model * c[r, run.pair] }
      }
    }
    var distance = 0.0
    for r in 0..<rank {
      // X contracted with the pairs' inverse row r, `[time, animal]`.
      let slice = Matrix(rows: tensor.times, columns: tensor.animals) {
        contracted[($0 * tensor.animals + $1) * rank + r]
      }
      let core = (a * slice).multiplied(by: b, transposingOther: true)
      for p in 0..<rank {
        for q in 0..<rank {
          let wanted: Double = p == r && q == r ? 1 : 0
          distance += (core[p, q] - wanted) * (core[p, q] - wanted)
        }
      }
    }
    return 100 * (1 - distance / Double(rank))
  }

  /// (UᵀU)⁻¹Uᵀ; `nil` when columns depend on one another.
  private static func inverse(_ factors: Matrix<Double>) -> Matrix<Double>? {
    let gram = factors.multiplied(by: factors, transposingSelf: true)
    guard let cholesky = try? Cholesky(gram) else { return nil }
    return cholesky.solve(factors.transposed())
  }
}
