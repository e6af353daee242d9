import Probability

/// The benchmark of Poirazi and Mel as the official experiments make it: two classes of products of Gaussians, mixed
/// linearly and binned.
public enum PoiraziMelData {
  /// Patterns and whether each is of the first class.
  public struct Samples: Sendable, Hashable {
    /// 400 cells with 40 active: one of ten bins in each of 40 dimensions.
    public var patterns: [SparsePattern]
    /// Class of each pattern.
    public var isPositive: [Bool]
  }

  /// Draws samples, half of each class, in random order.
  ///
  /// Forty inputs, the last four fixed at 1, the others standard normal; forty products of four random inputs each; the
  /// first class multiplies them by a matrix uniform on (−1, 1), the second by that matrix plus standard normal numbers;
  /// each dimension is cut into ten bins of equal counts over all samples.
  ///
  /// - Parameters:
  ///   - count: number of samples, at least 20; 30,000 in the official experiment.
  ///   - seed: of everything.
  public static func generate(count: Int = 30_000, seed: UInt64) throws(DendritesError) -> Samples {
    try require(count, "samples", in: 20...10_000_000, because: "ten bins of both classes need as many")
    let dimensions = 40
    var stream = RandomStream(seed: seed, "poirazi mel")
    let factors = (0..<dimensions).map { _ in (0..<4).map { _ in stream.integer(below: dimensions) } }
    let first = (0..<(dimensions * dimensions)).map { _ in 2 * stream.uniform() - 1 }
    let second = first.map { $0 + stream.normal() }
    var classes = (0..<count).map { 2 * $0 < count }
    stream.shuffle(&classes)
    let mixed: [[Double]] = classes.map { isPositive in
      let inputs = (0..<dimensions).map { $0 < dimensions - 4 ? stream.normal() : 1 }
      let products = factors.map { $0.reduce(1) { $0 * inputs[$1] } }
      let matrix = isPositive ? first : second
      return (0..<dimensions).map { row in
        (0..<dimensions).reduce(0) { $0 + matrix[row * dimensions + $1] * products[$1] }
      }
    }
    var active = [[Int]](repeating: [], count: count)
    for dimension in 0..<dimensions {
      let order = (0..<count).sorted { (mixed[$0][dimension], $0) < (mixed[$1][dimension], $1) }
      for (rank, sample) in order.enumerated() { active[sample].append(dimension * 10 + rank * 10 / count) }
    }
    return Samples(patterns: active.map { SparsePattern(cells: 400, sorted: $0) }, isPositive: classes)
  }
}
