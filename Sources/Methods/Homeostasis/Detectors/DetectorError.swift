import NeuralData

/// A drift detector that cannot be made; the description is one line for the user.
public enum DetectorError: ReportableError, Hashable {
  /// A name that is no detector's.
  case unknownDetector(String)
  /// A name that is none of the detector's parameters.
  case unknownParameter(DetectorKind, String)
  /// A value that the parameter cannot have, NaN included.
  case outOfRange(DetectorKind, DetectorParameter, Double)
  /// A fraction where only whole numbers make sense.
  case notWhole(DetectorKind, String, Double)
  /// A detector that would fire before it warns.
  case warningBeyondDrift(DetectorKind, warning: String, Double, drift: String, Double)
  /// A window that cannot hold its parts.
  case windowTooShort(DetectorKind, window: Int, need: Int)

  /// The settings.
  public var blame: Blame { .request }

  /// What is wrong, and what was expected.
  public var description: String {
    switch self {
    case .unknownDetector(let name):
      "there is no drift detector '\(name)'; the detectors are \(DetectorKind.allCases.map(\.rawValue).joined(separator: ", "))"
    case .unknownParameter(let kind, let name):
      "\(kind.rawValue) has no parameter '\(name)'; its parameters are \(kind.parameters.map(\.name).joined(separator: ", "))"
    case .outOfRange(let kind, let parameter, let value):
      "\(kind.rawValue)'s \(parameter.name) is \(Self.text(value)), but must be \(Self.text(parameter.allowed.lowerBound)) to \(Self.text(parameter.allowed.upperBound))"
    case .notWhole(let kind, let name, let value):
      "\(kind.rawValue)'s \(name) is \(Self.text(value)), but must be a whole number"
    case .warningBeyondDrift(let kind, let warning, let first, let drift, let second):
      "\(kind.rawValue) would fire before it warns: \(warning) is \(Self.text(first)) and \(drift) \(Self.text(second)); exchange them"
    case .windowTooShort(let kind, let window, let need):
      "\(kind.rawValue)'s window is \(window) values, but must hold \(need) or more"
    }
  }

  private static func text(_ number: Double) -> String {
    Int(exactly: number).map { "\($0)" } ?? "\(number)"
  }
}
