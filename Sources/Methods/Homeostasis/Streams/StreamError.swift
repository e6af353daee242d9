import NeuralData

/// A stream that cannot be made; the description is one line for the user.
public enum StreamError: ReportableError, Hashable {
  /// More shifts in an epoch than there are batches to put them between.
  case tooManyShifts(rate: Double, batches: Int)
  /// A rate that falls below 0 in some epoch.
  case negativeRate(Double)
  /// A constant rate that is not a whole number.
  case fractionalRate(Double)
  /// A rate, or a number that one is computed from, that is NaN or infinite.
  case rateNotFinite(Double)
  /// A list of rates without a rate.
  case noRates
  /// Seasons of no length.
  case badPeriod(Double)
  /// A ramp over no epoch.
  case badRamp(epochs: Int)
  /// A batch that holds no sample or more than there are.
  case badBatch(Int, samples: Int)
  /// Too few classes to exchange two, or more than a byte can name.
  case badClasses(Int)
  /// Samples without a number.
  case badWidth(Int)
  /// A cycle that needs more classes than there are, or fewer than two.
  case badCycle(Int, classes: Int)
  /// Fewer than two recurring concepts, or more than swaps surely reach.
  case badConcepts(Int, most: Int)
  /// A gradual shift that takes no sample.
  case badTransition(Int)

  /// The settings.
  public var blame: Blame { .request }

  /// What is wrong, and what was expected.
  public var description: String {
    switch self {
    case .tooManyShifts(let rate, let batches): "\(Self.text(rate)) swaps do not fit in \(batches) batches"
    case .negativeRate(let rate):
      "the rate falls to \(Self.text(rate)) swaps in an epoch, but must be 0 or more in every epoch"
    case .fractionalRate(let rate):
      "\(Self.text(rate)) swaps in an epoch is not a whole number; give whole numbers, or one rate for each epoch to carry fractions over"
    case .rateNotFinite(let rate): "the rate of swaps is \(rate), but must be a finite number"
    case .noRates: "the list of rates is empty, but must hold one for the first epoch"
    case .badPeriod(let period): "the seasons' period is \(Self.text(period)) epochs, but must be above 0"
    case .badRamp(let epochs): "the ramp takes \(epochs) epochs, but must take 1 or more"
    case .badBatch(let batch, let samples): "the batch is \(batch), but must be 1 to the \(samples) samples"
    case .badClasses(let classes):
      "the number of classes is \(classes), but must be 2 to 256, to have two to swap"
    case .badWidth(let width): "a sample has \(width) numbers, but must have 1 or more"
    case .badCycle(let count, let classes): "the cycle is \(count) classes, but must be 2 to \(classes)"
    case .badConcepts(let count, let most):
      "the number of recurring concepts is \(count), but must be 2 to \(most)"
    case .badTransition(let width):
      "the width of a gradual shift is \(width), but must be 1 sample or more"
    }
  }

  private static func text(_ number: Double) -> String {
    Int(exactly: number).map { "\($0)" } ?? "\(number)"
  }
}
