import Foundation
import HierarchicalData
import NeuralData

extension TraceSet {
  /// How files of traces are read.
  public struct ReadingOptions: Sendable, Hashable {
    /// Samples a second, in Hz, of files that do not say it: tables without times, and arrays.
    public var samplingRate = 4.0
    /// What to do with two traces of one neuron in one animal.
    public var duplicates = DuplicateRule.refuse
    /// The rate to resample to, in Hz.
    public var resamplingRate: Double?
    /// Missing samples in shorter stretches, in seconds, are filled by straight lines.
    public var shortestGap = 0.0

    /// 4 Hz, nothing mended.
    public init() {}
  }

  /// Reads traces by what the file is.
  ///
  /// - `.csv`: a row a trace, `animal,neuron,value,value,…` (header optional), or with the header `animal,neuron,time,value` a row
  ///   a sample; nothing or `NaN` where a sample is missing.
  /// - `.npy`: `[animal, neuron, time]` with NaN where missing; a trace that is all NaN was not found.
  /// - `.npz`: one array a trace, named `animal/neuron`.
  /// - `.nwb`, or a folder of such files: the responses of regions of interest, each file an animal.
  /// - `.mat`: the layout of the NeuroPAL recordings (Yemini and others 2021).
  ///
  /// - Throws: `FileError` with the place, or ``ConnectomeError`` that names animal and neuron.
  public static func read(_ path: String, options: ReadingOptions = ReadingOptions()) throws -> TraceSet {
    guard options.samplingRate.isFinite, options.samplingRate > 0 else {
      throw ConnectomeError.outOfRange(
        name: "sampling rate", value: "\(options.samplingRate) Hz", allowed: "above 0")
    }
    let recordings: [Recording]
    var isFolder: ObjCBool = false
    let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
    switch (path as NSString).pathExtension.lowercased() {
    case _ where exists && isFolder.boolValue: recordings = try responses(ofFolder: path)
    case "npy": recordings = try array(path, rate: options.samplingRate)
    case "npz": recordings = try arrays(path, rate: options.samplingRate)
    case "nwb", "h5", "hdf5": recordings = try responses(path)
    case "mat": recordings = try NeuroPALRecording.read(path).recordings
    default: recordings = try table(path, rate: options.samplingRate)
    }
    var set = try TraceSet(
      recordings, duplicates: options.duplicates, resamplingTo: options.resamplingRate)
    if options.shortestGap > 0 { set = set.fillingGaps(shorterThan: options.shortestGap) }
    return set
  }

  private static func sample(_ field: String, _ path: String, _ line: Int, _ column: Int) throws(FileError)
    -> Double
  {
    if field.isEmpty || field.lowercased() == "nan" { return .nan }
    guard let value = Double(field), value.isFinite else {
      throw FileError(
        .damaged, path, at: "line \(line), column \(column)", "'\(field.prefix(40))' is not a finite number",
        expected: "a number, or nothing where a sample is missing")
    }
    return value
  }

  private static func table(_ path: String, rate: Double) throws -> [Recording] {
    var rows = try TextTable.read(path).rows
    guard let first = rows.first else {
      throw FileError(
        .damaged, path, "the file holds no traces", expected: "rows 'animal,neuron,value,value,…'")
    }
    let header = first.fields.map { $0.lowercased() }
    if header == ["animal", "neuron", "time", "value"] { return try long(path, rows.dropFirst()) }
    if first.fields.count > 2, !first.fields[2].isEmpty, first.fields[2].lowercased() != "nan",
      Double(first.fields[2]) == nil
    {
      rows.removeFirst()
    }
    return try rows.map { row in
      guard row.fields.count >= 3, !row.fields[0].isEmpty, !row.fields[1].isEmpty else {
        throw FileError(
          .damaged, path, at: "line \(row.line)", "the row has \(row.fields.count) fields",
          expected: "'animal,neuron,value,value,…'")
      }
      return Recording(
        animal: row.fields[0], neuron: row.fields[1], rate: rate,
        samples: try row.fields.indices.dropFirst(2).map {
          try sample(row.fields[$0], path, row.line, $0 + 1)
        })
    }
  }

