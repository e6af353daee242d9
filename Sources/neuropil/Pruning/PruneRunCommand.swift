import ActivePruning
import ArgumentParsing
import Figures
import Foundation
import Laboratory
import NeuralData
import Tensors

/// Cycles of pruning and training of one network.
struct PruneRunCommand: Command {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      "run", abstract: "Prunes a network in cycles of training, pruning and rewinding.",
      discussion:
        "A cycle prunes --rate percent of the weights alive: most by --score, and --ap-share percent because their absence activates units. The JSON has an object for each cycle with remaining, accuracy, dynamicDeadRate, staticDeadRate, basePruned and activationPruned. With --out the run is saved after each cycle and goes on with --resume to the same result; network.safetensors holds the network for 'prune measure', 'shrink' and 'export'.",
      examples: [
        .init(
          "neuropil prune run --network mlp-100-50 --data digits --cycles 3 --epochs 5 --out /tmp/neuropil-prune",
          "Three cycles on scikit-learn's digits, saved as they go."),
        .init(
          "neuropil prune run --network mlp-100-50 --data digits --score lamp --ap-share 0 --rewind epoch:1 --cycles 2 --epochs 3 --json",
          "Layer-adaptive magnitude alone, rewinding to the first epoch, as JSON."),
      ])
  }
  @Option("Which network, such as resnet20, vgg19 or mlp-300-100.") var network: NetworkChoice
  @Option("What the base method ranks weights by.") var score = BaseMethod.magnitude
  @Option("Which weights --ap-share prunes: those of the method, or a control.") var choice =
    PruningStep.Choice.leastMovedNegative
  @Option("Folder for the run's files.", valueName: "DIR", completion: .folder) var out: String?
  @Flag("Goes on from the checkpoint in --out.") var resume
  @OptionGroup var pruning: PruningOptions
  @OptionGroup var training: PruneTrainingOptions
  @OptionGroup var images: ImageOptions
  @OptionGroup var chance: ChanceOptions
  @OptionGroup var device: DeviceOptions
  @OptionGroup var common: CommonOptions

  private struct Everything: Encodable {
    var settings: PruningSettings
    var network: String
    var data: String
    var images: [Int]
    /// Where it is not the default.
    var weights: String?
  }

  private struct Result: Encodable {
    var network: String
    var score: String
    var choice: String
    var rewind: String
    var weights: Int
    var cycles: [PruningCycle]
    var notes: [String]
  }

  func validate() throws {
    if resume && out == nil { throw UsageError("--resume needs --out, the folder of the run to go on with") }
    try pruning.validate()
    try training.validate()
  }

  func run() throws {
    Interruption.install()
    let device = try device.chosen()
    let data = try images.read().fitting(network)
    let plan = training.plan(for: data)
    let settings = try pruning.settings(score, choice: choice, plan: plan, seed: chance.seed)
    let pruner = try IterativePruning(settings, training: data.training, test: data.test, on: device) {
      try network.network(for: data.shape, seed: $0, initialisation: training.weights.law)
    }
    for note in pruner.notes { Terminal.warn(note, quiet: common.quiet) }
    let everything = Everything(
      settings: settings, network: network.name, data: images.path,
      images: [data.training.count, data.test.count],
      weights: training.weights == .uniform ? nil : training.weights.rawValue)
    let checkpoint = out.map {
      Checkpoint(
        path: ($0 as NSString).appendingPathComponent("checkpoint.safetensors"), configuration: everything)
    }
    if resume, let saved = try checkpoint?.load(IterativePruning.Saved.self) {
      try pruner.restore(arrays: saved.arrays, state: saved.state)
    }
    var run = try beginRun(out, seed: chance.seed, resuming: resume, quiet: common.quiet)
    run?.noteInput(images.path)
    try prune(pruner, checkpoint)
    let result = Result(
      network: network.name, score: score.rawValue, choice: choice.rawValue,
      rewind: pruning.rewind.description, weights: pruner.mask.table.count,
      cycles: Array(pruner.cycles.prefix(pruning.cycles + 1)), notes: pruner.notes)
    if run != nil {
      try run!.write(result, to: "metrics.json")
      try NetworkCheckpoint(
        of: pruner.network, choice: network, shape: data.shape, seed: chance.seed,
        preprocessing: plan.augmentation, start: pruner.startOfTraining, mask: pruner.mask
      ).write(to: run!.path("network.safetensors"), version: neuropilVersion)
      try run!.writeReport(report(result), quiet: common.quiet)
      try run!.finish()
    }
    if common.json { return print(JSONText.encode(result)) }
    showTable(PruneTable.header, result.cycles.map(PruneTable.row))
  }

  private func prune(_ pruner: IterativePruning, _ checkpoint: Checkpoint?) throws {
    let progress = Progress(isQuiet: common.quiet)
    progress.begin("pruning", total: Double(pruning.cycles + 1))
    var done = Double(pruner.cycles.count)
    progress.advance(by: done)
    defer { progress.finish() }
    try pruner.run(
      cycles: pruning.cycles,
      watch: { cycle, share in
        try Interruption.check()
        let now = Double(cycle) + share
        if now - done > 0.002 {
          progress.advance(by: now - done)
          done = now
        }
      },
      finished: { cycle in
        progress.advance(
          by: Double(cycle.cycle + 1) - done,
          status: String(
            format: "%.2f %% remain, accuracy %.4f", 100 * cycle.remaining, cycle.accuracy))
        done = Double(cycle.cycle + 1)
        for text in PruneTable.warnings(cycle) { Terminal.warn(text, quiet: common.quiet) }
        let saved = try pruner.saved()
        try checkpoint?.save(arrays: saved.arrays, state: saved.state)
      })
  }

  private func report(_ result: Result) -> Report {
    let arm = PruningArm(score, pruning.apShare > 0 ? choice : nil)
    let figure = PruningCurves(arms: [arm], runs: [[result.cycles]]).figure(
      id: "cycles", title: "Accuracy and dead neurons against the weights that remain")
    return Report(
      title: "\(network.name) pruned by \(arm.name)",
      introduction: result.notes.map { $0.prefix(1).uppercased() + $0.dropFirst() + "." }.joined(
        separator: " "),
      sections: [
        Report.Section(
          "Cycles",
          [.figure(figure), .table(header: PruneTable.header, rows: result.cycles.map(PruneTable.row))]),
        Report.Section(
          "Settings",
          [
            .table(
              header: ["option", "value"],
              rows: settings(of: self).sorted { $0.key < $1.key }.map { [$0.key, $0.value] })
          ]),
      ])
  }
}

