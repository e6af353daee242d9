import Figures
import Foundation
import Laboratory
import Parallel

/// Models of the paper's main figure and its ablations on a simulated pyramidal cell.
struct TeacherExperiment {
  private let context: ReproductionContext
  private let sizes: SplitSizes
  private let duration: Int
  private let steps: Int
  private let large: Bool

  init(_ context: ReproductionContext) {
    self.context = context
    large = context.scale == .paper
    switch context.scale {
    case .smoke: (sizes, duration, steps) = (SplitSizes(training: 6, validation: 1, test: 3), 2500, 60)
    case .quick: (sizes, duration, steps) = (SplitSizes(training: 32, validation: 1, test: 12), 6000, 1200)
    case .paper:
      (sizes, duration, steps) = (SplitSizes(training: 1152, validation: 128, test: 128), 6000, 342_000)
    }
  }

  private struct Entry: Sendable {
    var name: String
    var group: String
    var model: SequenceModel
  }

  private func entries() throws -> [Entry] {
    let seed = context.seed
    func branch(
      _ name: String, _ group: String, units: Int = 20, change: (inout ELMConfiguration) -> Void = { _ in }
    )
      throws -> Entry
    {
      var configuration = ELMConfiguration.neuronIO(memoryUnits: units)
      change(&configuration)
      return Entry(name: name, group: group, model: .elm(try ELMNeuron(configuration, seed: seed)))
    }
    let units = large ? [1, 2, 5, 10, 20, 30, 50, 100] : [1, 5, 20]
    let cells = large ? [15, 25, 50, 100, 150, 250] : [15]
    var all = try units.map { try branch("Branch-ELM \($0)", "Branch-ELM", units: $0) }
    all.append(
      Entry(
        name: "LIF", group: "LIF",
        model: .integrateAndFire(try IntegrateAndFireNeuron(.init(inputs: 1278), seed: seed))))
    all.append(
      Entry(
        name: "ALIF", group: "ALIF",
        model: .integrateAndFire(try IntegrateAndFireNeuron(.init(inputs: 1278, adapts: true), seed: seed))))
    all += try cells.map {
      Entry(
        name: "LSTM \($0)", group: "LSTM",
        model: .lstm(try LSTM(.init(inputs: 1278, outputs: 2, hiddenSize: $0), seed: seed)))
    }
    all.append(try branch("no hidden layer", "MLP") { $0.hiddenLayers = 0 })
    all.append(try branch("λ = 1", "λ") { $0.lambda = 1 })
    for longest in large ? [2.0, 5, 10, 25, 50] : [2.0, 25] {
      all.append(
        try branch("up to \(Int(longest)) ms", "time scales") {
          $0.memoryTimeConstants = .init(1, longest)
          $0.memoryTimeConstantBounds = .init(1, longest)
        })
    }
    return all
  }

  func measure() throws -> (results: [ClaimResult], figures: [Figure]) {
    let entries = try entries()
    let data = try TeacherTask(teacher: .pyramidal, steps: duration, sizes: sizes, seed: context.seed).data(
      threads: context.threads)
    context.progress.begin("elm: \(entries.count) models", total: Double(entries.count * steps))
    let scores = try parallelMap(count: entries.count, threads: context.threads) { index in
      let entry = entries[index]
      return try context.ledger.measure("elm/teacher/\(entry.name)") {
        let trainer = try SequenceTrainer(
          entry.model,
          plan: TrainingPlan(
            steps: steps, learningRate: large ? 5e-4 : 2e-3, window: 500, burnIn: 150, skip: 500),
          data: data.training, seed: context.seed, threads: 1)
        while !trainer.isFinished {
          try trainer.step()
          try Interruption.check()
          context.progress.advance(by: 1, status: entry.name)
        }
        let outcome = try NeuronEvaluation(
          trainer.model, on: data.test!, plan: EvaluationPlan(mostSpikes: .max), threads: 1)
        return TrainedScore(
          name: entry.name, group: entry.group, parameters: entry.model.parameterCount,
          areaUnderCurve: outcome.areaUnderCurve, rmse: outcome.voltage.rmse,
          explainedVariance: outcome.voltage.explainedVariance)
      }
    }
    context.progress.finish()
    return (results(scores), [figure(scores)])
  }