  private static func long(_ path: String, _ rows: ArraySlice<TextTable.Row>) throws -> [Recording] {
    var order: [[String]] = []
    var series: [[String]: [(time: Double, value: Double, line: Int)]] = [:]
    for row in rows {
      guard row.fields.count == 4 else {
        throw FileError(
          .damaged, path, at: "line \(row.line)", "the row has \(row.fields.count) fields", expected: "4")
      }
      let time = try sample(row.fields[2], path, row.line, 3)
      guard !time.isNaN else {
        throw FileError(.damaged, path, at: "line \(row.line)", "the time is missing", expected: "seconds")
      }
      let key = [row.fields[0], row.fields[1]]
      if series[key] == nil { order.append(key) }
      series[key, default: []].append((time, try sample(row.fields[3], path, row.line, 4), row.line))
    }
    return try order.map { key in
      let points = series[key] ?? []
      guard points.count >= 2 else {
        throw ConnectomeError.tooFew(
          what: "samples of animal '\(key[0])', neuron '\(key[1])'", have: points.count, need: 2)
      }
      let step = (points[points.count - 1].time - points[0].time) / Double(points.count - 1)
      for (before, after) in zip(points, points.dropFirst())
      where abs(after.time - before.time - step) > 0.01 * abs(step) || after.time <= before.time {
        throw FileError(
          .mismatched, path, at: "line \(after.line)",
          "the time goes from \(before.time) to \(after.time) s where steps are \(step) s",
          expected: "equal steps; write missing samples as rows without a value")
      }
      // Times printed with few digits give a rate near a round one.
      let rate = 1 / step
      let round = (rate * 1000).rounded() / 1000
      return Recording(
        animal: key[0], neuron: key[1], rate: abs(rate - round) < 1e-5 * rate ? round : rate,
        samples: points.map(\.value))
    }
  }

  private static func doubles(_ array: NumericArray, _ path: String) throws(FileError) -> [Double] {
    do { return try array.values(as: Double.self) } catch {
      throw FileError(.mismatched, path, error.description)
    }
  }

  private static func array(_ path: String, rate: Double) throws -> [Recording] {
    let array = try NPY.read(path)
    guard array.shape.count == 3, array.count > 0 else {
      throw FileError(
        .mismatched, path, "the array's shape is \(array.shape)", expected: "[animal, neuron, time]")
    }
    let values = try doubles(array, path)
    let (neurons, samples) = (array.shape[1], array.shape[2])
    var recordings: [Recording] = []
    for animal in 0..<array.shape[0] {
      for neuron in 0..<neurons {
        let start = (animal * neurons + neuron) * samples
        let trace = values[start..<(start + samples)].map { $0.isInfinite ? .nan : $0 }
        if trace.allSatisfy(\.isNaN) { continue }
        recordings.append(Recording(animal: "\(animal)", neuron: "\(neuron)", rate: rate, samples: trace))
      }
    }
    guard !recordings.isEmpty else { throw ConnectomeError.tooFew(what: "traces", have: 0, need: 1) }
    return recordings
  }

  private static func arrays(_ path: String, rate: Double) throws -> [Recording] {
    try NPZ.read(path).sorted { $0.key < $1.key }.map { name, array in
      let parts = name.split(separator: "/", maxSplits: 1).map(String.init)
      guard parts.count == 2, array.shape.count == 1 else {
        throw FileError(
          .mismatched, path, at: "'\(name)'", "is not a trace",
          expected: "one-dimensional arrays named 'animal/neuron'")
      }
      return Recording(animal: parts[0], neuron: parts[1], rate: rate, samples: try doubles(array, path))
    }
  }

  private static func responses(_ path: String) throws -> [Recording] {
    let found = try NWB.readResponses(path)
    let animal = ((path as NSString).lastPathComponent as NSString).deletingPathExtension
    return zip(found.names, found.traces).map {
      Recording(animal: animal, neuron: $0, rate: found.rate, samples: $1)
    }
  }

  private static func responses(ofFolder path: String) throws -> [Recording] {
    let names = ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).filter {
      $0.lowercased().hasSuffix(".nwb")
    }.sorted()
    guard !names.isEmpty else {
      throw FileError(.missing, path, "the folder holds no .nwb files", expected: "one for each animal")
    }
    return try names.flatMap { try responses((path as NSString).appendingPathComponent($0)) }
  }

  /// The traces as a table, a row a trace.
  public func encoded() -> String {
    func quoted(_ name: String) -> String {
      name.contains(where: { $0 == "," || $0 == "\"" })
        ? "\"" + name.replacing("\"", with: "\"\"") + "\"" : name
    }
    return recordings.map { recording in
      "\(quoted(recording.animal)),\(quoted(recording.neuron)),"
        + recording.samples.map { $0.isNaN ? "" : "\($0)" }.joined(separator: ",") + "\n"
    }.joined()
  }
}
