/// The choice of the threshold for hyperactive neurons on calibration queries.
public struct Calibration: Sendable, Hashable, Codable {
  /// One threshold and how well it does.
  public struct Trial: Sendable, Hashable, Codable {
    /// θ_h; 0 removes nothing.
    public var threshold: Int
    /// Recall@1 of the calibration queries.
    public var recallAt1: Double
    /// Neurons it removes from the calibration regions.
    public var removed: Int
    /// Calibration regions that lose all neurons of a module.
    public var emptyRegions: [Int]
  }

  /// Every threshold that was tried.
  public var trials: [Trial]
  /// The smallest threshold of the best recall@1.
  public var chosen: Int

  /// The published candidates.
  public static let publishedThresholds = [0, 5, 10] + Array(stride(from: 20, through: 200, by: 20))

  /// Tries thresholds.
  ///
  /// - Parameters:
  ///   - responses: of the calibration regions to the calibration queries.
  ///   - map: the map they belong to.
  ///   - truth: the true place of each query, as a position on the route.
  ///   - thresholds: the candidates.
  ///   - rule: how spikes become scores.
  ///   - tolerance: places beside the true one that count as right.
  /// - Throws: ``PlaceRecognitionError``.
  public init(
    _ responses: QueryResponses, map: ModularMap, truth: [Int],
    thresholds: [Int] = Calibration.publishedThresholds, rule: NeuronalAssignment.Rule = .standard,
    tolerance: Int = 0
  ) throws(PlaceRecognitionError) {
    guard !thresholds.isEmpty else {
      throw .outOfRange(name: "thresholds", value: "empty", allowed: "at least one threshold")
    }
    if let bad = thresholds.first(where: { $0 < 0 }) {
      throw .outOfRange(name: "threshold", value: "\(bad)", allowed: "0 or more")
    }
    let columns = try responses.columns(of: truth)
    var trials: [Trial] = []
    for threshold in thresholds.sorted() {
      let similarity = try responses.similarity(rule: rule, threshold: threshold)
      let evaluation = try PlaceEvaluation(similarity, truth: columns, tolerance: tolerance, ranks: [1])
      let removal = map.removal(threshold: threshold, regions: responses.regions)
      trials.append(
        Trial(
          threshold: threshold, recallAt1: evaluation.precisionAt100Recall, removed: removal.neurons,
          emptyRegions: removal.emptyRegions))
    }
    let best = trials.map(\.recallAt1).max()!
    chosen = trials.first { $0.recallAt1 == best }!.threshold
    self.trials = trials
  }
}

extension QueryResponses {
  /// The columns of places given by their positions on the route.
  ///
  /// - Throws: ``PlaceRecognitionError/mismatched(_:)`` for a place that did not take part.
  public func columns(of positions: [Int]) throws(PlaceRecognitionError) -> [Int] {
    let column = Dictionary(uniqueKeysWithValues: places.enumerated().map { ($1, $0) })
    var result: [Int] = []
    for position in positions {
      guard let place = column[position] else {
        throw .mismatched(
          "a query shows place \(position), which is not among the \(places.count) places that take part")
      }
      result.append(place)
    }
    return result
  }
}
