import Foundation

/// Watches the share of hits in a sliding window against its maximum, by Hoeffding's bound (Pesaranghader and
/// Viktor 2016); a second, shorter window finds abrupt changes sooner.
public struct FHDDM: DriftDetector {
  /// Values in the window.
  public let window: Int
  /// Chance of a false alarm in one window.
  public let confidence: Double
  /// Values in the short window; 0 for none.
  public let shortWindow: Int

  private struct Share: Sendable {
    let size: Int
    let bound: Double
    var hits = 0.0
    var largest = 0.0

    init(_ size: Int, _ confidence: Double) {
      self.size = size
      bound = (log(1 / confidence) / (2 * Double(size))).squareRoot()
    }

    /// Whether the share has fallen too far below its maximum.
    mutating func hasFallen() -> Bool {
      let share = hits / Double(size)
      largest = max(largest, share)
      return largest - share > bound
    }
  }

  private var values: [Double]
  private var seen = 0
  private var whole: Share
  private var short: Share?

  /// A fresh detector.
  ///
  /// - Parameters:
  ///   - window: values in the window, at least 1.
  ///   - confidence: chance of a false alarm in one window.
  ///   - shortWindow: values in the short window, at most `window`; 0 for none.
  public init(window: Int = 100, confidence: Double = 1e-6, shortWindow: Int = 0) {
    precondition(
      window >= 1 && (0...window).contains(shortWindow), "FHDDM: the windows must hold a value and fit")
    precondition(confidence > 0 && confidence < 1, "FHDDM: the confidence must lie in (0, 1)")
    (self.window, self.confidence, self.shortWindow) = (window, confidence, shortWindow)
    values = [Double](repeating: 0, count: window)
    whole = Share(window, confidence)
    short = shortWindow == 0 ? nil : Share(shortWindow, confidence)
  }

  /// Takes a hit (1) or an error (0).
  public mutating func update(_ value: Double) -> DriftSignal {
    let place = seen % window
    if seen >= shortWindow {
      short?.hits -= values[(seen - shortWindow) % window]
    }
    short?.hits += value
    whole.hits += value - values[place]
    values[place] = value
    seen += 1
    guard seen >= window else { return .stable }
    let hasShortFallen = short?.hasFallen() ?? false
    guard whole.hasFallen() || hasShortFallen else { return .stable }
    self = FHDDM(window: window, confidence: confidence, shortWindow: shortWindow)
    return .drift
  }
}
