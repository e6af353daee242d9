import Parallel
import Probability

/// The best constant learning rate of a grid: what a self-regulating learner has to beat.
///
/// It is an oracle because it is chosen after the fact, on the very runs it is then compared in. ``heldOut`` takes
/// that advantage away: each seed is scored at the rate that is best on the other seeds.
public struct ConstantOracle: Sendable, Hashable, Codable {
  /// The rates tried, ascending.
  public let rates: [Double]
  /// The measure of each run, higher is better, `[rate, seed]`; `nil` where the run diverged.
  public let scores: [[Double?]]
  /// Place in the grid of the highest mean over the seeds, the lowest rate of equals. A rate that diverged at any seed
  /// is out.
  public let best: Int

  /// The best rate.
  public var rate: Double { rates[best] }

  /// The measure at the best rate, `[seed]`.
  public var values: [Double] { scores[best].compactMap { $0 } }

  /// Whether the best rate is the lowest or highest of the grid, so that a better one may lie outside it. A rate
  /// beside one that diverged does not count as the highest.
  public var isAtEdge: Bool { best == 0 || best == rates.count - 1 }

  /// The measure of each seed at the rate that is best on the other seeds, `[seed]`; `nil` for fewer than two seeds.
  public var heldOut: [Double]? {
    let seeds = values.count
    guard seeds >= 2 else { return nil }
    return (0..<seeds).compactMap { left in
      Self.best(scores.map { Self.sum($0, without: left) }).flatMap { scores[$0][left] }
    }
  }

  /// The oracle of runs that are done.
  ///
  /// - Parameters:
  ///   - rates: in any order.
  ///   - scores: `[rate, seed]`, in the same order; `nil` where the run diverged.
  /// - Throws: ``HomeostasisError/wrongShape(_:)`` when the table is not one, and
  ///   ``HomeostasisError/tooFew(what:have:need:)`` when every rate diverged.
  public init(rates: [Double], scores: [[Double?]]) throws(HomeostasisError) {
    let seeds = scores.first?.count ?? 0
    guard rates.count == scores.count, seeds > 0, scores.allSatisfy({ $0.count == seeds }) else {
      throw .wrongShape(
        "a table of scores must have one row for each of the \(rates.count) rates and one column for each seed"
      )
    }
    let ascending = rates.indices.sorted { rates[$0] < rates[$1] }
    self.rates = ascending.map { rates[$0] }
    self.scores = ascending.map { scores[$0] }
    guard let best = Self.best(self.scores.map { Self.sum($0, without: nil) }) else {
      throw .tooFew(what: "learning rates that do not diverge", have: 0, need: 1)
    }
    self.best = best
  }

  /// Runs every rate with every seed, in parallel.
  ///
  /// - Parameters:
  ///   - rates: the grid.
  ///   - seeds: of the runs; use those of the learner to compare with.
  ///   - threads: most threads to use.
  ///   - score: makes one run and returns its measure; ``HomeostasisError/diverged(epoch:sample:learningRate:shifts:)``
  ///     only rules the rate out.
  /// - Throws: ``HomeostasisError``, and what else `score` throws.
  public static func search(
    rates: [Double], seeds: [UInt64], threads: Int = availableThreads,
    score: @Sendable (_ rate: Double, _ seed: UInt64) throws -> Double
  ) throws -> ConstantOracle {
    let all = try parallelMap(count: rates.count * seeds.count, threads: threads) { index -> Double? in
      do {
        return try score(rates[index / seeds.count], seeds[index % seeds.count])
      } catch HomeostasisError.diverged {
        return nil
      }
    }
    return try ConstantOracle(
      rates: rates,
      scores: rates.indices.map { Array(all[($0 * seeds.count)..<(($0 + 1) * seeds.count)]) })
  }

  /// Another learner's measures, `[seed]`, against the best constant's.
  ///
  /// - Throws: ``HomeostasisError/wrongShape(_:)`` when the seeds are not as many.
  public func comparison(of values: [Double]) throws(HomeostasisError) -> PairedComparison {
    try .ofLearners(values, against: self.values)
  }

  /// The sum of a row but for one seed; `nil` when a run of the row diverged.
  private static func sum(_ row: [Double?], without left: Int?) -> Double? {
    var sum = 0.0
    for (seed, score) in row.enumerated() {
      guard let score, !score.isNaN else { return nil }
      if seed != left { sum += score }
    }
    return sum
  }

  /// The place of the highest sum, the first of equals.
  private static func best(_ sums: [Double?]) -> Int? {
    var best: (place: Int, sum: Double)?
    for (place, sum) in sums.enumerated() {
      guard let sum else { continue }
      if let held = best, sum <= held.sum { continue }
      best = (place, sum)
    }
    return best?.place
  }
}
