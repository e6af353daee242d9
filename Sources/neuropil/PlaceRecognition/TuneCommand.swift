import ArgumentParsing
import Foundation
import Laboratory
import PlaceRecognition

/// Chooses how long modules are trained.
struct TuneCommand: Command {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      "tune", abstract: "Chooses how many epochs to train, on calibration queries.",
      discussion:
        "The drives show the whole route. The modules of the first --regions regions are trained once, up to the largest of --epochs. After each number of epochs all reference images are recorded, the calibration places are queried with every threshold for hyperactive neurons, and recall@1 is compared. Then build the map with the chosen --epochs and choose the threshold with 'calibrate'.",
      examples: [
        .init(
          "neuropil places synthesize --places 9 --conditions spring,summer --out /tmp/neuropil-tune && neuropil places tune --reference /tmp/neuropil-tune/spring --query /tmp/neuropil-tune/summer --regions 2 --module-size 3 --neurons 30 --epochs 1,2,4",
          "Six places choose among three lengths.")
      ])
  }
  @OptionGroup var drives: ReferenceOptions
  @Option(
    "A drive that shows the calibration places, and any others, in order.", valueName: "PATH",
    completion: .file)
  var query: String
  @Option("How many regions, from the first, serve for calibration.") var regions: Int
  @Option("Numbers of epochs to try.", valueName: "N,…") var epochs = [20, 30, 40, 50, 60, 70]
  @Option("Thresholds to try.", valueName: "N,…") var thresholds = Calibration.publishedThresholds
  @Option("How spikes become scores.") var assignment = NeuronalAssignment.Rule.standard
  @OptionGroup var modules: ModuleOptions
  @OptionGroup var pictures: TraverseOptions
  @OptionGroup var chance: ChanceOptions
  @OptionGroup var common: CommonOptions

  func validate() throws {
    try drives.validate()
    guard !epochs.isEmpty else { throw UsageError("--epochs is empty: give numbers to try") }
    if let bad = thresholds.first(where: { $0 < 0 }) {
      throw UsageError("--thresholds has \(bad), but a threshold must be 0 or more")
    }
    try modules.validate()
  }

  func run() throws {
    let settings = modules.settings(epochs: epochs.max() ?? 1, seed: chance.seed)
    try settings.validate()
    let trainings = epochs.map { modules.settings(epochs: $0, seed: chance.seed).training }
    let threads = try chance.threadCount()
    let traverses = try drives.read(pictures, settings.preprocessing, threads: threads, quiet: common.quiet)
    let places = traverses[0].images.count
    let order = try modules.order(places: places, seed: chance.seed)
    let queried = try ModularMap.places(ofFirst: regions, of: places, order: order, settings: settings)
    let drive = try Traverse.read(
      query, pictures.selection, preprocessing: settings.preprocessing, threads: threads)
    if let missing = queried.first(where: { $0 >= drive.images.count }) {
      throw UsageError(
        "\(query) shows \(drive.images.count) places, but calibration place \(missing) is asked for")
    }
    let progress = Progress(isQuiet: common.quiet)
    progress.begin(
      "tuning",
      total: Double(
        TrainingCalibration.work(
          places: places, traverses: traverses.count, settings: settings, regions: regions,
          trainings: trainings)))
    let tuned = try TrainingCalibration(
      reference: traverses, queries: queried.map { drive.images[$0] }, settings: settings, order: order,
      regions: regions, trainings: trainings, thresholds: thresholds, rule: assignment, threads: threads
    ) { progress.advance(by: 1) }
    progress.finish()
    if common.json { return print(JSONText.encode(tuned)) }
    showTable(
      ["epochs", "recall@1", "at threshold", "without", ""],
      tuned.trials.map { trial in
        [
          "\(trial.epochs)", String(format: "%.4f", trial.recallAt1), "\(trial.thresholds.chosen)",
          trial.thresholds.trials.first { $0.threshold == 0 }.map { String(format: "%.4f", $0.recallAt1) }
            ?? "-",
          trial.epochs == tuned.chosen ? "chosen" : "",
        ]
      })
  }
}
