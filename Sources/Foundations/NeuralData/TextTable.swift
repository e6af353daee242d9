/// A table of words in text, a row a line, separated by commas; a field in double quotes may hold commas.
public struct TextTable: Sendable, Hashable {
  /// One row.
  public struct Row: Sendable, Hashable {
    /// Line of the file, counted from 1.
    public var line: Int
    /// The fields without the spaces around them.
    public var fields: [String]

    /// A row.
    public init(line: Int, fields: [String]) {
      self.line = line
      self.fields = fields
    }
  }

  /// The rows that are not empty, in order; lines that begin with `#` are left out.
  public var rows: [Row]

  /// A table.
  public init(rows: [Row]) { self.rows = rows }

  /// Reads a table, plain or compressed with gzip.
  ///
  /// - Throws: ``FileError`` when the file is missing, is not UTF-8, or a quote is not closed.
  public static func read(_ path: String) throws(FileError) -> TextTable {
    try decode(FileBytes.contents(of: path), path: path)
  }

  /// Reads the bytes of a table.
  public static func decode(_ bytes: [UInt8], path: String) throws(FileError) -> TextTable {
    var rows: [Row] = []
    var line = 0
    var rest = bytes[...]
    if rest.starts(with: [0xEF, 0xBB, 0xBF]) { rest = rest.dropFirst(3) }
    while !rest.isEmpty {
      let end = rest.firstIndex(of: 0x0A) ?? rest.endIndex
      line += 1
      let fields = try fields(of: rest[rest.startIndex..<end], line: line, path: path)
      if fields.count > 1 || fields.first?.isEmpty == false { rows.append(Row(line: line, fields: fields)) }
      rest = end == rest.endIndex ? [] : rest[(end + 1)...]
    }
    return TextTable(rows: rows)
  }

  private static func fields(of text: ArraySlice<UInt8>, line: Int, path: String) throws(FileError)
    -> [String]
  {
    if text.first == 0x23 { return [] }
    var fields: [String] = []
    var field: [UInt8] = []
    var isQuoted = false
    var place = text.startIndex
    func finish() throws(FileError) {
      guard let word = String(validating: field, as: UTF8.self) else {
        throw FileError(.damaged, path, at: "line \(line)", "is not text", expected: "UTF-8")
      }
      let trimmed = word.drop { $0.isWhitespace }
      fields.append(String(trimmed.reversed().drop { $0.isWhitespace }.reversed()))
      field = []
    }
    while place < text.endIndex {
      let byte = text[place]
      if isQuoted {
        if byte == 0x22, place + 1 < text.endIndex, text[place + 1] == 0x22 {
          field.append(byte)
          place += 1
        } else if byte == 0x22 {
          isQuoted = false
        } else {
          field.append(byte)
        }
      } else if byte == 0x2C {
        try finish()
      } else if byte == 0x22, field.allSatisfy({ $0 == 0x20 || $0 == 0x09 }) {
        field = []
        isQuoted = true
      } else {
        field.append(byte)
      }
      place += 1
    }
    guard !isQuoted else {
      throw FileError(.damaged, path, at: "line \(line)", "a quote is not closed", expected: "\" at its end")
    }
    try finish()
    return fields
  }
}