/// Cycles as rows.
enum PruneTable {
  static let header = [
    "cycle", "remaining", "accuracy", "dynamic", "static", "by score", "to activate", "loss",
  ]

  static func row(_ cycle: PruningCycle) -> [String] {
    func share(_ value: Double?) -> String { value.map { String(format: "%.4f", $0) } ?? "-" }
    return [
      String(cycle.cycle), String(format: "%.2f %%", 100 * cycle.remaining), share(cycle.accuracy),
      share(cycle.dynamicDeadRate), share(cycle.staticDeadRate), String(cycle.basePruned),
      String(cycle.activationPruned), String(format: "%.4g", cycle.loss),
    ]
  }

  static func warnings(_ cycle: PruningCycle) -> [String] {
    var texts: [String] = []
    if cycle.shortfall > 0 {
      texts.append(
        "cycle \(cycle.cycle): \(cycle.shortfall) of the weights to activate units are not there and stay unpruned"
      )
    }
    if cycle.baseShortfall > 0 {
      texts.append(
        "cycle \(cycle.cycle): --floor keeps \(cycle.baseShortfall) weights that were to be pruned")
    }
    if !cycle.collapsed.isEmpty {
      texts.append(
        "cycle \(cycle.cycle): no weight is left in \(cycle.collapsed.joined(separator: ", ")); nothing passes there; keep some with --floor"
      )
    }
    return texts
  }
}
