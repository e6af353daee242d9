import Probability
import Testing

@Suite struct PairedProportionsTests {
  @Test func pairsAreCounted() {
    let pairs = PairedProportions(
      [true, true, false, false, true], against: [true, false, true, false, false])
    #expect(pairs == PairedProportions(gained: 2, lost: 1, pairs: 5))
    #expect(pairs.difference == 0.2)
  }

  /// By hand: (16 − 6) / 102 ± 1.959964 √(23 − 100 / 102) / 102.
  @Test func anIntervalByHand() {
    let interval = PairedProportions(gained: 16, lost: 6, pairs: 100).interval()
    #expect(abs(interval.lowerBound - 0.007871) < 1e-6)
    #expect(abs(interval.upperBound - 0.188207) < 1e-6)
  }

  @Test func pairsThatAllAgreeStillHaveAWidth() {
    let interval = PairedProportions(gained: 0, lost: 0, pairs: 72).interval()
    #expect(abs(interval.upperBound - 1.959964 / 74) < 1e-6 && interval.lowerBound == -interval.upperBound)
  }

  /// Of differences drawn with the chances .25 and .1, about 95 % of intervals hold .15.
  @Test func coverage() {
    var stream = RandomStream(seed: 5, "pairs")
    var held = 0
    for _ in 0..<4000 {
      var (gained, lost) = (0, 0)
      for _ in 0..<60 {
        let u = stream.uniform()
        if u < 0.25 { gained += 1 } else if u < 0.35 { lost += 1 }
      }
      if PairedProportions(gained: gained, lost: lost, pairs: 60).interval().contains(0.15) { held += 1 }
    }
    #expect((0.935...0.97).contains(Double(held) / 4000))
  }
}
