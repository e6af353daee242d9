import Figures
import Laboratory
import NeuralData
import Parallel
import Probability
import Tensors

/// Methods compared on one network and one set of images.
struct PruningExperiment: Sendable {
  var name: String
  var title: String
  var choice: NetworkChoice
  var initialisation = Initialisation.uniformByInputs
  var arms: [PruningArm]
  var settings: PruningSettings
  var seeds: Int
  var cycles: Int

  static let plain = PruningArm(.magnitude)
  static let activating = PruningArm(.magnitude, .leastMovedNegative)
  static let randomNegative = PruningArm(.magnitude, .randomNegative)
  static let positive = PruningArm(.magnitude, .leastMovedPositive)
  static let random = PruningArm(.magnitude, .random)

  /// Runs every method with every seed; finished runs are noted.
  func measure(on data: PruningData, in context: ReproductionContext) throws -> PruningCurves {
    let data = try data.fitting(choice)
    let (ledger, progress) = (context.ledger, context.progress)
    let device = try Device(named: context.device)
    progress.begin("prune: \(title)", total: Double(seeds * arms.count * (cycles + 1)))
    let runs = try parallelMap(count: arms.count * seeds, threads: context.threads) { index in
      let (arm, seed) = (arms[index / seeds], context.seed &+ UInt64(index % seeds))
      return try ledger.measure("prune/\(name)/\(arm.name), seed \(seed)") {
        let run = try IterativePruning(
          arm.settings(like: settings, seed: seed), training: data.training, test: data.test, on: device
        ) { try choice.network(for: data.shape, seed: $0, initialisation: initialisation) }
        try run.run(
          cycles: cycles, watch: { _, _ in try Interruption.check() },
          finished: { _ in progress.advance(by: 1) })
        return run.cycles
      }
    }
    progress.finish()
    return PruningCurves(
      arms: arms, runs: arms.indices.map { Array(runs[($0 * seeds)..<(($0 + 1) * seeds)]) })
  }

  /// What the figures of an experiment stand for.
  var scope: String {
    "\(title): \(seeds) seeds, \(cycles) cycles of \(settings.step.rate.formatted) % of which \(settings.step.share.formatted) % to activate units, \(settings.plan.epochs) epochs a cycle, one training a cycle, rewinding to \(settings.rewinding)."
  }
}

extension Double {
  /// Without a fraction where there is none.
  fileprivate var formatted: String { self == rounded() ? "\(Int(self))" : "\(self)" }
}
