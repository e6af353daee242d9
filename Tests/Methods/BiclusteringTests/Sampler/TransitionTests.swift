import Biclustering
import Probability
import Testing

@Suite struct TransitionTests {
  /// A8: expected tables on the diagonal before and after the sticky override.
  @Test func stickyOverrideTakesItsShare() {
    let counts = [40, 3, 0, 2, 30, 1, 0, 1, 22]
    var (all, considered) = ([Double](repeating: 0, count: 3), [Double](repeating: 0, count: 3))
    var squares = all
    let draws = 40_000
    for draw in 0..<draws {
      var stream = RandomStream(seed: 3, "sticky", draw)
      let tables = Sampler.tables(
        of: counts, base: [0.5, 0.3, 0.2], concentration: 5, stickiness: 10, using: &stream)
      for k in 0..<3 {
        all[k] += Double(tables.all[4 * k])
        considered[k] += Double(tables.considered[4 * k])
        squares[k] += Double(tables.all[4 * k] * tables.all[4 * k])
      }
      #expect(tables.all[2] == 0 && tables.considered[1] == tables.all[1])
    }
    let (before, after) = (
      [18.3257934447, 15.1266138, 12.4247964], [3.6651586889, 1.9730366, 1.1295269]
    )
    for k in 0..<3 {
      let mean = all[k] / Double(draws)
      let error = ((squares[k] / Double(draws) - mean * mean) / Double(draws)).squareRoot()
      #expect(abs(mean - before[k]) < 4.5 * error)
      #expect(abs(considered[k] / Double(draws) - after[k]) < 4.5 * (after[k] / Double(draws)).squareRoot())
    }
  }
}
