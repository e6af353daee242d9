/// When each unit of a recording fired.
public struct SpikeTrains: Sendable, Hashable {
  /// Identifiers of the units, each once.
  public let units: [Int]
  /// Times of each unit's spikes in seconds, ascending, `[unit][spike]`.
  public let times: [[Double]]
  /// Beginning and end of the recording in seconds.
  public let interval: ClosedRange<Double>

  /// Spikes of all units together.
  public var count: Int { times.reduce(0) { $0 + $1.count } }

  /// What is wrong with spike trains.
  public struct Problem: ReportableError, Hashable {
    /// The trains.
    public var blame: Blame { .data }
    /// One line.
    public var description: String
  }

  /// Spike trains of units.
  ///
  /// - Parameters:
  ///   - times: seconds, `[unit][spike]`, in any order.
  ///   - units: identifiers, 0, 1, … unless given.
  ///   - interval: beginning and end in seconds; from 0 (or the first spike, when it is earlier) to the last spike
  ///     unless given.
  /// - Throws: ``Problem`` for identifiers that repeat or do not fit the trains, and for a spike that is not finite or
  ///   lies outside the interval.
  public init(times: [[Double]], units: [Int]? = nil, interval: ClosedRange<Double>? = nil) throws(Problem) {
    let units = units ?? Array(times.indices)
    guard units.count == times.count else {
      throw Problem(
        description: "there are \(units.count) units and \(times.count) spike trains; expected as many")
    }
    guard Set(units).count == units.count else {
      throw Problem(description: "a unit is listed twice; expected each identifier once")
    }
    var (first, last) = (interval?.lowerBound ?? 0, interval?.upperBound ?? 0)
    for (unit, train) in zip(units, times) {
      for time in train {
        guard time.isFinite, interval?.contains(time) ?? true else {
          let allowed = interval.map { "\($0.lowerBound) to \($0.upperBound) s" } ?? "finite times"
          throw Problem(description: "unit \(unit) has a spike at \(time) s; expected \(allowed)")
        }
        (first, last) = (min(first, time), max(last, time))
      }
    }
    guard first.isFinite, last.isFinite else {
      throw Problem(description: "the interval is not finite; expected seconds")
    }
    self.units = units
    self.times = times.map { $0.sorted() }
    self.interval = first...last
  }

  /// Spike trains of a simulation, each step's spikes at its beginning.
  ///
  /// - Parameters:
  ///   - steps: steps at which each unit fired, `[unit][spike]`.
  ///   - duration: length of a step in seconds.
  ///   - count: steps of the simulation.
  public init(steps: [[Int]], duration: Double, count: Int) throws(Problem) {
    guard duration.isFinite, duration > 0, count >= 0 else {
      throw Problem(
        description: "\(count) steps of \(duration) s make no recording; expected steps longer than 0 s")
    }
    try self.init(
      times: steps.map { $0.map { Double($0) * duration } }, interval: 0...(Double(count) * duration))
  }

  /// Spikes in bins of equal width, `[unit, bin]` of `int32`.
  ///
  /// Edges lie at `beginning + k · width` as doubles. A spike on the edge of two bins belongs to the later one, a spike on the end of the recording to the last bin. The
  /// last bin may be cut by the end.
  ///
  /// - Parameter width: seconds, more than 0 and wide enough for fewer than 2³¹ bins.
  public func raster(binWidth width: Double) -> NumericArray {
    precondition(width > 0, "SpikeTrains: a bin must be wider than 0 s")
    let start = interval.lowerBound
    let ratio = (interval.upperBound - start) / width
    precondition(ratio < 0x1p31, "SpikeTrains: the recording has too many bins")
    // A recording of whole bins may end a rounding error after its last edge.
    let bins = max(1, Int((ratio * (1 - 1e-12)).rounded(.up)))
    var counts = [Int32](repeating: 0, count: units.count * bins)
    for (unit, train) in times.enumerated() {
      for time in train {
        var bin = Int((time - start) / width)
        if start + Double(bin + 1) * width <= time { bin += 1 }  // the quotient was rounded down
        if start + Double(bin) * width > time { bin -= 1 }
        counts[unit * bins + min(max(bin, 0), bins - 1)] += 1
      }
    }
    return NumericArray(counts, shape: [units.count, bins])
  }
}
