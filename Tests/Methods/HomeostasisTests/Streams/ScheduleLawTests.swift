import Foundation
import Homeostasis
import Testing

@Suite struct ScheduleLawTests {
  /// Swaps that the published program performs in an epoch of 60,000 samples in batches of 10, by the number asked.
  private static let performed: [Int: Int] = [
    1: 1, 2: 2, 3: 3, 4: 4, 5: 5, 6: 6, 7: 0, 8: 8, 9: 1, 10: 10, 11: 2, 12: 12, 13: 6, 14: 7, 15: 15,
    16: 16, 17: 1, 18: 1, 19: 1, 20: 20, 21: 2, 22: 2, 23: 4, 24: 24, 25: 25, 26: 2, 27: 5, 28: 5,
    29: 5, 30: 30, 31: 15, 32: 16, 33: 6, 34: 6, 35: 7, 36: 7, 37: 3, 38: 7, 39: 7, 40: 40, 50: 50,
    60: 60, 64: 6, 100: 100, 120: 120, 128: 25, 200: 200, 300: 300, 500: 500, 600: 600, 1000: 1000,
    2000: 2000, 3000: 3000, 6000: 5999,
  ]

  private func positions(
    _ rate: Double, _ timing: ShiftTiming = .exact, samples: Int = 60_000, batch: Int = 10
  )
    throws -> [Int]
  {
    try ShiftSchedule(rate: .constant(rate), timing: timing).positions(
      epoch: 0, samples: samples, batch: batch)
  }

  @Test(arguments: [(6000, 600), (60_007, 10), (101, 1), (35, 5)])
  func exactTimingFollowsItsFormula(samples: Int, batch: Int) throws {
    let batches = samples / batch
    for rate in Set(stride(from: 1, through: batches, by: max(1, batches / 400)) + [batches]) {
      let expected = (1...rate).map { k in
        Int((Double(2 * k - 1) * Double(batches) / Double(2 * rate)).rounded(.up))
      }
      #expect(try positions(Double(rate), samples: samples, batch: batch) == expected, "rate \(rate)")
    }
  }

  @Test func publishedTimingPerformsTheRecordedNumbers() throws {
    for (asked, performed) in Self.performed {
      let found = try positions(Double(asked), .published)
      #expect(found.count == performed, "rate \(asked)")
      #expect(found.allSatisfy { $0 > 1 && ($0 * 10) % (60_000 / asked) == 0 })
      let schedule = ShiftSchedule(rate: .constant(Double(asked)), timing: .published)
      let warning = schedule.warning(epoch: 0, samples: 60_000, batch: 10)
      let expected =
        "the published timing performs \(performed) instead of \(asked) shifts in an epoch of 60000 samples; use exact timing for \(asked)"
      #expect(warning == (asked == performed ? nil : expected))
      #expect(
        ShiftSchedule(rate: .constant(Double(asked))).warning(epoch: 0, samples: 60_000, batch: 10) == nil)
    }
  }

  @Test func everyWrongRateIsRefused() {
    let cases: [(ShiftRate, StreamError, String)] = [
      (.constant(6001), .tooManyShifts(rate: 6001, batches: 6000), "6001 swaps do not fit in 6000 batches"),
      (.constant(1e30), .tooManyShifts(rate: 1e30, batches: 6000), "1e+30 swaps do not fit in 6000 batches"),
      (
        .constant(-1), .negativeRate(-1),
        "the rate falls to -1 swaps in an epoch, but must be 0 or more in every epoch"
      ),
      (
        .constant(2.5), .fractionalRate(2.5),
        "2.5 swaps in an epoch is not a whole number; give whole numbers, or one rate for each epoch to carry fractions over"
      ),
      (
        .constant(.infinity), .rateNotFinite(.infinity),
        "the rate of swaps is inf, but must be a finite number"
      ),
      (
        .piecewise([]), .noRates, "the list of rates is empty, but must hold one for the first epoch"
      ),
      (
        .piecewise([3, -2]), .negativeRate(-2),
        "the rate falls to -2 swaps in an epoch, but must be 0 or more in every epoch"
      ),
      (
        .seasons(mean: 2, amplitude: 3, period: 4), .negativeRate(-1),
        "the rate falls to -1 swaps in an epoch, but must be 0 or more in every epoch"
      ),
      (
        .seasons(mean: 4000, amplitude: -3000, period: 4), .tooManyShifts(rate: 7000, batches: 6000),
        "7000 swaps do not fit in 6000 batches"
      ),
      (
        .seasons(mean: 2, amplitude: 1, period: 0), .badPeriod(0),
        "the seasons' period is 0 epochs, but must be above 0"
      ),
      (
        .ramp(from: 0, to: 5, epochs: 0), .badRamp(epochs: 0),
        "the ramp takes 0 epochs, but must take 1 or more"
      ),
      (
        .ramp(from: 0, to: 6000.5, epochs: 9), .tooManyShifts(rate: 6000.5, batches: 6000),
        "6000.5 swaps do not fit in 6000 batches"
      ),
    ]
    for (rate, error, text) in cases {
      for timing in ShiftTiming.allCases {
        #expect(throws: error) {
          try ShiftSchedule(rate: rate, timing: timing).positions(epoch: 0, samples: 60_000, batch: 10)
        }
      }
      #expect(error.description == text)
    }
    #expect(throws: StreamError.badBatch(0, samples: 50)) { try positions(1, samples: 50, batch: 0) }
    #expect(throws: StreamError.badBatch(51, samples: 50)) { try positions(1, samples: 50, batch: 51) }
    let error = #expect(throws: StreamError.self) { try positions(.nan) }
    #expect(error?.description == "the rate of swaps is nan, but must be a finite number")
  }

  @Test(arguments: [
    ShiftRate.piecewise([0.3, 1.4, 7, 0.25]), .seasons(mean: 5, amplitude: 3, period: 8),
    .seasons(mean: 50.37, amplitude: 49.9, period: 6.5), .seasons(mean: 3.3, amplitude: 1, period: 1),
    .seasons(mean: 3.3, amplitude: 1, period: 0.5), .ramp(from: 0, to: 10, epochs: 7),
    .ramp(from: 6000, to: 0.1, epochs: 40), .ramp(from: 2.5, to: 2.5, epochs: 1), .piecewise([0.1]),
    .constant(17),
  ])
  func fractionsAreCarriedOver(rate: ShiftRate) throws {
    var wished = 0.0
    var performed = 0
    for epoch in 0..<200 {
      wished += rate.value(epoch: epoch)
      performed += rate.count(epoch: epoch)
      #expect(Double(performed) <= wished + 1e-5 && Double(performed) > wished - 1 - 1e-5, "epoch \(epoch)")
      let positions = try ShiftSchedule(rate: rate).positions(epoch: epoch, samples: 60_000, batch: 10)
      #expect(positions.count == rate.count(epoch: epoch))
    }
  }
}
