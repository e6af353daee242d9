import Figures
import Foundation
import NeuralData
import Synchronization

/// The version of the package.
public let neuropilVersion = "0.1.0"

/// A folder with the results of one command, noted in the run record.
///
/// The record is a convenience: when it cannot be written, one warning says so and the run goes on.
public struct Run: Sendable {
  /// The folder.
  public let folder: String
  /// What `run.json` holds.
  public private(set) var description: Description
  private let began = Date()
  /// Seconds of earlier, stopped parts of a resumed run.
  private let earlierSeconds: Double
  private var metrics = JSONValue.null
  private var record: RunRecord?
  private let warn: @Sendable (String) -> Void

  /// The run of this process that has not ended.
  private static let open = Mutex<Run?>(nil)

  /// Makes the folder, if need be, and writes `run.json`.
  ///
  /// - Parameters:
  ///   - folder: where the results go.
  ///   - command: the command line, the program first.
  ///   - options: every option's value by name, defaults included.
  ///   - seed: of all chance.
  ///   - resuming: whether the run of the folder goes on; it keeps its identifier and its beginning.
  ///   - record: where the run is noted; `nil` for nowhere.
  ///   - warn: says that the record cannot be written; on standard error unless given.
  /// - Throws: `FileError` of kind `cannotWrite`.
  public init(
    folder: String, command: [String], options: [String: String] = [:], seed: UInt64, resuming: Bool = false,
    record: RunRecord? = .standard,
    warn: @escaping @Sendable (String) -> Void = {
      FileHandle.standardError.write(Data("note: \($0)\n".utf8))
    }
  ) throws(FileError) {
    self.folder = folder
    self.record = record
    self.warn = warn
    let earlier = resuming ? try? Self.read(folder: folder).run : nil
    earlierSeconds = earlier?.seconds ?? 0
    description = Description(
      id: earlier?.id ?? Self.newIdentifier(), command: command, options: options, seed: seed,
      started: earlier?.started ?? Self.time(began))
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder), !isFolder.boolValue {
      throw FileError(
        .cannotWrite, folder, "is a file", expected: "a folder", remedy: "choose another place with --out")
    }
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw FileError(
        .cannotWrite, folder, "the folder cannot be made", remedy: "choose another place with --out")
    }
    try write(description, to: "run.json")
    note()
    Self.open.withLock { $0 = self }
  }

  /// A file of the folder.
  public func path(_ name: String) -> String { (folder as NSString).appendingPathComponent(name) }

  /// Notes a file that was read, with its digest; of a folder, every file in it.
  ///
  /// What cannot be read is left out.
  public mutating func noteInput(_ path: String) {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { return }
    let files =
      isFolder.boolValue
      ? ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).map {
        (path as NSString).appendingPathComponent($0)
      } : [path]
    for file in files {
      let target = (file as NSString).resolvingSymlinksInPath
      guard let facts = try? FileManager.default.attributesOfItem(atPath: target),
        facts[.type] as? FileAttributeType == .typeRegular, let size = facts[.size] as? Int,
        let digest = try? SHA256.hexadecimal(ofFile: target)
      else { continue }
      description.inputs[file] = Input(bytes: size, sha256: digest)
    }
    Self.open.withLock { if $0?.description.id == description.id { $0 = self } }
  }

  /// Writes a value as JSON, whole or not at all. `metrics.json` goes into the run record too.
  public mutating func write(_ value: some Encodable, to name: String) throws(FileError) {
    let text = JSONText.encode(value, pretty: true)
    try AtomicFile.write(text + "\n", to: path(name))
    if name == "metrics.json" { metrics = (try? JSONText.decode(JSONValue.self, from: text)) ?? .null }
  }

  /// Writes a report as HTML.
  public func write(_ report: Report, to name: String = "report.html") throws {
    try AtomicFile.write(report.html(script: PlotlyScript.find()), to: path(name))
  }

  /// Notes that the work is done.
  public mutating func finish() throws(FileError) { try end(.done) }

  /// Notes that the run of this process was stopped or failed, if there is one that has not ended.
  ///
  /// Does nothing about what cannot be written: the process already ends with an error of its own.
  public static func close(as status: Status) {
    guard var run = open.withLock({ $0 }) else { return }
    try? run.end(status)
  }

  private mutating func end(_ status: Status) throws(FileError) {
    let now = Date()
    description.ended = Self.time(now)
    description.seconds = earlierSeconds + now.timeIntervalSince(began)
    description.status = status
    try write(description, to: "run.json")
    note()
    Self.open.withLock { if $0?.description.id == description.id { $0 = nil } }
  }

  /// Puts the run's present state into the record.
  private mutating func note() {
    guard let record else { return }
    do throws(RunRecord.Problem) {
      try record.note(RunRecord.Entry(run: description, folder: Self.absolute(folder), metrics: metrics))
    } catch {
      warn("\(error); the run itself goes on")
      self.record = nil
    }
  }

  /// The run in a folder, from its files alone.
  ///
  /// - Throws: `FileError` when there is no sound `run.json`.
  public static func read(folder: String) throws(FileError) -> RunRecord.Entry {
    let path = (folder as NSString).appendingPathComponent("run.json")
    guard let data = FileManager.default.contents(atPath: path) else {
      throw FileError(
        .missing, path, "there is no such file", expected: "a folder that a command wrote with --out")
    }
    guard var run = try? JSONText.decode(Description.self, from: String(decoding: data, as: UTF8.self)) else {
      throw FileError(.damaged, path, "does not describe a run")
    }
    if run.status == .running, run.host.name == Host.current.name, !run.isAlive { run.status = .killed }
    let metrics = FileManager.default.contents(
      atPath: (folder as NSString).appendingPathComponent("metrics.json"))
    return RunRecord.Entry(
      run: run, folder: absolute(folder),
      metrics: metrics.flatMap {
        try? JSONText.decode(JSONValue.self, from: String(decoding: $0, as: UTF8.self))
      } ?? .null)
  }

  private static func absolute(_ folder: String) -> String {
    URL(fileURLWithPath: folder).standardizedFileURL.path
  }

  /// ISO 8601 with milliseconds, in UTC: sorts as text.
  private static func time(_ date: Date) -> String {
    date.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
  }

  /// Twelve hexadecimal digits that no other run has.
  private static func newIdentifier() -> String {
    let digits = String(UInt64.random(in: 0..<(1 << 48)), radix: 16)
    return String(repeating: "0", count: 12 - digits.count) + digits
  }
}
