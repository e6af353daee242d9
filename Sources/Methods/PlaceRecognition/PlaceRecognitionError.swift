import NeuralData

/// Images, a map or a query that cannot be used; the description is one line for the user.
public enum PlaceRecognitionError: ReportableError, Hashable {
  /// A setting lies outside what it may be.
  case outOfRange(name: String, value: String, allowed: String)
  /// Images, counts or weights of another shape than needed.
  case wrongShape(String)
  /// Traverses or maps that do not belong together.
  case mismatched(String)
  /// Nothing is left to answer with.
  case nothingLeft(String)

  /// The settings when one is out of range, else the data.
  public var blame: Blame {
    switch self {
    case .outOfRange: .request
    case .wrongShape, .mismatched, .nothingLeft: .data
    }
  }

  /// What is wrong, where, what was expected.
  public var description: String {
    switch self {
    case .outOfRange(let name, let value, let allowed): "\(name) is \(value), but must be \(allowed)"
    case .wrongShape(let problem), .mismatched(let problem), .nothingLeft(let problem): problem
    }
  }
}
