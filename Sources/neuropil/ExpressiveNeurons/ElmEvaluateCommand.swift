import ArgumentParsing
import ExpressiveNeurons
import Figures
import Foundation
import Laboratory
import NeuralData

/// A trained model against recordings or labels.
struct ElmEvaluateCommand: Command {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      "evaluate", abstract: "Compares a model's spikes and voltage, or its classes, with data.",
      discussion:
        "Of a folder with parts it judges by the test part, or by the validation part where there is none. The model runs once over every recording; with --published in windows of 500 ms that start from rest, and with voltages moved and stretched to the recording's mean and deviation, as the paper's evaluator does: that flatters. The area under the ROC curve is left out where no step, or every one, is a spike.",
      examples: [
        .init(
          "neuropil elm teach --teacher lif --basal 20 --apical 20 --spikes 60 --training 8 --milliseconds 3000 --out /tmp/neuropil-teacher-2 && neuropil elm train --data /tmp/neuropil-teacher-2 --steps 60 --out /tmp/neuropil-run-2 && neuropil elm evaluate --weights /tmp/neuropil-run-2/weights.safetensors --data /tmp/neuropil-teacher-2 --most-spikes 1000 --out /tmp/neuropil-evaluation",
          "From a simulated neuron to the score.")
      ])
  }
  @Option("Steps of windows that start from rest; one pass unless given.") var window: Int?
  @Option("First steps of every window but the first that are not used.") var burnIn = 150
  @Option("First steps of every recording that are not scored.") var skip = 500
  @Flag("Moves and stretches predicted voltages to the recording's mean and deviation, which flatters.")
  var restandardise
  @Flag("The paper's evaluator: --window 500 --restandardise.") var published
  @Option("Recordings with more spikes are left out.") var mostSpikes = 24
  @Option("Folder for the report with spikes and voltages drawn.", valueName: "DIR", completion: .folder)
  var out: String?
  @OptionGroup var recordings: ElmDataOptions
  @OptionGroup var source: ElmWeightsOptions
  @OptionGroup var chance: ChanceOptions
  @OptionGroup var common: CommonOptions

  private struct Result: Encodable {
    var parameters: Int
    var auc: Double?
    var rmse: Double?
    var explainedVariance: Double?
    var meanAbsoluteError: Double?
    var truePositives: Double?
    var accuracy: Double?
    var recordings: Int

    private enum CodingKeys: String, CodingKey {
      case parameters, auc, rmse, explainedVariance, meanAbsoluteError, accuracy, recordings
      case truePositives = "tpRateAtFpr0.0025"
    }
  }

  func run() throws {
    let model = try source.read(quiet: common.quiet)
    let (set, warnings) = try recordings.source(seed: chance.seed).judged(threads: try chance.threadCount())
    for warning in warnings { Terminal.warn(warning, quiet: common.quiet) }
    var run = try beginRun(out, seed: chance.seed, quiet: common.quiet)
    if case .labels = set.targets {
      let outcome = try ClassEvaluation(model, on: set, threads: try chance.threadCount())
      let result = Result(
        parameters: model.parameterCount, accuracy: outcome.accuracy, recordings: outcome.predictions.count)
      if run != nil {
        try NPZ.write(["prediction": NumericArray(outcome.predictions)], to: run!.path("predictions.npz"))
        try close(&run, result)
      }
      return show(
        result, json: common.json,
        [
          ("accuracy", String(format: "%.4f", outcome.accuracy)), ("samples", "\(result.recordings)"),
          ("parameters", "\(model.parameterCount)"),
        ])
    }
    let plan = EvaluationPlan(
      window: published ? 500 : window, burnIn: burnIn, skip: skip,
      restandardises: restandardise || published,
      mostSpikes: mostSpikes)
    let outcome = try NeuronEvaluation(model, on: set, plan: plan, threads: try chance.threadCount())
    if outcome.areaUnderCurve == nil {
      Terminal.warn(
        "the ROC curve is undefined: every scored step is a spike, or none is", quiet: common.quiet)
    }
    if outcome.recordings.count < set.count {
      Terminal.warn(
        "\(set.count - outcome.recordings.count) of \(set.count) recordings have more than \(mostSpikes) spikes and are left out",
        quiet: common.quiet)
    }
    let result = Result(
      parameters: model.parameterCount, auc: outcome.areaUnderCurve, rmse: outcome.voltage.rmse,
      explainedVariance: outcome.voltage.explainedVariance,
      meanAbsoluteError: outcome.voltage.meanAbsoluteError,
      truePositives: outcome.curve?.truePositiveRate(atFalsePositiveRate: 0.0025),
      recordings: outcome.recordings.count)
    if run != nil {
      try run!.writeReport(
        Report(
          title: "Evaluation",
          introduction: "\(model.parameterCount) parameters, \(outcome.recordings.count) recordings.",
          sections: [Report.Section("Spikes and voltage", outcome.figures(of: set).map { .figure($0) })]),
        quiet: common.quiet)
      try close(&run, result)
    }
    let number = { (x: Double?, format: String) in x.map { String(format: format, $0) } ?? "-" }
    show(
      result, json: common.json,
      [
        ("area under the ROC curve", number(result.auc, "%.4f")), ("RMSE", number(result.rmse, "%.3f mV")),
        ("explained variance", number(result.explainedVariance, "%.2f %%")),
        ("mean absolute error", number(result.meanAbsoluteError, "%.3f mV")),
        ("true positive rate at 0.0025", number(result.truePositives, "%.3f")),
        ("recordings", "\(result.recordings)"), ("parameters", "\(result.parameters)"),
      ])
  }

  private func close(_ run: inout Run?, _ result: Result) throws {
    try run!.write(result, to: "metrics.json")
    run!.noteInput(recordings.data)
    run!.noteInput(source.weights)
    try run!.finish()
  }
}