  private func results(_ scores: [TrainedScore]) -> [ClaimResult] {
    func score(_ name: String) -> TrainedScore { scores.first { $0.name == name }! }
    func text(_ names: [String]) -> String {
      names.map { name in
        let s = score(name)
        let area = s.areaUnderCurve.map { String(format: "AUC %.4f, ", $0) } ?? ""
        return "\(name): \(area)" + String(format: "%.3f mV", s.rmse)
      }.joined(separator: " · ")
    }
    /// Whether the first is nearer to the voltage than all others.
    func leads(_ first: String, _ others: [String]) -> Bool {
      others.allSatisfy { score(first).rmse < score($0).rmse }
    }
    let scope =
      "Simulated pyramidal cell, \(steps) batches of 8 windows of 500 ms, \(sizes.test) test recordings; judged by RMSE."
    func claim(
      _ id: String, _ source: String, _ statement: String, _ published: String, _ holds: Bool,
      _ names: [String]
    )
      -> ClaimResult
    {
      ClaimResult(
        Claim(
          id: "elm.\(id)", source: source, statement: statement, published: published,
          method: "models trained alike on a simulated pyramidal cell"),
        Measurement(holds: holds, text: text(names), note: scope))
    }
    return [
      claim(
        "integrate-and-fire", "Figure 2",
        "A Branch-ELM predicts a cortical neuron better than integrate-and-fire neurons.",
        "AUC 0.9924, 0.638 mV against 0.9117, 2.29 (LIF) and 0.9115, 2.29 (ALIF)",
        leads("Branch-ELM 20", ["LIF", "ALIF"]), ["Branch-ELM 20", "LIF", "ALIF"]),
      claim(
        "lstm", "Figure 2", "An LSTM with ten times the parameters is not better.",
        "Branch-ELM, 8.1K parameters, 0.638 mV; LSTM, 78K, 0.717 mV", leads("Branch-ELM 20", ["LSTM 15"]),
        ["Branch-ELM 20", "LSTM 15"]),
      claim(
        "memory-units", "Figure 3", "Ten to twenty memory units are needed.",
        "RMSE 1.33, 0.81, 0.64 mV with 1, 5, 20",
        leads("Branch-ELM 20", ["Branch-ELM 5", "Branch-ELM 1"]) && leads("Branch-ELM 5", ["Branch-ELM 1"]),
        ["Branch-ELM 1", "Branch-ELM 5", "Branch-ELM 20"]),
      claim(
        "depth", "Figure 3", "Without a hidden layer the neuron is much worse.", "no number in the text",
        score("no hidden layer").rmse > 1.2 * score("Branch-ELM 20").rmse,
        ["no hidden layer", "Branch-ELM 20"]),
      claim(
        "lambda", "Figure 3", "A larger λ helps.", "no number in the text", leads("Branch-ELM 20", ["λ = 1"]),
        ["λ = 1", "Branch-ELM 20"]),
      claim(
        "time-scales", "Figure 3", "Memory time scales up to at least 25 ms are needed.",
        "no number in the text",
        leads("up to 25 ms", ["up to 2 ms"]), ["up to 2 ms", "up to 25 ms", "Branch-ELM 20"]),
    ]
  }

  private func figure(_ scores: [TrainedScore]) -> Figure {
    let groups = ["Branch-ELM", "LIF", "ALIF", "LSTM"]
    func marks(_ value: (TrainedScore) -> Double?) -> [Mark] {
      groups.map { group in
        let members = scores.filter { $0.group == group }.compactMap { s in
          value(s).map { (Double(s.parameters), $0) }
        }
        return Mark(group, .scatter(x: members.map(\.0), y: members.map(\.1)))
      }
    }
    return Figure(
      id: "elm-parameters", title: "Prediction against the number of parameters",
      caption:
        "The paper's figure 2 on a simulated pyramidal cell instead of NeuronIO, \(steps) batches each.",
      panels: [
        Panel(
          title: "Voltage", x: Axis("parameters", scale: .log), y: Axis("RMSE (mV)"), marks: marks { $0.rmse }
        ),
        Panel(
          title: "Spikes", x: Axis("parameters", scale: .log), y: Axis("area under the ROC curve"),
          marks: marks { $0.areaUnderCurve }),
      ])
  }
}
