import ArgumentParsing
import Foundation
import Homeostasis
import Laboratory
import NeuralData
import Parallel

struct HomeostasisCommand: Command {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      "homeostasis",
      abstract:
        "Learners that regulate their own learning rate under concept shift (Man, Damasio and Neven 2022).",
      examples: [
        .init(
          "neuropil homeostasis train --learner homeostatic --epochs 1 --swaps 5",
          "One learner on Fashion-MNIST."),
        .init(
          "neuropil homeostasis compare --learners constant,memory-gradient --swaps 0,50 --seeds 3 --epochs 1 --samples 6000",
          "Learners, rates and seeds, paired."),
      ],
      subcommands: [TrainCommand.self, CompareCommand.self, DetectCommand.self])
  }
}

/// The learners by name.
enum LearnerName: String, CaseIterable, OptionValue {
  case constant, random, homeostatic
  case memoryGradient = "memory-gradient"
  case momentum
  case rmsProp = "rms-prop"
  case adam, hypergradient, cocob
  case detectorBoost = "detector-boost"
  case detectorReset = "detector-reset"
  case oracleBoost = "oracle-boost"
  case oracleReset = "oracle-reset"

  func configuration(learningRate: Double, detector: DetectorKind) -> LearnerConfiguration {
    func optimised(_ optimiser: Optimiser) -> LearnerConfiguration {
      var learner = LearnerConfiguration.constant(learningRate: learningRate)
      learner.optimiser = optimiser
      return learner
    }
    return switch self {
    case .constant: .constant(learningRate: learningRate)
    case .random: .random(learningRate: learningRate)
    case .homeostatic: .homeostatic(learningRate: learningRate)
    case .memoryGradient: .memoryGradient(learningRate: learningRate)
    case .momentum: optimised(.momentum(0.9))
    case .rmsProp: optimised(.rmsProp(decay: 0.9))
    case .adam: optimised(.adam(beta1: 0.9, beta2: 0.999))
    case .hypergradient: optimised(.hypergradient(rate: learningRate * learningRate))
    case .cocob: optimised(.cocob(alpha: 100))
    case .detectorBoost:
      LearnerConfiguration(.boost(.detector(detector), factor: 10, decay: 2000), learningRate: learningRate)
    case .detectorReset: LearnerConfiguration(.reset(.detector(detector)), learningRate: learningRate)
    case .oracleBoost:
      LearnerConfiguration(.boost(.oracle, factor: 10, decay: 2000), learningRate: learningRate)
    case .oracleReset: LearnerConfiguration(.reset(.oracle), learningRate: learningRate)
    }
  }
}

extension DetectorKind: OptionValue {}
extension ShiftTiming: OptionValue {}
extension Precision: OptionValue {}

/// Which images a learner meets, and how they shift.
struct StreamOptions: ArgumentGroup {
  enum Kind: String, CaseIterable, OptionValue { case swap, cycle, relabel, recurring, gradual, covariate }

  static var title: String { "DATA AND SHIFTS" }
  init() {}
  @Option(
    "A folder of IDX files, an IDX images file, a CSV table, an npz archive, or 'digits'. The installed Fashion-MNIST unless given.",
    placeholder: "PATH", completion: .file)
  var data: String?
  @Option(
    "Labels of an IDX images file, when they are not beside it.", placeholder: "FILE", completion: .file)
  var labels: String?
  @Option("Only the first N training samples.") var samples: Int?
  @Option("What a shift changes.") var shift = Kind.swap
  @Option("Samples over which a gradual shift comes in.") var shiftWidth = 1000
  @Option("Classes of a cycle, or concepts that recur.") var shiftCount = 3
  @Option("When shifts happen: exactly as many as asked, or by the published rule.") var timing = ShiftTiming
    .exact
  @Flag("Shuffles the first epoch too; the published program takes the file's order.") var shuffleFirst

  var kind: ShiftKind {
    switch shift {
    case .swap: .swap
    case .cycle: .cycle(classes: shiftCount)
    case .relabel: .relabel
    case .recurring: .recurring(concepts: shiftCount)
    case .gradual: .gradual(width: shiftWidth)
    case .covariate: .covariate
    }
  }

  /// The path to read, `digits` and the default resolved.
  var path: String {
    guard let data else { return ImageClassificationData.installedFashionMNIST }
    guard data == "digits" else { return data }
    let program = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
      .deletingLastPathComponent().path
    for start in [program, FileManager.default.currentDirectoryPath] {
      var folder = URL(fileURLWithPath: start)
      for _ in 0..<12 {
        let candidate = folder.appendingPathComponent(".deps/digits/digits.csv.gz").path
        if FileManager.default.fileExists(atPath: candidate) { return candidate }
        folder.deleteLastPathComponent()
      }
    }
    return data
  }

