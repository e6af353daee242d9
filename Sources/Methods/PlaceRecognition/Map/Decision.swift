/// When a query is answered.
public enum Decision: Sendable, Hashable, Codable {
  /// After the whole presentation, as published.
  case atTheEnd
  /// As soon as no spike that could still come would change the answer: the timer limits how often each neuron can
  /// fire before the end of the presentation, and scores only grow with spikes.
  case whenCertain
  /// As soon as the best score leads the second by so much, in spikes; the whole presentation might have given
  /// another answer.
  case atLead(Double)

  /// Time between two looks at the spikes, ms.
  public static let interval = 25.0

  /// Checks that the lead makes sense.
  ///
  /// - Throws: ``PlaceRecognitionError/outOfRange(name:value:allowed:)``.
  func validate() throws(PlaceRecognitionError) {
    guard case .atLead(let lead) = self else { return }
    guard lead > 0, lead.isFinite else {
      throw .outOfRange(name: "lead", value: "\(lead)", allowed: "greater than 0")
    }
  }

  /// Whether the presentation can end.
  ///
  /// - Parameters:
  ///   - scores: of each place so far.
  ///   - most: what each could still become.
  func isReached(scores: [Double], most: [Double]) -> Bool {
    guard let best = scores.indices.max(by: { scores[$0] < scores[$1] }), scores[best] > 0 else {
      return false
    }
    let others = scores.indices.filter { $0 != best }
    switch self {
    case .atTheEnd: return false
    case .whenCertain: return others.allSatisfy { most[$0] < scores[best] }
    case .atLead(let lead): return others.allSatisfy { scores[$0] + lead <= scores[best] }
    }
  }
}
