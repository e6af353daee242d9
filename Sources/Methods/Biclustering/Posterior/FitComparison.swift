import Probability

/// The point partitions of two fits, the second's labels matched to the first's.
public struct FitComparison: Sendable, Codable {
  /// Two partitions of the same items.
  public struct Agreement: Sendable, Codable {
    /// Labels of the first partition.
    public let first: [Int]
    /// Labels of the second, renamed so that as many as possible are the first's.
    public let second: [Int]
    /// How many labels are equal then.
    public let alike: Int
    /// 1 for equal partitions, 0 in the mean for random ones.
    public let adjustedRandIndex: Double
    /// Mutual information over the mean entropy.
    public let normalizedMutualInformation: Double
    /// Mutual information adjusted for chance.
    public let adjustedMutualInformation: Double
    /// In nats.
    public let variationOfInformation: Double

    /// Compares two partitions of the same items.
    public init(_ first: [Int], _ second: [Int]) {
      let (a, b) = (canonicalLabels(first), canonicalLabels(second))
      let size = max(a.max()!, b.max()!) + 1
      var cost = [Double](repeating: 0, count: size * size)
      for (x, y) in zip(a, b) { cost[y * size + x] -= 1 }
      let match = HungarianMatching.assign(cost: cost, rows: size, columns: size)
      self.first = a
      self.second = b.map { match[$0] }
      alike = zip(a, self.second).count { $0 == $1 }
      let agreement = PartitionAgreement(a, b)
      adjustedRandIndex = agreement.adjustedRandIndex
      normalizedMutualInformation = agreement.normalizedMutualInformation
      adjustedMutualInformation = agreement.adjustedMutualInformation
      variationOfInformation = agreement.variationOfInformation
    }
  }

  /// Of the neurons.
  public let neurons: Agreement
  /// Of the bins; `nil` when the fits have different numbers of bins.
  public let states: Agreement?

  /// Compares two finished fits.
  ///
  /// - Throws: ``BiclusteringError`` when they have different numbers of neurons, `FileError` for damaged folders.
  public init(_ first: FitFolder, _ second: FitFolder) throws {
    guard first.counts.neurons == second.counts.neurons else {
      throw BiclusteringError.badShape(
        place: second.path,
        problem:
          "the fit has \(second.counts.neurons) neurons; expected \(first.counts.neurons) as in \(first.path)"
      )
    }
    let summaries = try [first, second].map { folder in
      let chains = try folder.chains()
      return PosteriorSummary(
        folder.fit, chains: chains,
        similarity: BiclusterSimilarity(chains, neurons: folder.counts.neurons, bins: folder.counts.bins))
    }
    neurons = Agreement(summaries[0].neuronPartition, summaries[1].neuronPartition)
    states =
      first.counts.bins == second.counts.bins
      ? Agreement(summaries[0].statePartition, summaries[1].statePartition) : nil
  }
}