  func read() throws -> (training: SampleSet, validation: SampleSet?) {
    let read = try ImageClassificationData.read(path, labels: labels)
    var training = SampleSet(read.training)
    if let samples {
      guard samples >= 1, samples <= training.count else {
        throw UsageError("--samples is \(samples), but there are \(training.count) training samples")
      }
      training = training.prefix(samples)
    }
    return (training, read.validation.map { SampleSet($0) })
  }

  func stream(_ training: SampleSet, rate: ShiftRate, batch: Int, seed: UInt64) throws -> ConceptStream {
    try ConceptStream(
      samples: training.count, classes: training.classes, width: training.width, batch: batch,
      schedule: ShiftSchedule(rate: rate, timing: timing),
      kind: kind, seed: seed, shufflesFirstEpoch: shuffleFirst)
  }
}

private struct TrainCommand: Command {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      "train", abstract: "Trains one learner on a stream of images whose labels are swapped.",
      discussion:
        "Accuracy is prequential: every sample is predicted before it is learned. With --out the run is saved after each epoch and on Ctrl-C, and goes on with --resume to the same result.",
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
      ])
  }
  @Option("Which learner.") var learner = LearnerName.homeostatic
  @Option("Passes over the training samples.") var epochs = 5
  @Option("Shifts in an epoch; several numbers are for one epoch each, the last goes on.") var swaps:
    [Double] = [0]
  @Option("Seasons: shifts swing about --swaps by this many.") var seasonAmplitude: Double?
  @Option("Epochs of one season.") var seasonPeriod = 10.0
  @Option("The learning rate at the beginning.") var learningRate = 0.001
  @Option("How far one object moves the rate; a tenth of the learning rate unless given.") var step: Double?
  @Option("Samples a homeostatic learner remembers; the preset's unless given.") var memory: Int?
  @Option("Samples from one decision to the next; the preset's unless given.") var interval: Int?
  @Option("Samples in a batch.") var batch = 10
  @Option("The detector of detector-boost and detector-reset.") var detector = DetectorKind.adwin
  @Option("Arithmetic: float64 is the published program sample by sample.") var precision = Precision.float32
  @Option("Folder for the run's files.", placeholder: "DIR", completion: .folder) var out: String?
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
    var validationAccuracy: [Double]
    var validationBeforeShift: [Double]
    var shifts: [Int]
    var takes: [Int]
    var opportunities: [Int]
    var learningRate: [Double]
    var deadShare: [Double]
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
    let settings = Settings(
      learner: configuration, stream: concepts, seed: chance.seed, precision: precision, data: stream.path)
    var run = try out.map { try Run(folder: $0, command: CommandLine.arguments, seed: chance.seed) }
    let checkpoint = run.map { Checkpoint(path: $0.path("checkpoint.safetensors"), configuration: settings) }
    if resume, let saved = try checkpoint!.load(Trainer.State.self) {
      try trainer.restore(arrays: saved.arrays, state: saved.state)
    }

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
      validationAccuracy: reports.compactMap(\.validationAccuracy),
      validationBeforeShift: reports.compactMap(\.validationBeforeShift), shifts: reports.map(\.shifts),
      takes: reports.map(\.takes),
      opportunities: reports.map(\.opportunities), learningRate: reports.map(\.learningRate),
      deadShare: reports.map(\.deadShare), seconds: seconds)
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

