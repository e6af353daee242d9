import Foundation
import Laboratory

/// Nested list operations: an expressive neuron beside an LSTM with gates for long times.
struct ListOpsExperiment {
  private let context: ReproductionContext
  private let lengths: ClosedRange<Int>
  private let sizes: SplitSizes
  private let steps: Int
  private let batch: Int
  private let units: Int

  init(_ context: ReproductionContext) {
    self.context = context
    switch context.scale {
    case .smoke:
      (lengths, sizes, steps, batch, units) = (
        5...20, SplitSizes(training: 200, validation: 1, test: 100), 8, 16, 16
      )
    case .quick:
      (lengths, sizes, steps, batch, units) = (
        5...50, SplitSizes(training: 6000, validation: 1, test: 1000), 800, 32, 48
      )
    case .long:
      (lengths, sizes, steps, batch, units) = (
        5...200, SplitSizes(training: 24_000, validation: 1, test: 2000), 5000, 32, 100
      )
    case .paper:
      (lengths, sizes, steps, batch, units) = (
        501...1999, SplitSizes(training: 96_000, validation: 2000, test: 2000), 37_500, 384, 150
      )
    }
  }

  func measure() throws -> [ClaimResult] {
    let data = try ListOpsTask(law: .init(lengths: lengths), sizes: sizes, seed: context.seed).data(
      threads: context.threads)
    let longest = Double(lengths.upperBound)
    let (inputs, classes) = (data.training.channels, data.training.outputs)
    let models: [(name: String, model: SequenceModel)] = [
      (
        "ELM",
        .elm(
          try ELMNeuron(
            .longRange(
              inputs: inputs, classes: classes, longestTimeConstant: max(20, longest), memoryUnits: units),
            seed: context.seed))
      ),
      (
        "Chrono-LSTM",
        .lstm(
          try LSTM(
            .init(inputs: inputs, outputs: classes, hiddenSize: units, longestTime: 2 * longest),
            seed: context.seed))
      ),
    ]
    guard case .labels(let labels, _) = data.test!.targets else { preconditionFailure("ListOps has labels") }
    let commonest = Dictionary(grouping: labels, by: \.self).values.map(\.count).max()!
    let guess = Double(commonest) / Double(labels.count)
    let plan = TrainingPlan(
      steps: steps,
      learningRate: [Scale.smoke: 2e-3, .quick: 2e-3, .long: 1e-3, .paper: 2e-4][context.scale]!, batch: batch
    )
    let accuracies = try Lesson(name: "ListOps", models: models) { _ in plan }
      .run(in: context, on: data) { _, model in
        try ClassEvaluation(model, on: data.test!, threads: 1).accuracy
      }
    let claim = Claim(
      id: "elm.listops", source: "Table 1", statement: "An ELM is better than a Chrono-LSTM on ListOps.",
      published: "46.8 % against 44.6 %",
      method: "accuracy on unseen expressions of \(lengths.lowerBound) to \(lengths.upperBound) tokens")
    let text =
      zip(models, accuracies).map { String(format: "%@ %.1f %%", $0.name, 100 * $1) }.joined(separator: ", ")
      + String(format: "; the commonest answer alone %.1f %%", 100 * guess)
    let note =
      "\(units) units each, \(steps) batches of \(batch); the paper has expressions of 500 to 2000 tokens."
    let margin = 2 * (guess * (1 - guess) / Double(labels.count)).squareRoot()
    let isLearned = accuracies.max()! > guess + margin
    return [
      ClaimResult(
        claim,
        isLearned
          ? Measurement(holds: accuracies[0] > accuracies[1], text: text, note: note)
          : Measurement(
            undecided: text,
            note: "No model is ahead of the commonest answer by two standard errors. " + note))
    ]
  }
}
