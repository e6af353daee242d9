import LinearAlgebra
import Probability
import Testing

@testable import DynamicConnectomes

/// The sparse layout holds the same tensor as the dense one.
@Suite struct SparseTests {
  /// A tensor of which most is 0 and some unknown: whole time courses, and parts.
  private static func values<Scalar: LinearScalar>(_ times: Int, _ animals: Int, _ pairs: Int) -> [Scalar] {
    var stream = RandomStream(seed: 5, "sparse")
    var values = (0..<(times * animals * pairs)).map { _ -> Scalar in
      stream.uniform() < 0.7 ? 0 : Scalar(stream.uniform())
    }
    for fibre in 0..<(animals * pairs) where stream.uniform() < 0.2 {
      for time in stream.uniform() < 0.5 ? 0..<times : 3..<(times - 2) {
        values[time * animals * pairs + fibre] = .nan
      }
    }
    return values
  }

  /// Both contractions against sums that are written out, for sizes that fill no vector, no group of rows and no block.
  @Test(arguments: [TensorLayout.dense, .sparse], [1, 3, 7, 16, 21])
  func productsAreTheSums(layout: TensorLayout, rank: Int) throws {
    let (times, animals, pairs) = (11, 3, 530)
    let values: [Float] = Self.values(times, animals, pairs)
    let tensor = try MaskedTensor(values, times: times, animals: animals, pairs: pairs, layout: layout)
    #expect(tensor.layout == layout)
    var stream = RandomStream(seed: 6, "factors")
    let factors = [times, animals, pairs].map { rows in (0..<(rows * rank)).map { _ in stream.uniform() } }
    var byRow = [Double](repeating: 0, count: times * animals * rank)
    var byPair = [Double](repeating: 0, count: pairs * rank)
    for t in 0..<times {
      for w in 0..<animals {
        for p in 0..<pairs {
          let value = Double(values[(t * animals + w) * pairs + p])
          if value.isNaN { continue }
          for r in 0..<rank {
            byRow[(t * animals + w) * rank + r] += value * factors[2][p * rank + r]
            byPair[p * rank + r] += value * factors[0][t * rank + r] * factors[1][w * rank + r]
          }
        }
      }
    }
    let products = TensorProducts(tensor: tensor, threads: 2)
    // Float's rounding, 6e-8, grows at most with the terms of a sum.
    for (ours, sums) in [
      (products.contractPairs(factors[2], rank: rank), byRow),
      (products.contractTimesAndAnimals(factors[0], factors[1], rank: rank), byPair),
    ] {
      #expect(zip(ours, sums).allSatisfy { abs($0 - $1) <= 1e-5 * max(1, $1) })
    }
  }

  @Test(arguments: CPFit.Algorithm.allCases)
  func fitsAreThoseOfTheDenseLayout(algorithm: CPFit.Algorithm) throws {
    let values: [Double] = Self.values(25, 4, 300)
    let fits = try [TensorLayout.dense, .sparse].map { layout in
      try CPFit(rank: 4, algorithm: algorithm, sweeps: 20, tolerance: 0).run(
        try MaskedTensor(values, times: 25, animals: 4, pairs: 300, layout: layout))
    }
    // Twenty sweeps carry the last digits' difference along.
    #expect(zip(fits[0].errors, fits[1].errors).allSatisfy { abs($0 - $1) < 1e-12 })
    for (dense, sparse) in [
      (fits[0].time, fits[1].time), (fits[0].animal, fits[1].animal), (fits[0].pair, fits[1].pair),
    ] {
      #expect(zip(dense, sparse).allSatisfy { abs($0 - $1) < 1e-9 })
    }
    let singles = try [TensorLayout.dense, .sparse].map { layout in
      try CPFit(rank: 4, algorithm: algorithm, sweeps: 20, tolerance: 0).run(
        try MaskedTensor(values.map { Float($0) }, times: 25, animals: 4, pairs: 300, layout: layout))
    }
    #expect(zip(singles[0].errors, fits[0].errors).allSatisfy { abs($0 - $1) < 1e-5 })
    #expect(zip(singles[1].errors, fits[0].errors).allSatisfy { abs($0 - $1) < 1e-5 })
  }

  /// A fit so good that its error is counted entry by entry.
  @Test(arguments: [TensorLayout.dense, .sparse]) func exactFitsHaveNoError(layout: TensorLayout) throws {
    var (values, factors) = FactorizationTests.planted([20, 5, 300], rank: 2, seed: 3)
    for place in values.indices where place % 300 == 7 && place / 300 % 5 == 1 { values[place] = .nan }
    let tensor = try MaskedTensor(values, times: 20, animals: 5, pairs: 300, layout: layout)
    let fit = try CPFit(rank: 2, sweeps: 1, tolerance: 0).run(
      tensor, start: .factors(time: factors[0], animal: factors[1], pair: factors[2]))
    #expect(fit.relativeError < 1e-12)
  }

  @Test func changesAreThoseOfTheDenseLayout() throws {
    let values: [Float] = Self.values(12, 3, 700)
    let dense = try MaskedTensor(values, times: 12, animals: 3, pairs: 700, layout: .dense)
    let sparse = try MaskedTensor(values, times: 12, animals: 3, pairs: 700, layout: .sparse)
    #expect(try MaskedTensor(values, times: 12, animals: 3, pairs: 700).layout == .sparse)
    func compare(_ a: MaskedTensor<Float>, _ b: MaskedTensor<Float>) {
      #expect(a.layout == .dense && b.layout == .sparse)
      #expect(a.values == b.values && a.missing == b.missing && a.times == b.times)
      #expect(abs(a.squaredNorm - b.squaredNorm) < 1e-5 * a.squaredNorm)
      #expect(a.observed == b.observed)
    }
    compare(dense, sparse)
    for (animal, pair) in [(0, 0), (2, 255), (1, 256), (0, 699)] {
      #expect(dense.course(animal: animal, pair: pair) == sparse.course(animal: animal, pair: pair))
    }
    let complete = dense.completeFibres
    let runs = [5, 700 + 300, 1400 + 650].filter { complete[$0] }.map {
      MissingRun(animal: $0 / 700, pair: $0 % 700, begin: 2, end: 9)
    }
    #expect(!runs.isEmpty)
    compare(dense.hiding(runs), sparse.hiding(runs))
    #expect(sparse.hiding(runs).value(time: 4, animal: runs[0].animal, pair: runs[0].pair) == nil)
    let source: [[Int?]] = [[3, 4, nil], [0, nil, 11], [3, 0, 2], [11, 10, 9], [nil, nil, 5]]
    let moved = sparse.rearranged(source)
    compare(dense.rearranged(source), moved)
    #expect(moved.value(time: 0, animal: 2, pair: 17) == nil)
    for pair in [0, 100, 699] {
      #expect(
        moved.value(time: 3, animal: 1, pair: pair) == sparse.value(time: 10, animal: 1, pair: pair))
    }
  }
}