private struct CompareCommand: Command {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      "compare", abstract: "Compares learners over rates of shift and seeds, paired.",
      discussion:
        "All learners of a seed meet the same weights, order and shifts. The difference is to the first learner, with a bootstrap interval over the seeds; with fewer than three seeds no verdict is given.",
      examples: [
        .init(
          "neuropil homeostasis compare --learners constant,homeostatic --swaps 0,50 --seeds 3 --epochs 1 --samples 6000",
          "Two learners at two rates.")
      ])
  }
  @Option("Learners; the first is the one compared with.", placeholder: "NAME,…") var learners:
    [LearnerName] = [.constant, .random, .homeostatic, .memoryGradient]
  @Option("Shifts in an epoch.") var swaps: [Double] = [0, 5, 50, 500]
  @Option("Number of seeds, from --seed on.") var seeds = 3
  @Option("Passes over the training samples; the last one's prequential accuracy is compared.") var epochs = 5
  @Option("Learning rates at the beginning.") var learningRates: [Double] = [0.0058]
  @OptionGroup var stream: StreamOptions
  @OptionGroup var chance: ChanceOptions
  @OptionGroup var common: CommonOptions

  private struct Row: Encodable {
    var learner: String
    var swaps: Double
    var learningRate: Double
    var accuracy: [Double]
    var difference: PairedComparison?
  }

  func run() throws {
    guard seeds >= 1, epochs >= 1 else { throw UsageError("--seeds and --epochs must be 1 or more") }
    let (training, _) = try stream.read()
    struct Cell { var learner: LearnerName, swaps: Double, rate: Double, seed: UInt64 }
    let cells = learningRates.flatMap { rate in
      swaps.flatMap { swap in
        learners.flatMap { name in
          (0..<seeds).map { Cell(learner: name, swaps: swap, rate: rate, seed: chance.seed + UInt64($0)) }
        }
      }
    }
    let prepared = try cells.map { cell in
      (
        cell.learner.configuration(learningRate: cell.rate, detector: .adwin),
        try stream.stream(training, rate: .constant(cell.swaps), batch: 10, seed: cell.seed), cell.seed
      )
    }
    let progress = Progress(isQuiet: common.quiet)
    progress.begin("comparing", total: Double(cells.count * epochs))
    let epochs = epochs
    let accuracies = try parallelMap(count: cells.count, threads: chance.threadCount()) { index in
      let (configuration, concepts, seed) = prepared[index]
      let trainer = try Trainer(configuration, training: training, stream: concepts, seed: seed)
      var done = 0
      try trainer.run(epochs: epochs) { _ in
        if trainer.reports.count > done {
          progress.advance(by: Double(trainer.reports.count - done))
          done = trainer.reports.count
        }
      }
      return trainer.reports.last!.prequentialAccuracy
    }
    progress.finish()
    var rows: [Row] = []
    for first in stride(from: 0, to: cells.count, by: seeds) {
      let values = Array(accuracies[first..<(first + seeds)])
      let base = first / (seeds * learners.count) * seeds * learners.count
      let others = Array(accuracies[base..<(base + seeds)])
      rows.append(
        Row(
          learner: cells[first].learner.rawValue, swaps: cells[first].swaps, learningRate: cells[first].rate,
          accuracy: values,
          difference: first == base ? nil : try PairedComparison(values, against: others)))
    }
    if common.json { return print(JSONText.encode(["rows": rows])) }
    showTable(
      ["swaps", "rate", "learner", "accuracy", "difference to \(learners[0].rawValue)", "verdict"],
      rows.map { row in
        let mean = row.accuracy.reduce(0, +) / Double(row.accuracy.count)
        let difference =
          row.difference.map { String(format: "%+.4f [%+.4f, %+.4f]", $0.difference, $0.low, $0.high) } ?? ""
        return [
          row.swaps.argumentText, row.learningRate.argumentText, row.learner, String(format: "%.4f", mean),
          difference, row.difference?.verdict.words ?? "",
        ]
      })
  }
}

extension PairedComparison.Verdict {
  fileprivate var words: String {
    switch self {
    case .better: "better"
    case .worse: "worse"
    case .undecided: "undecided"
    case .tooFewSeeds: "too few seeds"
    }
  }
}

private struct DetectCommand: Command {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      "detect", abstract: "Watches numbers on standard input for a change of their law.",
      discussion:
        "Reads one number a line: 1 for an error and 0 for a hit, or any number where the detector allows it. Prints the places, from 0, at which the detector fires.",
      examples: [
        .init(
          "for i in $(seq 2000); do echo $((i % 10 == 0)); done | neuropil homeostasis detect --detector ddm",
          "A steady error rate of a tenth.")
      ])
  }
  @Option("Which detector.") var detector = DetectorKind.adwin
  @OptionGroup var chance: ChanceOptions
  @OptionGroup var common: CommonOptions

  func run() throws {
    var watcher = detector.makeDetector(seed: chance.seed)
    var places: [Int] = []
    var line = 0
    while let text = readLine() {
      line += 1
      let word = text.trimmingCharacters(in: .whitespaces)
      if word.isEmpty { continue }
      guard let value = Double(word), value.isFinite else {
        throw FileError(
          .damaged, "standard input", at: "line \(line)", "'\(word.prefix(40))' is not a finite number",
          expected: "one number a line")
      }
      if watcher.update(detector.countsHits ? 1 - value : value) == .drift {
        places.append(line - 1)
        if !common.json { print(line - 1) }
      }
    }
    guard line > 0 else {
      throw FileError(.mismatched, "standard input", "there are no numbers", expected: "one number a line")
    }
    if common.json { print(JSONText.encode(["detections": places])) }
    if !common.json, places.isEmpty { Terminal.warn("no drift among \(line) values", quiet: common.quiet) }
  }
}
