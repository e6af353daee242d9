import Probability

/// The difference between two learners over the same seeds.
public struct PairedComparison: Sendable, Hashable, Codable {
  /// What the difference says, at 95 %.
  public enum Verdict: String, Sendable, Codable {
    /// The interval lies above 0.
    case better
    /// The interval lies below 0.
    case worse
    /// The interval holds 0.
    case undecided
    /// Fewer than three seeds.
    case tooFewSeeds
  }

  /// Mean of the differences.
  public var difference: Double
  /// Lower end of the bootstrap interval; the mean itself for one seed.
  public var low: Double
  /// Upper end.
  public var high: Double
  /// Number of pairs.
  public var seeds: Int
  /// What it says.
  public var verdict: Verdict

  /// Compares values of one measure, paired by seed.
  ///
  /// - Throws: ``HomeostasisError/tooFew(what:have:need:)`` without a pair, and ``HomeostasisError/wrongShape(_:)`` when
  ///   the values are not as many.
  public init(_ values: [Double], against others: [Double], bootstrap: Bootstrap = Bootstrap())
    throws(HomeostasisError)
  {
    guard values.count == others.count else {
      throw .wrongShape(
        "\(values.count) values cannot be paired with \(others.count); run both learners with the same seeds")
    }
    guard !values.isEmpty else { throw .tooFew(what: "paired seeds", have: 0, need: 1) }
    let differences = zip(values, others).map { $0 - $1 }
    difference = mean(differences)
    seeds = differences.count
    let interval = bootstrap.percentile(differences)
    (low, high) = (interval.lowerBound, interval.upperBound)
    verdict = seeds < 3 ? .tooFewSeeds : low > 0 ? .better : high < 0 ? .worse : .undecided
  }
}
