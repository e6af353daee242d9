import Foundation
import Laboratory
import Probability

extension HomeostasisReproduction {
  /// What the abstract claims, by the two programs that exist of it, and what else a reader must know.
  enum Statement: String, CaseIterable {
    case vulnerability, vulnerability2024, adapts, adapts2024, grows, seasons, seasons2024, kinds, best,
      control,
      swaps

    var claim: Claim {
      let (source, statement, published): (String, String, String)
      let none = "claimed, no number in the abstract"
      switch self {
      case .vulnerability:
        (source, statement, published) = (
          "Abstract", "Vulnerability does not hurt without concept shift (2022 pseudo-code).", none
        )
      case .vulnerability2024:
        (source, statement, published) = (
          "Abstract", "Vulnerability does not hurt without concept shift (published program).", none
        )
      case .adapts:
        (source, statement, published) = (
          "Abstract",
          "The homeostatic learner adapts better at every rate of concept shift (2022 pseudo-code).", none
        )
      case .adapts2024:
        (source, statement, published) = (
          "Abstract",
          "The homeostatic learner adapts better at every rate of concept shift (published program).",
          none
        )
      case .grows:
        (source, statement, published) = (
          "Abstract", "Its advantage grows with the rate of shift (2022 pseudo-code).", none
        )
      case .seasons:
        (source, statement, published) = (
          "Abstract", "It adapts better when the rate of shift itself shifts (2022 pseudo-code).", none
        )
      case .seasons2024:
        (source, statement, published) = (
          "Abstract", "It adapts better when the rate of shift itself shifts (published program).", none
        )
      case .kinds:
        (source, statement, published) = (
          "Beyond the paper", "It adapts better under gradual, recurring, cyclic and covariate shift.",
          "not tried"
        )
      case .best:
        (source, statement, published) = (
          "Beyond the paper", "The advantage is more than the best constant learning rate would give.",
          "not tried"
        )
      case .control:
        (source, statement, published) = (
          "Controls", "Random regulation is a neutral control.", "used as one"
        )
      case .swaps:
        (source, statement, published) = (
          "Program, swapsperepoch", "The program performs the swaps it is asked for.", "7, 9, 14, 64"
        )
      }
      return Claim(
        id: "homeostasis.\(rawValue)", source: source, statement: statement, published: published,
        method: self == .swaps
          ? "its rule over an epoch of 60000 samples"
          : "paired difference in prequential accuracy, 95 % bootstrap interval over seeds")
    }
  }

