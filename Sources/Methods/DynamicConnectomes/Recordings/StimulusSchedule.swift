import Foundation
import NeuralData

/// When which stimulus was shown to which animal.
public struct StimulusSchedule: Sendable, Hashable, Codable {
  /// One stimulus; times in seconds from the beginning of the recording.
  public struct Window: Sendable, Hashable, Codable {
    /// What was shown.
    public var stimulus: String
    /// When it began.
    public var on: Double
    /// When it ended.
    public var off: Double
    /// To which animal; to all when `nil`.
    public var animal: String?

    /// A stimulus.
    public init(stimulus: String, on: Double, off: Double, animal: String? = nil) {
      self.stimulus = stimulus
      self.on = on
      self.off = off
      self.animal = animal
    }
  }

  /// The stimuli in the order of the file.
  public var windows: [Window]

  /// A schedule.
  public init(_ windows: [Window]) { self.windows = windows }

  /// The stimuli of an animal, by the time at which they begin.
  public func windows(of animal: String) -> [Window] {
    windows.filter { $0.animal == nil || $0.animal == animal }.sorted { $0.on < $1.on }
  }

  /// The names of the stimuli in the order in which they first appear.
  public var stimuli: [String] {
    var names: [String] = []
    for window in windows where !names.contains(window.stimulus) { names.append(window.stimulus) }
    return names
  }

  /// The distinct times at which anything was shown, whatever it was, by their beginning.
  public var epochs: [ClosedRange<Double>] {
    var ranges: [ClosedRange<Double>] = []
    for window in windows.sorted(by: { ($0.on, $0.off) < ($1.on, $1.off) })
    where !ranges.contains(window.on...window.off) {
      ranges.append(window.on...window.off)
    }
    return ranges
  }

  /// Checks every stimulus against the recordings.
  ///
  /// - Throws: ``ConnectomeError`` for a stimulus that ends before it begins, lies outside the recording, overlaps another
  ///   of the same animal, or belongs to an unknown animal.
  public func validate(for traces: TraceSet) throws(ConnectomeError) {
    for window in windows {
      let owner = window.animal.map { "animal '\($0)'" } ?? "all animals"
      if let animal = window.animal, !traces.animals.contains(animal) {
        throw .unknownAnimal(
          name: animal, suggestion: TraceSet.similar(to: animal, among: traces.animals))
      }
      guard window.on.isFinite, window.off.isFinite, window.on < window.off else {
        throw .badStimulus(
          name: window.stimulus, animal: owner,
          problem: "it is on at \(window.on) s and off at \(window.off) s; it must end after it begins")
      }
      guard window.on >= 0, window.off <= traces.duration + 1e-9 else {
        throw .badStimulus(
          name: window.stimulus, animal: owner,
          problem:
            "\(window.on) to \(window.off) s lies outside the recording of 0 to \(traces.duration) s; check the unit (seconds) and the sampling rate"
        )
      }
    }
    for animal in traces.animals {
      let own = windows(of: animal)
      for (first, second) in zip(own, own.dropFirst()) where second.on < first.off {
        throw .badStimulus(
          name: second.stimulus, animal: "animal '\(animal)'",
          problem: "it begins at \(second.on) s, before '\(first.stimulus)' ends at \(first.off) s")
      }
    }
  }

  /// Reads a schedule: a table `stimulus,on,off` or `animal,stimulus,on,off` with a header, `*` or nothing for all animals,
  /// or a JSON file with a list of objects with those keys; times in seconds.
  ///
  /// - Throws: `FileError` with the line.
  public static func read(_ path: String) throws(FileError) -> StimulusSchedule {
    let table = try TextTable.read(path)
    if let first = table.rows.first?.fields.first, first.hasPrefix("[") || first.hasPrefix("{") {
      return try decode(json: path)
    }
    guard let header = table.rows.first?.fields.map({ $0.lowercased() }),
      let stimulus = header.firstIndex(of: "stimulus"), let on = header.firstIndex(of: "on"),
      let off = header.firstIndex(of: "off")
    else {
      throw FileError(
        .damaged, path, at: "line \(table.rows.first?.line ?? 1)", "the header does not name the columns",
        expected: "'stimulus,on,off' or 'animal,stimulus,on,off'")
    }
    let animal = header.firstIndex(of: "animal")
    var windows: [Window] = []
    for row in table.rows.dropFirst() {
      guard row.fields.count == header.count else {
        throw FileError(
          .damaged, path, at: "line \(row.line)", "the row has \(row.fields.count) fields",
          expected: "\(header.count)")
      }
      func time(_ column: Int) throws(FileError) -> Double {
        guard let value = Double(row.fields[column]), value.isFinite else {
          throw FileError(
            .damaged, path, at: "line \(row.line)", "'\(row.fields[column].prefix(40))' is not a time",
            expected: "seconds")
        }
        return value
      }
      let name = animal.map { row.fields[$0] } ?? ""
      windows.append(
        Window(
          stimulus: row.fields[stimulus], on: try time(on), off: try time(off),
          animal: name.isEmpty || name == "*" ? nil : name))
    }
    guard !windows.isEmpty else {
      throw FileError(.damaged, path, "the file holds no stimuli", expected: "a row a stimulus")
    }
    return StimulusSchedule(windows)
  }

  private static func decode(json path: String) throws(FileError) -> StimulusSchedule {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw FileError(.unreadable, path, "cannot be read", remedy: "check its permissions")
    }
    guard
      let windows = (try? JSONDecoder().decode([Window].self, from: data))
        ?? (try? JSONDecoder().decode(StimulusSchedule.self, from: data))?.windows, !windows.isEmpty
    else {
      throw FileError(
        .damaged, path, "is not a schedule",
        expected: #"a list such as [{"stimulus": "NaCl", "on": 60, "off": 70, "animal": "w1"}]"#)
    }
    return StimulusSchedule(windows)
  }

  /// The schedule as a table.
  public func encoded() -> String {
    "animal,stimulus,on,off\n"
      + windows.map { "\($0.animal ?? "*"),\($0.stimulus),\($0.on),\($0.off)\n" }.joined()
  }
}
