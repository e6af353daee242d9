import Foundation

/// Compares the running mean with its lowest past value by Hoeffding's bound (Frías-Blanco and others 2015, A-test).
public struct HDDMA: DriftDetector {
  /// Significance at which to fire.
  public let driftConfidence: Double
  /// Significance at which to warn.
  public let warningConfidence: Double
  /// Whether falls of the mean count as well as rises.
  public let isTwoSided: Bool
  private let logarithms: (bound: Double, drift: Double, warning: Double)
  private var all = RunningMean()
  /// The past mean that was surely lowest.
  private var lowest = RunningMean()
  /// The past mean that was surely highest.
  private var highest = RunningMean()

  /// A fresh detector.
  public init(driftConfidence: Double = 0.001, warningConfidence: Double = 0.005, isTwoSided: Bool = false) {
    precondition(warningConfidence >= driftConfidence, "HDDMA: it must warn before it fires")
    precondition(
      driftConfidence > 0 && warningConfidence < 1, "HDDMA: the confidences must lie in (0, 1)")
    (self.driftConfidence, self.warningConfidence, self.isTwoSided) =
      (driftConfidence, warningConfidence, isTwoSided)
    logarithms = (log(1 / driftConfidence), log(2 / driftConfidence), log(2 / warningConfidence))
  }

  /// Takes a number in [0, 1].
  public mutating func update(_ value: Double) -> DriftSignal {
    all.update(value)
    let reach = bound(all.count)
    if lowest.count == 0 || lowest.mean + bound(lowest.count) >= all.mean + reach { lowest = all }
    var signal = compare(all.mean - lowest.mean, since: lowest.count)
    if isTwoSided {
      if highest.count == 0 || highest.mean - bound(highest.count) <= all.mean - reach { highest = all }
      let fall = compare(highest.mean - all.mean, since: highest.count)
      if fall == .drift || signal == .stable { signal = fall }
    }
    if signal == .drift {
      (all, lowest, highest) = (RunningMean(), RunningMean(), RunningMean())
    }
    return signal
  }

  private func bound(_ count: Double) -> Double { (1 / (2 * count) * logarithms.bound).squareRoot() }

  /// What a difference from the mean of the first `count` values says.
  private func compare(_ difference: Double, since count: Double) -> DriftSignal {
    if count == all.count { return .stable }
    let m = (all.count - count) / count * (1 / all.count)
    guard difference >= (m / 2 * logarithms.warning).squareRoot() else { return .stable }
    return difference >= (m / 2 * logarithms.drift).squareRoot() ? .drift : .warning
  }
}

/// Compares exponentially weighted means before and after the lowest point by McDiarmid's bound (Frías-Blanco and
/// others 2015, W-test).
public struct HDDMW: DriftDetector {
  /// Significance at which to fire.
  public let driftConfidence: Double
  /// Significance at which to warn.
  public let warningConfidence: Double
  /// Weight of the newest value.
  public let weight: Double
  /// Whether falls of the mean count as well as rises.
  public let isTwoSided: Bool
  private let logarithms: (drift: Double, warning: Double)
  private var all = Weighted()
  private var rise = Cut(edge: .infinity)
  private var fall = Cut(edge: -.infinity)

  private struct Weighted: Sendable {
    var mean = 0.0
    var isEmpty = true
    /// Sum of the squared weights.
    var squares = 1.0

    mutating func update(_ value: Double, weight: Double) {
      let rest = 1 - weight
      mean = isEmpty ? value : weight * value + rest * mean
      isEmpty = false
      squares = weight * weight + rest * rest * squares
    }
  }

  /// The stream before and after its most extreme point.
  private struct Cut: Sendable {
    var edge: Double
    var before = Weighted()
    var after = Weighted()
  }

  /// A fresh detector.
  public init(
    driftConfidence: Double = 0.001, warningConfidence: Double = 0.005, weight: Double = 0.05,
    isTwoSided: Bool = false
  ) {
    precondition(warningConfidence >= driftConfidence, "HDDMW: it must warn before it fires")
    precondition(
      driftConfidence > 0 && warningConfidence < 1, "HDDMW: the confidences must lie in (0, 1)")
    precondition(weight > 0 && weight <= 1, "HDDMW: the weight must lie in (0, 1]")
    (self.driftConfidence, self.warningConfidence) = (driftConfidence, warningConfidence)
    (self.weight, self.isTwoSided) = (weight, isTwoSided)
    logarithms = (log(1 / driftConfidence), log(1 / warningConfidence))
  }

  /// Takes a number in [0, 1].
  public mutating func update(_ value: Double) -> DriftSignal {
    all.update(value, weight: weight)
    let reach = (all.squares * logarithms.drift / 2).squareRoot()
    if all.mean + reach < rise.edge {
      rise = Cut(edge: all.mean + reach, before: all)
    } else {
      rise.after.update(value, weight: weight)
    }
    var signal = compare(rise.before, rise.after)
    if isTwoSided {
      if all.mean - reach > fall.edge {
        fall = Cut(edge: all.mean - reach, before: all)
      } else {
        fall.after.update(value, weight: weight)
      }
      let fallen = compare(fall.after, fall.before)
      if fallen == .drift || signal == .stable { signal = fallen }
    }
    if signal == .drift {
      (all, rise, fall) = (Weighted(), Cut(edge: .infinity), Cut(edge: -.infinity))
    }
    return signal
  }

  /// What the rise from `low` to `high` says.
  private func compare(_ low: Weighted, _ high: Weighted) -> DriftSignal {
    if low.isEmpty || high.isEmpty { return .stable }
    let (difference, squares) = (high.mean - low.mean, low.squares + high.squares)
    guard difference > (squares * logarithms.warning / 2).squareRoot() else { return .stable }
    return difference > (squares * logarithms.drift / 2).squareRoot() ? .drift : .warning
  }
}
