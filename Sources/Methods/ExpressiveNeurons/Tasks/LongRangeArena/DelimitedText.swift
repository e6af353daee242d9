import NeuralData

/// Rows of text fields, as in CSV and TSV files.
///
/// A file named `.csv` (or `.csv.gz`) has commas, and fields may stand in double quotes, inside which commas, line ends and
/// doubled quotes are text. Any other file has tabs and no quotes.
struct DelimitedText {
  /// One row.
  struct Row {
    /// Its first line in the file, from 1.
    var line: Int
    var fields: [[UInt8]]
  }

  let path: String
  let rows: [Row]

  init(path: String) throws(FileError) {
    let bytes = try FileBytes.contents(of: path)
    let name = path.lowercased()
    let isCSV = name.hasSuffix(".csv") || name.hasSuffix(".csv.gz")
    try self.init(bytes, path: path, delimiter: isCSV ? 0x2C : 0x09, quotes: isCSV)
  }

  init(_ bytes: [UInt8], path: String, delimiter: UInt8, quotes: Bool) throws(FileError) {
    var rows: [Row] = []
    var row = Row(line: 1, fields: [])
    var field: [UInt8] = []
    var line = 1
    // Outside quotes, inside them, or at a quote that may end them.
    var isQuoted = false
    var wasQuoted = false
    func endField() {
      row.fields.append(field)
      field.removeAll()
      wasQuoted = false
    }
    func endRow() {
      endField()
      // Blank lines are passed over.
      if row.fields != [[]] { rows.append(row) }
      row = Row(line: line, fields: [])
    }
    var place = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    while place < bytes.count {
      let byte = bytes[place]
      place += 1
      if byte == 0x0A { line += 1 }
      if isQuoted {
        if byte != 0x22 {
          field.append(byte)
        } else if place < bytes.count, bytes[place] == 0x22 {
          field.append(byte)
          place += 1
        } else {
          isQuoted = false
        }
      } else if quotes, byte == 0x22, field.isEmpty, !wasQuoted {
        isQuoted = true
        wasQuoted = true
      } else if byte == delimiter {
        endField()
      } else if byte == 0x0A {
        if field.last == 0x0D, !wasQuoted { field.removeLast() }
        endRow()
      } else if wasQuoted, byte != 0x0D {
        throw FileError(
          .damaged, path, at: "line \(line)", "text follows a closing quote",
          expected: "a delimiter or a line end; quotes inside a field doubled")
      } else if !(wasQuoted && byte == 0x0D) {
        field.append(byte)
      }
    }
    guard !isQuoted else {
      throw FileError(
        .damaged, path, at: "line \(row.line)", "a quote is not closed", expected: "\" at the field's end")
    }
    if !field.isEmpty || !row.fields.isEmpty { endRow() }
    (self.path, self.rows) = (path, rows)
  }
}

/// Numbers of classes from labels as they stand in files.
struct LabelNames {
  /// Labels of words, in order; `nil` where labels are numbers.
  let words: [[UInt8]]?
  let classes: Int

  /// The classes of training labels: their numbers where all are whole numbers from 0 to 65535, else the words in order.
  init(_ labels: [[UInt8]]) {
    let numbers = labels.map(Self.number)
    if numbers.allSatisfy({ $0 != nil }) {
      words = nil
      classes = (numbers.compactMap { $0 }.max() ?? 0) + 1
    } else {
      words = Set(labels).sorted { $0.lexicographicallyPrecedes($1) }
      classes = words!.count
    }
  }

  /// The class of a label; `nil` for one that training does not have.
  func index(of label: [UInt8]) -> Int? {
    guard let words else { return Self.number(label).flatMap { $0 < classes ? $0 : nil } }
    return words.firstIndex(of: label)
  }

  private static func number(_ label: [UInt8]) -> Int? {
    guard let value = Double(String(decoding: label, as: UTF8.self)), value >= 0, value < 65536 else {
      return nil
    }
    return Int(exactly: value)
  }
}

/// Channels of the bytes of texts: one for each byte that training has, and one for all others.
struct ByteVocabulary {
  private var channel = [Int32](repeating: -1, count: 256)
  let channels: Int

  init(_ texts: some Sequence<[UInt8]>) {
    var seen = [Bool](repeating: false, count: 256)
    for text in texts { for byte in text { seen[Int(byte)] = true } }
    var next: Int32 = 0
    for byte in 0..<256 where seen[byte] {
      channel[byte] = next
      next += 1
    }
    for byte in 0..<256 where !seen[byte] { channel[byte] = next }
    channels = Int(next) + 1
  }

  func sequence(_ text: [UInt8], longest: Int) -> EventSequence {
    .tokens(text.prefix(longest).map { channel[Int($0)] }, channels: channels)
  }
}

/// Paths of a task's files.
public struct TaskFiles: Sendable, Hashable, Codable {
  /// What to learn from.
  public var training: String
  /// What to choose models by; every tenth of the training samples unless given.
  public var validation: String?
  /// What to judge by.
  public var test: String?

  /// Three paths.
  public init(training: String, validation: String? = nil, test: String? = nil) {
    (self.training, self.validation, self.test) = (training, validation, test)
  }

  /// Reads the splits, holding out every tenth of the training samples where there is no validation file.
  func read<Sample>(_ read: (String) throws -> [Sample]) throws -> (
    training: [Sample], validation: [Sample], test: [Sample]?
  ) {
    let all = try read(training)
    let judged = try test.map { try read($0) }
    if let validation { return (all, try read(validation), judged) }
    guard all.count >= 2 else {
      throw FileError(
        .mismatched, training, "there is one sample", expected: "two or more, to hold one out for validation")
    }
    let held = all.indices.filter { $0 % 10 == 9 || (all.count < 10 && $0 == all.count - 1) }
    return (all.indices.filter { !held.contains($0) }.map { all[$0] }, held.map { all[$0] }, judged)
  }
}
