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
    if counts[counts.count - 1] == largestRow { addRow() }
    totals.withUnsafeMutableBufferPointer { totals in
      squares.withUnsafeMutableBufferPointer { squares in
        counts.withUnsafeMutableBufferPointer { counts in
          Self.carry(value, largestRow: largestRow, totals: totals, squares: squares, counts: counts)
        }
      }
    }
  }

  /// Adds a bucket of one value; where a row overflows, its two oldest buckets become one of the next row.
  private static func carry(
    _ value: Double, largestRow: Int, totals: UnsafeMutableBufferPointer<Double>,
    squares: UnsafeMutableBufferPointer<Double>, counts: UnsafeMutableBufferPointer<Int>
  ) {
    var carried = (total: value, squares: 0.0)
    var first = 0
    var size = 1.0
    for row in counts.indices {
      let end = first + counts[row]
      totals[end] = carried.total
      squares[end] = carried.squares
      guard counts[row] == largestRow else {
        counts[row] += 1
        return
      }
      let (a, b) = (totals[first], totals[first + 1])
      let gap = a / size - b / size
      carried = (a + b, squares[first] + squares[first + 1] + size * 0.5 * gap * gap)
      for place in first..<(end - 1) {
        totals[place] = totals[place + 2]
        squares[place] = squares[place + 2]
      }
      counts[row] -= 1
      first += largestRow + 1
      size *= 2
    }
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
    // A difference within the bound's first term is no cut; comparing squares finds that without a division. The
    // bound's second term is far larger than what rounding can change.
    let factor = 2 * variance * logarithm * (1 - 1e-9)
    var (oldCount, oldTotal) = (0.0, 0.0)
    var (newCount, newTotal) = (Double(width), total)
    return totals.withUnsafeBufferPointer { totals in
      for row in counts.indices.reversed() {
        let size = Double(1 << row)
        let first = row * (largestRow + 1)
        for place in first..<(first + counts[row]) {
          oldCount += size
          oldTotal += totals[place]
          newCount -= size
          newTotal -= totals[place]
          guard oldCount >= shortest, newCount >= shortest else { continue }
          let (a, b) = (oldCount - shortest + 1, newCount - shortest + 1)
          let difference = oldTotal * newCount - newTotal * oldCount
          let product = oldCount * newCount
          if difference * difference * (a * b) <= factor * (a + b) * (product * product) { continue }
          let inverse = 1 / a + 1 / b
          let bound = (2 * inverse * variance * logarithm).squareRoot() + 2 / 3.0 * logarithm * inverse
          if abs(oldTotal / oldCount - newTotal / newCount) > bound { return true }
        }
      }
      return false
    }
  }
}
