/// Watches an error rate p and its deviation s = √(p(1−p)/n): warns at p + s > p_min + 2 s_min and fires at 3
/// (Gama, Medas, Castillo and Rodrigues 2004).
public struct DDM: DriftDetector {
  /// Values before the first decision.
  public let warmStart: Int
  /// Deviations at which to warn.
  public let warningThreshold: Double
  /// Deviations at which to fire.
  public let driftThreshold: Double
  private var rate = RunningMean()
  private var least = (rate: 0.0, deviation: Double.infinity)

  /// A fresh detector.
  public init(warmStart: Int = 30, warningThreshold: Double = 2, driftThreshold: Double = 3) {
    precondition(warningThreshold <= driftThreshold, "DDM: it must warn before it fires")
    (self.warmStart, self.warningThreshold, self.driftThreshold) =
      (warmStart, warningThreshold, driftThreshold)
  }

  /// Takes an error (1) or a hit (0).
  public mutating func update(_ value: Double) -> DriftSignal {
    rate.update(value)
    let p = rate.mean
    let s = (p * (1 - p) / rate.count).squareRoot()
    guard rate.count > Double(warmStart) else { return .stable }
    if p + s <= least.rate + least.deviation { least = (p, s) }
    if p + s > least.rate + driftThreshold * least.deviation {
      rate = RunningMean()
      least = (0, .infinity)
      return .drift
    }
    return p + s > least.rate + warningThreshold * least.deviation ? .warning : .stable
  }
}

/// Watches the distances between errors: their mean plus two deviations against its maximum (Baena-García and
/// others 2006).
public struct EDDM: DriftDetector {
  /// Values and errors before the first decision.
  public let warmStart: Int
  /// Share of the maximum below which to warn.
  public let warningShare: Double
  /// Share of the maximum below which to fire.
  public let driftShare: Double
  private var distances = RunningMean()
  private var squares = 0.0
  private var count = 0
  private var lastError = 0
  private var largest = -1.0
  private var isWarning = false

  /// A fresh detector.
  public init(warmStart: Int = 30, warningShare: Double = 0.95, driftShare: Double = 0.9) {
    precondition(warningShare >= driftShare, "EDDM: it must warn before it fires")
    (self.warmStart, self.warningShare, self.driftShare) = (warmStart, warningShare, driftShare)
  }

  /// Takes an error (1) or a hit (0).
  public mutating func update(_ value: Double) -> DriftSignal {
    count += 1
    guard value == 1 else { return isWarning ? .warning : .stable }
    let distance = Double(count - lastError)
    let before = distances.mean
    distances.update(distance)
    squares += (distance - before) * (distance - distances.mean)
    lastError = count
    guard count > warmStart else { return .stable }
    let variance = distances.count > 1 ? squares / (distances.count - 1) : 0
    let reach = distances.mean + 2 * variance.squareRoot()
    if reach > largest {
      largest = reach
    } else if distances.count > Double(warmStart) {
      let level = reach / largest
      if level < driftShare {
        self = EDDM(warmStart: warmStart, warningShare: warningShare, driftShare: driftShare)
        return .drift
      }
      isWarning = level < warningShare
    }
    return isWarning ? .warning : .stable
  }
}
