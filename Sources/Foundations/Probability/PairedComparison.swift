/// What two methods differ by when each was run with the same seeds.
public struct PairedComparison: Sendable, Hashable, Codable {
  /// What the interval says.
  public enum Verdict: String, Sendable, Codable {
    /// It lies above 0.
    case higher
    /// It lies below 0.
    case lower
    /// It holds 0.
    case undecided
    /// There are fewer than three pairs.
    case tooFewPairs
  }

  /// Mean of the differences.
  public var difference: Double
  /// Lower end of a bootstrap interval; the mean itself for one pair.
  public var low: Double
  /// Upper end.
  public var high: Double
  /// Number of pairs.
  public var pairs: Int
  /// What the interval says.
  public var verdict: Verdict
  /// Share of all assignments of signs to the differences whose mean is as far from 0: an exact two-sided test (Fisher
  /// 1935), which cannot fall below 2 / 2ⁿ for n pairs. Beyond 16 pairs, 65,536 assignments are drawn.
  public var probability: Double

  /// Differences `values − others`.
  ///
  /// - Parameters:
  ///   - values: in the seeds' order, at least one.
  ///   - others: in the same order, as many.
  ///   - bootstrap: of the interval.
  public init(_ values: [Double], against others: [Double], bootstrap: Bootstrap = Bootstrap()) {
    precondition(values.count == others.count && !values.isEmpty, "PairedComparison: there must be pairs")
    let differences = zip(values, others).map { $0 - $1 }
    difference = mean(differences)
    pairs = differences.count
    let interval = bootstrap.percentile(differences)
    (low, high) = (interval.lowerBound, interval.upperBound)
    verdict = pairs < 3 ? .tooFewPairs : low > 0 ? .higher : high < 0 ? .lower : .undecided
    probability = Self.signTest(differences)
  }

  private static func signTest(_ differences: [Double]) -> Double {
    let exact = 16
    let wanted = abs(differences.reduce(0, +))
    let slack = 1e-9 * differences.reduce(0) { $0 + abs($1) }
    var stream = RandomStream(seed: 1, "signs")
    let isExact = differences.count <= exact
    let count = isExact ? 1 << differences.count : 1 << exact
    var extreme = 0
    for number in 0..<count {
      var (sum, bits) = (0.0, isExact ? UInt64(number) : stream.next())
      for (place, difference) in differences.enumerated() {
        if place > 0, place % 64 == 0 { bits = stream.next() }
        sum += bits >> UInt64(place % 64) & 1 == 0 ? difference : -difference
      }
      if abs(sum) >= wanted - slack { extreme += 1 }
    }
    return Double(extreme) / Double(count)
  }
}
