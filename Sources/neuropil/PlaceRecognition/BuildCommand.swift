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
  @OptionGroup var drives: ReferenceOptions
  @Option("Folder for the map.", valueName: "DIR", completion: .folder) var out: String
  @Flag("Goes on with the modules that are in --out already.") var resume
  @Option("Passes over a module's images.") var epochs = 30
  @OptionGroup var modules: ModuleOptions
  @OptionGroup var pictures: TraverseOptions
  @OptionGroup var chance: ChanceOptions
  @OptionGroup var common: CommonOptions

  func validate() throws {
    try drives.validate()
    try modules.validate()
  }

  /// Everything that finished modules depend on.
  private struct Plan: Codable, Equatable {
    var settings: MapSettings
    var order: [Int]?
    var images: String
  }

  func run() throws {
    Interruption.install()
    let settings = modules.settings(epochs: epochs, seed: chance.seed)
    try settings.validate()
    let threads = try chance.threadCount()
    let traverses = try drives.read(pictures, settings.preprocessing, threads: threads, quiet: common.quiet)
    let places = traverses[0].images.count
    let order = try modules.order(places: places, seed: chance.seed)
    let planPath = (out as NSString).appendingPathComponent("plan.json")
    let plan = Plan(settings: settings, order: order, images: digest(traverses))
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
    for path in drives.reference { run.noteInput(path) }
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
