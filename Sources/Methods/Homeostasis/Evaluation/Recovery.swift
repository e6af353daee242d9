/// How a learner came through one concept shift.
public struct Recovery: Sendable, Hashable, Codable {
  /// Place of the shift in the trace, in batches.
  public var shift: Int
  /// Accuracy over the window before.
  public var before: Double
  /// Accuracy over the window after.
  public var after: Double
  /// Lowest windowed accuracy after.
  public var lowest: Double
  /// Samples until the windowed accuracy was back at the wanted share of `before`; `nil` when the next shift or the
  /// end came first.
  public var samplesToRecover: Int?
  /// Hits lost until the next shift or the end: Σ (before − accuracy), in samples.
  public var areaLost: Double

  /// `before` − `lowest`
  public var drop: Double { before - lowest }

  /// The recovery after each shift that has a batch before and after it.
  ///
  /// Just after a shift the window holds only the batches since, so that ``lowest`` sees the first of them alone.
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
    precondition(batch >= 1 && window >= 1, "Recovery: batch and window must be at least 1")
    let accuracy = { (range: Range<Int>) in
      Double(hits[range].reduce(0, +)) / Double(range.count * batch)
    }
    return shifts.enumerated().compactMap { index, shift in
      let end = index + 1 < shifts.count ? min(shifts[index + 1], hits.count) : hits.count
      let start = max(index > 0 ? shifts[index - 1] : 0, shift - window)
      guard start < shift, shift < end else { return nil }
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
        shift: shift, before: before, after: accuracy(shift..<min(end, shift + window)), lowest: lowest,
        samplesToRecover: recovered, areaLost: lost)
    }
  }
}
