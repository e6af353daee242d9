import NeuralData

/// A question about dendrites that has no meaning, or no answer; the description is one line for the user.
public enum DendritesError: ReportableError, Hashable {
  /// A size lies outside what it may be.
  case outOfRange(name: String, value: Int, allowed: ClosedRange<Int>, because: String)
  /// A probability or fraction lies outside what it may be.
  case notAFraction(name: String, text: String)
  /// No value of the quantity asked for reaches the target.
  case noAnswer(quantity: String, reason: String)
  /// Patterns of different populations, or indices that do not form a set.
  case badPattern(String)
  /// The computation would be larger than this machine can hold or wait for.
  case tooLarge(what: String, limit: String)

  /// The question.
  public var blame: Blame { .request }

  /// What is wrong, where, what was expected.
  public var description: String {
    switch self {
    case .outOfRange(let name, let value, let allowed, let because):
      let range =
        allowed.lowerBound == allowed.upperBound
        ? "\(allowed.lowerBound)" : "\(allowed.lowerBound) to \(allowed.upperBound)"
      return "\(name) is \(value), but must be \(range): \(because)"
    case .notAFraction(let name, let text):
      return
        "\(name) is '\(text)', but must be a fraction from 0 to 1 such as 0.02, or a percentage such as 2%"
    case .noAnswer(let quantity, let reason): return "no \(quantity) reaches the target: \(reason)"
    case .badPattern(let problem): return problem
    case .tooLarge(let what, let limit): return "\(what) is too large: \(limit)"
    }
  }
}

/// The largest population a law takes: beyond it whole numbers are not exact in double precision.
let largestPopulation = 1 << 53

func require(_ value: Int, _ name: String, in allowed: ClosedRange<Int>, because: String)
  throws(DendritesError)
{
  guard allowed.contains(value) else {
    throw .outOfRange(name: name, value: value, allowed: allowed, because: because)
  }
}
