/// The pruning step of the paper's published program, with what it does otherwise than the paper says:
/// for comparison with its results alone.
///
/// Weights before a bias count twice, the base method's border is an interpolated percentile, one weight more than
/// asked for is pruned to activate units, and so are all that tie with it.
public struct PublishedStep: Sendable, Hashable {
  /// Percent of the weights alive that go by magnitude.
  public let basePercent: Double
  /// Percent of the weights alive that go to activate units.
  public let activatingPercent: Double

  /// A step.
  ///
  /// - Throws: ``PruningError`` unless both percentages lie in 0 ..< 100.
  public init(basePercent: Double, activatingPercent: Double) throws(PruningError) {
    guard basePercent >= 0, activatingPercent >= 0, basePercent < 100, activatingPercent < 100 else {
      throw .settings(rate: basePercent + activatingPercent, share: activatingPercent)
    }
    (self.basePercent, self.activatingPercent) = (basePercent, activatingPercent)
  }

  /// Prunes.
  ///
  /// - Parameters:
  ///   - mask: which weights are alive; loses the pruned ones.
  ///   - weights: at the end of training.
  ///   - start: at its beginning.
  ///   - hasBias: for each of the table's parameters, whether a bias follows it.
  /// - Throws: ``PruningError`` when a list does not fit the mask's table, or fewer negative weights are left than the
  ///   program needs to find its border, where it crashes.
  public func apply(
    to mask: inout Mask, weights: [Float], start: [Float], hasBias: [Bool]
  ) throws(PruningError) -> (base: [Int], activating: [Int]) {
    let table = mask.table
    for (name, found, expected) in [
      ("weights", weights.count, table.count), ("weights at the start", start.count, table.count),
      ("biases", hasBias.count, table.parts.count),
    ] where found != expected {
      throw .count(name: name, expected: expected, found: found)
    }
    let pool = zip(table.parts, hasBias).flatMap { part, hasBias in
      let alive = part.places.filter { mask.isAlive[$0] == 1 }
      return hasBias ? alive + alive : alive
    }
    let sizes = pool.map { Double(abs(weights[$0])) }.sorted()
    guard !sizes.isEmpty else { return ([], []) }
    let place = basePercent / 100 * Double(sizes.count - 1)
    let below = Int(place)
    let border =
      sizes[below] + (place - Double(below)) * (sizes[min(below + 1, sizes.count - 1)] - sizes[below])
    let base = (0..<table.count).filter { mask.isAlive[$0] == 1 && Double(abs(weights[$0])) < border }
    let count = Int(Double(pool.count) * activatingPercent / 100)
    mask.prune(base)
    let moves = pool.filter { mask.isAlive[$0] == 1 && weights[$0] < 0 }.map { abs(weights[$0] - start[$0]) }
      .sorted()
    guard count < moves.count else {
      throw .count(name: "negative weights", expected: count + 1, found: moves.count)
    }
    let activating = (0..<table.count).filter {
      mask.isAlive[$0] == 1 && weights[$0] < 0 && abs(weights[$0] - start[$0]) <= moves[count]
    }
    mask.prune(activating)
    return (base, activating)
  }
}
