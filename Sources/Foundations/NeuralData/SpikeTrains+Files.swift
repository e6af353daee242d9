extension SpikeTrains {
  // MARK: - npz

  /// Writes an archive of `times` (s, unit after unit), `times_index` (where each unit's end), `units` and `interval`.
  ///
  /// - Throws: ``FileError``.
  public func write(npz path: String) throws(FileError) {
    var ends: [Int] = []
    for train in times { ends.append((ends.last ?? 0) + train.count) }
    try NPZ.write(
      [
        "times": NumericArray(times.flatMap(\.self)), "times_index": NumericArray(ends),
        "units": NumericArray(units),
        "interval": NumericArray([interval.lowerBound, interval.upperBound]),
      ], to: path, compressed: true)
  }

  /// Reads an archive that ``write(npz:)`` made.
  ///
  /// - Throws: ``FileError``.
  public static func read(npz path: String) throws(FileError) -> SpikeTrains {
    let arrays = try NPZ.read(path)
    func array(_ name: String) throws(FileError) -> NumericArray {
      guard let array = arrays[name] else {
        throw FileError(
          .mismatched, path, "there is no array '\(name)'", expected: "times, times_index, units and interval"
        )
      }
      return array
    }
    func convert<Value>(
      _ name: String, _ read: (NumericArray) throws(NumericArray.ConversionError) -> [Value]
    ) throws(FileError) -> [Value] {
      let array = try array(name)
      do { return try read(array) } catch {
        throw FileError(.damaged, path, at: "array '\(name)'", error.description)
      }
    }
    func numbers(_ array: NumericArray) throws(NumericArray.ConversionError) -> [Double] {
      try array.values(as: Double.self)
    }
    func integers(_ array: NumericArray) throws(NumericArray.ConversionError) -> [Int] {
      try array.values(as: Int.self)
    }
    let interval = try convert("interval", numbers)
    guard interval.count == 2, interval[0] <= interval[1] else {
      throw FileError(
        .damaged, path, at: "array 'interval'", "it is no interval", expected: "beginning and end")
    }
    return try SpikeTrains(
      times: convert("times", numbers), ends: convert("times_index", integers),
      units: convert("units", integers),
      interval: interval[0]...interval[1], path: path)
  }

  /// Trains kept one after the other, as archives and NWB files do.
  ///
  /// - Parameters:
  ///   - times: seconds.
  ///   - ends: where each unit's spikes end in `times`.
  ///   - path: the file, for messages.
  package init(
    times: [Double], ends: [Int], units: [Int], interval: ClosedRange<Double>?, path: String
  ) throws(FileError) {
    var trains: [[Double]] = []
    var start = 0
    for end in ends {
      guard end >= start, end <= times.count else {
        throw FileError(
          .damaged, path, "unit \(trains.count) ends at spike \(end)", expected: "\(start) to \(times.count)")
      }
      trains.append(Array(times[start..<end]))
      start = end
    }
    guard start == times.count else {
      throw FileError(.damaged, path, "\(times.count - start) spikes belong to no unit")
    }
    do { try self.init(times: trains, units: units, interval: interval) } catch {
      throw FileError(.damaged, path, error.description)
    }
  }

  // MARK: - CSV

  /// Writes a table, a row a spike: `unit,time` with the time in seconds.
  ///
  /// Units without spikes and the interval are not kept.
  ///
  /// - Throws: ``FileError``.
  public func write(csv path: String) throws(FileError) {
    var lines = ["unit,time"]
    for (unit, train) in zip(units, times) { lines += train.map { "\(unit),\($0)" } }
    try AtomicFile.write(lines.joined(separator: "\n") + "\n", to: path)
  }

  /// Reads a table of spikes with the header `unit,time`, plain or compressed with gzip; units in ascending order.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - interval: beginning and end of the recording; to the last spike unless given.
  /// - Throws: ``FileError`` with the row.
  public static func read(csv path: String, interval: ClosedRange<Double>? = nil) throws(FileError)
    -> SpikeTrains
  {
    let table = try CSVTable.read(path, hasHeader: true)
    guard table.header?.map({ $0.filter { $0 != " " } }) == ["unit", "time"] else {
      throw FileError(
        .mismatched, path, at: "row 1", "the columns are '\(table.header?.joined(separator: ",") ?? "")'",
        expected: "unit,time")
    }
    var trains: [Int: [Double]] = [:]
    for row in 0..<table.rows {
      guard let unit = Int(exactly: table.values[2 * row]) else {
        throw FileError(
          .damaged, path, at: "row \(row + 2), column 1", "\(table.values[2 * row]) is no unit",
          expected: "a whole number")
      }
      trains[unit, default: []].append(table.values[2 * row + 1])
    }
    let units = trains.keys.sorted()
    do { return try SpikeTrains(times: units.map { trains[$0]! }, units: units, interval: interval) } catch {
      throw FileError(.mismatched, path, error.description)
    }
  }
}
