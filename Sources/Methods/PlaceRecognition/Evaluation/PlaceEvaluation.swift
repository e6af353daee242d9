/// How well queries were recognised: recall@N, the precision-recall curve and what is read off it.
///
/// Every query has a true place. A match within `tolerance` places of it is right. A query for which no place scored
/// more than another is never right.
public struct PlaceEvaluation: Sendable, Hashable, Codable {
  /// The share of queries whose true place is among the N most alike, by N.
  public let recallAt: [Int: Double]
  /// Precision when every query is answered: the share of queries whose best match is right.
  public let precisionAt100Recall: Double
  /// The largest recall at which every answer is right.
  public let recallAt100Precision: Double
  /// Area under the precision-recall curve, by trapezoids.
  public let areaUnderCurve: Double
  /// Recall along the curve.
  public let recall: [Double]
  /// Precision along the curve.
  public let precision: [Double]
  /// The number of queries.
  public let queries: Int
  /// Queries for which no place scored more than another.
  public let silentQueries: Int

  /// The published values of N.
  public static let publishedRanks = [1, 5, 10, 15, 20, 25]

  /// Judges every query.
  ///
  /// - Parameters:
  ///   - similarity: `[query, place]`.
  ///   - truth: the true place of each query; unless given, query q shows place q.
  ///   - tolerance: places beside the true one that count as right.
  ///   - ranks: the values of N.
  ///   - thresholds: distances at which the curve is taken, equally spaced from the least to the largest; the
  ///     published number unless given.
  /// - Throws: ``PlaceRecognitionError``.
  public init(
    _ similarity: SimilarityMatrix, truth: [Int]? = nil, tolerance: Int = 0,
    ranks: [Int] = PlaceEvaluation.publishedRanks, thresholds: Int = 99
  ) throws(PlaceRecognitionError) {
    let truth = truth ?? Array(0..<similarity.queries)
    guard similarity.queries > 0 else { throw .nothingLeft("there are no queries to evaluate") }
    guard truth.count == similarity.queries else {
      throw .wrongShape(
        "there are \(truth.count) true places for \(similarity.queries) queries; give one for each query")
    }
    if let place = truth.first(where: { !(0..<similarity.places).contains($0) }) {
      throw .mismatched(
        "a query's true place is \(place), but the map has places 0 to \(similarity.places - 1)")
    }
    guard tolerance >= 0 else {
      throw .outOfRange(name: "tolerance", value: "\(tolerance)", allowed: "0 places or more")
    }
    guard thresholds >= 2 else {
      throw .outOfRange(name: "thresholds", value: "\(thresholds)", allowed: "2 or more")
    }
    if let rank = ranks.first(where: { $0 < 1 }) {
      throw .outOfRange(name: "N of recall@N", value: "\(rank)", allowed: "1 or more")
    }
    func isRight(_ place: Int, _ query: Int) -> Bool { abs(place - truth[query]) <= tolerance }

    let answers = (0..<similarity.queries).map { similarity.best(query: $0) }
    let firstRight = answers.indices.map { query -> Int? in
      answers[query] == nil ? nil : similarity.ranking(query: query).firstIndex { isRight($0, query) }
    }
    let count = Double(similarity.queries)
    recallAt = Dictionary(
      uniqueKeysWithValues: Set(ranks).map { rank in
        (rank, Double(firstRight.count { $0.map { $0 < rank } ?? false }) / count)
      })
    precisionAt100Recall = Double(firstRight.count { $0 == 0 }) / count
    silentQueries = answers.count { $0 == nil }
    queries = similarity.queries

    let distances = similarity.distances
    let (low, high) = (distances.min()!, distances.max()!)
    let best = (0..<similarity.queries).map { query in
      distances[query * similarity.places..<(query + 1) * similarity.places].min()!
    }
    var recall = [0.0]
    var precision = [1.0]
    for step in 0..<thresholds {
      // The last threshold is the largest distance itself, so that every query is answered there.
      let threshold =
        step == thresholds - 1 ? high : low + (high - low) * Double(step) / Double(thresholds - 1)
      let answered = best.indices.filter { best[$0] <= threshold }
      let right = answered.count { firstRight[$0] == 0 }
      let silent = best.count - answered.count
      precision.append(answered.isEmpty ? 1 : Double(right) / Double(answered.count))
      recall.append(right + silent == 0 ? 0 : Double(right) / Double(right + silent))
    }
    recallAt100Precision = zip(precision, recall).filter { $0.0 == 1 }.map(\.1).max() ?? 0
    var area = 0.0
    for point in 1..<recall.count {
      area += (recall[point] - recall[point - 1]) * (precision[point] + precision[point - 1]) / 2
    }
    areaUnderCurve = area
    self.recall = recall
    self.precision = precision
  }
}
