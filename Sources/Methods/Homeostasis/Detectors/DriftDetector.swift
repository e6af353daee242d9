/// What a drift detector says after a value.
public enum DriftSignal: String, Sendable, Hashable, Codable {
  /// Nothing has changed.
  case stable
  /// A change may be under way; ADWIN, FHDDM, KSWIN and Page-Hinkley have no such zone.
  case warning
  /// A change has happened; the detector starts afresh with the next value.
  case drift
}

/// A test that watches a stream of numbers for a change of its law.
///
/// Parameters and decisions follow river 0.26.1, so that both fire at the same values of the same stream
/// (``KSWIN`` draws a random sample and agrees in law).
///
/// ```swift
/// var detector = try DetectorKind(name: "ADWIN").makeDetector(["delta": 0.01])
/// for (place, error) in errors.enumerated() where detector.update(error) == .drift {
///   print("the concept has shifted before value \(place)")
/// }
/// ```
public protocol DriftDetector: Sendable {
  /// Takes the next value: 1 for an error and 0 for a hit, or any number where the method allows it.
  mutating func update(_ value: Double) -> DriftSignal
}

/// A running mean, rounded as river rounds it.
struct RunningMean: Sendable {
  var count = 0.0
  var mean = 0.0

  mutating func update(_ value: Double) {
    count += 1
    mean += (1 / count) * (value - mean)
  }
}
