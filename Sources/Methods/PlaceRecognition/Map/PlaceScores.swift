/// What a map says about a query.
public struct PlaceScores: Sendable, Hashable {
  /// The score of each place, in the order of ``Recognizer/places``, or of the route in a map of graded spikes.
  public var scores: [Double]
  /// Spikes of all modules.
  public var activity: SpikingActivity
  /// Excitatory spikes that were counted for the scores.
  public var countedSpikes: Double
  /// How long the image was shown before the answer stood, ms; 0 in a map of graded spikes, which answers at once.
  public var shown: Double

  init(scores: [Double], activity: SpikingActivity, countedSpikes: Double, shown: Double) {
    (self.scores, self.activity) = (scores, activity)
    (self.countedSpikes, self.shown) = (countedSpikes, shown)
  }

  /// Scores alone, as of an answer from elsewhere.
  public init(scores: [Double]) {
    self.init(scores: scores, activity: SpikingActivity(), countedSpikes: 0, shown: 0)
  }

  /// The place most alike, as an index into the scores; `nil` when no place stands out, as when no neuron fired.
  public var best: Int? {
    // Scores of graded spikes can all be negative; those of modules are 0 when no neuron fired.
    guard let top = scores.max(), top > 0 || top > scores.min()! else { return nil }
    return scores.firstIndex(of: top)
  }

  /// The share of the best score that the second lacks: 1 when only one place answers, 0 when two answer alike or the
  /// best score is not above 0.
  public var confidence: Double {
    guard let best, scores[best] > 0 else { return 0 }
    var second = 0.0
    for (place, score) in scores.enumerated() where place != best { second = max(second, score) }
    return (scores[best] - second) / scores[best]
  }
}
