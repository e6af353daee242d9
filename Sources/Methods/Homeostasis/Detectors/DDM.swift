/// Watches an error rate p and its deviation s = √(p(1−p)/n): warns at p + s > p_min + 2 s_min and fires at 3
/// (Gama, Medas, Castillo and Rodrigues 2004).
public struct DDM: DriftDetector {
  /// Values before the first decision.
  public var warmStart = 30
  /// Deviations at which to warn.
  public var warningThreshold = 2.0
  /// Deviations at which to fire.
  public var driftThreshold = 3.0
  private var rate = RunningMean()
  private var least = (rate: 0.0, deviation: Double.infinity)

  /// A fresh detector.
  public init() {}

  /// Takes an error (1) or a hit (0).
  public mutating func update(_ value: Double) -> DriftSignal {
    rate.update(value)
    let p = rate.mean
    let s = (p * (1 - p) / rate.count).squareRoot()
    guard Int(rate.count) > warmStart else { return .stable }
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
  public var warmStart = 30
  /// Share of the maximum below which to warn.
  public var warningShare = 0.95
  /// Share of the maximum below which to fire.
  public var driftShare = 0.9
  private var distances = RunningMean()
  private var squares = 0.0
  private var count = 0
  private var lastError = 0
  private var largest = -1.0
  private var isWarning = false

  /// A fresh detector.
  public init() {}

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
    } else if Int(distances.count) > warmStart {
      let level = reach / largest
      if level < driftShare {
        let settings = (warmStart, warningShare, driftShare)
        self = EDDM()
        (warmStart, warningShare, driftShare) = settings
        return .drift
      }
      isWarning = level < warningShare
    }
    return isWarning ? .warning : .stable
  }
}

/// Watches the share of hits in a sliding window against its maximum, by Hoeffding's bound (Pesaranghader and
/// Viktor 2016).
public struct FHDDM: DriftDetector {
  /// Values in the window.
  public let window: Int
  private let bound: Double
  private var values: [Double] = []
  private var next = 0
  private var hits = 0.0
  private var largest = 0.0

  /// A fresh detector.
  ///
  /// - Parameters:
  ///   - window: values in the window, at least 1.
  ///   - confidence: chance of a false alarm in one window.
  public init(window: Int = 100, confidence: Double = 1e-6) {
    precondition(window >= 1, "FHDDM: the window must hold at least one value")
    self.window = window
    bound = (logarithm(1 / confidence) / (2 * Double(window))).squareRoot()
  }

  /// Takes a hit (1) or an error (0).
  public mutating func update(_ value: Double) -> DriftSignal {
    if values.count < window {
      values.append(value)
    } else {
      hits -= values[next]
      values[next] = value
      next = (next + 1) % window
    }
    hits += value
    guard values.count == window else { return .stable }
    let share = hits / Double(window)
    largest = max(largest, share)
    guard largest - share > bound else { return .stable }
    values.removeAll(keepingCapacity: true)
    (next, hits, largest) = (0, 0, 0)
    return .drift
  }
}
