import Foundation
import Homeostasis
import Testing

@Suite struct ShiftScheduleTests {
  @Test func exactTimingPerformsEveryRate() throws {
    for rate in 1...6000 {
      let positions = try ShiftSchedule(rate: .constant(Double(rate))).positions(
        epoch: 0, samples: 60_000, batch: 10)
      guard positions.count == rate, Set(positions).count == rate,
        positions.allSatisfy({ (1...6000).contains($0) }),
        (positions.last == 6000) == (rate > 3000)
      else {
        Issue.record(
          "rate \(rate) gives \(positions.count) shifts, the last after batch \(positions.last ?? 0)")
        return
      }
    }
  }

  @Test func publishedTimingPerformsWhatItDoes() throws {
    struct Recorded: Decodable { var performed: [String: Int] }
    let url = try #require(Bundle.module.url(forResource: "Fixtures/swap_schedule", withExtension: "json"))
    let recorded = try JSONDecoder().decode(Recorded.self, from: Data(contentsOf: url))
    for (asked, performed) in recorded.performed {
      let schedule = ShiftSchedule(rate: .constant(Double(asked)!), timing: .published)
      #expect(
        try schedule.positions(epoch: 0, samples: 60_000, batch: 10).count == performed, "rate \(asked)")
      #expect((schedule.warning(epoch: 0, samples: 60_000, batch: 10) == nil) == (Int(asked)! == performed))
    }
  }

  @Test func wrongRatesAreRefused() {
    let error = #expect(throws: StreamError.self) {
      try ShiftSchedule(rate: .constant(6001)).positions(epoch: 0, samples: 60_000, batch: 10)
    }
    #expect(error?.description == "6001 swaps do not fit in 6000 batches")
    #expect(throws: StreamError.self) {
      try ShiftSchedule(rate: .constant(-1)).positions(epoch: 0, samples: 60_000, batch: 10)
    }
  }

  @Test func changingRatesKeepTheirTotals() {
    let rates: [ShiftRate] = [
      .constant(2.5), .piecewise([0.3, 1.4, 7]), .seasons(mean: 5, amplitude: 3, period: 8),
      .ramp(from: 0, to: 10, epochs: 7),
    ]
    for rate in rates {
      let wished = (0..<16).reduce(0) { $0 + rate.value(epoch: $1) }
      let performed = (0..<16).reduce(0) { $0 + rate.count(epoch: $1) }
      #expect(abs(wished - Double(performed)) <= 1)
    }
  }
}

@Suite struct ConceptStreamTests {
  private func stream(_ kind: ShiftKind, seed: UInt64 = 3) throws -> ConceptStream {
    try ConceptStream(
      samples: 1000, classes: 10, width: 64, schedule: ShiftSchedule(rate: .constant(5)), kind: kind,
      seed: seed)
  }

  @Test(arguments: [
    ShiftKind.swap, .cycle(classes: 4), .relabel, .recurring(concepts: 3), .gradual(width: 10),
  ])
  func labelsStayAPermutation(kind: ShiftKind) throws {
    var stream = try stream(kind)
    for shift in 1...30 {
      let before = stream.map
      stream.shift(samplesSeen: shift * 100)
      #expect(stream.map.names.sorted() == Array(0..<10))
      switch kind {
      case .swap, .gradual: #expect(zip(before.names, stream.map.names).count { $0 != $1 } == 2)
      case .cycle(let classes): #expect(zip(before.names, stream.map.names).count { $0 != $1 } == classes)
      case .recurring(let concepts): #expect((stream.map == LabelMap(classes: 10)) == (shift % concepts == 0))
      default: #expect(before != stream.map)
      }
    }
  }

  @Test func twoEqualSwapsCancel() {
    var map = LabelMap(classes: 10)
    map.swap(2, 7)
    #expect(map[2] == 7 && map[7] == 2 && map[3] == 3)
    map.swap(2, 7)
    #expect(map == LabelMap(classes: 10))
  }

  @Test func swappedPairsAreUniform() throws {
    var counts: [Set<Int>: Int] = [:]
    var stream = try stream(.swap)
    for shift in 0..<9000 {
      let before = stream.map.names
      stream.shift(samplesSeen: shift)
      let changed = zip(before, stream.map.names).filter { $0 != $1 }.map { Int($0.0) }
      counts[Set(changed), default: 0] += 1
    }
    #expect(counts.count == 45)
    let statistic = counts.values.reduce(0.0) { $0 + Double(($1 - 200) * ($1 - 200)) / 200 }
    #expect(statistic < 78.7)  // χ² with 44 degrees of freedom, 0.1 %
  }

  @Test func gradualShiftsFollowTheSigmoid() throws {
    var stream = try stream(.gradual(width: 400))
    stream.shift(samplesSeen: 0)
    let base = UInt8((0..<10).first { stream.map[UInt8($0)] != UInt8($0) }!)
    for centre in [200, 400, 600] {
      let seen = (centre - 40)..<(centre + 40)
      let share = Double(seen.count { stream.label(base: base, samplesSeen: $0) != base }) / 80
      let expected = 1 / (1 + exp(-4 * Double(centre - 400) / 400))
      #expect(abs(share - expected) < 4 * (expected * (1 - expected) / 80).squareRoot())
    }
  }

  @Test func ordersArePermutationsOfTheirOwn() throws {
    let stream = try stream(.swap)
    #expect(stream.order(epoch: 0) == (0..<1000).map { Int32($0) })
    #expect(stream.order(epoch: 1).sorted() == stream.order(epoch: 0))
    #expect(stream.order(epoch: 1) != stream.order(epoch: 2))
    #expect(stream.order(epoch: 2) == (try self.stream(.relabel)).order(epoch: 2))
  }

  @Test func covariateShiftsChangeImagesOnly() throws {
    var stream = try stream(.covariate)
    stream.shift(samplesSeen: 10)
    #expect(stream.transform != nil)
    #expect(stream.map == LabelMap(classes: 10))
  }
}
