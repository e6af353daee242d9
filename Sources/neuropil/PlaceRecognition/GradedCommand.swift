import ArgumentParsing
import Figures
import Foundation
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
        "One spike with an amplitude for each neuron instead of spikes in time (Hines and others 2024): seconds instead of hours for a long route. Modules of few places get too few training steps to learn: a layer is trained for --epochs times the module's images. With --map the trained map is kept, and 'recognize' takes it.",
      examples: [
        .init(
          "neuropil places synthesize --places 10 --out /tmp/neuropil-route && neuropil places graded --reference /tmp/neuropil-route/spring --reference /tmp/neuropil-route/fall --query /tmp/neuropil-route/summer",
          "Ten places."),
        .init(
          "neuropil places synthesize --places 10 --out /tmp/neuropil-route && neuropil places graded --reference /tmp/neuropil-route/spring --map /tmp/neuropil-graded && neuropil places recognize --map /tmp/neuropil-graded --query /tmp/neuropil-route/summer",
          "A map that is kept and asked."),
      ])
  }
  @OptionGroup var drives: ReferenceOptions
  @Option(
    "The drive to recognise, one image for each place in order.", valueName: "PATH", completion: .file)
  var query: String?
  @Option("Folder to keep the trained map in.", valueName: "DIR", completion: .folder) var map: String?
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
    guard query != nil || map != nil else {
      throw UsageError("give --query, the drive to recognise, or --map, where to keep the trained map")
    }
    guard query != nil || out == nil else { throw UsageError("--out needs --query, the drive to recognise") }
    if let map, FileManager.default.fileExists(atPath: (map as NSString).appendingPathComponent("map.json")) {
      throw UsageError("--map \(map) holds a map of modules; choose another folder")
    }
  }

  func run() throws {
    if out != nil { _ = try PlotlyScript.find() }
    let settings = GradedSpikeMap.Settings(epochs: epochs, moduleSize: moduleSize, seed: chance.seed)
    try settings.validate()
    let threads = try chance.threadCount()
    let preprocessing = Preprocessing(rows: pixels, columns: pixels, patch: patch, program: preprocessing)
    let traverses = try drives.read(pictures, preprocessing, threads: threads, quiet: common.quiet)
    let places = traverses[0].images.count
    let queries = try query.map {
      try Traverse.read($0, pictures.selection, preprocessing: preprocessing, threads: threads)
    }
    if let queries, queries.images.count > places {
      throw PlaceRecognitionError.mismatched(
        "there are \(queries.images.count) queries, but only \(places) places; query q must show place q")
    }
    var run = try beginRun(out, seed: chance.seed, quiet: common.quiet)
    for path in drives.reference + [query].compactMap(\.self) { run?.noteInput(path) }
    let progress = Progress(isQuiet: common.quiet)
    progress.begin("training", total: Double(2 * epochs * places * traverses.count))
    let trained = try GradedSpikeMap.train(on: traverses, settings: settings, threads: threads) {
      progress.advance(by: 1)
    }
    progress.finish()
    if let map {
      try StoredGradedMap(trained, preprocessing: preprocessing, placeNames: traverses[0].imageNames).write(
        to: map)
    }
    guard let queries else {
      return show(["places": places], json: common.json, [("places", "\(places)")])
    }
    var matrix = try trained.similarity(queries.images, threads: threads)
    if matching.probability { matrix = matrix.probabilities }
    let outcome = try MatchingOutcome(matrix, truth: Array(queries.images.indices), matching)
    try outcome.finish(&run, title: "Places recognised by graded spikes", common: common)
  }
}
