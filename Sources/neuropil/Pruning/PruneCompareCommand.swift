import ActivePruning
import ArgumentParsing
import Figures
import Foundation
import Laboratory
import NeuralData
import Parallel
import Probability
import Tensors

/// Base methods with and without what is added to them, over seeds.
struct PruneCompareCommand: Command {
  /// What is added to a base method.
  enum Addition: String, CaseIterable, OptionValue {
    case none
    case activating
    case randomNegative = "random-negative"
    case positive
    case random

    var choice: PruningStep.Choice? { PruningStep.Choice(rawValue: rawValue) }
  }

  static var configuration: CommandConfiguration {
    CommandConfiguration(
      "compare", abstract: "Compares methods of pruning over seeds, paired.",
      discussion:
        "Every score is run with every addition: none, the method's (activating), and the controls that show what it is worth. All begin with the same weights, see the images in the same order and train the same number of steps. Differences are to the first addition of the same score, with a bootstrap interval over the seeds and an exact test of signs. With --out every finished run is kept, and --resume repeats none of them, also with further scores, additions or seeds.",
      examples: [
        .init(
          "neuropil prune compare --network mlp-100-50 --data digits --additions none,activating,random-negative --seeds 3 --cycles 2 --epochs 3",
          "Magnitude pruning, the method and a control."),
        .init(
          "neuropil prune compare --network mlp-100-50 --data digits --scores magnitude,lamp --additions none --seeds 2 --cycles 1 --epochs 2 --json",
          "Two base methods, as JSON."),
      ])
  }
  @Option("Which network, such as resnet20, vgg19 or mlp-300-100.") var network: NetworkChoice
  @Option("What base methods rank weights by.", valueName: "NAME,…") var scores: [BaseMethod] = [.magnitude]
  @Option("What is added; the first is the one compared with.", valueName: "NAME,…") var additions:
    [Addition] = [.none, .activating, .randomNegative]
  @Option("Number of seeds, from --seed on.") var seeds = 3
  @Option("Folder for metrics.json and report.html.", valueName: "DIR", completion: .folder) var out: String?
  @Flag("Goes on with the finished runs in --out.") var resume
  @OptionGroup var pruning: PruningOptions
  @OptionGroup var training: PruneTrainingOptions
  @OptionGroup var images: ImageOptions
  @OptionGroup var chance: ChanceOptions
  @OptionGroup var device: DeviceOptions
  @OptionGroup var common: CommonOptions

  /// A method at a cycle.
  struct Row: Encodable {
    var score: String
    var addition: String
    var cycle: Int
    var remaining: Double
    /// Steps of training so far, the same for all.
    var steps: Int
    var accuracy: [Double]
    var dynamicDeadRate: [Double]
    var staticDeadRate: [Double]
    var accuracyDifference: PairedComparison?
    var dynamicDifference: PairedComparison?
  }

  func validate() throws {
    if resume && out == nil { throw UsageError("--resume needs --out, the folder of the run to go on with") }
    guard (1...100_000).contains(seeds) else {
      throw UsageError("--seeds is \(seeds), but must be 1 to 100000")
    }
    try pruning.validate()
    try training.validate()
  }

