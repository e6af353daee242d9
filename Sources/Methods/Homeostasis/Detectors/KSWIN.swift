import Foundation
import Probability

/// Compares the newest values of a window with a random sample of the older ones by the Kolmogorov-Smirnov test
/// (Raab, Heusinger and Schleif 2020).
public struct KSWIN: DriftDetector {
  /// Significance of the test.
  public let alpha: Double
  /// Values in the window.
  public let window: Int
  /// Values in each of the two samples.
  public let part: Int
  private let seed: UInt64
  private var values: [Double] = []
  private var seen = 0

  /// A fresh detector.
  ///
  /// - Parameters:
  ///   - alpha: significance, in (0, 1).
  ///   - window: values in the window, at least twice `part`.
  ///   - part: values in each sample.
  ///   - seed: of the random samples.
  public init(alpha: Double = 0.005, window: Int = 100, part: Int = 30, seed: UInt64 = 1) {
    precondition(alpha > 0 && alpha < 1, "KSWIN: alpha must lie in (0, 1)")
    precondition(part >= 1 && window >= 2 * part, "KSWIN: the window must hold two samples")
    (self.alpha, self.window, self.part, self.seed) = (alpha, window, part, seed)
  }

  /// Takes any number.
  public mutating func update(_ value: Double) -> DriftSignal {
    seen += 1
    values.append(value)
    if values.count > window { values.removeFirst() }
    guard values.count == window else { return .stable }
    var stream = RandomStream(seed: seed, "kswin", seen)
    let older = stream.sample(part, outOf: window - part).map { values[$0] }.sorted()
    let newer = values.suffix(part).sorted()
    let distance = Self.distance(older, newer)
    guard Double(distance) / Double(part) > 0.1, Self.tail(distance, part) <= alpha else { return .stable }
    values = []
    seen = 0
    return .drift
  }

  /// The largest difference between the two counts below a value; both lists ascend and have one length.
  private static func distance(_ first: [Double], _ second: [Double]) -> Int {
    var (i, j, largest) = (0, 0, 0)
    while i < first.count, j < second.count {
      let value = min(first[i], second[j])
      while i < first.count, first[i] == value { i += 1 }
      while j < second.count, second[j] == value { j += 1 }
      largest = max(largest, abs(i - j))
    }
    return largest
  }

  /// The exact chance of a distance of at least `distance` between two samples of `count` from one law (Gnedenko
  /// and Korolyuk 1951): 2 Σ (−1)^(k+1) C(2n, n − k·h) / C(2n, n).
  static func tail(_ distance: Int, _ count: Int) -> Double {
    if distance == 0 { return 1 }
    let n = Double(count)
    let all = logBinomialCoefficient(2 * n, n)
    var sum = 0.0
    var sign = 1.0
    for shift in stride(from: distance, through: count, by: distance) {
      sum += sign * exp(logBinomialCoefficient(2 * n, n - Double(shift)) - all)
      sign = -sign
    }
    return min(1, 2 * sum)
  }
}
