import Figures
import Foundation
import NeuralData

/// The version of the package.
public let neuropilVersion = "0.1.0"

/// A folder with the results of one command.
public struct Run: Sendable {
  /// The folder.
  public let folder: String
  private var record: Record

  /// What `run.json` holds.
  public struct Record: Codable, Sendable, Hashable {
    /// Of this file; 1.
    public var format = 1
    /// The command line.
    public var command: [String]
    /// Seed of all chance.
    public var seed: UInt64
    /// Of the package.
    public var version = neuropilVersion
    /// Operating system and processors.
    public var host: String
    /// When it began, ISO 8601.
    public var started: String
    /// When it ended; `nil` while it runs or after it was killed.
    public var ended: String?
    /// How long it took.
    public var seconds: Double?
    /// Files that were read, with their sizes in bytes.
    public var inputs: [String: Int] = [:]
  }

  private let began = Date()

  /// Makes the folder, if need be, and writes `run.json`.
  ///
  /// - Throws: `FileError` of kind `cannotWrite`.
  public init(folder: String, command: [String], seed: UInt64) throws(FileError) {
    self.folder = folder
    let host =
      "\(ProcessInfo.processInfo.operatingSystemVersionString), \(ProcessInfo.processInfo.activeProcessorCount) processors"
    record = Record(
      command: command, seed: seed, host: host, started: ISO8601DateFormatter().string(from: began))
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
    try write(record, to: "run.json")
  }

  /// A file of the folder.
  public func path(_ name: String) -> String { (folder as NSString).appendingPathComponent(name) }

  /// Notes a file that was read.
  public mutating func noteInput(_ path: String) {
    let size = (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? 0
    record.inputs[path] = size
  }

  /// Writes a value as JSON, whole or not at all.
  public func write(_ value: some Encodable, to name: String) throws(FileError) {
    try AtomicFile.write(JSONText.encode(value, pretty: true) + "\n", to: path(name))
  }

  /// Writes a report as HTML.
  public func write(_ report: Report, to name: String = "report.html") throws {
    try AtomicFile.write(report.html(script: PlotlyScript.find()), to: path(name))
  }

  /// Notes the end.
  public mutating func finish() throws(FileError) {
    let end = Date()
    record.ended = ISO8601DateFormatter().string(from: end)
    record.seconds = end.timeIntervalSince(began)
    try write(record, to: "run.json")
  }
}
