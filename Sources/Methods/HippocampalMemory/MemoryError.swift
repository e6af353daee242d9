import NeuralData

/// A mistake in the use of a memory; one line for the user.
public enum MemoryError: ReportableError, Hashable {
  /// A number outside what makes sense.
  case outOfRange(_ name: String, _ value: String, allowed: String)
  /// An operation that a circuit or a moment does not allow.
  case notPossible(_ problem: String, remedy: String)
  /// A neuron that its input cannot make fire.
  case cannotFire(population: String, synapse: String, weight: Double, depolarisation: Double, needed: Double)
  /// Content of a schedule or configuration that breaks its format.
  case badEntry(_ place: String, _ problem: String, expected: String)

  /// The request, except for entries of a file.
  public var blame: Blame {
    if case .badEntry = self { .data } else { .request }
  }

  /// What, where, and what was expected.
  public var description: String {
    switch self {
    case .outOfRange(let name, let value, let allowed): "\(name) is \(value), but must be \(allowed)"
    case .notPossible(let problem, let remedy): "\(problem); \(remedy)"
    case .cannotFire(let population, let synapse, let weight, let depolarisation, let needed):
      "\(population) cannot fire: \(weight) nA through \(synapse) gives \(rounded(depolarisation)) mV of the \(rounded(needed)) mV to the threshold; raise the weight or lower the threshold"
    case .badEntry(let place, let problem, let expected): "\(place): \(problem); expected \(expected)"
    }
  }
}

/// A number with three decimals for a sentence.
func rounded(_ value: Double) -> String { "\((value * 1000).rounded() / 1000)" }
