import Foundation
import Parallel
import Probability

/// False-match probabilities over a grid of sizes, summarised for each threshold (paper, Fig 6).
public struct Sweep: Sendable, Hashable {
  /// Populations, n.
  public var cells: [Int]
  /// Active shares, a/n; the number of active cells is rounded half up.
  public var activities: [Double]
  /// Synapses, s.
  public var synapses: [Int]
  /// Thresholds, θ.
  public var thresholds: [Int]

  /// A grid; every combination is evaluated.
  public init(cells: [Int], activities: [Double], synapses: [Int], thresholds: [Int]) {
    self.cells = cells
    self.activities = activities
    self.synapses = synapses
    self.thresholds = thresholds
  }

  /// The grid that reproduces the digits of Fig 6: 420 combinations, θ from 3 to 24.
  public static let figure6 = Sweep(
    cells: Array(stride(from: 10_000, through: 190_000, by: 20_000)),
    activities: [0.005, 0.01, 0.015, 0.02, 0.025, 0.03],
    synapses: Array(stride(from: 20, through: 50, by: 5)), thresholds: Array(3...24))

  /// The grid of the current official script: smaller populations.
  public static let figure6Script = Sweep(
    cells: Array(stride(from: 1_000, through: 17_000, by: 4_000)), activities: figure6.activities,
    synapses: figure6.synapses, thresholds: figure6.thresholds)

  /// The number of active cells that a share of a population is: n·share, rounded half up.
  public static func active(cells: Int, activity: Double) -> Int {
    Int((Double(cells) * activity + 0.5).rounded(.down))
  }

  /// One threshold's probabilities over the grid.
  public struct Row: Sendable, Hashable, Codable {
    /// θ
    public var threshold: Int
    /// The middle of the probabilities.
    public var median: Double
    /// Their mean.
    public var mean: Double
    /// The smallest.
    public var minimum: Double
    /// The largest.
    public var maximum: Double
    /// Number of combinations.
    public var count: Int
  }

  /// Evaluates the grid.
  ///
  /// - Parameter threads: most threads to use.
  /// - Returns: one row for each threshold, in order.
  /// - Throws: ``DendritesError`` for impossible sizes or an empty grid.
  public func rows(threads: Int = availableThreads) throws -> [Row] {
    guard !cells.isEmpty, !activities.isEmpty, !synapses.isEmpty, !thresholds.isEmpty else {
      throw DendritesError.badPattern("the grid is empty: give at least one value of each size")
    }
    for activity in activities where !(0...1).contains(activity) {
      throw DendritesError.notAFraction(name: "activity", text: "\(activity)")
    }
    let shapes = cells.flatMap { n in activities.flatMap { f in synapses.map { (n, f, $0) } } }
    let chunk = 64
    let parts = try parallelMap(count: (shapes.count + chunk - 1) / chunk, threads: threads) { part in
      try shapes[(part * chunk)..<min(shapes.count, (part + 1) * chunk)].map { n, f, s in
        let law = try OverlapLaw(cells: n, active: Self.active(cells: n, activity: f), synapses: s)
        return thresholds.map { law.falseMatch(threshold: $0).value }
      }
    }
    let table = parts.flatMap { $0 }
    return thresholds.indices.map { column in
      let values = table.map { $0[column] }
      return Row(
        threshold: thresholds[column], median: median(values), mean: mean(values.sorted()),
        minimum: values.min()!, maximum: values.max()!, count: values.count)
    }
  }
}

/// A share of active cells as people write it.
public enum ActivityFraction {
  /// Reads `0.02` or `2%`; a number above 1 without a percent sign is refused.
  ///
  /// - Throws: ``DendritesError/notAFraction(name:text:)``.
  public static func parse(_ text: String, name: String) throws(DendritesError) -> Double {
    let isPercent = text.hasSuffix("%")
    guard let number = Double(isPercent ? String(text.dropLast()) : text), number.isFinite else {
      throw .notAFraction(name: name, text: text)
    }
    let fraction = isPercent ? number / 100 : number
    guard (0...1).contains(fraction) else { throw .notAFraction(name: name, text: text) }
    return fraction
  }
}
