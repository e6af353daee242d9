/// How a learner came through one concept shift.
public struct Recovery: Sendable, Hashable, Codable {
  /// Place of the shift in the trace, in batches.
  public var shift: Int
  /// Accuracy over the window before.
  public var before: Double
  /// Lowest windowed accuracy after.
  public var lowest: Double
  /// Samples until the windowed accuracy was back at the wanted share of `before`; `nil` when the next shift or the
  /// end came first.
  public var samplesToRecover: Int?
  /// Hits lost until the next shift or the end: Σ (before − accuracy), in samples.
  public var areaLost: Double

  /// `before` − `lowest`
  public var drop: Double { before - lowest }

  /// The recovery after each shift.
  ///
  /// - Parameters:
  ///   - hits: right predictions in each batch, `[batch]`.
  ///   - batch: samples in a batch.
  ///   - shifts: batches after which a shift happened, ascending.
  ///   - window: batches of the windowed accuracy.
  ///   - share: share of the accuracy before that counts as recovered.
  public static func all(
    hits: [Int], batch: Int, shifts: [Int], window: Int = 20, share: Double = 0.95
  ) -> [Recovery] {
    let accuracy = { (range: Range<Int>) in
      Double(hits[range].reduce(0, +)) / Double(range.count * batch)
    }
    return shifts.enumerated().compactMap { index, shift in
      let end = index + 1 < shifts.count ? shifts[index + 1] : hits.count
      let start = max(index > 0 ? shifts[index - 1] : 0, shift - window)
      guard start < shift, shift < end, end <= hits.count else { return nil }
      let before = accuracy(start..<shift)
      var lowest = 1.0
      var recovered: Int?
      for last in shift..<end {
        let seen = max(shift, last + 1 - window)..<(last + 1)
        let level = accuracy(seen)
        lowest = min(lowest, level)
        if recovered == nil, seen.count == min(window, end - shift), level >= share * before {
          recovered = (last + 1 - shift) * batch
        }
      }
      let lost = (shift..<end).reduce(0.0) { $0 + (before * Double(batch) - Double(hits[$1])) }
      return Recovery(
        shift: shift, before: before, lowest: lowest, samplesToRecover: recovered, areaLost: lost)
    }
  }
}

/// How well a detector found the shifts of a stream.
public struct DetectionScore: Sendable, Hashable, Codable {
  /// Shifts that were found: a detection came within the allowed delay, before the next shift.
  public var found: Int
  /// Shifts that were not.
  public var missed: Int
  /// Detections that belong to no shift, or come again for one already found.
  public var falseAlarms: Int
  /// Mean delay of the found shifts, in values; `nil` when none was.
  public var meanDelay: Double?

  /// Found among all detections; `nil` without a detection.
  public var precision: Double? {
    found + falseAlarms == 0 ? nil : Double(found) / Double(found + falseAlarms)
  }
  /// Found among all shifts; `nil` without a shift.
  public var recall: Double? { found + missed == 0 ? nil : Double(found) / Double(found + missed) }
  /// Harmonic mean of precision and recall.
  public var f1: Double? {
    guard let precision, let recall, precision + recall > 0 else { return nil }
    return 2 * precision * recall / (precision + recall)
  }

  /// Scores detections against the true shifts; both ascend.
  public init(detections: [Int], shifts: [Int], allowedDelay: Int) {
    var delays: [Int] = []
    for (index, shift) in shifts.enumerated() {
      let end = min(shift + allowedDelay, index + 1 < shifts.count ? shifts[index + 1] - 1 : .max)
      if let first = detections.first(where: { $0 >= shift && $0 <= end }) { delays.append(first - shift) }
    }
    found = delays.count
    missed = shifts.count - delays.count
    falseAlarms = detections.count - delays.count
    meanDelay = delays.isEmpty ? nil : Double(delays.reduce(0, +)) / Double(delays.count)
  }
}
