import CSQLite

/// A connection to one SQLite database file.
final class SQLite {
  /// SQLite's own words for what went wrong.
  struct Failure: Error {
    var code: Int32
    var message: String
  }

  private var handle: OpaquePointer?

  /// Opens the file, which is made when `creating`; waits up to five seconds for other processes at each statement.
  init(path: String, creating: Bool) throws(Failure) {
    let flags = SQLITE_OPEN_READWRITE | (creating ? SQLITE_OPEN_CREATE : 0) | SQLITE_OPEN_FULLMUTEX
    guard sqlite3_open_v2(path, &handle, flags, nil) == SQLITE_OK else {
      let failure = Failure(
        code: handle.map { sqlite3_extended_errcode($0) } ?? SQLITE_NOMEM,
        message: handle.map { String(cString: sqlite3_errmsg($0)) } ?? "out of memory")
      sqlite3_close_v2(handle)
      throw failure
    }
    sqlite3_busy_timeout(handle, 5000)
  }

  deinit { sqlite3_close_v2(handle) }

  /// Runs one statement and returns its rows, all columns as text; `values` take the places of its question marks.
  @discardableResult
  func rows(_ statement: String, _ values: [String] = []) throws(Failure) -> [[String]] {
    var prepared: OpaquePointer?
    try check(sqlite3_prepare_v2(handle, statement, -1, &prepared, nil))
    defer { sqlite3_finalize(prepared) }
    for (place, value) in values.enumerated() {
      // -1 asks SQLite to copy the text.
      try check(
        sqlite3_bind_text(
          prepared, Int32(place + 1), value, -1, unsafeBitCast(-1, to: sqlite3_destructor_type.self)))
    }
    var rows: [[String]] = []
    while true {
      switch sqlite3_step(prepared) {
      case SQLITE_ROW:
        rows.append(
          (0..<sqlite3_column_count(prepared)).map { column in
            sqlite3_column_text(prepared, column).map { String(cString: $0) } ?? ""
          })
      case SQLITE_DONE: return rows
      default: throw failure
      }
    }
  }

  private func check(_ code: Int32) throws(Failure) {
    if code != SQLITE_OK { throw failure }
  }

  private var failure: Failure {
    Failure(code: sqlite3_extended_errcode(handle), message: String(cString: sqlite3_errmsg(handle)))
  }

  /// The linked library's version.
  static var version: String { String(cString: sqlite3_libversion()) }
}
