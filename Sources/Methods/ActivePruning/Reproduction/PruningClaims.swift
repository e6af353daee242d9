import Foundation
import Laboratory
import Probability

/// The statements of the paper that an experiment can check. A paired 95 % bootstrap interval over the seeds decides: on the
/// claimed side of 0 the claim agrees, on the other it differs, around 0 it is undecided; where the claim is of every
/// cycle, all of them decide.
struct PruningClaims {
  private typealias Measurement = Laboratory.Measurement

  var experiment: PruningExperiment
  /// The measured curves; `nil` when something is missing.
  var curves: PruningCurves?
  /// What is missing, or what to know of the measurement.
  var note: String

  private static let published = "stated, without a figure in the abstract"

  var results: [ClaimResult] {
    [falls, lowers, everyCycle, accuracy] + (hasControl ? [control] : [])
  }

  private var hasControl: Bool { experiment.arms.contains(PruningExperiment.randomNegative) }

  private func claim(_ id: String, _ source: String, _ statement: String, method: String) -> Claim {
    Claim(
      id: "prune.\(experiment.name).\(id)", source: source, statement: "\(experiment.title): \(statement)",
      published: Self.published, method: method)
  }

  private func place(_ arm: PruningArm) -> Int { experiment.arms.firstIndex(of: arm) ?? 0 }

  private func measured(_ body: (PruningCurves) -> Measurement) -> Measurement {
    curves.map(body) ?? Measurement(nil, text: "-", note: note)
  }

  private static func judged(
    _ difference: PairedComparison, isClaimedBelow: Bool, note: String
  ) -> Measurement {
    guard difference.verdict == .higher || difference.verdict == .lower else {
      return Measurement(
        undecided: difference.textWithInterval,
        note: ["no difference can be told with these seeds", note].filter { !$0.isEmpty }.joined(
          separator: "; "))
    }
    return Measurement(
      holds: (difference.verdict == .lower) == isClaimedBelow, text: difference.textWithInterval, note: note)
  }

  private var falls: ClaimResult {
    ClaimResult(
      claim(
        "falls", "abstract", "pruning lowers the dynamic dead neuron rate",
        method:
          "the rate after the last cycle less the dense network's, plain magnitude pruning, paired by seed"),
      measured { curves in
        let arm = place(PruningExperiment.plain)
        let difference = PruningCurves.difference(
          curves.values(.dynamicDeadRate, of: arm, at: curves.cycles - 1),
          against: curves.values(.dynamicDeadRate, of: arm, at: 0))
        return Self.judged(difference, isClaimedBelow: true, note: note)
      })
  }

  private var lowers: ClaimResult {
    ClaimResult(
      claim(
        "lowers", "abstract", "activating units lowers the dynamic dead neuron rate further",
        method: "the rate with AP less that of the base method alone, mean over the cycles, paired by seed"),
      measured { curves in
        let difference = PruningCurves.difference(
          curves.averages(.dynamicDeadRate, of: place(PruningExperiment.activating)),
          against: curves.averages(.dynamicDeadRate, of: place(PruningExperiment.plain)))
        return Self.judged(difference, isClaimedBelow: true, note: note)
      })
  }

  private var everyCycle: ClaimResult {
    ClaimResult(
      claim(
        "every-cycle", "abstract", "it does so at every cycle",
        method: "cycles at which the mean over the seeds is lower with AP"),
      measured { curves in
        let below = curves.cyclesBelow(
          .dynamicDeadRate, place(PruningExperiment.activating), than: place(PruningExperiment.plain))
        let count = curves.cycles - 1
        return Measurement(holds: below == count, text: "\(below) of \(count) cycles", note: note)
      })
  }

  private var accuracy: ClaimResult {
    ClaimResult(
      claim(
        "accuracy", "abstract", "activating units lifts accuracy",
        method: "accuracy with AP less that of the base method alone, mean over the cycles, paired by seed"),
      measured { curves in
        let difference = PruningCurves.difference(
          curves.averages(.accuracy, of: place(PruningExperiment.activating)),
          against: curves.averages(.accuracy, of: place(PruningExperiment.plain)))
        return Self.judged(difference, isClaimedBelow: false, note: note)
      })
  }

  private var control: ClaimResult {
    ClaimResult(
      claim(
        "control", "ablation named in the abstract",
        "negative weights that moved least wake more units than negative weights at random",
        method:
          "the dynamic rate with AP less that with random negative weights, mean over the cycles, paired by seed"
      ),
      measured { curves in
        let activating = place(PruningExperiment.activating)
        let control = place(PruningExperiment.randomNegative)
        let difference = PruningCurves.difference(
          curves.averages(.dynamicDeadRate, of: activating),
          against: curves.averages(.dynamicDeadRate, of: control))
        let accuracy = PruningCurves.difference(
          curves.averages(.accuracy, of: activating), against: curves.averages(.accuracy, of: control))
        return Self.judged(
          difference, isClaimedBelow: true,
          note: ["accuracy differs by \(accuracy.textWithInterval)", note].filter { !$0.isEmpty }.joined(
            separator: "; "))
      })
  }
}
