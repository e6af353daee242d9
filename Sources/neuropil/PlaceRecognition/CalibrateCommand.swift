import ArgumentParsing
import Foundation
import Laboratory
import PlaceRecognition

/// Chooses the threshold for hyperactive neurons.
struct CalibrateCommand: Command {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      "calibrate", abstract: "Chooses the threshold for hyperactive neurons on calibration queries.",
      discussion:
        "The first --regions regions serve for calibration: their places are queried among themselves with every threshold, and the smallest threshold of the best recall@1 is kept in the map. 'evaluate' then leaves these regions out.",
      examples: [
        .init(
          "neuropil places synthesize --places 9 --conditions spring,summer --out /tmp/neuropil-cal && neuropil places build --reference /tmp/neuropil-cal/spring --module-size 3 --neurons 30 --epochs 2 --out /tmp/neuropil-cal/map && neuropil places calibrate --map /tmp/neuropil-cal/map --query /tmp/neuropil-cal/summer --regions 2 --thresholds 0,3,5,7",
          "Six places choose the threshold.")
      ])
  }
  @Option("The map's folder.", valueName: "DIR", completion: .folder) var map: String
  @Option("A drive that shows the map's places in order.", valueName: "PATH", completion: .file)
  var query: String
  @Option("How many regions, from the first, serve for calibration.") var regions: Int
  @Option("Thresholds to try.", valueName: "N,…") var thresholds = Calibration.publishedThresholds
  @Option("How spikes become scores.") var assignment = NeuronalAssignment.Rule.standard
  @Option("Places beside the true one that count as right.") var tolerance = 0
  @OptionGroup var pictures: TraverseOptions
  @Option("Most threads to use; all of the machine's unless given.") var threads: Int?
  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard tolerance >= 0 else {
      throw UsageError("--tolerance is \(tolerance), but must be 0 places or more")
    }
    if let bad = thresholds.first(where: { $0 < 0 }) {
      throw UsageError("--thresholds has \(bad), but a threshold must be 0 or more")
    }
  }

  func run() throws {
    let chance = ChanceOptions()
    chance.threads = threads
    let count = try chance.threadCount()
    var map = try ModularMap.read(map)
    guard (1...map.regions.count).contains(regions) else {
      throw UsageError(
        "--regions is \(regions), but must be 1 to \(map.regions.count), the number of the map's regions")
    }
    let chosen = Array(map.regions.prefix(regions))
    let (images, truth) = try queries(
      query, pictures.selection, of: chosen, map: map, threads: count, common: common)
    let progress = Progress(isQuiet: common.quiet)
    progress.begin("calibrating", total: Double(images.count * chosen.count * map.settings.members))
    let responses = try QueryResponses(map, images, regions: chosen, threads: count) {
      progress.advance(by: 1)
    }
    progress.finish()
    let calibration = try Calibration(
      responses, map: map, truth: truth, thresholds: thresholds, rule: assignment, tolerance: tolerance)
    map.hyperactiveThreshold = calibration.chosen
    map.calibrationRegions = chosen.map(\.id)
    try map.writeIndex(to: self.map)
    if common.json { return print(JSONText.encode(calibration)) }
    showTable(
      ["threshold", "recall@1", "neurons removed", "regions emptied", ""],
      calibration.trials.map {
        [
          "\($0.threshold)", String(format: "%.4f", $0.recallAt1), "\($0.removed)",
          $0.emptyRegions.isEmpty ? "-" : $0.emptyRegions.map { "\($0)" }.joined(separator: ", "),
          $0.threshold == calibration.chosen ? "chosen" : "",
        ]
      })
  }
}
