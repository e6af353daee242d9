import NeuralData

/// A mistake in the description of a network; one line for the user.
public enum SpikingError: ReportableError, Hashable {
  /// A number outside what makes sense.
  case outOfRange(_ name: String, _ value: String, allowed: String)
  /// A list or matrix of the wrong size.
  case wrongCount(_ name: String, have: Int, need: Int)
  /// Parts that do not fit one another.
  case unsuitable(_ problem: String)

  /// The settings.
  public var blame: Blame { .request }

  /// What, where, and what was expected.
  public var description: String {
    switch self {
    case .outOfRange(let name, let value, let allowed): "\(name) is \(value), but must be \(allowed)"
    case .wrongCount(let name, let have, let need): "\(name) has \(have) entries, but must have \(need)"
    case .unsuitable(let problem): problem
    }
  }

  /// Checks that a number is finite and greater than 0.
  static func positive(_ name: String, _ value: Double) throws(SpikingError) {
    guard value.isFinite, value > 0 else { throw .outOfRange(name, "\(value)", allowed: "greater than 0") }
  }

  /// Checks that a number is finite.
  static func finite(_ name: String, _ value: Double) throws(SpikingError) {
    guard value.isFinite else { throw .outOfRange(name, "\(value)", allowed: "a finite number") }
  }

  /// Checks that numbers are finite.
  static func finite(_ values: KeyValuePairs<String, Double>) throws(SpikingError) {
    for (name, value) in values { try finite(name, value) }
  }

  /// Checks a duration in ms that is counted in whole steps.
  static func duration(_ name: String, _ value: Double, timeStep: Double) throws(SpikingError) {
    guard value >= 0, value / timeStep <= 1e9 else {
      throw .outOfRange(name, "\(value) ms", allowed: "0 or more, at most \(1e9 * timeStep) ms")
    }
  }

  /// Checks the range of weights of a rule.
  static func weights(from minimum: Double, to maximum: Double) throws(SpikingError) {
    guard minimum.isFinite, maximum.isFinite, minimum >= 0, minimum <= maximum else {
      throw .outOfRange(
        "the least weight", "\(minimum)", allowed: "0 or more, at most the greatest one, \(maximum)")
    }
  }
}
