import Foundation

/// Segments that are tested against one pattern: the set matches when any one of them does (Eq 7-9).
public enum Population {
  /// The probability that at least one of `segments` equal, independent segments matches: 1 − (1 − P)^M (Eq 8).
  ///
  /// - Parameters:
  ///   - single: the probability of one segment, P.
  ///   - segments: their number M; may be fractional, as in the temporal-memory predictions.
  public static func anyMatch(_ single: TailProbability, segments: Double) -> TailProbability {
    precondition(segments >= 0 && segments.isFinite, "anyMatch: the number of segments must not be negative")
    return anyMatch(logarithmicLoss: logarithmicLoss(single) * TailProbability(segments))
  }

  /// The same for segments with chances of their own.
  public static func anyMatch(_ singles: some Sequence<TailProbability>) -> TailProbability {
    anyMatch(logarithmicLoss: singles.map(logarithmicLoss).sorted().reduce(.zero, +))
  }

  /// The union bound M·P (Eq 9); may exceed 1.
  public static func bound(_ single: TailProbability, segments: Double) -> TailProbability {
    single * TailProbability(segments)
  }

  /// −log(1 − P)
  private static func logarithmicLoss(_ p: TailProbability) -> TailProbability {
    let value = p.value
    if value < 1e-17 { return p }
    return TailProbability(value >= 1 ? 1e300 : -log1p(-value))
  }

  /// 1 − exp(−x)
  private static func anyMatch(logarithmicLoss x: TailProbability) -> TailProbability {
    if x.exponent > 1000 { return .one }
    let value = x.value
    return value < 1e-17 ? x : TailProbability(-expm1(-value))
  }
}
