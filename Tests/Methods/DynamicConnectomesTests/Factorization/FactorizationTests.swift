import DynamicConnectomes
import Foundation
import LinearAlgebra
import Probability
import Testing

@Suite struct FactorizationTests {
  /// B1: three modes of a small tensor, sweep by sweep.
  @Test(
    arguments: [(1, 0.5222502560120474), (5, 0.39921378384281847), (50, 0.39624798200721745)],
    [TensorLayout.dense, .sparse])
  func sweepsAreTheReferenceOnes(_ expectation: (sweeps: Int, error: Double), layout: TensorLayout) throws {
    let (sweeps, error) = expectation
    let cases = try #require(try Fixture.json("ntf_affinity_cases.json") as? [String: Any])
    let input = try #require(cases["hals_input"] as? [String: Any])
    let tensor = try #require(input["X_4x3x2"] as? [[[Double]]])
    let start = try #require(input["U0"] as? [[[Double]]])
    var fit = CPFit(rank: 2, sweeps: sweeps, tolerance: 0)
    fit.innerPasses = try #require(input["inner_passes"] as? Int)
    let result = try fit.run(
      MaskedTensor(tensor.flatMap { $0.flatMap { $0 } }, times: 4, animals: 3, pairs: 2, layout: layout),
      start: .factors(
        time: start[0].flatMap(\.self), animal: start[1].flatMap(\.self), pair: start[2].flatMap(\.self)))
    #expect(abs(result.relativeError - error) < 1e-9)
    let expected = try #require(
      (cases["hals_sweeps_\(sweeps)"] as? [String: Any])?["factors"] as? [[[Double]]])
    // The model, which the scale and order of components leave alone.
    for t in 0..<4 {
      for w in 0..<3 {
        for p in 0..<2 {
          let theirs = (0..<2).reduce(0.0) {
            $0 + expected[0][t][$1] * expected[1][w][$1] * expected[2][p][$1]
          }
          let ours = (0..<2).reduce(0.0) {
            $0 + result.weights[$1] * result.time[t * 2 + $1] * result.animal[w * 2 + $1]
              * result.pair[p * 2 + $1]
          }
          #expect(abs(theirs - ours) < 1e-8)
        }
      }
    }
  }

  /// A random tensor of a given rank, with the factors that made it.
  static func planted(_ shape: [Int], rank: Int, seed: UInt64) -> (values: [Double], factors: [[Double]]) {
    let factors = shape.enumerated().map { mode, rows in
      var stream = RandomStream(seed: seed, "planted", mode)
      return (0..<(rows * rank)).map { _ in stream.uniform() < 0.5 ? 0 : stream.uniform() }
    }
    var values: [Double] = []
    for t in 0..<shape[0] {
      for w in 0..<shape[1] {
        for p in 0..<shape[2] {
          values.append(
            (0..<rank).reduce(0) {
              $0 + factors[0][t * rank + $1] * factors[1][w * rank + $1] * factors[2][p * rank + $1]
            })
        }
      }
    }
    return (values, factors)
  }

  /// B2: a planted tensor of rank 3 is found exactly by both algorithms, and fewer components do not do.
  @Test(arguments: CPFit.Algorithm.allCases)
  func plantedFactorsAreFound(algorithm: CPFit.Algorithm) throws {
    let (values, factors) = Self.planted([40, 6, 45], rank: 3, seed: 2)
    let tensor = try MaskedTensor(values, times: 40, animals: 6, pairs: 45)
    let fit = CPFit(
      rank: 3, algorithm: algorithm, sweeps: algorithm == .hals ? 300 : 3000, tolerance: 0)
    let best = try CPEnsemble(tensor, fit: fit, restarts: 10).best
    #expect(best.relativeError < 1e-6)
    let truth = try CPFit(rank: 3, sweeps: 1, tolerance: 0).run(
      tensor, start: .factors(time: factors[0], animal: factors[1], pair: factors[2]))
    #expect(CPAlignment(truth, best).similarity > 0.999)
    let errors = try (1...2).map {
      try CPEnsemble(tensor, fit: CPFit(rank: $0), restarts: 4).best.relativeError
    }
    #expect(errors[0] > errors[1] && errors[1] > 1e-3)
  }

  /// Hidden entries are completed: the fit of what is known gives what is not.
  @Test(arguments: CPFit.Algorithm.allCases)
  func missingEntriesAreCompleted(algorithm: CPFit.Algorithm) throws {
    let (values, _) = Self.planted([30, 8, 28], rank: 2, seed: 4)
    var known = values
    var stream = RandomStream(seed: 1, "mask")
    for fibre in 0..<(8 * 28) where stream.uniform() < 0.3 {
      // Some time courses are missing as a whole, some in part.
      let range = stream.uniform() < 0.5 ? 0..<30 : 7..<19
      for time in range { known[time * 8 * 28 + fibre] = .nan }
    }
    let tensor = try MaskedTensor(known, times: 30, animals: 8, pairs: 28)
    let fit = CPFit(rank: 2, algorithm: algorithm, sweeps: algorithm == .hals ? 500 : 5000, tolerance: 0)
    let best = try CPEnsemble(tensor, fit: fit, restarts: 6).best
    #expect(best.relativeError < 1e-6)
    // Where the planted factors are 0, what is missing is not determined; HALS leaves it at 0 as they do.
    guard algorithm == .hals else { return }
    for (place, value) in values.enumerated() {
      let (t, w, p) = (place / (8 * 28), place / 28 % 8, place % 28)
      let model = (0..<2).reduce(0.0) {
        $0 + best.weights[$1] * best.time[t * 2 + $1] * best.animal[w * 2 + $1] * best.pair[p * 2 + $1]
      }
      #expect(abs(model - value) < 1e-4)
    }
  }

  /// Each sweep of HALS lowers the error, with missing entries and without.
  @Test func errorsFall() throws {
    let (values, _) = Self.planted([25, 5, 21], rank: 4, seed: 6)
    var noisy = values
    var stream = RandomStream(seed: 2, "noise")
    for place in noisy.indices {
      noisy[place] += 0.3 * stream.uniform()
      if place / (21 * 5) > 20, place % 21 == 3 { noisy[place] = .nan }
    }
    for tensor in [values, noisy] {
      let fit = try CPFit(rank: 3, sweeps: 60, tolerance: 0).run(
        try MaskedTensor(tensor, times: 25, animals: 5, pairs: 21))
      #expect(zip(fit.errors, fit.errors.dropFirst()).allSatisfy { $1 <= $0 + 1e-9 })
    }
  }

  /// B13: any number of threads gives the same bits.
  @Test(arguments: [TensorLayout.dense, .sparse], [false, true])
  func threadsChangeNothing(layout: TensorLayout, isMasked: Bool) throws {
    var (values, _) = Self.planted([300, 7, 600], rank: 3, seed: 8)
    if isMasked {
      for place in values.indices where place % 600 % 5 == 2 && place / 600 % 7 == 4 { values[place] = .nan }
    }
    let tensor = try MaskedTensor(
      values.map { Float($0) }, times: 300, animals: 7, pairs: 600, layout: layout)
    let fits = try [1, 2, 8].map { try CPFit(rank: 3, sweeps: 4).run(tensor, threads: $0) }
    #expect(fits[0] == fits[1] && fits[0] == fits[2])
  }

  @Test func ranksAreSelected() throws {
    let (values, _) = Self.planted([40, 6, 45], rank: 3, seed: 2)
    let tensor = try MaskedTensor(values, times: 40, animals: 6, pairs: 45)
    var plan = RankSelection.Plan(ranks: [1, 2, 3, 4, 5])
    plan.fit = CPFit(rank: 3, sweeps: 200, tolerance: 1e-7)
    plan.folds = 2
    let selection = RankSelection(try plan.ranks.map { try RankSelection.row(tensor, rank: $0, plan: plan) })
    // The third component is weak, and the elbow overlooks it.
    #expect([2, 3].contains(selection.choices["errorElbow"] ?? 0))
    #expect(selection.choices["heldOut"] == 3)
    #expect(selection.choices["coreConsistency"] == 3)
    #expect((selection.choices["similarity"] ?? 0) >= 3)
    #expect(selection.rows[2].coreConsistency > 99.9)
    #expect(selection.rows[2].heldOutErrors.allSatisfy { $0 < 1e-3 })
    #expect(selection.rows[0].heldOutErrors.allSatisfy { $0 > 0.1 })
  }

  @Test func refusals() throws {
    let values = [Double](repeating: 1, count: 8)
    let negative = #expect(throws: ConnectomeError.self) {
      try MaskedTensor([1, -2, 1, 1, 1, 1, 1, 1], times: 2, animals: 2, pairs: 2)
    }
    #expect(
      negative?.description
        == "the tensor's entry at time 0, animal 0, pair 1 is -2.0, but affinities must be finite and not negative; leave out what is unknown as NaN"
    )
    let large = #expect(throws: ConnectomeError.self) {
      try CPFit(rank: 5).run(try MaskedTensor(values, times: 2, animals: 2, pairs: 2))
    }
    #expect(
      large?.description == "number of components is 5, but must be 1 to 4 for a tensor of 2 x 2 x 2")
    #expect(throws: ConnectomeError.self) {
      try CPFit(rank: 1).run(
        try MaskedTensor([Double](repeating: 0, count: 8), times: 2, animals: 2, pairs: 2))
    }
  }

  /// A component that begins dead in all modes is started again.
  @Test func deadComponentsAreStartedAgain() throws {
    let start = [1.0, 0, 1, 0]
    let tensor = try MaskedTensor([1.0, 2, 3, 4, 2, 1, 0, 3], times: 2, animals: 2, pairs: 2)
    let fit = try CPFit(rank: 2, sweeps: 400, tolerance: 1e-9).run(
      tensor, start: .factors(time: start, animal: start, pair: start))
    #expect(fit.reseeded >= 1 && fit.weights.allSatisfy { $0 > 0 })
  }
}
