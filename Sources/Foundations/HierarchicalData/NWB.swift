import NeuralData

/// Spike trains in files of Neurodata Without Borders, version 2.
public enum NWB {
  /// What an NWB file must say about its session.
  public struct Session: Sendable, Hashable {
    /// A name that no other session has.
    public var identifier: String
    /// What was recorded or simulated.
    public var description: String
    /// When time 0 was, in ISO 8601 with the time zone.
    public var start: String

    /// A session; simulations have no date, so that it need not be given.
    public init(identifier: String, description: String, start: String = "1970-01-01T00:00:00+00:00") {
      self.identifier = identifier
      self.description = description
      self.start = start
    }
  }

  /// Reads the spike trains of a file's units.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - interval: beginning and end of the recording in seconds; the units' observation intervals unless given, and
  ///     the last spike where the file has none.
  /// - Throws: `FileError` when the file is no HDF5 file or has no units with spikes.
  public static func readUnits(_ path: String, interval: ClosedRange<Double>? = nil) throws(FileError)
    -> SpikeTrains
  {
    let file = try HDF5File(path)
    guard file.kind(of: "/units") == .group, file.kind(of: "/units/spike_times") == .dataset else {
      throw FileError(
        .mismatched, path, "there are no spike trains", expected: "an NWB file with '/units/spike_times'")
    }
    func convert<Value>(
      _ object: String, _ read: (NumericArray) throws(NumericArray.ConversionError) -> [Value]
    ) throws(FileError) -> [Value] {
      let array = try file.numbers(object)
      do { return try read(array) } catch {
        throw FileError(.damaged, path, at: "'\(object)'", error.description)
      }
    }
    func numbers(_ array: NumericArray) throws(NumericArray.ConversionError) -> [Double] {
      try array.values(as: Double.self)
    }
    func integers(_ array: NumericArray) throws(NumericArray.ConversionError) -> [Int] {
      try array.values(as: Int.self)
    }
    var observed = interval
    if observed == nil, file.kind(of: "/units/obs_intervals") == .dataset {
      let edges = try convert("/units/obs_intervals", numbers)
      if let first = edges.min(), let last = edges.max(), first.isFinite, last.isFinite {
        observed = first...last
      }
    }
    return try SpikeTrains(
      times: convert("/units/spike_times", numbers), ends: convert("/units/spike_times_index", integers),
      units: convert("/units/id", integers), interval: observed, path: path)
  }

  /// A text for each unit of a file, such as the population it belongs to; `nil` when the file has no such column.
  ///
  /// - Throws: `FileError` when the file is no HDF5 file, or the column holds no texts.
  public static func readLabels(_ path: String, column: String) throws(FileError) -> [String]? {
    let file = try HDF5File(path)
    guard file.kind(of: "/units/\(column)") == .dataset else { return nil }
    return try file.texts("/units/\(column)")
  }

  /// Writes spike trains as the units of a new file.
  ///
  /// - Parameter labels: further columns of the units' table by name: a text for each unit.
  /// - Throws: `FileError` of kind `cannotWrite`.
  public static func write(
    _ trains: SpikeTrains, labels: [String: [String]] = [:], session: Session, to path: String
  ) throws(FileError) {
    precondition(
      labels.values.allSatisfy { $0.count == trains.units.count }, "NWB: each unit needs one text a column")
    try HDF5Writer.write(to: path) { (writer) throws(FileError) in
      let names = ObjectNames(session.identifier)
      try writer.setAttribute("nwb_version", of: "/", to: "2.8.0")
      try writer.describe("/", as: "NWBFile", in: "core", names)
      try writer.write(session.identifier, to: "/identifier")
      try writer.write(session.description, to: "/session_description")
      try writer.write(session.start, to: "/session_start_time")
      try writer.write(session.start, to: "/timestamps_reference_time")
      try writer.write([session.start], to: "/file_create_date")
      for group in [
        "acquisition", "analysis", "general", "processing", "stimulus/presentation", "stimulus/templates",
      ] {
        try writer.makeGroup("/" + group)
      }
      let count = trains.units.count
      try writer.write(NumericArray(trains.units), to: "/units/id")
      try writer.describe("/units/id", as: "ElementIdentifiers", in: "hdmf-common", names)
      try writer.column(
        "spike_times", NumericArray(trains.times.flatMap(\.self)), counts: trains.times.map(\.count),
        description: "the spike times for each unit in seconds", names)
      let edges = [trains.interval.lowerBound, trains.interval.upperBound]
      try writer.column(
        "obs_intervals", NumericArray((0..<count).flatMap { _ in edges }, shape: [count, 2]),
        counts: Array(repeating: 1, count: count), description: "the observation intervals for each unit",
        names)
      try writer.describe("/units", as: "Units", in: "core", names)
      for (name, texts) in labels.sorted(by: { $0.key < $1.key }) {
        try writer.write(texts, to: "/units/\(name)")
        try writer.describe("/units/\(name)", as: "VectorData", in: "hdmf-common", names)
        try writer.setAttribute("description", of: "/units/\(name)", to: "the \(name) of each unit")
      }
      try writer.setAttribute("description", of: "/units", to: "spike trains")
      try writer.setAttribute(
        "colnames", of: "/units", to: ["spike_times", "obs_intervals"] + labels.keys.sorted())
    }
  }
}

extension HDF5Writer {
  /// Says which type of the standard an object has.
  fileprivate func describe(
    _ object: String, as type: String, in namespace: String, _ names: ObjectNames
  ) throws(FileError) {
    try setAttribute("neurodata_type", of: object, to: type)
    try setAttribute("namespace", of: object, to: namespace)
    try setAttribute("object_id", of: object, to: names.name(of: object))
  }

  /// Writes a column of the units' table in which each unit has its own number of rows.
  fileprivate func column(
    _ name: String, _ values: NumericArray, counts: [Int], description: String, _ names: ObjectNames
  ) throws(FileError) {
    let data = "/units/\(name)"
    let index = "\(data)_index"
    try write(values, to: data)
    try describe(data, as: "VectorData", in: "hdmf-common", names)
    try setAttribute("description", of: data, to: description)
    var ends: [UInt64] = []
    for count in counts { ends.append((ends.last ?? 0) + UInt64(count)) }
    try write(NumericArray(ends), to: index)
    try describe(index, as: "VectorIndex", in: "hdmf-common", names)
    try setAttribute("description", of: index, to: "where each unit's rows of '\(name)' end")
    try setAttribute("target", of: index, referringTo: data)
  }
}

/// Names of objects in the form of UUIDs, made of the session and the path so that the same data give the same file.
private struct ObjectNames {
  private let session: String

  init(_ session: String) { self.session = session }

  func name(of object: String) -> String {
    func hash(_ start: UInt64) -> UInt64 {  // FNV-1a
      (session + "\0" + object).utf8.reduce(start) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }
    let (high, low) = (hash(0xCBF2_9CE4_8422_2325), hash(0x8422_2325_CBF2_9CE4))
    func digits(_ value: UInt64, _ width: Int) -> String {
      let text = String(value & (1 << (4 * UInt64(width)) - 1), radix: 16)
      return String(repeating: "0", count: width - text.count) + text
    }
    // Version 8 is for names of one's own making.
    return [
      digits(high >> 32, 8), digits(high >> 16, 4), "8" + digits(high, 3), "8" + digits(low >> 48, 3),
      digits(low, 12),
    ].joined(separator: "-")
  }
}
