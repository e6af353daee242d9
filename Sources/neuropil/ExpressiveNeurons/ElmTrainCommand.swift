import ArgumentParsing
import ExpressiveNeurons
import Figures
import Foundation
import Laboratory
import NeuralData

/// One model on one data set.
struct ElmTrainCommand: Command {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      "train", abstract: "Trains an expressive neuron, or a baseline of the paper, on sequences of events.",
      discussion:
        "--data is a folder with train.npz and valid.npz as 'elm teach' writes them, or one such file, of which every tenth sample then validates; or the files that the task was published with. --task chooses the paper's sizes and training; single options override them. Sums of published digits are drawn anew in every pass, those of 'elm teach' are not. With --out the run is saved as it goes and on Ctrl-C, and goes on with --resume to the same result.",
      examples: [
        .init(
          "neuropil elm teach --teacher lif --basal 20 --apical 20 --spikes 60 --training 8 --milliseconds 3000 --out /tmp/neuropil-teacher-1 && neuropil elm train --data /tmp/neuropil-teacher-1 --steps 60 --out /tmp/neuropil-run-1",
          "A Branch-ELM learns an integrate-and-fire neuron."),
        .init(
          "neuropil elm teach --task listops --shortest 10 --longest 40 --training 200 --out /tmp/neuropil-listops-1 && neuropil elm train --task listops --model elm --data /tmp/neuropil-listops-1 --memory-units 20 --batch 16 --steps 30 --json",
          "Short list operations, as JSON."),
        .init(
          "neuropil elm teach --task shd --word-spikes 200 --training 100 --out /tmp/neuropil-words-1 && neuropil elm train --task shd --model snn --neurons 120 --data /tmp/neuropil-words-1 --steps 20",
          "The paper's spiking network on words made of spikes."),
      ])
  }
  @Option("Batches in all.") var steps = 1000
  @Option("Samples in a batch; the task's unless given.") var batch: Int?
  @Option("Learning rate at the beginning; the task's unless given.") var learningRate: Double?
  @Option("How gradients become changes; the task's unless given.") var optimiser: TrainingPlan.Optimiser?
  @Option("neuronio: steps of a window.") var window = 500
  @Option("neuronio: first steps of a window outside the loss.") var burnIn = 150
  @Option("neuronio: first steps of a recording in which no window begins.") var skip = 500
  @Option("Longest gradient; longer ones are shortened.") var clip: Double?
  @Option("Share of input events left out; the task's unless given.") var dropout: Double?
  @Option("lstm: share of the cells that the gates do not see; the task's unless given.")
  var recurrentDropout: Double?
  @Option("Steps over which errors are carried back; the whole window unless given.") var truncation: Int?
  @Option("Batches from one validation to the next; a tenth of all unless given.") var validateEvery: Int?
  @Option("Folder for the run's files.", valueName: "DIR", completion: .folder) var out: String?
  @Flag("Goes on from the checkpoint in --out.") var resume
  @OptionGroup var source: ElmDataOptions
  @OptionGroup var model: ElmModelOptions
  @OptionGroup var chance: ChanceOptions
  @OptionGroup var common: CommonOptions

  /// Everything the result depends on.
  private struct Settings: Encodable {
    var model: String
    var configuration: String
    var plan: TrainingPlan
    var seed: UInt64
    var data: String
  }

  private struct Result: Encodable {
    var model: String
    var parameters: Int
    var steps: Int
    var loss: Double
    var validationLoss: Double?
    var bestValidationLoss: Double?
    var seconds: Double
  }

  func validate() throws {
    try model.validate()
    if resume && out == nil { throw UsageError("--resume needs --out, the folder of the run to go on with") }
  }

  func run() throws {
    Interruption.install()
    let started = Date()
    let threads = try chance.threadCount()
    let name = model.name(for: source.task)
    let data = try source.source(seed: chance.seed).data(threads: threads)
    for warning in data.warnings { Terminal.warn(warning, quiet: common.quiet) }
    let start = try model.make(source.task, for: data.training, bin: source.bin, seed: chance.seed)
    let plan = plan(for: start)
    let trainer = try SequenceTrainer(
      start, plan: plan, data: data.training, validation: data.validation, renewal: data.renewal,
      seed: chance.seed, threads: threads)
    let settings = Settings(
      model: name.rawValue, configuration: start.configurationText, plan: plan, seed: chance.seed,
      data: source.data)
    var run = try beginRun(out, seed: chance.seed, resuming: resume, quiet: common.quiet)
    let checkpoint = run.map { Checkpoint(path: $0.path("checkpoint.safetensors"), configuration: settings) }
    if resume, let saved = try checkpoint!.load(SequenceTrainer.State.self) {
      try trainer.restore(arrays: saved.arrays, state: saved.state)
    }
    func save() throws {
      let saved = trainer.checkpoint
      try checkpoint?.save(arrays: saved.arrays, state: saved.state)
    }
    let progress = Progress(isQuiet: common.quiet)
    progress.begin("training", total: Double(plan.steps))
    progress.advance(by: Double(trainer.state.step))
    var lastSave = Date()
    let (begun, before) = (Date(), trainer.state.step)
    do {
      while !trainer.isFinished {
        let loss = try trainer.step()
        let rate = Double(trainer.state.step - before) / Date().timeIntervalSince(begun)
        progress.advance(by: 1, status: String(format: "loss %.4f, %.3g batches/s", loss, rate))
        if Date().timeIntervalSince(lastSave) > 30 {
          try save()
          lastSave = Date()
        }
        try Interruption.check()
      }
    } catch let stop as Interrupted {
      progress.finish()
      try save()
      throw stop
    }
    progress.finish()
    try save()
    try report(trainer, seconds: Date().timeIntervalSince(started), run: &run)
  }

  private func plan(for model: SequenceModel) -> TrainingPlan {
    var plan = source.task.plan(steps: steps, for: model)
    if source.task == .neuronio { (plan.window, plan.burnIn, plan.skip) = (window, burnIn, skip) }
    if let batch { plan.batch = batch }
    if let learningRate { plan.learningRate = learningRate }
    if let optimiser { plan.optimiser = optimiser }
    if let dropout { plan.dropout = dropout }
    if let recurrentDropout { plan.recurrentDropout = recurrentDropout }
    plan.clip = clip
    plan.truncation = truncation
    plan.validationInterval = validateEvery ?? max(1, steps / 10)
    return plan
  }

  private func report(_ trainer: SequenceTrainer, seconds: Double, run: inout Run?) throws {
    let state = trainer.state
    let recent = state.losses.suffix(50)
    let best = trainer.bestModel
    let result = Result(
      model: model.name(for: source.task).rawValue, parameters: best.parameterCount, steps: state.step,
      loss: recent.reduce(0, +) / Double(recent.count), validationLoss: state.validationLosses.last,
      bestValidationLoss: state.bestValidationLoss, seconds: seconds)
    if best.deadSynapses > 0 {
      Terminal.warn(
        "\(best.deadSynapses) synapses have fallen to no strength and will not come back",
        quiet: common.quiet)
    }
    if run != nil {
      try ModelFile.write(best, to: run!.path("weights.safetensors"))
      try run!.write(result, to: "metrics.json")
      try NPZ.write(["loss": NumericArray(state.losses)], to: run!.path("losses.npz"))
      let figure = Figure(
        id: "loss", title: "Loss", caption: "Of each batch, and on the validation set.", x: Axis("batch"),
        y: Axis("loss"),
        marks: [
          Mark("training", .line(x: state.losses.indices.map { Double($0 + 1) }, y: state.losses)),
          Mark("validation", .line(x: state.validatedAt.map(Double.init), y: state.validationLosses)),
        ])
      try run!.writeReport(
        Report(
          title: "Training", introduction: "\(best.parameterCount) parameters, \(state.step) batches.",
          sections: [Report.Section("Loss", [.figure(figure)])]), quiet: common.quiet)
      run!.noteInput(source.data)
      try run!.finish()
    }
    show(
      result, json: common.json,
      [
        ("parameters", "\(result.parameters)"), ("batches", "\(result.steps)"),
        ("loss", String(format: "%.5f", result.loss)),
        ("validation loss", result.validationLoss.map { String(format: "%.5f", $0) } ?? "-"),
        ("seconds", String(format: "%.1f", seconds)),
      ])
  }
}
