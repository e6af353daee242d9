import Foundation

/// How many concept shifts happen in each epoch (a changing rate is the paper's second-order shift).
public enum ShiftRate: Sendable, Hashable, Codable {
  /// The same number in every epoch.
  case constant(Double)
  /// One number for each epoch in turn; the last goes on.
  case piecewise([Double])
  /// mean + amplitude · sin(2π · epoch / period): seasons.
  case seasons(mean: Double, amplitude: Double, period: Double)
  /// From one number to another over `epochs` epochs, evenly; the last goes on.
  case ramp(from: Double, to: Double, epochs: Int)

  /// The wished-for, perhaps fractional number of shifts in an epoch.
  public func value(epoch: Int) -> Double {
    switch self {
    case .constant(let rate): rate
    case .piecewise(let rates): rates.isEmpty ? 0 : rates[min(epoch, rates.count - 1)]
    case .seasons(let mean, let amplitude, let period):
      mean + amplitude * sin(2 * Double.pi * Double(epoch) / period)
    case .ramp(let from, let to, let epochs):
      from + (to - from) * min(1, Double(epoch) / Double(max(1, epochs - 1)))
    }
  }

  /// Whole shifts in an epoch; fractions are carried over, so that the sum over epochs is right to within one.
  public func count(epoch: Int) -> Int {
    if case .constant(let rate) = self, rate == rate.rounded() { return Int(rate) }
    var carried = 0.0
    var count = 0
    for past in 0...epoch {
      carried += value(epoch: past)
      count = Int((carried + 1e-9).rounded(.down))
      carried -= Double(count)
    }
    return count
  }
}

/// When in an epoch the shifts happen.
public enum ShiftTiming: String, Sendable, Hashable, Codable, CaseIterable {
  /// Exactly as many as asked, evenly spaced: the k-th of r after batch ⌈(k − ½) B / r⌉.
  case exact
  /// The published rule: after a batch when samples seen mod (N div r) is 0, except after the first batch. It
  /// performs another number than asked unless the batch size divides N div r.
  case published
}

/// The shifts of every epoch.
public struct ShiftSchedule: Sendable, Hashable, Codable {
  /// How many.
  public var rate: ShiftRate
  /// When.
  public var timing: ShiftTiming

  /// A schedule.
  public init(rate: ShiftRate, timing: ShiftTiming = .exact) {
    self.rate = rate
    self.timing = timing
  }

  /// The numbers of batches after which a shift happens in an epoch, ascending.
  ///
  /// - Parameters:
  ///   - epoch: from 0.
  ///   - samples: N, in an epoch.
  ///   - batch: samples in a batch, m; an incomplete last batch is not used.
  /// - Throws: ``HomeostasisError/tooManyShifts(shifts:batches:)`` and
  ///   ``HomeostasisError/outOfRange(name:value:allowed:)``.
  public func positions(epoch: Int, samples: Int, batch: Int) throws(HomeostasisError) -> [Int] {
    let wished = rate.value(epoch: epoch)
    guard wished >= 0, wished.isFinite else {
      throw .outOfRange(
        name: "the number of shifts in epoch \(epoch + 1)", value: "\(wished)", allowed: "0 or more")
    }
    let batches = samples / batch
    let shifts = rate.count(epoch: epoch)
    guard shifts <= batches else { throw .tooManyShifts(shifts: shifts, batches: batches) }
    if shifts == 0 { return [] }
    switch timing {
    case .exact:
      return (1...shifts).map { k in ((2 * k - 1) * batches + 2 * shifts - 1) / (2 * shifts) }
    case .published:
      let spacing = samples / shifts
      return (2...max(2, batches)).filter { $0 <= batches && ($0 * batch) % spacing == 0 }
    }
  }

  /// A sentence when the published rule performs another number of shifts than asked; `nil` otherwise.
  public func warning(epoch: Int, samples: Int, batch: Int) -> String? {
    guard timing == .published,
      let performed = try? positions(epoch: epoch, samples: samples, batch: batch).count
    else { return nil }
    let asked = rate.count(epoch: epoch)
    if performed == asked { return nil }
    return
      "the published timing performs \(performed) instead of \(asked) shifts in an epoch of \(samples) samples; use exact timing for \(asked)"
  }
}
