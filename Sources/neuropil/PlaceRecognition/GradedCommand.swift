import ArgumentParsing
import Figures
import Laboratory
import PlaceRecognition

extension Preprocessing.Program: OptionValue {}

/// Trains and measures the faster successor.
struct GradedCommand: Command {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      "graded",
      abstract:
        "Trains the faster successor with graded spikes, and measures how well a drive is recognised.",
      discussion:
        "One spike with an amplitude for each neuron instead of spikes in time (Hines and others 2024): seconds instead of hours for a long route. Modules of few places get too few training steps to learn: a layer is trained for --epochs times the module's images.",
      examples: [
        .init(
          "neuropil places synthesize --places 10 --out /tmp/neuropil-route && neuropil places graded --reference /tmp/neuropil-route/spring --reference /tmp/neuropil-route/fall --query /tmp/neuropil-route/summer",
          "Ten places.")
      ])
  }
  @OptionGroup var drives: ReferenceOptions
  @Option(
    "The drive to recognise, one image for each place in order.", valueName: "PATH", completion: .file)
  var query: String
  @Option("Passes over the images for each layer.") var epochs = 4
  @Option("Places of a module.") var moduleSize = 1100
  @Option("Whose preprocessing: the successor's own or that of the spiking modules.")
  var preprocessing = Preprocessing.Program.successor
  @Option("Width and height of the pictures in pixels.") var pixels = 28
  @Option("Side of the patch for normalisation, odd.") var patch = 7
  @OptionGroup var matching: MatchingOptions
  @OptionGroup var pictures: TraverseOptions
  @OptionGroup var chance: ChanceOptions
  @Option("Folder for the matrix, its picture and a report.", valueName: "DIR", completion: .folder)
  var out: String?
  @OptionGroup var common: CommonOptions

  func validate() throws {
    try drives.validate()
    try matching.validate()
  }

  func run() throws {
    if out != nil { _ = try PlotlyScript.find() }
    let settings = GradedSpikeMap.Settings(epochs: epochs, moduleSize: moduleSize, seed: chance.seed)
    try settings.validate()
    let threads = try chance.threadCount()
    let preprocessing = Preprocessing(rows: pixels, columns: pixels, patch: patch, program: preprocessing)
    let traverses = try drives.read(pictures, preprocessing, threads: threads, quiet: common.quiet)
    let queries = try Traverse.read(query, pictures.selection, preprocessing: preprocessing, threads: threads)
    let places = traverses[0].images.count
    guard queries.images.count <= places else {
      throw PlaceRecognitionError.mismatched(
        "there are \(queries.images.count) queries, but only \(places) places; query q must show place q")
    }
    var run = try beginRun(out, seed: chance.seed, quiet: common.quiet)
    for path in drives.reference + [query] { run?.noteInput(path) }
    let progress = Progress(isQuiet: common.quiet)
    progress.begin("training", total: Double(2 * epochs * places * traverses.count))
    let map = try GradedSpikeMap.train(on: traverses, settings: settings, threads: threads) {
      progress.advance(by: 1)
    }
    progress.finish()
    var matrix = try map.similarity(queries.images, threads: threads)
    if matching.probability { matrix = matrix.probabilities }
    let outcome = try MatchingOutcome(matrix, truth: Array(queries.images.indices), matching)
    try outcome.finish(&run, title: "Places recognised by graded spikes", common: common)
  }
}
