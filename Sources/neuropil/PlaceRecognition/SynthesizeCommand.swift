import ArgumentParsing
import Foundation
import Laboratory
import NeuralData
import Parallel
import PlaceRecognition

/// Draws drives along a route.
struct SynthesizeCommand: Command {
  static var configuration: CommandConfiguration {
    let names = ViewingCondition.presets.map(\.name).joined(separator: ", ")
    return CommandConfiguration(
      "synthesize", abstract: "Draws drives along a route under changing light, season, noise and viewpoint.",
      discussion:
        "Writes a folder of PNG pictures for each condition (\(names)), and a list of them. The scenery is made of smooth random textures, or of windows cut out of your photographs with the seasons simulated on top.",
      examples: [
        .init(
          "neuropil places synthesize --places 10 --conditions spring,winter --out /tmp/neuropil-route",
          "Ten places in two seasons.")
      ])
  }
  @Option("The number of places.") var places = 50
  @Option("Names of the drives' conditions.", valueName: "NAME,…") var conditions = [
    "spring", "fall", "summer",
  ]
  @Option("Photographs (PNG or JPEG) to cut the views from.", valueName: "FILE,…", completion: .file)
  var photographs: [String] = []
  @Option("Height of a view in pixels.") var rows = 64
  @Option("Width of a view in pixels.") var columns = 96
  @Option("The share of a view that is new at the next place.") var spacing = 1.0
  @Option("Multiplies every condition's change of season, noise and viewpoint.") var difficulty = 1.0
  @Option("Folder for the drives.", valueName: "DIR", completion: .folder) var out: String
  @OptionGroup var chance: ChanceOptions
  @OptionGroup var common: CommonOptions

  private struct Result: Encodable {
    var places: Int
    var folders: [String]
    var scenery: String
  }

  func run() throws {
    guard difficulty >= 0, difficulty <= 100 else {
      throw UsageError("--difficulty is \(difficulty), but must be 0 to 100")
    }
    let chosen = try conditions.map { name -> ViewingCondition in
      guard var condition = ViewingCondition.presets.first(where: { $0.name == name }) else {
        let names = ViewingCondition.presets.map(\.name)
        throw UsageError(
          "unknown condition '\(name)'; "
            + (nearest(to: name, among: names).map { "did you mean '\($0)'?" }
              ?? "expected \(names.joined(separator: ", "))"))
      }
      condition.season = min(0.95, condition.season * difficulty)
      condition.noise *= difficulty
      condition.viewpoint *= difficulty
      return condition
    }
    let pictures = try photographs.map { try RasterImage.read($0) }
    let route = try SyntheticRoute(
      places: places, rows: rows, columns: columns, spacing: spacing, seed: chance.seed,
      scenery: pictures.isEmpty ? .textures : .photographs(pictures))
    var run = try beginRun(out, seed: chance.seed, quiet: common.quiet)
    for path in photographs { run?.noteInput(path) }
    let progress = Progress(isQuiet: common.quiet)
    progress.begin("drawing", total: Double(places * chosen.count))
    var folders: [String] = []
    for condition in chosen {
      let folder = (out as NSString).appendingPathComponent(condition.name)
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      let names = (0..<places).map { String(format: "%06d.png", $0) }
      _ = try parallelMap(count: places, threads: chance.threadCount()) { place in
        let view = route.view(place, condition)
        let png = try PNG.encode(grey: view.pixels, width: view.columns, height: view.rows)
        try AtomicFile.write(png, to: (folder as NSString).appendingPathComponent(names[place]))
        progress.advance(by: 1)
      }
      try AtomicFile.write(
        names.map { "\(condition.name)/\($0)\n" }.joined(), to: folder + ".txt")
      folders.append(folder)
    }
    progress.finish()
    let scenery = pictures.isEmpty ? "textures" : "photographs"
    let result = Result(places: places, folders: folders, scenery: scenery)
    try run?.write(result, to: "metrics.json")
    try run?.finish()
    show(
      result, json: common.json,
      [("places", "\(places)"), ("scenery", scenery)] + folders.map { ("drive", $0) })
  }
}
