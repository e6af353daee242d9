import ArgumentParsing
import Foundation
import Homeostasis
import Laboratory
import NeuralData

/// One learner over a stream.
struct TrainCommand: Command {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      "train", abstract: "Trains one learner on a stream of images whose labels are swapped.",
      discussion:
        "Accuracy is prequential: every sample is predicted before it is learned. With --out the run is saved after each epoch and on Ctrl-C, and goes on with --resume to the same result; its report.html shows accuracy, learning rate, objects taken and recoveries.",
      examples: [
        .init(
          "neuropil homeostasis train --learner homeostatic --epochs 2 --swaps 5 --out /tmp/neuropil-run",
          "The published learner, saved as it goes."),
        .init(
          "neuropil homeostasis train --learner constant --data digits --epochs 3 --json",
          "Scikit-learn's digits, as JSON."),
        .init(
          "neuropil homeostasis train --learner random --samples 6000 --epochs 4 --swaps 0,40 --shift gradual",
          "Rates that change from epoch to epoch."),
        .init(
          "neuropil homeostasis train --learner memory-gradient --vital gain --samples 6000 --epochs 1 --swaps 5",
          "A learner whose gain is at stake instead of its learning rate."),
      ])
  }
  @Option("Which learner.") var learner = LearnerName.homeostatic
  @Option("Passes over the training samples.") var epochs = 5
  @Option("Shifts in an epoch; several numbers are for one epoch each, the last goes on.") var swaps:
    [Double] = [0]
  @Option("Seasons: shifts swing about --swaps by this many.") var seasonAmplitude: Double?
  @Option("Epochs of one season.") var seasonPeriod = 10.0
  @Option("The learning rate at the beginning.") var learningRate = 0.001
  @Option(
    "The state that is regulated: one learning rate, one for each layer or neuron, or a gain, dropout or noise of the hidden neurons."
  ) var vital = Vital.learningRate
  @Option("How far one object moves the state; a tenth of its first value unless given.") var step: Double?
  @Option("Samples a homeostatic learner remembers; the preset's unless given.") var memory: Int?
  @Option("Samples from one decision to the next; the preset's unless given.") var interval: Int?
  @Option("Samples in a batch.") var batch = 10
  @Option("The detector of detector-boost and detector-reset.") var detector = DetectorKind.adwin
  @Option("Arithmetic: float64 is the published program sample by sample.") var precision = Precision.float32
  @Option("Folder for the run's files.", valueName: "DIR", completion: .folder) var out: String?
  @Flag("Goes on from the checkpoint in --out.") var resume
  @OptionGroup var stream: StreamOptions
  @OptionGroup var chance: ChanceOptions
  @OptionGroup var common: CommonOptions

  /// Everything the result depends on.
  private struct Settings: Encodable {
    var learner: LearnerConfiguration
    var stream: ConceptStream
    var seed: UInt64
    var precision: Precision
    var data: String
  }

  private struct Result: Encodable {
    var learner: String
    var prequentialAccuracy: [Double]
    var kappa: [Double]
    var validationAccuracy: [Double]
    var validationBeforeShift: [Double]
    var shifts: [Int]
    var takes: [Int]
    var opportunities: [Int]
    var learningRate: [Double]
    var deadShare: [Double]
    var recovery: [Recovery]
    var seconds: Double
  }

  func validate() throws {
    if resume && out == nil { throw UsageError("--resume needs --out, the folder of the run to go on with") }
    guard epochs >= 1 else { throw UsageError("--epochs is \(epochs), but must be 1 or more") }
  }

  func run() throws {
    Interruption.install()
    let started = Date()
    let (training, validation) = try stream.read()
    var configuration = learner.configuration(learningRate: learningRate, detector: detector)
    configuration = configuration.regulating(vital)
    configuration.batch = batch
    if let step { configuration.step = step }
    if let memory { configuration.memory = memory }
    if let interval { configuration.interval = interval }
    try configuration.validate(samples: training.count, classes: training.classes)
    let rate: ShiftRate =
      if let seasonAmplitude {
        .seasons(mean: swaps[0], amplitude: seasonAmplitude, period: seasonPeriod)
      } else if swaps.count > 1 {
        .piecewise(swaps)
      } else { .constant(swaps[0]) }
    let concepts = try stream.stream(training, rate: rate, batch: batch, seed: chance.seed)
    for text in [
      configuration.warning, concepts.schedule.warning(epoch: 0, samples: training.count, batch: batch),
    ].compactMap({ $0 }) {
      Terminal.warn(text, quiet: common.quiet)
    }
    let trainer = try Trainer(
      configuration, training: training, validation: validation, stream: concepts, seed: chance.seed,
      precision: precision)
    let everything = Settings(
      learner: configuration, stream: concepts, seed: chance.seed, precision: precision, data: stream.path)
    let checkpoint = out.map {
      Checkpoint(
        path: ($0 as NSString).appendingPathComponent("checkpoint.safetensors"), configuration: everything)
    }
    if resume, let saved = try checkpoint?.load(Trainer.State.self) {
      try trainer.restore(arrays: saved.arrays, state: saved.state)
    }
    var run = try beginRun(out, seed: chance.seed, resuming: resume, quiet: common.quiet)

    let progress = Progress(isQuiet: common.quiet)
    progress.begin("training", total: Double(epochs * training.count))
    var seen = trainer.reports.count * training.count
    progress.advance(by: Double(seen))
    var finished = trainer.reports.count
    do {
      try trainer.run(epochs: epochs) { status in
        progress.advance(
          by: Double(status.samplesSeen - seen),
          status: String(
            format: "epoch %d, accuracy %.3f, rate %.3g", status.epoch + 1, status.accuracy,
            status.learningRate))
        seen = status.samplesSeen
        if trainer.reports.count > finished, let checkpoint {
          finished = trainer.reports.count
          let saved = trainer.checkpoint
          try checkpoint.save(arrays: saved.arrays, state: saved.state)
        }
        try Interruption.check()
      }
    } catch let stop as Interrupted {
      progress.finish()
      let saved = trainer.checkpoint
      try checkpoint?.save(arrays: saved.arrays, state: saved.state)
      throw stop
    }
    progress.finish()
    try report(trainer, seconds: Date().timeIntervalSince(started), run: &run)
  }

  private func report(_ trainer: Trainer, seconds: Double, run: inout Run?) throws {
    let reports = trainer.reports
    let result = Result(
      learner: learner.rawValue, prequentialAccuracy: reports.map(\.prequentialAccuracy),
      kappa: reports.map(\.kappa),
      validationAccuracy: reports.compactMap(\.validationAccuracy),
      validationBeforeShift: reports.compactMap(\.validationBeforeShift), shifts: reports.map(\.shifts),
      takes: reports.map(\.takes),
      opportunities: reports.map(\.opportunities), learningRate: reports.map(\.learningRate),
      deadShare: reports.map(\.deadShare),
      recovery: Recovery.all(of: reports, batch: batch), seconds: seconds)
    if let worst = reports.map(\.deadShare).max(), worst > 0.2 {
      Terminal.warn(
        "the learning rate lay at its floor for \(Int(worst * 100)) % of an epoch: the learner was dead then",
        quiet: common.quiet)
    }
    if run != nil {
      try run!.write(result, to: "metrics.json")
      try run!.write(trainer.decisions, to: "takes.json")
      let parameters = trainer.parameters
      var tensors: [String: NumericArray] = [:]
      let widths = trainer.shape.widths
      for layer in 0..<3 {
        tensors["layer\(layer + 1).weight"] = NumericArray(
          parameters.weights[layer].map { Float($0) }, shape: [widths[layer + 1], widths[layer]])
        tensors["layer\(layer + 1).bias"] = NumericArray(parameters.biases[layer].map { Float($0) })
      }
      try SafeTensors.write(.init(tensors: tensors), to: run!.path("weights.safetensors"))
      try NPZ.write(
        [
          "hits": NumericArray(
            reports.flatMap { $0.hits.map { Int32($0) } }, shape: [reports.count, reports[0].hits.count]),
          "learningRate": NumericArray(
            reports.flatMap(\.rates), shape: [reports.count, reports[0].rates.count]),
        ], to: run!.path("traces.npz"))
      run!.noteInput(stream.path)
      if let labels = stream.labels { run!.noteInput(labels) }
      try run!.writeReport(
        TrainingReport(reports, configuration: trainer.configuration).report(
          title: "A \(learner.rawValue) learner on \((stream.path as NSString).lastPathComponent)",
          settings: settings(of: self).sorted { $0.key < $1.key }.map { ($0.key, $0.value) }),
        quiet: common.quiet)
      try run!.finish()
    }
    if common.json { return print(JSONText.encode(result)) }
    showTable(
      ["epoch", "prequential", "validation", "before last shift", "shifts", "takes", "decisions", "rate"],
      reports.map { r in
        let percent = { (x: Double?) in x.map { String(format: "%.4f", $0) } ?? "-" }
        return [
          "\(r.epoch + 1)", percent(r.prequentialAccuracy), percent(r.validationAccuracy),
          percent(r.validationBeforeShift), "\(r.shifts)", "\(r.takes)",
          "\(r.opportunities)", String(format: "%.4g", r.learningRate),
        ]
      })
  }
}
