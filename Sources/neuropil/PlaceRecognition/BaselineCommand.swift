import ArgumentParsing
import Figures
import Laboratory
import PlaceRecognition

/// Measures what simpler methods do.
struct BaselineCommand: Command {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      "baseline",
      abstract: "Measures place recognition by pixel differences, or by descriptors computed elsewhere.",
      discussion:
        "With --reference and --query: the sum of absolute differences of the preprocessed pictures, the least over the drives. With --reference-descriptors and --query-descriptors: the Euclidean distance of .npy rows, such as NetVLAD's or DenseVLAD's.",
      examples: [
        .init(
          "neuropil places synthesize --places 10 --out /tmp/neuropil-route && neuropil places baseline --reference /tmp/neuropil-route/spring --reference /tmp/neuropil-route/fall --query /tmp/neuropil-route/summer",
          "Pixel differences.")
      ])
  }
  @Option("A drive; one option for each drive.", valueName: "PATH", completion: .file)
  var reference: [String] = []
  @Option("The drive to recognise.", valueName: "PATH", completion: .file) var query: String?
  @Option("Descriptors of the reference, [place, number].", valueName: "FILE", completion: .file)
  var referenceDescriptors: String?
  @Option("Descriptors of the queries, [query, number].", valueName: "FILE", completion: .file)
  var queryDescriptors: String?
  @Option("Width and height of the compared pictures in pixels.") var pixels = 28
  @Option("Side of the patch for normalisation, odd.") var patch = 7
  @OptionGroup var matching: MatchingOptions
  @OptionGroup var pictures: TraverseOptions
  @Option("Most threads to use; all of the machine's unless given.") var threads: Int?
  @Option("Folder for the matrix, its picture and a report.", valueName: "DIR", completion: .folder)
  var out: String?
  @OptionGroup var common: CommonOptions

  func validate() throws {
    let byPixels = !reference.isEmpty && query != nil
    let byDescriptors = referenceDescriptors != nil && queryDescriptors != nil
    guard byPixels != byDescriptors else {
      throw UsageError(
        "give either --reference and --query, or --reference-descriptors and --query-descriptors")
    }
    try matching.validate()
  }

  func run() throws {
    let chance = ChanceOptions()
    chance.threads = threads
    let count = try chance.threadCount()
    if out != nil { _ = try PlotlyScript.find() }
    var run = try beginRun(out, seed: 0, quiet: common.quiet)
    var matrix: SimilarityMatrix
    if let query {
      let preprocessing = Preprocessing(rows: pixels, columns: pixels, patch: patch)
      let drives = try reference.map {
        try Traverse.read($0, pictures.selection, preprocessing: preprocessing, threads: count)
      }
      let queries = try Traverse.read(
        query, pictures.selection, preprocessing: preprocessing, threads: count)
      matrix = try SumOfAbsoluteDifferences.similarity(
        queries: queries.images, references: drives, threads: count)
      for path in reference + [query] { run?.noteInput(path) }
    } else {
      matrix = try Descriptors.read(queryDescriptors!).similarity(
        to: Descriptors.read(referenceDescriptors!), threads: count)
      for path in [referenceDescriptors!, queryDescriptors!] { run?.noteInput(path) }
    }
    if matching.probability { matrix = matrix.probabilities }
    guard matrix.queries <= matrix.places else {
      throw PlaceRecognitionError.mismatched(
        "there are \(matrix.queries) queries, but only \(matrix.places) places; query q must show place q")
    }
    let outcome = try MatchingOutcome(matrix, truth: Array(0..<matrix.queries), matching)
    try outcome.finish(
      &run, title: query == nil ? "Places by descriptors" : "Places by pixel differences", common: common)
  }
}
