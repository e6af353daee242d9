import Figures
import Foundation
import Laboratory

/// The claims of Spieler, Rahaman, Martius, Schölkopf and Levina (2024), measured on data from built-in teachers and generators.
///
/// What is claimed of NeuronIO's own recordings is measured when `NEUROPIL_NEURONIO` names a folder or file of them and
/// `NEUROPIL_ELM_WEIGHTS` the weights: the published PyTorch file with its `model_config.json` beside it, or a file of `elm train`.
public enum ELMReproduction: Reproduction {
  /// `elm`
  public static let method = "elm"
  /// The paper.
  public static let paper =
    "Spieler, Rahaman, Martius, Schölkopf and Levina, The expressive leaky memory neuron: an efficient and expressive phenomenological neuron model can solve long-horizon tasks, ICLR (2024), arXiv:2306.16922"

  /// Parameters of the released models by memory units.
  static let publishedCounts = [
    1: 4601, 2: 4708, 3: 4823, 5: 5077, 7: 5363, 10: 5852, 15: 6827, 20: 8002, 25: 9377, 30: 10952, 40: 14702,
    50: 19252, 75: 34127, 100: 54002,
  ]

  /// Measures every claim; NeuronIO's is answered by a simulated pyramidal cell under the same input.
  public static func measure(in context: ReproductionContext) throws -> ReproductionOutcome {
    let tasks = try TaskClaims.measure(
      seed: context.seed, threads: context.threads, inputs: context.scale == .smoke ? 8 : 64)
    let teacher = try TeacherExperiment(context).measure()
    let digits = try DigitsExperiment(context).measure()
    let listOps = try ListOpsExperiment(context).measure()
    return ReproductionOutcome(
      results: [parameters, try released(context.threads)] + tasks + teacher.results + digits + listOps,
      figures: teacher.figures,
      notes: [
        "NeuronIO's 115 GB are replaced by a two-compartment pyramidal cell with NMDA receptors under the published input process, so levels differ from the paper's; who is ahead of whom is what can be compared.",
        "All models of a figure see the same windows in the same order and share one learning rate.",
      ])
  }

  /// How many trained numbers the released sizes have.
  private static var parameters: ClaimResult {
    let counts = publishedCounts.count { units, count in
      ELMConfiguration.neuronIO(memoryUnits: units).parameterCount == count
    }
    return ClaimResult(
      Claim(
        id: "elm.parameters", source: "README of the released models",
        statement:
          "A Branch-ELM of 45 branches of 100 synapses has 4,601 to 54,002 parameters for 1 to 100 memory units.",
        published: "14 sizes", method: "counted from the sizes"),
      Measurement(holds: counts == publishedCounts.count, text: "\(counts) of \(publishedCounts.count) sizes")
    )
  }

  /// The released weights on NeuronIO's recordings, with the published evaluator.
  private static func released(_ threads: Int) throws -> ClaimResult {
    let claim = Claim(
      id: "elm.released", source: "Table S8",
      statement: "On NeuronIO's test set a Branch-ELM of 20 memory units reaches AUC 0.992 and 0.64 mV.",
      published: "AUC 0.9924, RMSE 0.638 mV",
      method: "AUC of the released weights in the published evaluator", agreement: 0.989...0.996)
    let environment = ProcessInfo.processInfo.environment
    guard let recordings = environment["NEUROPIL_NEURONIO"], let weights = environment["NEUROPIL_ELM_WEIGHTS"]
    else {
      return ClaimResult(
        claim,
        Measurement(
          nil, text: "not measured",
          note:
            "Set NEUROPIL_NEURONIO to a folder of NeuronIO's test files and NEUROPIL_ELM_WEIGHTS to neuronio_best_model_state.pt of 20 memory units."
        ))
    }
    let outcome = try NeuronEvaluation(
      try ModelFile.read(weights, lambda: nil),
      on: try TaskSource(.neuronio, path: recordings).judged(threads: threads).set, plan: .published,
      threads: threads)
    return ClaimResult(
      claim,
      Measurement(
        outcome.areaUnderCurve,
        text: (outcome.areaUnderCurve.map { String(format: "AUC %.4f, ", $0) } ?? "no spike; ")
          + String(format: "RMSE %.3f mV", outcome.voltage.rmse),
        note: "\(outcome.recordings.count) recordings of \(recordings)."))
  }
}

/// A model, how it was trained and how it scored.
struct TrainedScore: Codable, Sendable {
  var name: String
  var parameters: Int
  var areaUnderCurve: Double?
  var rmse: Double
  /// RMSE of each test recording.
  var recordings: [Double]
}
