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

  /// The place most alike, as an index into the scores; `nil` when no place stands out, as when no neuron fired.
  public var best: Int? {
    guard let top = scores.max(), top > 0 else { return nil }
    return scores.firstIndex(of: top)
  }

  /// The share of the best score that the second lacks: 1 when only one place answers, 0 when two answer alike.
  public var confidence: Double {
    guard let best else { return 0 }
    var second = 0.0
    for (place, score) in scores.enumerated() where place != best { second = max(second, score) }
    return (scores[best] - second) / scores[best]
  }
}
