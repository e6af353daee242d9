import Foundation

extension ImageClassificationData {
  /// Scikit-learn's digits, which `make deps` fetches; `nil` when they are not there.
  public static var installedDigits: String? {
    let program = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
      .deletingLastPathComponent().path
    for start in [program, FileManager.default.currentDirectoryPath] {
      var folder = URL(fileURLWithPath: start)
      for _ in 0..<12 {
        let candidate = folder.appendingPathComponent(".deps/digits/digits.csv.gz").path
        if FileManager.default.fileExists(atPath: candidate) { return candidate }
        folder.deleteLastPathComponent()
      }
    }
    return nil
  }
}
