import ArgumentParsing
import Foundation
import Laboratory
import NeuralData
import PlaceRecognition

/// Adds regions to a map.
struct AddCommand: Command {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      "add", abstract: "Adds a further stretch of the route to a map.",
      discussion:
        "The drives show the new stretch. New modules are trained; those that are there are only shown the new reference images. Settings are the map's. The map stays as it was until all is done; after Ctrl-C or a crash the work goes on with --resume.",
      examples: [
        .init(
          "neuropil places synthesize --places 6 --out /tmp/neuropil-add && neuropil places build --reference /tmp/neuropil-add/spring --places 3 --module-size 3 --neurons 30 --epochs 1 --out /tmp/neuropil-add/map && neuropil places add --map /tmp/neuropil-add/map --reference /tmp/neuropil-add/spring --first 3",
          "Three more places.")
      ])
  }
  @Option("The map's folder.", valueName: "DIR", completion: .folder) var map: String
  @OptionGroup var drives: ReferenceOptions
  @Flag("Goes on with the modules that a stopped addition has finished.") var resume
  @OptionGroup var pictures: TraverseOptions
  @Option("Most threads to use; all of the machine's unless given.") var threads: Int?
  @OptionGroup var common: CommonOptions

  func validate() throws {
    try drives.validate()
  }

  func run() throws {
    Interruption.install()
    let chance = ChanceOptions()
    chance.threads = threads
    let count = try chance.threadCount()
    var map = try ModularMap.read(map)
    let traverses = try drives.read(
      pictures, map.settings.preprocessing, threads: count, quiet: common.quiet)
    let folder = self.map
    let noted = (folder as NSString).appendingPathComponent("addition.json")
    let addition = Addition(firstRegion: map.nextRegion, images: digest(traverses))
    if let data = FileManager.default.contents(atPath: noted), resume {
      guard let earlier = try? JSONDecoder().decode(Addition.self, from: data), earlier == addition else {
        throw FileError(
          .mismatched, folder, "the stopped addition was of other images", expected: "the same as before",
          remedy: "repeat the earlier command line, or begin anew without --resume")
      }
    } else {
      try map.deleteForgottenFiles(in: folder)
      try AtomicFile.write(JSONText.encode(addition) + "\n", to: noted)
    }
    let progress = Progress(isQuiet: common.quiet)
    let places = traverses[0].images.count
    progress.begin(
      "adding",
      total: Double(
        ModularMap.work(places: places, traverses: traverses.count, settings: map.settings)
          + map.regions.count * map.settings.members * places))
    try map.add(traverses, threads: count, keeper: ModularMap.keeper(folder, finds: true)) {
      progress.advance(by: 1)
      try Interruption.check()
    }
    progress.finish()
    try map.write(to: folder)
    try? FileManager.default.removeItem(atPath: noted)
    MapSummary(map).show(json: common.json)
  }

  /// What a stopped addition was about.
  private struct Addition: Codable, Equatable {
    var firstRegion: Int
    var images: String
  }
}

/// Removes a region from a map.
struct RemoveCommand: Command {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      "remove", abstract: "Forgets regions of a map, without retraining the others.",
      examples: [
        .init(
          "neuropil places synthesize --places 6 --out /tmp/neuropil-remove && neuropil places build --reference /tmp/neuropil-remove/spring --module-size 3 --neurons 30 --epochs 1 --out /tmp/neuropil-remove/map && neuropil places remove --map /tmp/neuropil-remove/map --regions 0",
          "Forgets the first region.")
      ])
  }
  @Option("The map's folder.", valueName: "DIR", completion: .folder) var map: String
  @Option("Regions by number.", valueName: "N,…") var regions: [Int] = []
  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard !regions.isEmpty else { throw UsageError("--regions is missing: say which to forget") }
  }

  func run() throws {
    var map = try ModularMap.read(map)
    for region in regions { try map.remove(region: region) }
    guard !map.regions.isEmpty else {
      throw UsageError("these are all regions of the map; delete its folder instead")
    }
    try map.writeIndex(to: self.map)
    try map.deleteForgottenFiles(in: self.map)
    MapSummary(map).show(json: common.json)
  }
}
