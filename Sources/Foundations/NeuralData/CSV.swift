#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A table of numbers in text, a row a line, separated by commas.
public struct CSVTable: Sendable, Hashable {
  /// Names of the columns, when the file has a header.
  public var header: [String]?
  /// The numbers, `[row, column]`.
  public var values: [Double]
  /// Numbers in a row.
  public var columns: Int
  /// Number of rows.
  public var rows: Int { columns == 0 ? 0 : values.count / columns }

  /// A table.
  public init(header: [String]? = nil, values: [Double], columns: Int) {
    precondition(columns > 0 && values.count % columns == 0, "CSVTable: the values must fill whole rows")
    self.header = header
    self.values = values
    self.columns = columns
  }

  /// Reads a table, plain or compressed with gzip.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - hasHeader: whether the first row names the columns.
  ///   - columns: how many numbers a row must have; the first row decides unless given.
  /// - Throws: ``FileError`` with row and column, both counted from 1.
  public static func read(_ path: String, hasHeader: Bool = false, columns: Int? = nil) throws(FileError)
    -> CSVTable
  {
    let bytes = try FileBytes.read(path)
    return try decode(
      Gzip.isCompressed(bytes) ? Gzip.inflate(bytes, path: path) : bytes, path: path, hasHeader: hasHeader,
      columns: columns)
  }

  /// Reads the bytes of a table.
  public static func decode(
    _ bytes: [UInt8], path: String, hasHeader: Bool = false, columns: Int? = nil
  ) throws(FileError) -> CSVTable {
    var values: [Double] = []
    var header: [String]?
    var width = columns
    var row = 0
    var place = 0
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { place = 3 }
    while place < bytes.count {
      let end = bytes[place...].firstIndex(of: 0x0A) ?? bytes.count
      var line = bytes[place..<end]
      place = end + 1
      if line.last == 0x0D { line = line.dropLast() }
      if line.allSatisfy({ $0 == 0x20 || $0 == 0x09 }) { continue }
      row += 1
      if hasHeader, row == 1 {
        header = line.split(separator: 0x2C, omittingEmptySubsequences: false).map {
          String(decoding: $0, as: UTF8.self)
        }
        width = width ?? header!.count
        continue
      }
      let before = values.count
      var start = line.startIndex
      while start <= line.endIndex {
        let comma = line[start...].firstIndex(of: 0x2C) ?? line.endIndex
        let field = line[start..<comma]
        guard let value = number(field) else {
          let text = String(decoding: field.prefix(40), as: UTF8.self)
          if row == 1, before == values.count || !hasHeader,
            field.contains(where: { ($0 | 0x20) >= 0x61 && ($0 | 0x20) <= 0x7A }), Double(text) == nil
          {
            throw FileError(
              .damaged, path, at: "row 1", "this looks like a header ('\(text)')",
              expected: "numbers from the first row on",
              remedy: "remove the first row")
          }
          throw FileError(
            .damaged, path, at: "row \(row), column \(values.count - before + 1)",
            text.isEmpty ? "nothing stands here" : "'\(text)' is not a finite number",
            expected: "a number")
        }
        values.append(value)
        start = comma + 1
      }
      let count = values.count - before
      if let width, count != width {
        throw FileError(
          .damaged, path, at: "row \(row)", "the row has \(count) column\(count == 1 ? "" : "s")",
          expected: "\(width)")
      }
      width = count
    }
    guard let width, !values.isEmpty else {
      throw FileError(
        .damaged, path, "the file holds no numbers", expected: "rows of numbers separated by commas")
    }
    return CSVTable(header: header, values: values, columns: width)
  }

  /// A finite number in text; whole numbers without a detour over the C library.
  private static func number(_ field: ArraySlice<UInt8>) -> Double? {
    var text = field
    while text.first == 0x20 { text = text.dropFirst() }
    while text.last == 0x20 { text = text.dropLast() }
    if text.first == 0x22, text.last == 0x22, text.count >= 2 { text = text.dropFirst().dropLast() }
    if text.isEmpty { return nil }
    if text.count <= 15 {
      var whole = 0
      var isWhole = true
      for byte in text {
        guard byte >= 0x30, byte <= 0x39 else {
          isWhole = false
          break
        }
        whole = whole * 10 + Int(byte - 0x30)
      }
      if isWhole { return Double(whole) }
    }
    guard text.count <= 400,
      text.allSatisfy({ ($0 >= 0x2B && $0 <= 0x39 && $0 != 0x2C && $0 != 0x2F) || $0 | 0x20 == 0x65 })
    else { return nil }
    var buffer = text.map { CChar(bitPattern: $0) }
    buffer.append(0)
    return buffer.withUnsafeBufferPointer { start in
      var end: UnsafeMutablePointer<CChar>?
      let value = strtod(start.baseAddress!, &end)
      return end == UnsafeMutablePointer(mutating: start.baseAddress! + text.count) && value.isFinite
        ? value : nil
    }
  }

  /// The table in text, the header first when there is one.
  public func encoded() -> String {
    var lines: [String] = []
    if let header { lines.append(header.map(Self.quoted).joined(separator: ",")) }
    for row in 0..<rows {
      lines.append(
        values[(row * columns)..<((row + 1) * columns)].map { value in
          value == value.rounded() && abs(value) < 1e15 ? String(Int(value)) : "\(value)"
        }.joined(separator: ","))
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func quoted(_ text: String) -> String {
    guard text.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return text }
    return "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"")
      + "\""
  }
}
