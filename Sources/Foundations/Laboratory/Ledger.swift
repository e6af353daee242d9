import Foundation
import NeuralData
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Finished parts of long work by key, so that a run that was stopped or killed repeats none of them.
///
/// ```swift
/// let accuracies = try parallelMap(count: cells.count) { index in
///   try ledger.measure("homeostasis/\(cells[index].name)") { try accuracy(of: cells[index]) }
/// }
/// ```
///
/// The file holds one line for each part: its key, a tab, its value as JSON; the first line tells the settings. A line
/// is brought to the disk before the part counts as finished, and one that was cut short is left out on reading.
public final class Ledger: Sendable {
  private struct Entries {
    var values: [String: String] = [:]
    /// Open for appending; -1 when nothing is kept.
    var file: Int32 = -1
  }

  private let path: String
  private let entries: Mutex<Entries>

  /// A ledger that keeps nothing: every part is computed.
  public init() {
    path = ""
    entries = Mutex(Entries())
  }

  /// A ledger in a file.
  ///
  /// - Parameters:
  ///   - path: where it is kept.
  ///   - configuration: everything that the parts depend on besides their keys.
  ///   - resuming: whether to go on with what the file holds; otherwise it begins empty.
  /// - Throws: `FileError` when the file belongs to other settings, is damaged at its head, or cannot be written.
  public init(path: String, configuration: some Encodable, resuming: Bool) throws(FileError) {
    self.path = path
    let head = "neuropil-ledger\t" + JSONText.encode(configuration)
    var lines = [head]
    if resuming, let data = FileManager.default.contents(atPath: path) {
      // What follows the last newline was cut short.
      let whole = String(decoding: data, as: UTF8.self).split(
        separator: "\n", omittingEmptySubsequences: false
      )
      .dropLast().map(String.init)
      guard whole.first?.hasPrefix("neuropil-ledger\t") == true else {
        throw FileError(
          .damaged, path, at: "line 1", "is no ledger of finished parts",
          remedy: "start anew without --resume")
      }
      guard whole[0] == head else {
        throw FileError(
          .mismatched, path, "the finished parts belong to a run with other options",
          expected: "the same options as before",
          remedy: "repeat the earlier command line, or start anew without --resume")
      }
      lines = whole
    }
    var values: [String: String] = [:]
    for line in lines.dropFirst() {
      let parts = line.split(separator: "\t", maxSplits: 1)
      if parts.count == 2, let key = try? JSONDecoder().decode(String.self, from: Data(parts[0].utf8)) {
        values[key] = String(parts[1])
      }
    }
    try AtomicFile.write(lines.joined(separator: "\n") + "\n", to: path)
    let file = open(path, O_WRONLY | O_APPEND | O_CLOEXEC)
    guard file >= 0 else {
      throw FileError(.cannotWrite, path, "cannot be opened: \(String(cString: strerror(errno)))")
    }
    entries = Mutex(Entries(values: values, file: file))
  }

  deinit {
    let file = entries.withLock { $0.file }
    if file >= 0 { close(file) }
  }

  /// How many parts are finished.
  public var count: Int { entries.withLock { $0.values.count } }

  /// The value of a finished part; `nil` when it is not there or not of this type.
  public func recall<Value: Decodable>(_ key: String, as type: Value.Type = Value.self) -> Value? {
    guard let text = entries.withLock({ $0.values[key] }) else { return nil }
    return try? JSONText.decode(Value.self, from: text)
  }

  /// The value of a part: the noted one, or else the computed one, which is then noted.
  ///
  /// May be called from several threads at once, each with a key of its own.
  ///
  /// - Parameters:
  ///   - key: names the part; begins with the method's name.
  ///   - body: computes it.
  /// - Throws: what `body` throws, and `FileError` when the value cannot be noted.
  public func measure<Value: Codable>(_ key: String, _ body: () throws -> Value) throws -> Value {
    if let known = recall(key, as: Value.self) { return known }
    let value = try body()
    try note(value, for: key)
    return value
  }

  /// Notes a finished part and brings it to the disk.
  ///
  /// - Throws: `FileError` when it cannot be written.
  public func note(_ value: some Encodable, for key: String) throws(FileError) {
    let text = JSONText.encode(value)
    let line = Array("\(JSONText.encode(key))\t\(text)\n".utf8)
    let problem = entries.withLock { entries -> String? in
      guard entries.file >= 0 else { return nil }
      entries.values[key] = text
      var written = 0
      while written < line.count {
        let count = line.withUnsafeBytes {
          write(entries.file, $0.baseAddress! + written, $0.count - written)
        }
        if count < 0 && errno == EINTR { continue }
        guard count > 0 else { return String(cString: strerror(errno)) }
        written += count
      }
      return fsync(entries.file) == 0 ? nil : String(cString: strerror(errno))
    }
    if let problem {
      throw FileError(
        .cannotWrite, path, "a finished part cannot be noted: \(problem)",
        remedy: "make room and go on with --resume")
    }
  }
}