  func run() throws {
    Interruption.install()
    let device = try device.chosen()
    let data = try images.read().fitting(network)
    let settings = try pruning.settings(
      scores[0], choice: .leastMovedNegative, plan: training.plan(for: data), seed: chance.seed)
    let arms = scores.flatMap { score in additions.map { PruningArm(score, $0.choice) } }
    let begun = try beginRun(
      out, parts: sharedSettings, seed: chance.seed, resuming: resume, quiet: common.quiet)
    var run = begun.run
    run?.noteInput(images.path)
    let progress = Progress(isQuiet: common.quiet)
    progress.begin("comparing", total: Double(arms.count * seeds * (pruning.cycles + 1)))
    let (count, cycles, first, network, ledger, law) = (
      seeds, pruning.cycles, chance.seed, network, begun.ledger, training.weights.law
    )
    let runs = try parallelMap(count: arms.count * seeds, threads: chance.threadCount()) { index in
      let (arm, seed) = (arms[index / count], first &+ UInt64(index % count))
      var done = 0
      let cycles = try ledger.measure("prune/\(arm.name), \(cycles) cycles, seed \(seed)") {
        let pruner = try IterativePruning(
          arm.settings(like: settings, seed: seed), training: data.training, test: data.test, on: device
        ) { try network.network(for: data.shape, seed: $0, initialisation: law) }
        try pruner.run(
          cycles: cycles, watch: { _, _ in try Interruption.check() },
          finished: { _ in
            progress.advance(by: 1)
            done += 1
          })
        return pruner.cycles
      }
      progress.advance(by: Double(cycles.count - done))
      return cycles
    }
    progress.finish()
    let curves = PruningCurves(
      arms: arms, runs: arms.indices.map { Array(runs[($0 * seeds)..<(($0 + 1) * seeds)]) })
    let rows = rows(curves)
    if run != nil {
      try run!.write(["rows": rows], to: "metrics.json")
      try run!.writeReport(report(curves, rows), quiet: common.quiet)
      try run!.finish()
    }
    if common.json { return print(JSONText.encode(["rows": rows])) }
    showTable(header, rows.filter { $0.cycle == pruning.cycles || $0.cycle % 5 == 0 }.map(cells))
  }

  /// What every run depends on besides its key.
  private var sharedSettings: [String: String] {
    var shared = settings(of: self)
    for name in [
      "scores", "additions", "seeds", "seed", "threads", "out", "resume", "json", "quiet", "cycles",
    ] {
      shared[name] = nil
    }
    shared["version"] = neuropilVersion
    return shared
  }

  private func rows(_ curves: PruningCurves) -> [Row] {
    curves.arms.indices.flatMap { arm in
      let base = arm / additions.count * additions.count
      return (0..<curves.cycles).map { cycle in
        func difference(_ quantity: PruningCurves.Quantity) -> PairedComparison? {
          let (own, others) = (
            curves.values(quantity, of: arm, at: cycle), curves.values(quantity, of: base, at: cycle)
          )
          return arm == base || own.isEmpty || own.count != others.count
            ? nil : PruningCurves.difference(own, against: others)
        }
        return Row(
          score: curves.arms[arm].method.rawValue, addition: additions[arm % additions.count].rawValue,
          cycle: cycle, remaining: mean(curves.runs[arm].map { $0[cycle].remaining }),
          steps: curves.runs[arm][0][cycle].steps,
          accuracy: curves.values(.accuracy, of: arm, at: cycle),
          dynamicDeadRate: curves.values(.dynamicDeadRate, of: arm, at: cycle),
          staticDeadRate: curves.values(.staticDeadRate, of: arm, at: cycle),
          accuracyDifference: difference(.accuracy), dynamicDifference: difference(.dynamicDeadRate))
      }
    }
  }

  private var header: [String] {
    [
      "score", "addition", "cycle", "remaining", "accuracy", "difference to \(additions[0].rawValue)",
      "dynamic",
      "difference to \(additions[0].rawValue)", "static",
    ]
  }

  private func cells(_ row: Row) -> [String] {
    func average(_ values: [Double]) -> String {
      values.isEmpty ? "-" : String(format: "%.4f", mean(values))
    }
    return [
      row.score, row.addition, String(row.cycle), String(format: "%.2f %%", 100 * row.remaining),
      average(row.accuracy), row.accuracyDifference?.textWithInterval ?? "", average(row.dynamicDeadRate),
      row.dynamicDifference?.textWithInterval ?? "", average(row.staticDeadRate),
    ]
  }

  private func report(_ curves: PruningCurves, _ rows: [Row]) -> Report {
    Report(
      title: "Methods of pruning compared",
      introduction:
        "\(network.name) on \((images.path as NSString).lastPathComponent), \(seeds) seeds. Every method trains the same number of steps. Differences are paired by seed, with bootstrap intervals at 95 % from three seeds on.",
      sections: [
        Report.Section(
          "Accuracy and dead neurons",
          [.figure(curves.figure(id: "curves", title: "Against the weights that remain"))]),
        Report.Section("Cycles", [.table(header: header, rows: rows.map(cells))]),
      ])
  }
}
