/// Matches the latest queries of a stream against sequences of places, as ``SimilarityMatrix/sequenceMatched(length:)``
/// does for a whole drive.
struct SequenceWindow {
  private let length: Int
  /// The latest scores, the oldest first.
  private var latest: [[Double]] = []

  init(length: Int) { self.length = length }

  /// The scores of sequences that end at each place; sequences are shorter before the route's first places and
  /// before `length` queries have come.
  mutating func matched(_ scores: [Double]) -> [Double] {
    latest.append(scores)
    if latest.count > length { latest.removeFirst() }
    return scores.indices.map { place in
      zip(latest.reversed(), 0...place).reduce(0) { $0 + $1.0[place - $1.1] }
    }
  }
}
