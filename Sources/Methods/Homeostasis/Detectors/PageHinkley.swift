/// Cumulative sums of the deviations from the running mean, with forgetting (Page 1954, Hinkley 1971).
public struct PageHinkley: DriftDetector {
  /// Which changes of the mean count.
  public enum Direction: String, Sendable, Hashable, Codable, CaseIterable {
    /// Rises and falls.
    case both
    /// Rises only.
    case rise
    /// Falls only.
    case fall
  }

  /// Values before the first decision.
  public let warmStart: Int
  /// Deviation that is tolerated.
  public let tolerance: Double
  /// Height at which to fire.
  public let threshold: Double
  /// Factor by which the sums fade.
  public let fading: Double
  /// Which changes count.
  public let direction: Direction
  private var all = RunningMean()
  private var rise = (sum: 0.0, least: Double.infinity)
  private var fall = (sum: 0.0, largest: -1.0)

  /// A fresh detector.
  public init(
    warmStart: Int = 30, tolerance: Double = 0.005, threshold: Double = 50, fading: Double = 1 - 0.0001,
    direction: Direction = .both
  ) {
    (self.warmStart, self.tolerance, self.threshold) = (warmStart, tolerance, threshold)
    (self.fading, self.direction) = (fading, direction)
  }

  /// Takes any number.
  public mutating func update(_ value: Double) -> DriftSignal {
    all.update(value)
    let deviation = value - all.mean
    rise.sum = fading * rise.sum + deviation - tolerance
    fall.sum = fading * fall.sum + deviation + tolerance
    rise.least = min(rise.least, rise.sum)
    fall.largest = max(fall.largest, fall.sum)
    guard all.count >= Double(warmStart) else { return .stable }
    let hasRisen = direction != .fall && rise.sum - rise.least > threshold
    let hasFallen = direction != .rise && fall.largest - fall.sum > threshold
    guard hasRisen || hasFallen else { return .stable }
    (all, rise, fall) = (RunningMean(), (0, .infinity), (0, -1))
    return .drift
  }
}
