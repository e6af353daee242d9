import NeuralData

/// A recording or setting that cannot be used; the description is one line for the user.
public enum BiclusteringError: ReportableError, Hashable {
  /// A setting lies outside what it may be.
  case outOfRange(name: String, value: String, allowed: String)
  /// A count that is no count.
  case badCount(place: String, row: Int, bin: Int, value: String)
  /// A table of counts whose shape is wrong.
  case badShape(place: String, problem: String)
  /// Too little data for the question.
  case tooFew(what: String, have: Int, need: Int)

  /// The settings when one is out of range, else the data.
  public var blame: Blame {
    switch self {
    case .outOfRange: .request
    case .badCount, .badShape, .tooFew: .data
    }
  }

  /// What is wrong, where, what was expected.
  public var description: String {
    switch self {
    case .outOfRange(let name, let value, let allowed): "\(name) is \(value), but must be \(allowed)"
    case .badCount(let place, let row, let bin, let value):
      "\(place), row \(row), bin \(bin) holds \(value); counts must be whole numbers >= 0; leave a missing bin empty"
    case .badShape(let place, let problem): "\(place): \(problem)"
    case .tooFew(let what, let have, let need): "there are \(have) \(what), but at least \(need) are needed"
    }
  }
}
