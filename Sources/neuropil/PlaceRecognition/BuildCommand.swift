import ArgumentParsing
import Foundation
import Laboratory
import NeuralData
import Parallel
import PlaceRecognition

/// Builds a map.
struct BuildCommand: Command {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      "build", abstract: "Trains a map of a route from reference drives.",
      discussion:
        "Each module of --module-size places is trained on all drives and then shown every reference image, to find neurons that fire for everything. Finished modules are kept in --out at once; after Ctrl-C or a crash the work goes on with --resume. With --module-size of all places the map is the earlier, non-modular network.",
      examples: [
        .init(
          "neuropil places synthesize --places 10 --out /tmp/neuropil-route && neuropil places build --reference /tmp/neuropil-route/spring --reference /tmp/neuropil-route/fall --module-size 5 --neurons 50 --epochs 2 --out /tmp/neuropil-map",
          "Two modules of five places.")
      ])
  }
  @Option(
    "A drive: a folder of pictures, a list of their paths, or an .npy array; give one option for each drive.",
    placeholder: "PATH", completion: .file)
  var reference: [String] = []
  @Option("Places of a module.") var moduleSize = 25
  @Option("Excitatory neurons of a module.") var neurons = 400
  @Option("Passes over a module's images.") var epochs = 30
  @Option("Last epochs whose spikes assign neurons to places; 5, or half of fewer epochs, unless given.")
  var assignmentEpochs: Int?
  @Option("Modules of other seeds for each region, whose scores are added.") var members = 1
  @Option("Width and height of the modules' input in pixels.") var pixels = 28
  @Option("Side of the patch for normalisation, odd.") var patch = 7
  @Option("What an input spike does to its synapse: as the program was released, or as Diehl and Cook wrote.")
  var preSign = ModuleParameters.PreSign.asReleased
  @Option("Arithmetic: float64 is the exact kernel.") var precision = Precision.float32
  @Flag("Puts places into modules in the published program's random order.") var publishedOrder
  @Option("With --published-order: places that come first, for calibration.") var calibrationPlaces = 0
  @Option("Folder for the map.", placeholder: "DIR", completion: .folder) var out: String
  @Flag("Goes on with the modules that are in --out already.") var resume
  @OptionGroup var pictures: TraverseOptions
  @OptionGroup var chance: ChanceOptions
  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard !reference.isEmpty else {
      throw UsageError("--reference is missing: give at least one drive along the route")
    }
    guard publishedOrder || calibrationPlaces == 0 else {
      throw UsageError("--calibration-places needs --published-order")
    }
  }

  private var settings: MapSettings {
    var parameters = ModuleParameters()
    parameters.neurons = neurons
    parameters.preSign = preSign
    return MapSettings(
      parameters: parameters, preprocessing: Preprocessing(rows: pixels, columns: pixels, patch: patch),
      training: TrainingSettings(epochs: epochs, assignmentEpochs: assignmentEpochs, precision: precision),
      moduleSize: moduleSize, members: members, seed: chance.seed)
  }

  /// Everything that finished modules depend on.
  private struct Plan: Codable, Equatable {
    var settings: MapSettings
    var order: [Int]?
    var images: String
  }

  private func digest(_ traverses: [Traverse]) -> String {
    var digest = SHA256()
    for image in traverses.flatMap(\.images) { digest.update(image.pixels) }
    return digest.hexadecimal
  }

  func run() throws {
    Interruption.install()
    let settings = settings
    try settings.validate()
    let threads = try chance.threadCount()
    let traverses = try reference.map {
      try Traverse.read($0, pictures.selection, preprocessing: settings.preprocessing, threads: threads)
    }
    try Traverse.validate(traverses)
    let places = traverses[0].images.count
    let order =
      publishedOrder
      ? try PublishedOrder.order(
        places: places, calibration: calibrationPlaces, seed: UInt32(truncatingIfNeeded: chance.seed)) : nil
    let planPath = (out as NSString).appendingPathComponent("plan.json")
    let plan = Plan(
      settings: settings, order: order,
      images: digest(traverses))
    if let data = FileManager.default.contents(atPath: planPath) {
      guard resume else {
        throw FileError(
          .cannotWrite, out, "holds a map already", remedy: "choose another --out, or go on with --resume")
      }
      guard let earlier = try? JSONDecoder().decode(Plan.self, from: data), earlier == plan else {
        throw FileError(
          .mismatched, out, "the modules here were trained with other options or images",
          expected: "the same as before", remedy: "repeat the earlier command line, or choose another --out")
      }
    }
    var run = try beginRun(out, seed: chance.seed, resuming: resume, quiet: common.quiet)!
    for path in reference { run.noteInput(path) }
    try run.write(plan, to: "plan.json")
    let progress = Progress(isQuiet: common.quiet)
    progress.begin(
      "building",
      total: Double(ModularMap.work(places: places, traverses: traverses.count, settings: settings)))
    let map = try ModularMap.build(
      reference: traverses, settings: settings, order: order, threads: threads,
      keeper: ModularMap.keeper(out, finds: resume)
    ) {
      progress.advance(by: 1)
      try Interruption.check()
    }
    progress.finish()
    try map.write(to: out)
    let result = MapSummary(map)
    try run.write(result, to: "metrics.json")
    try run.finish()
    result.show(json: common.json)
  }
}

/// What a map is, in numbers.
struct MapSummary: Encodable {
  var places: Int
  var regions: Int
  var modules: Int
  var neurons: Int
  /// Spikes of an image in the last epoch, mean over modules.
  var spikesPerImage: Double?
  var unlearnedPlaces: Int
  var unassignedNeurons: Int
  var threshold: Int

  init(_ map: ModularMap) {
    let modules = map.regions.flatMap { map.modules[$0.id]! }
    let spikes = modules.compactMap(\.spikesPerImage.last)
    places = map.placeCount
    regions = map.regions.count
    self.modules = modules.count
    neurons = modules.reduce(0) { $0 + $1.parameters.neurons }
    spikesPerImage = spikes.isEmpty ? nil : spikes.reduce(0, +) / Double(spikes.count)
    unlearnedPlaces = modules.reduce(0) { $0 + $1.assignment.unlearnedPlaces.count }
    unassignedNeurons = modules.reduce(0) { $0 + $1.assignment.place.count { $0 == nil } }
    threshold = map.hyperactiveThreshold
  }

  func show(json: Bool) {
    neuropil.show(
      self, json: json,
      [
        ("places", "\(places)"), ("regions", "\(regions)"), ("modules", "\(modules)"),
        ("neurons", "\(neurons)"),
        ("spikes an image, last epoch", spikesPerImage.map { String(format: "%.1f a module", $0) } ?? "-"),
        ("places that no neuron learned", "\(unlearnedPlaces)"),
        ("neurons without a place", "\(unassignedNeurons)"),
      ])
  }
}
