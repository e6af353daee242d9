import ArgumentParsing
import Figures
import Foundation
import Laboratory
import NeuralData
import PlaceRecognition

/// Chooses how long modules are trained.
struct TuneCommand: Command {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      "tune", abstract: "Chooses how many epochs to train, on calibration queries.",
      discussion:
        "The drives show the whole route. The modules of the first --regions regions are trained once, up to the largest of --epochs. After each number of epochs all reference images are recorded, the calibration places are queried with every threshold for hyperactive neurons, and recall@1 is compared. Then build the map with the chosen --epochs and choose the threshold with 'calibrate'. With --out every trained module (in epochs-N) and every 25 answers are kept; after Ctrl-C or a crash the work goes on with --resume.",
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
  @Option("Folder for the result, a report and what is finished.", valueName: "DIR", completion: .folder)
  var out: String?
  @Flag("Goes on with the modules and answers that are in --out already.") var resume
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
    if resume && out == nil { throw UsageError("--resume needs --out, the folder of the run to go on with") }
  }

  /// Everything that finished parts depend on besides their keys.
  private struct Plan: Encodable {
    var settings: MapSettings
    var order: [Int]?
    var regions: Int
    var trainings: [TrainingSettings]
  }

  func run() throws {
    Interruption.install()
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
    let asked = queried.map { drive.images[$0] }
    let plan = Plan(settings: settings, order: order, regions: regions, trainings: trainings)
    // Modules without a ledger could be of any plan.
    let finds =
      resume
      && out.map {
        FileManager.default.fileExists(atPath: ($0 as NSString).appendingPathComponent("ledger.tsv"))
      } == true
    let begun = try beginRun(
      out,
      parts: [
        "plan": JSONText.encode(plan), "reference": digest(traverses), "queries": digest(asked),
        "version": neuropilVersion,
      ], seed: chance.seed, resuming: resume, quiet: common.quiet)
    var folder = begun.run
    for path in drives.reference + [query] { folder?.noteInput(path) }
    let keepers = try keepers(epochs, finds: finds)
    let progress = Progress(isQuiet: common.quiet)
    progress.begin(
      "tuning",
      total: Double(
        TrainingCalibration.work(
          places: places, traverses: traverses.count, settings: settings, regions: regions,
          trainings: trainings)))
    let tuned = try TrainingCalibration(
      reference: traverses, queries: asked, settings: settings, order: order, regions: regions,
      trainings: trainings, thresholds: thresholds, rule: assignment, threads: threads,
      keeper: { keepers[$0] ?? ModularMap.Keeper.none }, ledger: begun.ledger
    ) {
      progress.advance(by: 1)
      try Interruption.check()
    }
    progress.finish()
    if folder != nil { try write(tuned, to: &folder!) }
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

  /// Where the modules of each length of training are kept.
  private func keepers(_ epochs: [Int], finds: Bool) throws -> [Int: ModularMap.Keeper] {
    guard let out else { return [:] }
    var keepers: [Int: ModularMap.Keeper] = [:]
    for length in Set(epochs) {
      let folder = (out as NSString).appendingPathComponent("epochs-\(length)")
      do {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      } catch { throw FileError(.cannotWrite, folder, "the folder cannot be made") }
      keepers[length] = ModularMap.keeper(folder, finds: finds)
    }
    return keepers
  }

  private func write(_ tuned: TrainingCalibration, to run: inout Run) throws {
    try run.write(tuned, to: "metrics.json")
    let epochs = tuned.trials.map { Double($0.epochs) }
    var marks = [Mark("with the best threshold", .line(x: epochs, y: tuned.trials.map(\.recallAt1)))]
    let plain = tuned.trials.compactMap { trial in
      trial.thresholds.trials.first { $0.threshold == 0 }.map(\.recallAt1)
    }
    if plain.count == epochs.count { marks.append(Mark("with all neurons", .line(x: epochs, y: plain))) }
    let figure = Figure(
      id: "places-tune", title: "How long to train", caption: "Recall@1 of the calibration queries.",
      x: Axis("epochs"), y: Axis("recall@1", range: 0...1.02), marks: marks)
    try run.writeReport(
      Report(
        title: "How long to train modules",
        introduction: "\(tuned.chosen) epochs are the shortest training of the best recall@1.",
        sections: [Report.Section("Result", [.figure(figure)])]), quiet: common.quiet)
    try run.finish()
  }
}
