import Probability

extension PairedComparison {
  /// The difference between two learners over the same seeds.
  ///
  /// - Throws: ``HomeostasisError/tooFew(what:have:need:)`` without a pair, and ``HomeostasisError/wrongShape(_:)`` when
  ///   the values are not as many.
  public static func ofLearners(
    _ values: [Double], against others: [Double]
  ) throws(HomeostasisError) -> PairedComparison {
    guard values.count == others.count else {
      throw .wrongShape(
        "\(values.count) values cannot be paired with \(others.count); run both learners with the same seeds")
    }
    guard !values.isEmpty else { throw .tooFew(what: "paired seeds", have: 0, need: 1) }
    return PairedComparison(values, against: others)
  }
}
