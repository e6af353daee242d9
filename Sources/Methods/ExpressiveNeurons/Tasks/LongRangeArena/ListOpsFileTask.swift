import NeuralData

/// ListOps from the published tables: TSV with a header `Source` and `Target`, expressions with round brackets between.
public struct ListOpsFileTask: SequenceTask, Hashable, Codable {
  /// The files.
  public var files: TaskFiles

  /// A task.
  public init(files: TaskFiles) { self.files = files }

  /// `listops`
  public var preset: String { "listops" }

  /// Reads the files.
  public func data(threads: Int, each: @escaping @Sendable () -> Void) throws -> TaskData {
    let (training, validation, test) = try files.read(Self.read)
    return TaskData(
      training: try ListOpsTask.dataSet(training), validation: try ListOpsTask.dataSet(validation),
      test: try test.map(ListOpsTask.dataSet))
  }

  static func read(_ path: String) throws(FileError) -> [ListOpsExpression] {
    try TextTask.read(path).map { sample throws(FileError) in
      let text = String(decoding: sample.text, as: UTF8.self)
      guard let expression = ListOpsExpression(text) else {
        throw FileError(
          .mismatched, path, at: "line \(sample.line)", "'\(text.prefix(40))' is no whole expression",
          expected: "digits, '[MIN', '[MAX', '[MED', '[SM' and ']' with blanks between")
      }
      guard String(decoding: sample.label, as: UTF8.self) == "\(expression.value)" else {
        throw FileError(
          .damaged, path, at: "line \(sample.line)",
          "the answer is said to be '\(String(decoding: sample.label, as: UTF8.self).prefix(20))'",
          expected: "\(expression.value), which the expression comes to")
      }
      return expression
    }
  }
}
