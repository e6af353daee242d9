import Dendrites
import Foundation
import Probability
import Testing

@Suite struct SparsePatternTests {
  @Test(arguments: [
    ([3, 3], "cell 3 is given twice"), ([10], "cell 10 is not in the population of 10 (cells count from 0)"),
    ([-1], "cell -1 is not in the population of 10 (cells count from 0)"),
  ])
  func refuses(active: [Int], message: String) {
    #expect(
      #expect(throws: DendritesError.self) { try SparsePattern(cells: 10, active: active) }?.description
        == message)
  }

  @Test func setLaws() throws {
    var stream = RandomStream(seed: 6, "sets")
    for _ in 0..<50 {
      let a = try SparsePattern.random(cells: 90, active: 20, using: &stream)
      let b = try SparsePattern.random(cells: 90, active: 30, using: &stream)
      let shared = try a.overlap(with: b)
      #expect(try a.intersection(b).active.count == shared)
      #expect(try a.union(b).active.count == 50 - shared)
      #expect(try SparsePattern(dense: a.dense) == a)
      #expect(zip(a.words, b.words).reduce(0) { $0 + ($1.0 & $1.1).nonzeroBitCount } == shared)
      #expect(a.concatenated(b).active.count == 50)
    }
  }

  @Test func noiseMovesExactlyAsManyCells() throws {
    var stream = RandomStream(seed: 7, "noise")
    let pattern = try SparsePattern.random(cells: 60, active: 20, using: &stream)
    var arrivals = [Int](repeating: 0, count: 60)
    for noise in 0...20 {
      for _ in 0..<200 {
        let noisy = try pattern.addingNoise(noise, using: &stream)
        #expect(noisy.active.count == 20)
        #expect(try noisy.overlap(with: pattern) == 20 - noise)
        for cell in noisy.active { arrivals[cell] += 1 }
      }
    }
    let outside = Set(0..<60).subtracting(pattern.active).map { Double(arrivals[$0]) }
    #expect(outside.max()! < 1.3 * mean(outside) && outside.min()! > 0.7 * mean(outside))
    #expect(throws: DendritesError.self) { try pattern.addingNoise(21, using: &stream) }
  }

  @Test func operationsOnSets() throws {
    var stream = RandomStream(seed: 9, "operations")
    let pattern = try SparsePattern(cells: 12, active: [7, 1, 4])
    #expect(pattern.active == [1, 4, 7] && pattern.sparsity == 0.25)
    #expect(pattern.dense == [0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0] && pattern.words == [0b10010010])
    #expect(throws: DendritesError.self) { try SparsePattern(dense: []) }
    #expect(Set(try pattern.subsample(2, using: &stream).active).isSubset(of: [1, 4, 7]))
    #expect(throws: DendritesError.self) { try pattern.subsample(4, using: &stream) }
    #expect(
      try pattern.killing(1, using: &stream).active == [] && pattern.killing(0, using: &stream) == pattern)
    #expect(throws: DendritesError.self) { try pattern.killing(1.5, using: &stream) }
    let other = try SparsePattern(cells: 3, active: [0, 2])
    #expect(pattern.concatenated(other).active == [1, 4, 7, 12, 14])
    #expect(throws: DendritesError.self) { try pattern.union(other) }
    #expect(throws: DendritesError.self) { try pattern.overlap(with: other) }
    let empty = try SparsePattern(cells: 12, active: [])
    #expect(try empty.union(pattern) == pattern && empty.intersection(pattern) == empty)
  }

  /// The official noise lets cells that left return: v²/n of them more or less, and never fewer than Eq 6 has.
  @Test func officialNoiseIsALittleWeaker() throws {
    var stream = RandomStream(seed: 10, "returning noise")
    let pattern = try SparsePattern.random(cells: 200, active: 50, using: &stream)
    var kept = 0
    for _ in 0..<4000 {
      let noisy = try pattern.addingReturningNoise(30, using: &stream)
      #expect(noisy.active.count == 50)
      kept += try noisy.overlap(with: pattern)
    }
    // 30 draws among the 180 cells that are inactive after 30 left: 30·30/180 = 5 return.
    #expect(abs(Double(kept) / 4000 - 25) < 0.15)
  }

  @Test func streamMetrics() throws {
    let patterns = try [[0, 1], [1, 2], [1, 2]].map { try SparsePattern(cells: 4, active: $0) }
    let metrics = try StreamMetrics(patterns)
    #expect(metrics.patterns == 3 && metrics.cells == 4)
    #expect(metrics.sparsity.mean == 0.5 && metrics.sparsity.standardDeviation == 0)
    #expect(metrics.activationFrequencies == [1 / 3.0, 1, 2 / 3.0, 0])
    #expect(metrics.activationFrequency.minimum == 0 && metrics.activationFrequency.maximum == 1)
    #expect(metrics.activationFrequency.mean == 0.5)
    #expect(metrics.overlap?.mean == 0.75 && metrics.overlap?.standardDeviation == 0.25)
    // Two cells of entropy h(1/3), two constant ones; all at 1/2 would have one bit.
    let third = log2(3.0) - 2 / 3.0
    #expect(abs(metrics.entropy - third / 2) < 1e-12 && abs(metrics.relativeEntropy - third / 2) < 1e-12)
    #expect(try StreamMetrics([patterns[0]]).overlap == nil)
    #expect(throws: DendritesError.self) { try StreamMetrics([]) }
  }
}
