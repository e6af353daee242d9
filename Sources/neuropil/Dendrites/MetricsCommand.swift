import ArgumentParsing
import Dendrites
import Foundation
import Laboratory

/// What a user's own patterns look like.
struct MetricsCommand: Command {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      "metrics", abstract: "Sparsity, activation frequency, entropy and overlap of a stream of patterns.",
      discussion:
        "Reads one pattern a line, as the numbers of its active cells counted from 0, from a file or from standard input; or a table of 0 and 1 from .csv or .npy, [pattern, cell]. It also gives the mean correlation of cells that are active together: the laws assume 0.",
      examples: [
        .init(
          "printf '1 5 9\\n1 5 8\\n0 5 9\\n' | neuropil dendrites metrics --cells 10",
          "Three patterns of ten cells.")
      ])
  }
  @Argument("The file; standard input unless given.") var file: [String] = []
  @Option("Cells in the population, n; tables tell it themselves.") var cells: Int?
  @OptionGroup var common: CommonOptions

  struct Result: Encodable {
    var patterns: Int
    var cells: Int
    var sparsity: StreamMetrics.Summary
    var activationFrequency: StreamMetrics.Summary
    var entropy: Double
    var relativeEntropy: Double
    var overlap: StreamMetrics.Summary?
    var meanPairCorrelation: Double?
  }

  func run() throws {
    guard file.count <= 1 else { throw UsageError("there are \(file.count) files; give one") }
    let patterns =
      if let path = file.first {
        try PatternFile.read(path, cells: cells)
      } else {
        try PatternFile.decode(
          String(decoding: FileHandle.standardInput.readDataToEndOfFile(), as: UTF8.self),
          path: "standard input", cells: cells)
      }
    let metrics = try StreamMetrics(patterns)
    let correlation =
      metrics.cells <= 10_000 && patterns.count > 1
      ? try CorrelatedPatterns.meanPairCorrelation(patterns) : nil
    let result = Result(
      patterns: metrics.patterns, cells: metrics.cells, sparsity: metrics.sparsity,
      activationFrequency: metrics.activationFrequency, entropy: metrics.entropy,
      relativeEntropy: metrics.relativeEntropy, overlap: metrics.overlap, meanPairCorrelation: correlation)
    if common.json { return print(JSONText.encode(result)) }
    print("\(metrics.patterns) patterns of \(metrics.cells) cells")
    func row(_ name: String, _ summary: StreamMetrics.Summary) -> [String] {
      [name]
        + [summary.minimum, summary.mean, summary.maximum, summary.standardDeviation].map {
          String(format: "%.6g", $0)
        }
    }
    showTable(
      ["", "min", "mean", "max", "deviation"],
      [row("sparsity", metrics.sparsity), row("activation frequency", metrics.activationFrequency)]
        + (metrics.overlap.map { [row("overlap with the one before", $0)] } ?? []))
    print(
      String(
        format: "entropy %.6g bits a cell, %.4g of the most possible", metrics.entropy,
        metrics.relativeEntropy)
    )
    if let correlation {
      print(String(format: "mean correlation of cells active together %.4g", correlation))
    }
  }
}
