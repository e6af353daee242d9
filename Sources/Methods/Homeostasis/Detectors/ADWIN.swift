import Foundation

/// A window of adaptive length: when two parts of it differ in mean by more than chance allows, it begins anew
/// (Bifet and Gavaldà 2007, ADWIN2 with exponential buckets).
///
/// The paper keeps the newer part after a cut. River, which this type follows, empties the window, so that one
/// change is not reported again from what is left of it.
public struct ADWIN: DriftDetector {
  /// Confidence of a cut.
  public let delta: Double
  /// Values between two searches for a cut.
  public let clock: Int
  /// Buckets of one size before two of them merge.
  public let largestRow: Int
  /// Values that each part must have.
  public let shortestPart: Int
  /// Values before the first search.
  public let grace: Int

  /// Sum of each bucket, `[row, place]`; row r holds up to `largestRow` + 1 buckets of 2^r values, oldest first.
  private var totals: [Double]
  /// Sum of squared deviations from the bucket's mean, `[row, place]`.
  private var squares: [Double]
  /// Buckets in each row.
  private var counts: [Int]
  private var ticks = 0
  private var total = 0.0
  /// Sum of squared deviations from the window's mean.
  private var deviation = 0.0

  /// Values in the window.
  public private(set) var width = 0

  /// The mean of the window; 0 when it is empty.
  public var mean: Double { width == 0 ? 0 : total / Double(width) }

  /// A fresh detector.
  public init(
    delta: Double = 0.002, clock: Int = 32, largestRow: Int = 5, shortestPart: Int = 5, grace: Int = 10
  ) {
    precondition(delta > 0 && delta < 1, "ADWIN: delta must lie in (0, 1)")
    precondition(
      clock >= 1 && largestRow >= 1 && shortestPart >= 1, "ADWIN: clock, row and part must be at least 1")
    (self.delta, self.clock, self.largestRow, self.shortestPart, self.grace) =
      (delta, clock, largestRow, shortestPart, grace)
    totals = [Double](repeating: 0, count: largestRow + 1)
    squares = totals
    counts = [0]
  }

  /// Takes a number.
  public mutating func update(_ value: Double) -> DriftSignal {
    insert(value)
    ticks += 1
    if ticks == clock { ticks = 0 }
    guard ticks == 0, width > grace, hasCut() else { return .stable }
    self = ADWIN(
      delta: delta, clock: clock, largestRow: largestRow, shortestPart: shortestPart, grace: grace)
    return .drift
  }

  private mutating func insert(_ value: Double) {
    if width > 0 {
      let n = Double(width)
      let gap = value - total / n
      deviation += n * gap * gap / (n + 1)
    }
    width += 1
    total += value
    append(value, 0, row: 0)
    var row = 0
    while counts[row] > largestRow {
      if row + 1 == counts.count { addRow() }
      let first = row * (largestRow + 1)
      let (a, b) = (totals[first], totals[first + 1])
      let size = Double(1 << row)
      let gap = a / size - b / size
      append(a + b, squares[first] + squares[first + 1] + size * 0.5 * gap * gap, row: row + 1)
      counts[row] -= 2
      for place in first..<(first + counts[row]) {
        totals[place] = totals[place + 2]
        squares[place] = squares[place + 2]
      }
      row += 1
    }
  }

  private mutating func append(_ total: Double, _ squares: Double, row: Int) {
    let place = row * (largestRow + 1) + counts[row]
    totals[place] = total
    self.squares[place] = squares
    counts[row] += 1
  }

  private mutating func addRow() {
    let empty = [Double](repeating: 0, count: largestRow + 1)
    totals += empty
    squares += empty
    counts.append(0)
  }

  /// Whether the window falls anywhere into two parts with different means.
  private func hasCut() -> Bool {
    guard width > 1 else { return false }
    let logarithm = log(2 * log(Double(width)) / delta)
    let variance = deviation / Double(width)
    let shortest = Double(shortestPart)
    var old = (count: 0.0, total: 0.0)
    var new = (count: Double(width), total: total)
    for row in counts.indices.reversed() {
      let size = Double(1 << row)
      let first = row * (largestRow + 1)
      for place in first..<(first + counts[row]) {
        old = (old.count + size, old.total + totals[place])
        new = (new.count - size, new.total - totals[place])
        guard old.count >= shortest, new.count >= shortest else { continue }
        let inverse = 1 / (old.count - shortest + 1) + 1 / (new.count - shortest + 1)
        let bound =
          (2 * inverse * variance * logarithm).squareRoot() + 2 / 3.0 * logarithm * inverse
        if abs(old.total / old.count - new.total / new.count) > bound { return true }
      }
    }
    return false
  }
}
