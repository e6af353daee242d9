import Probability

/// Two decompositions component by component.
public struct CPAlignment: Sendable, Hashable, Codable {
  /// For each component of the first its partner in the second; −1 where the second has fewer.
  public let partners: [Int]
  /// The mean over the modes of the columns' cosines, for each component; 0 without a partner.
  public let cosines: [Double]
  /// The mean of the cosines over matched components.
  public let similarity: Double

  /// Matches components so that the sum of cosines is largest (Hungarian method).
  ///
  /// - Parameters:
  ///   - first: the reference.
  ///   - second: of the same tensor's shape in the compared modes.
  ///   - modes: which modes are compared, of 0 time, 1 animal, 2 pair.
  public init(_ first: NonnegativeCP, _ second: NonnegativeCP, modes: [Int] = [0, 1, 2]) {
    let (a, b) = ([first.time, first.animal, first.pair], [second.time, second.animal, second.pair])
    let size = max(first.rank, second.rank)
    var cosines = [Double](repeating: 0, count: size * size)
    for mode in modes {
      precondition(
        a[mode].count / first.rank == b[mode].count / second.rank, "CPAlignment: the tensors differ in shape")
      for row in 0..<(a[mode].count / first.rank) {
        for r in 0..<first.rank {
          for s in 0..<second.rank {
            cosines[r * size + s] +=
              a[mode][row * first.rank + r] * b[mode][row * second.rank + s] / Double(modes.count)
          }
        }
      }
    }
    let assigned = HungarianMatching.assign(cost: cosines.map { -$0 }, rows: size, columns: size)
    partners = (0..<first.rank).map { assigned[$0] < second.rank ? assigned[$0] : -1 }
    let own = (0..<first.rank).map { assigned[$0] < second.rank ? cosines[$0 * size + assigned[$0]] : 0 }
    self.cosines = own
    similarity = own.reduce(0, +) / Double(min(first.rank, second.rank))
  }
}
