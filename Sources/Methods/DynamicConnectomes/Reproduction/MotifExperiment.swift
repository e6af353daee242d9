import Figures
import Foundation
import Laboratory
import Probability

/// The whole pipeline on recordings with planted motifs.
struct MotifExperiment {
  let motifs: ClaimResult
  let antiphase: ClaimResult
  let completion: ClaimResult
  let figures: [Figure]

  static func run(in context: ReproductionContext) throws -> MotifExperiment {
    var simulation = CalciumSimulation()
    switch context.scale {
    case .smoke: simulation.duration = 60
    case .quick: (simulation.animals, simulation.neuronsPerMotif) = (8, 6)
    case .long, .paper: (simulation.animals, simulation.neuronsPerMotif, simulation.duration) = (21, 12, 240)
    }
    let recorded = try simulation.run(seed: context.seed)
    var plan = ConnectomePlan()
    plan.factorization.rank = simulation.motifs
    plan.factorization.seed = context.seed
    plan.communities.seed = context.seed
    plan.restarts = context.scale == .smoke ? 2 : 6
    context.progress.begin("connectome: planted motifs", total: Double(plan.restarts + simulation.motifs + 1))
    defer { context.progress.finish() }
    let study = try ConnectomeStudy(
      recorded.traces, schedule: recorded.schedule, plan: plan, threads: context.threads)
    let outcome = try study.run(seed: context.seed) { what in
      if !what.isEmpty { context.progress.advance(by: 1, status: what) }
      try Interruption.check()
    }
    let score = ConnectomeScore(outcome.analysis, outcome.fit, truth: recorded.motifs)
    let baselines = try BaselineScore(recorded.traces, truth: recorded.motifs, seed: context.seed)
    let leastTime = score.matches.map(\.timeShare).min() ?? 0
    let leastArea = score.matches.map(\.pairArea).min() ?? 0
    let ratio = oppositeRatio(outcome, recorded.motifs, score)
    let hidden = try hiddenRatio(study, plan, context)
    return MotifExperiment(
      motifs: ClaimResult(
        DynamicConnectomesReproduction.motifs,
        Measurement(
          holds: leastTime >= 0.9 && leastArea >= 0.9,
          text: String(format: "least energy share %.3f, least area %.3f", leastTime, leastArea),
          note: String(
            format:
              "%d animals, %d neurons; mean F1 of the best community %.2f; windowed correlation with Leiden %.2f and NMF %.2f, which are told the stretches or the number of motifs; animal correlation %.2f.",
            recorded.traces.animals.count, recorded.traces.neurons.count, score.communityF1,
            baselines.leidenF1,
            baselines.nonnegativeFactorsF1, score.animalCorrelation))),
      antiphase: ClaimResult(
        DynamicConnectomesReproduction.antiphase,
        Measurement(ratio, text: ratio.map { String(format: "%.2f", $0) } ?? "no such pairs")),
      completion: ClaimResult(
        DynamicConnectomesReproduction.completion,
        Measurement(
          hidden.ratio, text: String(format: "%.2f", hidden.ratio),
          note: String(
            format: "Relative error %.3f on hidden time courses, %.3f on shown ones.", hidden.hidden,
            hidden.shown))),
      figures: figures(outcome, study))
  }

  /// Median loading of opposite pairs over that of equal pairs, in the components matched to the planted motifs.
  private static func oppositeRatio(
    _ outcome: ConnectomeStudy.Outcome, _ truth: [CalciumSimulation.Motif], _ score: ConnectomeScore
  ) -> Double? {
    var (opposite, equal) = ([Double](), [Double]())
    let neurons = outcome.analysis.neurons
    for match in score.matches where match.component >= 0 {
      let motif = truth[match.planted]
      let loadings = outcome.fit.pairLoadings(of: match.component)
      for (pair, loading) in zip(NeuronPairs(neurons: neurons.count).all, loadings) {
        let (a, b) = (neurons[pair.0], neurons[pair.1])
        guard motif.neurons.contains(a), motif.neurons.contains(b) else { continue }
        if motif.opposite.contains(a) == motif.opposite.contains(b) {
          equal.append(loading)
        } else {
          opposite.append(loading)
        }
      }
    }
    guard !opposite.isEmpty, !equal.isEmpty, median(equal) > 0 else { return nil }
    return median(opposite) / median(equal)
  }

  private static func hiddenRatio(
    _ study: ConnectomeStudy, _ plan: ConnectomePlan, _ context: ReproductionContext
  ) throws -> (ratio: Double, hidden: Double, shown: Double) {
    let tensor = study.tensor.tensor
    let runs = try RankSelection.hidden(tensor, share: 0.1, seed: context.seed, fold: 0)
    let fit = try CPEnsemble(
      tensor.hiding(runs), fit: plan.factorization, restarts: plan.restarts, threads: context.threads,
      report: { _, _, _ in try Interruption.check() }
    ).best
    let hidden = RankSelection.error(of: fit, on: runs, tensor)
    return (hidden / fit.relativeError, hidden, fit.relativeError)
  }

  private static func figures(_ outcome: ConnectomeStudy.Outcome, _ study: ConnectomeStudy) -> [Figure] {
    var figures = [
      ConnectomeReport.times(outcome.analysis, outcome.fit, outcome.schedule),
      ConnectomeReport.animals(outcome.analysis),
    ]
    figures += outcome.analysis.motifs.map { ConnectomeReport.matrix(outcome.analysis, outcome.fit, $0) }
    return figures.map { figure in
      var named = figure
      named.id = "connectome-" + figure.id
      return named
    }
  }
}
