import Foundation

/// How many concept shifts happen in each epoch (a changing rate is the paper's second-order shift).
public enum ShiftRate: Sendable, Hashable, Codable {
  /// The same whole number in every epoch.
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
    let wished = value(epoch: epoch)
    let whole = Self.whole(total(epochs: epoch + 1)) - Self.whole(total(epochs: epoch))
    return min(max(0, whole), Self.whole(wished.rounded(.up)))
  }

  /// The sum of the wished-for numbers of the first `epochs` epochs, in closed form.
  private func total(epochs: Int) -> Double {
    let n = Double(epochs)
    switch self {
    case .constant(let rate): return rate * n
    case .piecewise(let rates):
      let rest = max(0, epochs - rates.count)
      return rates.prefix(epochs).reduce(0, +) + Double(rest) * (rates.last ?? 0)
    case .seasons(let mean, let amplitude, let period):
      // Σ sin(kθ) over k < n is sin((n − 1)θ/2) · sin(nθ/2) / sin(θ/2); every term is 0 when the last factor is.
      let half = Double.pi / period
      if abs(sin(half)) < 1e-12 { return mean * n }
      return mean * n + amplitude * sin((n - 1) * half) * sin(n * half) / sin(half)
    case .ramp(let from, let to, let length):
      let rising = Double(min(epochs, max(1, length)))
      let step = (to - from) / Double(max(1, length - 1))
      return from * rising + step * rising * (rising - 1) / 2 + (n - rising) * to
    }
  }

  /// The whole part of a number of shifts; what rounding has left below an integer counts as the integer.
  private static func whole(_ value: Double) -> Int { Int(min(max(0, value + 1e-6), 1e15)) }

  /// The lowest and highest number in any epoch.
  fileprivate func bounds() throws(StreamError) -> ClosedRange<Double> {
    let ends: [Double]
    switch self {
    case .constant(let rate): ends = [rate]
    case .piecewise(let rates): ends = rates
    case .seasons(let mean, let amplitude, let period):
      guard period.isFinite else { throw .rateNotFinite(period) }
      guard period > 0 else { throw .badPeriod(period) }
      ends = [mean - abs(amplitude), mean + abs(amplitude)]
    case .ramp(let from, let to, let epochs):
      guard epochs >= 1 else { throw .badRamp(epochs: epochs) }
      ends = [from, to]
    }
    if let wrong = ends.first(where: { !$0.isFinite }) { throw .rateNotFinite(wrong) }
    guard let low = ends.min(), let high = ends.max() else { throw .noRates }
    return low...high
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

  /// Checks that the shifts of every epoch fit.
  ///
  /// - Parameters:
  ///   - samples: N, in an epoch.
  ///   - batch: samples in a batch, m; an incomplete last batch is not used.
  /// - Throws: ``StreamError`` that says what is wrong with the rate.
  public func validate(samples: Int, batch: Int) throws(StreamError) {
    guard batch >= 1, batch <= samples else { throw .badBatch(batch, samples: samples) }
    let bounds = try rate.bounds()
    guard bounds.lowerBound >= 0 else { throw .negativeRate(bounds.lowerBound) }
    guard bounds.upperBound <= Double(samples / batch) else {
      throw .tooManyShifts(rate: bounds.upperBound, batches: samples / batch)
    }
    if case .constant(let rate) = rate, rate != rate.rounded() { throw .fractionalRate(rate) }
  }

  /// The numbers of batches after which a shift happens in an epoch, ascending.
  ///
  /// - Parameters:
  ///   - epoch: from 0.
  ///   - samples: N, in an epoch.
  ///   - batch: samples in a batch, m; an incomplete last batch is not used.
  /// - Throws: ``StreamError`` that says what is wrong with the rate.
  public func positions(epoch: Int, samples: Int, batch: Int) throws(StreamError) -> [Int] {
    try validate(samples: samples, batch: batch)
    let shifts = rate.count(epoch: epoch)
    return (1...(samples / batch)).filter {
      isDue(after: $0, shifts: shifts, samples: samples, batch: batch)
    }
  }

  /// Whether one of an epoch's `shifts` shifts happens after its batch number `place`, counted from 1.
  func isDue(after place: Int, shifts: Int, samples: Int, batch: Int) -> Bool {
    if shifts == 0 { return false }
    switch timing {
    case .exact:
      // ⌊(2 r b + B) / 2B⌋ of the positions ⌈(2k − 1) B / 2r⌉ are b or less.
      let batches = samples / batch
      func passed(_ place: Int) -> Int { (2 * shifts * place + batches) / (2 * batches) }
      return passed(place) > passed(place - 1)
    case .published:
      return place > 1 && (place * batch) % (samples / shifts) == 0
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
