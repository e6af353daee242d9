import Foundation

func logarithm(_ x: Double) -> Double { log(x) }

/// Compares the running mean with its lowest past value by Hoeffding's bound (Frías-Blanco and others 2015, A-test).
public struct HDDMA: DriftDetector {
  /// Significance at which to fire.
  public var driftConfidence = 0.001
  /// Significance at which to warn.
  public var warningConfidence = 0.005
  private var all = RunningMean()
  private var lowest = RunningMean()

  /// A fresh detector.
  public init() {}

  /// Takes a number in [0, 1].
  public mutating func update(_ value: Double) -> DriftSignal {
    all.update(value)
    if lowest.count == 0 { lowest = all }
    if lowest.mean + bound(lowest.count) >= all.mean + bound(all.count) { lowest = all }
    if hasRisen(driftConfidence) {
      all = RunningMean()
      lowest = RunningMean()
      return .drift
    }
    return hasRisen(warningConfidence) ? .warning : .stable
  }

  private func bound(_ count: Double) -> Double { (1 / (2 * count) * log(1 / driftConfidence)).squareRoot() }

  private func hasRisen(_ confidence: Double) -> Bool {
    if lowest.count == all.count { return false }
    let m = (all.count - lowest.count) / lowest.count * (1 / all.count)
    return all.mean - lowest.mean >= (m / 2 * log(2 / confidence)).squareRoot()
  }
}

/// Compares exponentially weighted means before and after the lowest point by McDiarmid's bound (Frías-Blanco and
/// others 2015, W-test).
public struct HDDMW: DriftDetector {
  /// Significance at which to fire.
  public var driftConfidence = 0.001
  /// Significance at which to warn.
  public var warningConfidence = 0.005
  /// Weight of the newest value.
  public var weight = 0.05
  private var all = Weighted()
  private var before = Weighted()
  private var after = Weighted()
  private var cut = Double.infinity

  private struct Weighted: Sendable {
    var mean = 0.0
    var isEmpty = true
    /// Sum of the squared weights.
    var squares = 1.0

    mutating func update(_ value: Double, weight: Double) {
      mean = isEmpty ? value : weight * value + (1 - weight) * mean
      isEmpty = false
      squares = weight * weight + (1 - weight) * (1 - weight) * squares
    }
  }

  /// A fresh detector.
  public init() {}

  /// Takes a number in [0, 1].
  public mutating func update(_ value: Double) -> DriftSignal {
    all.update(value, weight: weight)
    let reach = all.mean + (all.squares * log(1 / driftConfidence) / 2).squareRoot()
    if reach < cut {
      cut = reach
      before = all
      after = Weighted()
    } else {
      after.update(value, weight: weight)
    }
    if hasRisen(driftConfidence) {
      (all, before, after, cut) = (Weighted(), Weighted(), Weighted(), .infinity)
      return .drift
    }
    return hasRisen(warningConfidence) ? .warning : .stable
  }

  private func hasRisen(_ confidence: Double) -> Bool {
    if before.isEmpty || after.isEmpty { return false }
    return after.mean - before.mean
      > ((before.squares + after.squares) * log(1 / confidence) / 2).squareRoot()
  }
}

/// Cumulative sums of the deviations from the running mean, in both directions, with forgetting (Page 1954, Hinkley 1971).
public struct PageHinkley: DriftDetector {
  /// Values before the first decision.
  public var warmStart = 30
  /// Deviation that is tolerated.
  public var tolerance = 0.005
  /// Height at which to fire.
  public var threshold = 50.0
  /// Factor by which the sums fade.
  public var fading = 1 - 0.0001
  private var all = RunningMean()
  private var rise = (sum: 0.0, least: Double.infinity)
  private var fall = (sum: 0.0, largest: -1.0)

  /// A fresh detector.
  public init() {}

  /// Takes any number.
  public mutating func update(_ value: Double) -> DriftSignal {
    all.update(value)
    let deviation = value - all.mean
    rise.sum = fading * rise.sum + deviation - tolerance
    fall.sum = fading * fall.sum + deviation + tolerance
    rise.least = min(rise.least, rise.sum)
    fall.largest = max(fall.largest, fall.sum)
    guard Int(all.count) >= warmStart else { return .stable }
    guard rise.sum - rise.least > threshold || fall.largest - fall.sum > threshold else { return .stable }
    (all, rise, fall) = (RunningMean(), (0, .infinity), (0, -1))
    return .drift
  }
}
