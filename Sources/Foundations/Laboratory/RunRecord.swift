import CSQLite
import Foundation
import NeuralData

/// The runs of this user in one SQLite file: what was run where, with which options, and what came out.
///
/// Several processes may use it at once. It is a convenience: the run folders hold everything it tells.
public struct RunRecord: Sendable {
  /// A run as it was recorded.
  public struct Entry: Sendable, Hashable, Codable {
    /// What `run.json` holds.
    public var run: Run.Description
    /// The folder, an absolute path.
    public var folder: String
    /// What `metrics.json` holds, long lists left out; `null` before it is written.
    public var metrics: JSONValue

    /// A run and its results.
    public init(run: Run.Description, folder: String, metrics: JSONValue) {
      self.run = run
      self.folder = folder
      self.metrics = metrics
    }
  }

  /// A record that cannot be read or written.
  public struct Problem: ReportableError, Hashable {
    /// Its file.
    public var path: String
    /// SQLite's words.
    public var reason: String
    /// Whether its contents are at fault, not the place.
    public var isDamaged: Bool

    /// The contents or the place.
    public var blame: Blame { isDamaged ? .data : .destination }
    /// One line.
    public var description: String {
      "the run record \(path) cannot be used: \(reason); "
        + (isDamaged ? "move it away to begin a new one" : "set NEUROPIL_RUNS to another place")
    }
  }

  /// The database file.
  public let path: String

  /// The record in a file, which need not be there.
  public init(path: String) { self.path = path }

  /// The user's record: at `NEUROPIL_RUNS`, or else `neuropil/runs.sqlite` in `XDG_DATA_HOME` or `~/.local/share`;
  /// `nil` when `NEUROPIL_RUNS` is empty.
  public static var standard: RunRecord? {
    let environment = ProcessInfo.processInfo.environment
    if let path = environment["NEUROPIL_RUNS"] { return path.isEmpty ? nil : RunRecord(path: path) }
    let data =
      environment["XDG_DATA_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
      ?? NSHomeDirectory() + "/.local/share"
    return RunRecord(path: data + "/neuropil/runs.sqlite")
  }

  /// The version of the linked SQLite library.
  public static var libraryVersion: String { SQLite.version }

  /// Adds a run, or puts it in the place of the one with its identifier.
  public func note(_ entry: Entry) throws(Problem) {
    try? FileManager.default.createDirectory(
      atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    try use(creating: true) { database throws(SQLite.Failure) in
      _ = try database.rows(
        "INSERT OR REPLACE INTO runs (id, folder, command, started, status, run, metrics) VALUES (?,?,?,?,?,?,?)",
        [
          entry.run.id, entry.folder, entry.run.command.dropFirst().joined(separator: " "), entry.run.started,
          entry.run.status.rawValue, JSONText.encode(entry.run), JSONText.encode(entry.metrics.summary()),
        ])
    }
  }

  /// All runs, the newest first; none when there is no record yet.
  public func entries() throws(Problem) -> [Entry] {
    try read("SELECT run, folder, metrics FROM runs ORDER BY started DESC, rowid DESC", [])
  }

  /// The runs whose identifier begins with `prefix`, the newest first.
  public func entries(withPrefix prefix: String) throws(Problem) -> [Entry] {
    try read(
      "SELECT run, folder, metrics FROM runs WHERE substr(id, 1, length(?1)) = ?1 ORDER BY started DESC, rowid DESC",
      [prefix])
  }

  /// Removes runs from the record; their folders stay.
  public func forget(_ identifiers: [String]) throws(Problem) {
    try use(creating: false) { database throws(SQLite.Failure) in
      try database.rows("BEGIN IMMEDIATE")
      for identifier in identifiers { try database.rows("DELETE FROM runs WHERE id = ?", [identifier]) }
      try database.rows("COMMIT")
    }
  }

  /// Makes sure that runs can be noted; makes the file if need be.
  ///
  /// - Returns: how many runs it holds.
  public func probe() throws(Problem) -> Int {
    try? FileManager.default.createDirectory(
      atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    var count = 0
    try use(creating: true) { database throws(SQLite.Failure) in
      try database.rows("BEGIN IMMEDIATE")
      count = Int(try database.rows("SELECT count(*) FROM runs")[0][0]) ?? 0
      try database.rows("ROLLBACK")
    }
    return count
  }

  private func read(_ query: String, _ values: [String]) throws(Problem) -> [Entry] {
    guard FileManager.default.fileExists(atPath: path) else { return [] }
    var rows: [[String]] = []
    try use(creating: false) { database throws(SQLite.Failure) in rows = try database.rows(query, values) }
    return rows.compactMap { row in
      guard var run = try? JSONText.decode(Run.Description.self, from: row[0]),
        let metrics = try? JSONText.decode(JSONValue.self, from: row[2])
      else { return nil }
      if run.status == .running, run.host.name == Host.current.name, !run.isAlive { run.status = .killed }
      return Entry(run: run, folder: row[1], metrics: metrics)
    }
  }

  /// The number of the table's form.
  private static let form = "1"

  private func use(
    creating: Bool, _ body: (SQLite) throws(SQLite.Failure) -> Void
  ) throws(Problem) {
    do throws(SQLite.Failure) {
      let database = try SQLite(path: path, creating: creating)
      let form = try database.rows("PRAGMA user_version")[0][0]
      if form == "0", creating {
        try database.rows("BEGIN IMMEDIATE")
        try database.rows(
          """
          CREATE TABLE IF NOT EXISTS runs (id TEXT PRIMARY KEY, folder TEXT NOT NULL, command TEXT NOT NULL,
          started TEXT NOT NULL, status TEXT NOT NULL, run TEXT NOT NULL, metrics TEXT NOT NULL)
          """)
        try database.rows("PRAGMA user_version = \(Self.form)")
        try database.rows("COMMIT")
      } else if form == "0" {
        return  // another process is about to make the table
      } else if form != Self.form {
        throw SQLite.Failure(code: SQLITE_NOTADB, message: "it was written by a newer version of neuropil")
      }
      try body(database)
    } catch {
      let isDamaged = [SQLITE_NOTADB, SQLITE_CORRUPT, SQLITE_ERROR].contains(error.code & 0xff)
      throw Problem(path: path, reason: error.message, isDamaged: isDamaged)
    }
  }
}
