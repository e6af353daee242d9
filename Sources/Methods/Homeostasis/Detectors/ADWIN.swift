import Foundation

/// A window of adaptive length: whenever two parts of it differ in mean by more than chance allows, the older goes
/// (Bifet and Gavaldà 2007, ADWIN2 with exponential buckets).
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

  private struct Bucket: Sendable {
    var total: Double
    /// Sum of squared deviations from the bucket's mean.
    var squares: Double
  }

  /// Buckets of 2^row values, oldest first in each row.
  private var rows: [[Bucket]] = [[]]
  private var ticks = 0
  private var total = 0.0
  private var squares = 0.0

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
  }

  /// Takes a number, usually in [0, 1].
  public mutating func update(_ value: Double) -> DriftSignal {
    insert(value)
    ticks += 1
    guard ticks % clock == 0, width > grace else { return .stable }
    var hasCut = false
    while let _ = firstCut() {
      hasCut = true
      removeOldest()
    }
    if hasCut {
      self = ADWIN(
        delta: delta, clock: clock, largestRow: largestRow, shortestPart: shortestPart, grace: grace)
      return .drift
    }
    return .stable
  }

  private mutating func insert(_ value: Double) {
    if width > 0 {
      let n = Double(width)
      squares += n * (value - total / n) * (value - total / n) / (n + 1)
    }
    width += 1
    total += value
    rows[0].append(Bucket(total: value, squares: 0))
    var row = 0
    while rows[row].count > largestRow {
      let size = Double(1 << row)
      let (a, b) = (rows[row][0], rows[row][1])
      let gap = a.total / size - b.total / size
      rows[row].removeFirst(2)
      if row + 1 == rows.count { rows.append([]) }
      rows[row + 1].append(
        Bucket(
          total: a.total + b.total, squares: a.squares + b.squares + size * size * gap * gap / (2 * size)))
      row += 1
    }
  }

  private mutating func removeOldest() {
    let row = rows.count - 1
    let oldest = rows[row].removeFirst()
    let size = Double(1 << row)
    width -= 1 << row
    total -= oldest.total
    if width > 0 {
      let n = Double(width)
      let gap = oldest.total / size - total / n
      squares -= oldest.squares + size * n * gap * gap / (size + n)
    } else {
      squares = 0
    }
    while rows.count > 1, rows[rows.count - 1].isEmpty { rows.removeLast() }
  }

  /// The number of old values before the first place where the parts differ; `nil` when there is none.
  private func firstCut() -> Int? {
    guard width > 1 else { return nil }
    let logarithm = log(2 * log(Double(width)) / delta)
    let variance = squares / Double(width)
    var old = (count: 0.0, total: 0.0)
    var new = (count: Double(width), total: total)
    for row in rows.indices.reversed() {
      let size = Double(1 << row)
      for (place, bucket) in rows[row].enumerated() {
        if row == 0, place == rows[0].count - 1 { return nil }
        old = (old.count + size, old.total + bucket.total)
        new = (new.count - size, new.total - bucket.total)
        guard Int(old.count) >= shortestPart, Int(new.count) >= shortestPart else { continue }
        let least = Double(shortestPart - 1)
        let inverse = 1 / (old.count - least) + 1 / (new.count - least)
        let bound = (2 * inverse * variance * logarithm).squareRoot() + 2 / 3.0 * logarithm * inverse
        if abs(old.total / old.count - new.total / new.count) > bound { return Int(old.count) }
      }
    }
    return nil
  }
}
