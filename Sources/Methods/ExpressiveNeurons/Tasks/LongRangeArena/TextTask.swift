import NeuralData

/// Classification of texts read byte by byte, from the user's files.
///
/// A file is CSV with quotes or TSV without, by its name, with a header; the text stands under `Source`, `text`, `sentence`,
/// `review` or `description` and the label under `Target`, `label` or `class`, in any case. Without such a header the two
/// columns of the first row decide: the label is the one that is a whole number. The Long Range Arena's IMDb files read as
/// they are.
public struct TextTask: SequenceTask, Hashable, Codable {
  /// The files.
  public var files: TaskFiles
  /// Bytes after which a text is cut.
  public var longest: Int

  /// A task.
  public init(files: TaskFiles, longest: Int = 4096) { (self.files, self.longest) = (files, longest) }

  /// `text`
  public var preset: String { "text" }

  struct Sample {
    var text: [UInt8]
    var label: [UInt8]
    var path: String
    var line: Int
  }

  /// Reads the files.
  public func data(threads: Int, each: @escaping @Sendable () -> Void) throws -> TaskData {
    try require("the longest text", longest, in: 1...(1 << 24))
    let (training, validation, test) = try files.read(Self.read)
    let names = LabelNames(training.map(\.label))
    let vocabulary = ByteVocabulary(training.map(\.text))
    func set(_ samples: [Sample]) throws -> SequenceDataSet {
      try SequenceDataSet(
        samples.map { vocabulary.sequence($0.text, longest: longest) },
        .labels(try samples.map { try $0.label(names) }, classes: names.classes))
    }
    return TaskData(training: try set(training), validation: try set(validation), test: try test.map(set))
  }

  static func read(_ path: String) throws(FileError) -> [Sample] {
    let table = try DelimitedText(path: path)
    guard let first = table.rows.first else {
      throw FileError(.mismatched, path, "there are no rows", expected: "texts with labels")
    }
    func column(_ names: [String]) -> Int? {
      first.fields.firstIndex { names.contains(String(decoding: $0, as: UTF8.self).lowercased()) }
    }
    var rows = table.rows[...]
    var places: (text: Int, label: Int)
    if let text = column(["source", "text", "sentence", "review", "description"]),
      let label = column(["target", "label", "class"])
    {
      places = (text, label)
      rows = rows.dropFirst()
    } else {
      guard first.fields.count == 2,
        let label = first.fields.firstIndex(where: { Int(String(decoding: $0, as: UTF8.self)) != nil })
      else {
        throw FileError(
          .mismatched, path, at: "line \(first.line)",
          "the first row of \(first.fields.count) fields tells neither text nor label",
          expected: "a header with Source and Target, or two columns of which one is a whole number")
      }
      places = (1 - label, label)
    }
    guard !rows.isEmpty else {
      throw FileError(.mismatched, path, "there are no rows below the header", expected: "texts with labels")
    }
    return try rows.map { row throws(FileError) in
      guard row.fields.count == first.fields.count else {
        throw FileError(
          .mismatched, path, at: "line \(row.line)", "the row has \(row.fields.count) fields",
          expected: "\(first.fields.count) as in the first row")
      }
      let sample = Sample(
        text: row.fields[places.text], label: row.fields[places.label], path: path, line: row.line)
      guard !sample.text.isEmpty else {
        throw FileError(.mismatched, path, at: "line \(row.line)", "the text is empty")
      }
      return sample
    }
  }
}

extension TextTask.Sample {
  /// The class, or an error that says where.
  func label(_ names: LabelNames) throws(FileError) -> Int {
    guard let index = names.index(of: label) else {
      let allowed =
        names.words.map { $0.map { "'\(String(decoding: $0, as: UTF8.self))'" }.joined(separator: ", ") }
        ?? "a whole number from 0 to \(names.classes - 1)"
      throw FileError(
        .mismatched, path, at: "line \(line)",
        "the label is '\(String(decoding: label, as: UTF8.self).prefix(40))'",
        expected: "\(allowed), as in the training file")
    }
    return index
  }
}

/// Are two documents about the same? Both are read byte by byte by the same neuron, and the answer comes from both readings:
/// document matching of the Long Range Arena, from the user's files.
///
/// A file is TSV without quotes and without header, its rows (label, id, id, text, text) as published or (label, text,
/// text); labels are 0 and 1. Samples 2k and 2k + 1 of the data are the two documents of pair k.
public struct RetrievalTask: SequenceTask, Hashable, Codable {
  /// The files.
  public var files: TaskFiles
  /// Bytes after which a document is cut.
  public var longest: Int

  /// A task.
  public init(files: TaskFiles, longest: Int = 4096) { (self.files, self.longest) = (files, longest) }

  /// `retrieval`
  public var preset: String { "retrieval" }

  struct Pair {
    var first: TextTask.Sample
    var second: TextTask.Sample
  }

  /// Reads the files.
  public func data(threads: Int, each: @escaping @Sendable () -> Void) throws -> TaskData {
    try require("the longest text", longest, in: 1...(1 << 24))
    let (training, validation, test) = try files.read(Self.read)
    let vocabulary = ByteVocabulary(training.flatMap { [$0.first.text, $0.second.text] })
    let names = LabelNames([[0x30], [0x31]])
    func set(_ pairs: [Pair]) throws -> SequenceDataSet {
      let samples = pairs.flatMap { [$0.first, $0.second] }
      return try SequenceDataSet(
        samples.map { vocabulary.sequence($0.text, longest: longest) },
        .labels(try samples.map { try $0.label(names) }, classes: 2), isPaired: true)
    }
    return TaskData(training: try set(training), validation: try set(validation), test: try test.map(set))
  }

  static func read(_ path: String) throws(FileError) -> [Pair] {
    let table = try DelimitedText(
      FileBytes.contents(of: path), path: path, delimiter: 0x09, quotes: false)
    guard !table.rows.isEmpty else {
      throw FileError(.mismatched, path, "there are no rows", expected: "label, id, id, text, text")
    }
    return try table.rows.map { row throws(FileError) in
      guard row.fields.count == 5 || row.fields.count == 3 else {
        throw FileError(
          .mismatched, path, at: "line \(row.line)", "the row has \(row.fields.count) fields",
          expected: "label, id, id, text, text with tabs between")
      }
      let texts = row.fields.suffix(2)
      guard texts.allSatisfy({ !$0.isEmpty }) else {
        throw FileError(.mismatched, path, at: "line \(row.line)", "a text is empty")
      }
      func sample(_ text: [UInt8]) -> TextTask.Sample {
        TextTask.Sample(text: text, label: row.fields[0], path: path, line: row.line)
      }
      return Pair(first: sample(texts.first!), second: sample(texts.last!))
    }
  }
}
