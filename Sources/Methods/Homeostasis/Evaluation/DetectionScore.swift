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
  /// Harmonic mean of precision and recall; 0 when shifts or detections exist and none is found, `nil` when
  /// neither does.
  public var f1: Double? {
    let all = 2 * found + missed + falseAlarms
    return all == 0 ? nil : Double(2 * found) / Double(all)
  }

  /// Scores detections against the true shifts.
  ///
  /// - Parameters:
  ///   - detections: places of the values at which the detector fired, ascending.
  ///   - shifts: places of the first values of each new concept, ascending.
  ///   - allowedDelay: most values from a shift to its detection.
  public init(detections: [Int], shifts: [Int], allowedDelay: Int) {
    var delays: [Int] = []
    var next = 0
    for (index, shift) in shifts.enumerated() {
      while next < detections.count, detections[next] < shift { next += 1 }
      guard next < detections.count else { break }
      let delay = detections[next] - shift
      let isBeforeNext = index + 1 == shifts.count || detections[next] < shifts[index + 1]
      if delay <= allowedDelay, isBeforeNext { delays.append(delay) }
    }
    found = delays.count
    missed = shifts.count - delays.count
    falseAlarms = detections.count - delays.count
    meanDelay = delays.isEmpty ? nil : Double(delays.reduce(0, +)) / Double(delays.count)
  }
}
