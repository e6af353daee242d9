/// What one run of a learner comes to, small enough to keep of thousands.
public struct RunMeasures: Sendable, Hashable, Codable {
  /// Prequential accuracy of the last epoch.
  public var accuracy: Double
  /// Cohen's κ of the last epoch.
  public var kappa: Double
  /// Shifts of all epochs that have a batch before and after them.
  public var shifts: Int
  /// Shifts after which the accuracy came back before the next one.
  public var recovered: Int
  /// Mean samples until it did; `nil` when it never did.
  public var samplesToRecover: Double?
  /// Mean hits lost from a shift to the next, in samples; `nil` without a shift.
  public var areaLost: Double?
  /// Share of batches, in all epochs, learned at a rate no higher than the floor.
  public var deadShare: Double
  /// Decisions of a homeostatic learner.
  public var opportunities: Int
  /// Decisions in which the two simulations differed.
  public var differing: Int

  /// The measures of finished epochs, at least one, with `batch` samples in a batch.
  public init(_ reports: [EpochReport], batch: Int) {
    precondition(!reports.isEmpty, "RunMeasures: no epoch is finished")
    let recoveries = Recovery.all(of: reports, batch: batch)
    let times = recoveries.compactMap(\.samplesToRecover)
    accuracy = reports[reports.count - 1].prequentialAccuracy
    kappa = reports[reports.count - 1].kappa
    shifts = recoveries.count
    recovered = times.count
    samplesToRecover = times.isEmpty ? nil : Double(times.reduce(0, +)) / Double(times.count)
    areaLost =
      recoveries.isEmpty ? nil : recoveries.map(\.areaLost).reduce(0, +) / Double(recoveries.count)
    deadShare = reports.map(\.deadShare).reduce(0, +) / Double(reports.count)
    opportunities = reports.map(\.opportunities).reduce(0, +)
    differing = reports.map(\.differing).reduce(0, +)
  }
}

extension Recovery {
  /// The recovery after each shift of a run, its epochs one after another; places count batches from the beginning.
  public static func all(of reports: [EpochReport], batch: Int) -> [Recovery] {
    var hits: [Int] = []
    var shifts: [Int] = []
    for report in reports {
      shifts += report.shiftPositions.map { $0 + hits.count }
      hits += report.hits
    }
    return all(hits: hits, batch: batch, shifts: shifts)
  }
}
