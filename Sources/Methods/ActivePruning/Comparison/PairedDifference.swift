import Probability

/// What two methods differ by when each was run with the same seeds.
public struct PairedDifference: Sendable, Hashable, Codable {
  /// Mean over the seeds.
  public var difference: Double
  /// Lower end of a bootstrap interval at 95 %; of three seeds or more.
  public var low: Double?
  /// Upper end.
  public var high: Double?
  /// Share of all assignments of signs to the differences whose mean is as far from 0: an exact two-sided test; it cannot
  /// fall below 2 / 2ⁿ for n seeds.
  public var probability: Double

  /// Seeds up to which every assignment of signs is tried; beyond, 65,536 are drawn.
  private static let exact = 16

  /// Differences `values − others`, in the seeds' order.
  public init(_ values: [Double], against others: [Double]) {
    precondition(values.count == others.count && !values.isEmpty, "PairedDifference: there must be pairs")
    let differences = zip(values, others).map { $0 - $1 }
    difference = mean(differences)
    if differences.count >= 3 {
      let interval = Bootstrap(resamples: 4_000).percentile(differences)
      (low, high) = (interval.lowerBound, interval.upperBound)
    }
    probability = Self.signTest(differences)
  }

  private static func signTest(_ differences: [Double]) -> Double {
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
