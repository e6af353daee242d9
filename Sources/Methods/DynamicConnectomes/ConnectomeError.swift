import NeuralData

/// Recordings, graphs or settings that cannot be used; the description is one line for the user.
public enum ConnectomeError: ReportableError, Hashable {
  /// A setting lies outside what it may be.
  case outOfRange(name: String, value: String, allowed: String)
  /// A tensor or table would be larger than allowed.
  case tooLarge(what: String, bytes: Int, limit: Int)
  /// Too little data for the question.
  case tooFew(what: String, have: Int, need: Int)
  /// A trace has another length than the others.
  case differentLength(animal: String, neuron: String, samples: Int, expected: Int)
  /// A trace was sampled at another rate than the others; rates in Hz.
  case differentRate(animal: String, neuron: String, rate: Double, expected: Double)
  /// An animal has two traces of one neuron.
  case duplicateNeuron(animal: String, neuron: String)
  /// A neuron that no animal has.
  case unknownNeuron(name: String, suggestion: String?)
  /// An animal that the traces do not have.
  case unknownAnimal(name: String, suggestion: String?)
  /// A stimulus at an impossible time; times in seconds.
  case badStimulus(name: String, animal: String, problem: String)
  /// An entry of a tensor that is negative or not finite.
  case badEntry(place: String, value: Double)
  /// An edge that the weights' law does not allow.
  case badEdge(place: String, problem: String)
  /// A graph without what a partition needs.
  case badGraph(problem: String)

  /// The settings when one is out of range, else the data.
  public var blame: Blame {
    switch self {
    case .outOfRange, .tooLarge, .unknownNeuron: .request
    default: .data
    }
  }

  /// What is wrong, where, what was expected, what to do.
  public var description: String {
    switch self {
    case .outOfRange(let name, let value, let allowed): "\(name) is \(value), but must be \(allowed)"
    case .tooLarge(let what, let bytes, let limit):
      "\(what) needs \(Self.size(bytes)), but the limit is \(Self.size(limit)); take fewer neurons, resample to a lower rate, or raise --memory-limit"
    case .tooFew(let what, let have, let need):
      "\(what): there \(have == 1 ? "is" : "are") \(have == 0 ? "none" : "\(have)"), but at least \(need) \(need == 1 ? "is" : "are") needed"
    case .differentLength(let animal, let neuron, let samples, let expected):
      "animal '\(animal)', neuron '\(neuron)' has \(samples) samples, but \(expected) were expected as in the first trace; cut the traces to one length, or give --resample"
    case .differentRate(let animal, let neuron, let rate, let expected):
      "animal '\(animal)', neuron '\(neuron)' was sampled at \(rate) Hz, but the first trace at \(expected) Hz; give --resample to bring all to one rate"
    case .duplicateNeuron(let animal, let neuron):
      "animal '\(animal)' has two traces named '\(neuron)'; name left and right apart ('\(neuron)L', '\(neuron)R'), or give --duplicates mean or first"
    case .unknownNeuron(let name, let suggestion):
      "no animal has a neuron '\(name)'" + (suggestion.map { "; did you mean '\($0)'?" } ?? "")
    case .unknownAnimal(let name, let suggestion):
      "the traces have no animal '\(name)'" + (suggestion.map { "; did you mean '\($0)'?" } ?? "")
    case .badStimulus(let name, let animal, let problem): "stimulus '\(name)' of \(animal): \(problem)"
    case .badEntry(let place, let value):
      "\(place) is \(value), but affinities must be finite and not negative; leave out what is unknown as NaN"
    case .badEdge(let place, let problem): "\(place): \(problem)"
    case .badGraph(let problem): problem
    }
  }

  private static func size(_ bytes: Int) -> String {
    let mebibytes = Double(bytes) / 1_048_576
    return mebibytes < 1024
      ? "\((mebibytes * 10).rounded() / 10) MiB" : "\((mebibytes / 102.4).rounded() / 10) GiB"
  }
}
