/// Accuracy as the stream goes: every sample is predicted before it is learned.
public struct PrequentialMonitor: Sendable, Codable, Hashable {
  /// Samples so far.
  public private(set) var count = 0
  /// Right predictions so far.
  public private(set) var hits = 0
  /// Accuracy in which a sample's weight fades by `fading` with each later one.
  public private(set) var fadingAccuracy = 0.0
  private let fading: Double
  private var weight = 0.0
  private var recent: [Bool] = []
  private var recentHits = 0
  private let window: Int
  private var actual: [Int]
  private var predicted: [Int]

  /// A monitor before the first sample.
  ///
  /// - Parameters:
  ///   - classes: number of classes.
  ///   - window: samples of the windowed accuracy.
  ///   - fading: factor of the fading accuracy, in (0, 1].
  public init(classes: Int, window: Int = 1000, fading: Double = 0.999) {
    precondition(
      window >= 1 && fading > 0 && fading <= 1, "PrequentialMonitor: window at least 1, fading in (0, 1]")
    self.window = window
    self.fading = fading
    actual = [Int](repeating: 0, count: classes)
    predicted = actual
  }

  /// Takes one prediction.
  public mutating func record(predicted guess: Int, actual label: Int) {
    let isHit = guess == label
    if recent.count < window {
      recent.append(isHit)
    } else {
      recentHits -= recent[count % window] ? 1 : 0
      recent[count % window] = isHit
    }
    recentHits += isHit ? 1 : 0
    count += 1
    hits += isHit ? 1 : 0
    weight = fading * weight + 1
    fadingAccuracy += ((isHit ? 1 : 0) - fadingAccuracy) / weight
    actual[label] += 1
    predicted[guess] += 1
  }

  /// The share of right predictions so far; NaN before the first.
  public var accuracy: Double { Double(hits) / Double(count) }

  /// The share of right predictions among the last `window`; NaN before the first.
  public var windowedAccuracy: Double { Double(recentHits) / Double(recent.count) }

  /// Cohen's κ: accuracy beyond what the frequencies of predictions and classes alone would give; 1 when only one
  /// class was seen and predicted, NaN before the first sample.
  public var kappa: Double {
    let n = Double(count)
    let chance = zip(actual, predicted).reduce(0) { $0 + Double($1.0) / n * (Double($1.1) / n) }
    return chance == 1 ? 1 : (accuracy - chance) / (1 - chance)
  }
}