  static func results(_ experiment: ShiftExperiment, _ plan: Plan) throws -> [ClaimResult] {
    let still = plan.steady[0]
    let moving = Array(plan.steady.dropFirst())
    /// A learner against the constant one on several streams: holds when every interval lies above `bound`.
    func compared(_ learner: String, _ streams: [Stream], above bound: Double, note: String) throws
      -> Laboratory.Measurement
    {
      let found = try streams.compactMap { stream in
        try experiment.comparison(learner, with: constant, stream).map { (stream: stream, value: $0) }
      }
      return Laboratory.Measurement(
        holds: found.count == streams.count && found.allSatisfy { $0.value.low > bound },
        text: found.map { "\($0.value.text) at \($0.stream.name)" }.joined(separator: "; "), note: note)
    }
    let runs = plan.steady.flatMap { stream in
      experiment.seeds.compactMap { experiment.outcome(published, stream.name, seed: $0) }
    }
    let opportunities = Double(max(1, runs.reduce(0) { $0 + $1.opportunities }))
    let differing = 100 * Double(runs.reduce(0) { $0 + $1.differing }) / opportunities
    let dead = 100 * runs.reduce(0) { $0 + $1.deadShare } / Double(max(1, runs.count))
    return try Statement.allCases.map { statement in
      let measurement: Laboratory.Measurement
      switch statement {
      case .vulnerability:
        measurement = try compared(
          memory, [still], above: -0.01, note: plan.scope + " A hundredth is allowed.")
      case .vulnerability2024:
        measurement = try compared(
          published, [still], above: -0.01,
          note: String(
            format:
              "The published program's rate wanders and can die: %.1f %% of its batches are learned at the floor.",
            dead))
      case .adapts: measurement = try compared(memory, moving, above: 0, note: plan.scope)
      case .adapts2024:
        measurement = try compared(
          published, moving, above: 0,
          note: String(
            format:
              "Its simulations see one sample's gradient, divided by ten: they differ in only %.1f %% of the decisions.",
            differing))
      case .grows: measurement = try growth(experiment, plan)
      case .seasons:
        measurement = try compared(
          memory, [plan.seasons], above: 0, note: "Epochs without swaps and with many alternate.")
      case .seasons2024:
        measurement = try compared(
          published, [plan.seasons], above: 0, note: "Epochs without swaps and with many alternate.")
      case .kinds:
        measurement = try compared(
          memory, plan.kinds, above: 0, note: plan.scope(of: plan.kinds))
      case .best: measurement = try againstBest(experiment, plan)
      case .control:
        let found = try plan.steady.map { stream in
          (stream: stream, value: try experiment.comparison("random", with: constant, stream))
        }
        measurement = Laboratory.Measurement(
          holds: found.allSatisfy { $0.value.map { $0.low <= 0 && $0.high >= 0 } ?? false },
          text: found.map { "\($0.value?.text ?? "diverged") at \($0.stream.name)" }.joined(separator: "; "),
          note: "A random walk that is reflected at zero drifts upwards.")
      case .swaps:
        let performed = try [7, 9, 14, 64].map {
          try ShiftSchedule(rate: .constant($0), timing: .published).positions(
            epoch: 0, samples: 60_000, batch: 10
          ).count
        }
        measurement = Laboratory.Measurement(
          holds: performed == [7, 9, 14, 64], text: performed.map(String.init).joined(separator: ", "),
          note: "Rates that do not divide the batches are lost in part; here a rate is kept exactly.")
      }
      return ClaimResult(statement.claim, measurement)
    }
  }

  /// The paired growth of the advantage from no shift to each higher rate.
  private static func growth(_ experiment: ShiftExperiment, _ plan: Plan) throws -> Laboratory.Measurement {
    func advantages(_ stream: Stream) -> [Double] {
      zip(experiment.accuracies(memory, stream), experiment.accuracies(constant, stream)).compactMap {
        ours, theirs in
        ours.flatMap { ours in theirs.map { ours - $0 } }
      }
    }
    let still = advantages(plan.steady[0])
    let found = try plan.steady.dropFirst().map { stream in
      (stream: stream, value: try PairedComparison.ofLearners(advantages(stream), against: still))
    }
    let isRising = zip(found, found.dropFirst()).allSatisfy { $1.value.difference > $0.value.difference }
    return Laboratory.Measurement(
      holds: isRising && found.allSatisfy { $0.value.low > 0 },
      text: found.map { "\($0.value.text) at \($0.stream.name)" }.joined(separator: "; "),
      note: "Growth of the advantage against the stream without swaps; it must also rise from rate to rate.")
  }

  private static func againstBest(_ experiment: ShiftExperiment, _ plan: Plan) throws
    -> Laboratory.Measurement
  {
    let found = try (plan.steady + [plan.seasons]).compactMap { stream in
      try experiment.comparison(memory, withBestOf: constants, stream).map { (stream: stream, value: $0) }
    }
    return Laboratory.Measurement(
      holds: found.contains { $0.value.comparison.low > 0 },
      text: found.map { "\($0.value.comparison.text) to constant \($0.value.rate) at \($0.stream.name)" }
        .joined(
          separator: "; "),
      note:
        "Each seed is held against the rate of \(constants.map { "\($0)" }.joined(separator: ", ")) that is best on the other seeds: the baseline that the paper does not show."
    )
  }
}
