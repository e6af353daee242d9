/// How alike each query is to each place: `[query, place]`.
public struct SimilarityMatrix: Sendable, Hashable, Codable {
  /// The number of places.
  public let places: Int
  /// Scores, `[query, place]` row by row; larger is more alike.
  public var values: [Double]
  /// The number of queries.
  public var queries: Int { places == 0 ? 0 : values.count / places }

  /// A matrix of whole rows.
  ///
  /// - Throws: ``PlaceRecognitionError/wrongShape(_:)`` when a score is not a number.
  public init(_ values: [Double], places: Int) throws(PlaceRecognitionError) {
    precondition(
      places > 0 && values.count % places == 0, "SimilarityMatrix: the scores must fill whole rows")
    if let bad = values.firstIndex(where: { !$0.isFinite }) {
      throw .wrongShape(
        "the score of query \(bad / places) for place \(bad % places) is \(values[bad]); expected a finite number"
      )
    }
    (self.values, self.places) = (values, places)
  }

  /// The scores of one query.
  public subscript(query: Int) -> ArraySlice<Double> { values[query * places..<(query + 1) * places] }

  /// The scores, `[place, query]` row by row.
  public var transposed: [Double] {
    (0..<places).flatMap { place in (0..<queries).map { values[$0 * places + place] } }
  }

  /// The place most alike; the smallest of equal ones; `nil` when no place is more alike than another, as when no
  /// neuron fired.
  public func best(query: Int) -> Int? {
    let row = self[query]
    guard let top = row.max(), row.min()! < top || places == 1 && top > 0 else { return nil }
    return row.firstIndex(of: top)! - row.startIndex
  }

  /// Places from most to least alike; equal ones in their own order.
  public func ranking(query: Int) -> [Int] {
    let row = Array(self[query])
    return (0..<places).sorted { (row[$0], $1) > (row[$1], $0) }
  }

  /// Distances as the published program forms them: the largest score of all minus each.
  public var distances: [Double] {
    let top = values.max() ?? 0
    return values.map { top - $0 }
  }

  /// The probability-based assignment: each query's scores from 0 to 1, then divided by their sum. A query whose
  /// scores are all equal gets zeros.
  public var probabilities: SimilarityMatrix {
    var result = self
    for query in 0..<queries {
      let row = self[query]
      let low = row.min()!
      let span = row.max()! - low
      let total = row.reduce(0) { $0 + ($1 - low) / span }
      for place in 0..<places {
        result.values[query * places + place] =
          span > 0 ? (row[row.startIndex + place] - low) / span / total : 0
      }
    }
    return result
  }

  /// The members of an ensemble together: their scores added.
  ///
  /// - Throws: ``PlaceRecognitionError/mismatched(_:)`` when they have different shapes.
  public static func ensemble(_ members: [SimilarityMatrix]) throws(PlaceRecognitionError) -> SimilarityMatrix
  {
    guard var sum = members.first else { throw .nothingLeft("an ensemble needs at least one member") }
    for member in members.dropFirst() {
      guard member.places == sum.places, member.values.count == sum.values.count else {
        throw .mismatched(
          "the members of the ensemble differ: \(sum.queries) queries and \(sum.places) places against \(member.queries) and \(member.places)"
        )
      }
      for place in sum.values.indices { sum.values[place] += member.values[place] }
    }
    return sum
  }

  /// Matches sequences of `length` queries against sequences of places: scores are added along the diagonal, so
  /// that row q and column p of the result belong to queries q … q + length − 1 at places p … p + length − 1.
  ///
  /// - Throws: ``PlaceRecognitionError/outOfRange(name:value:allowed:)``.
  public func sequenceMatched(length: Int) throws(PlaceRecognitionError) -> SimilarityMatrix {
    let longest = min(queries, places)
    guard (1...max(1, longest)).contains(length) else {
      throw .outOfRange(
        name: "sequence length", value: "\(length)",
        allowed: "1 to \(longest), the smaller of the numbers of queries and places")
    }
    let width = places - length + 1
    var sums: [Double] = []
    for query in 0...(queries - length) {
      for place in 0..<width {
        sums.append((0..<length).reduce(0) { $0 + values[(query + $1) * places + place + $1] })
      }
    }
    return try SimilarityMatrix(sums, places: width)
  }
}
