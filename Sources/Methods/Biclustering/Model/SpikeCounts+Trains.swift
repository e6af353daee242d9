import NeuralData

extension SpikeCounts {
  /// Spike trains counted in bins of equal width; a last bin that the end would cut is left out.
  ///
  /// - Parameters:
  ///   - width: seconds.
  ///   - start: where the first bin begins, in seconds; the recording's beginning unless given.
  ///   - stop: where the last bin ends at the latest; the recording's end unless given.
  ///   - minimumRate: units with fewer spikes a second in these bins are left out.
  /// - Returns: the counts and the identifiers of the units kept.
  /// - Throws: ``BiclusteringError`` when the bins do not fit or too few units are left.
  public static func binning(
    _ trains: SpikeTrains, width: Double, start: Double? = nil, stop: Double? = nil, minimumRate: Double = 0
  ) throws(BiclusteringError) -> (counts: SpikeCounts, units: [Int]) {
    guard width > 0, width.isFinite else {
      throw .outOfRange(name: "the bin width", value: "\(width)", allowed: "more than 0 seconds")
    }
    guard minimumRate >= 0, minimumRate.isFinite else {
      throw .outOfRange(name: "the minimum rate", value: "\(minimumRate)", allowed: "0 or more")
    }
    let (first, last) = (start ?? trains.interval.lowerBound, stop ?? trains.interval.upperBound)
    // A recording of whole bins may end a rounding error before its last edge.
    let ratio = (last - first) / width * (1 + 1e-12)
    guard ratio >= 3, ratio.isFinite else {
      throw .badShape(
        place: "the spike trains",
        problem:
          "\(last - first) s hold fewer than 3 bins of \(width) s: use narrower bins or a longer interval")
    }
    guard ratio * Double(trains.units.count) < 2e8 else {
      throw .outOfRange(
        name: "the bin width", value: "\(width)",
        allowed: "wide enough for at most 2e8 counts in \(last - first) s of \(trains.units.count) units")
    }
    let bins = Int(ratio)
    var kept: [Int] = []
    var values: [Int32] = []
    for (unit, times) in zip(trains.units, trains.times) {
      var row = [Int32](repeating: 0, count: bins)
      var total = 0
      for time in times where time >= first {
        var bin = Int(min((time - first) / width, Double(bins)))
        // The quotient may be rounded across an edge.
        if first + Double(bin + 1) * width <= time { bin += 1 }
        if bin > 0, first + Double(bin) * width > time { bin -= 1 }
        guard bin < bins else { continue }
        row[bin] += 1
        total += 1
      }
      guard Double(total) >= minimumRate * width * Double(bins) else { continue }
      kept.append(unit)
      values += row
    }
    guard kept.count >= 2 else {
      throw .tooFew(
        what: "units of at least \(minimumRate) spikes a second", have: kept.count, need: 2)
    }
    return (try SpikeCounts(values, neurons: kept.count), kept)
  }
}
