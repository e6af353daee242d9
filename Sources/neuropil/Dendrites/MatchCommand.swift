import ArgumentParsing
import Dendrites
import Laboratory

/// Many segments against many patterns of a user's own.
struct MatchCommand: Command {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      "match", abstract: "Tests the segments of one file against the patterns of another.",
      discussion:
        "Both files hold one set of cells a line, counted from 0, or a table of 0 and 1 as .csv or .npy. For each pattern it prints the matching segments, counted from 0.",
      examples: [
        .init(
          "neuropil dendrites match --segments <(printf '1 5 9\\n2 3 4\\n') --patterns <(printf '1 5 8\\n2 4 9\\n') --cells 10 --threshold 2",
          "Two segments, two patterns.")
      ])
  }
  @Option("File of segments.", valueName: "FILE", completion: .file) var segments: String
  @Option("File of patterns.", valueName: "FILE", completion: .file) var patterns: String
  @Option("Cells in the population, n; tables tell it themselves.") var cells: Int?
  @Option("Active synapses that make a match.") var threshold: Int
  @Option("Most threads to use; all of the machine's unless given.") var threads: Int?
  @OptionGroup var common: CommonOptions

  struct Result: Encodable {
    var matches: [[Int]]
    var matching: Int
  }

  func run() throws {
    let chance = ChanceOptions()
    chance.threads = threads
    let matcher = try SegmentMatcher(try PatternFile.read(segments, cells: cells), threshold: threshold)
    let found = try matcher.matches(
      PatternFile.read(patterns, cells: cells), threads: chance.threadCount())
    if common.json {
      return print(JSONText.encode(Result(matches: found, matching: found.count { !$0.isEmpty })))
    }
    for matches in found { print(matches.map(String.init).joined(separator: " ")) }
  }
}
