import Figures
import Foundation
import Laboratory
import NeuralData
import Probability

/// The claims of Wei (2024) on its simulation, measured on draws of our own from the same design.
public enum BiclusteringReproduction: Reproduction {
  /// `bicluster`
  public static let method = "bicluster"
  /// The paper.
  public static let paper =
    "Wei, Bayesian bi-clustering of neural spiking activity with latent structures, ICLR 2024"

  private static let claims = [
    Claim(
      id: "bicluster.clusters", source: "Fig 2",
      statement: "the posterior of the number of clusters peaks at 3",
      published: "3 with probability 0.82", method: "Share of sweeps after the burn-in with 3 clusters",
      agreement: 0.5...1),
    Claim(
      id: "bicluster.partition", source: "Fig 2", statement: "the neurons' partition is the true one",
      published: "three clean blocks of 10", method: "Adjusted Rand index of the maxPEAR partition",
      agreement: 0.95...1),
    Claim(
      id: "bicluster.states", source: "Fig 2",
      statement: "the states' partition differs from the true one in few bins",
      published: "23 of 500 bins", method: "Share of bins whose matched maxPEAR label is wrong",
      agreement: 0...0.1),
    Claim(
      id: "bicluster.state-number", source: "Fig 2", statement: "two states are the most probable number",
      published: "2 with probability 0.45", method: "Mode of the number of occupied states"),
    Claim(
      id: "bicluster.poisson", source: "Appendix",
      statement: "a Poisson model of the same counts finds the same clusters",
      published: "clusters correct", method: "Adjusted Rand index of its maxPEAR partition",
      agreement: 0.9...1),
    Claim(
      id: "bicluster.recording", source: "Fig 3",
      statement: "a recording of three areas has about 13 clusters that follow anatomy only in part",
      published: "12 or 13 clusters, 8 to 14 states", method: "'neuropil bicluster fit' on the counts"),
  ]

  /// What one fit of the simulation gave.
  private struct Part: Codable {
    var summary: PosteriorSummary
    var figures: [Figure]
  }

  /// Measures every claim but that on the recording, whose counts do not ship.
  public static func measure(in context: ReproductionContext) throws -> ReproductionOutcome {
    var simulation = PublishedSimulation()
    var fit = BiclusterFit()
    fit.seed = context.seed
    switch context.scale {
    case .smoke:
      (simulation.neuronsPerCluster, simulation.bins) = (5, 150)
      (fit.chains, fit.sweeps, fit.thinning) = (2, 60, 2)
    case .quick: (fit.chains, fit.sweeps, fit.thinning) = (2, 1000, 5)
    case .long, .paper: (fit.chains, fit.sweeps) = (4, 10_000)
    }
    let truth = try simulation.run(seed: context.seed)
    let own = try part(fit, truth.counts, "negative binomial", context)
    var poissonFit = fit
    poissonFit.model.observation = .poisson
    let poisson = try part(poissonFit, truth.counts, "Poisson", context).summary
    let summary = own.summary
    let scope =
      "\(fit.chains) chains of \(fit.sweeps) sweeps, \(truth.counts.neurons) neurons, \(truth.counts.bins) bins; block-diagonal dynamics. "
      + "R-hat of the number of states \(summary.rhatText("states", decimals: 2)), of the log density \(summary.rhatText("logDensity", decimals: 2))."
    func wrong(_ summary: PosteriorSummary) -> Int {
      truth.states.count - FitComparison.Agreement(truth.states, summary.statePartition).alike
    }
    func index(_ summary: PosteriorSummary) -> Double {
      PartitionAgreement(truth.labels, summary.neuronPartition).adjustedRandIndex
    }
    let three = summary.neuronClusters["3"] ?? 0
    let mode = summary.states.max { ($0.value, $1.key) < ($1.value, $0.key) }!
    let results = [
      ClaimResult(
        claims[0], Measurement(three, text: String(format: "3 with probability %.2f", three), note: scope)),
      ClaimResult(claims[1], Measurement(index(summary), text: String(format: "%.3f", index(summary)))),
      ClaimResult(
        claims[2],
        Measurement(
          Double(wrong(summary)) / Double(truth.states.count),
          text: "\(wrong(summary)) of \(truth.states.count) bins")),
      ClaimResult(
        claims[3],
        Measurement(
          holds: mode.key == "2", text: String(format: "%@ with probability %.2f", mode.key, mode.value),
          note: String(
            format: "2 with probability %.2f, 3 with %.2f.", summary.states["2"] ?? 0,
            summary.states["3"] ?? 0))),
      ClaimResult(
        claims[4],
        Measurement(
          index(poisson), text: String(format: "%.3f", index(poisson)),
          note: "\(wrong(poisson)) of \(truth.states.count) bins have a wrong state; published 27 of 500.")),
      ClaimResult(
        claims[5],
        Measurement(
          nil, text: "not measured",
          note: "The counts do not ship; run 'neuropil bicluster fit --counts FILE'.")),
    ]
    return ReproductionOutcome(results: results, figures: own.figures)
  }

  /// A fit and its figures; a run that was stopped finds those of finished fits.
  private static func part(
    _ fit: BiclusterFit, _ counts: SpikeCounts, _ name: String, _ context: ReproductionContext
  ) throws -> Part {
    try context.ledger.measure("bicluster/\(name)") {
      context.progress.begin("bicluster: \(name)", total: Double(fit.chains * fit.sweeps))
      defer { context.progress.finish() }
      let progress = context.progress
      let report: @Sendable (Int, Int, String) throws -> Void = { _, _, line in
        progress.advance(by: 8, status: line)
        try Interruption.check()
      }
      let chains = try fit.run(counts, threads: context.threads, report: report)
      let similarity = BiclusterSimilarity(chains, neurons: counts.neurons, bins: counts.bins)
      let summary = PosteriorSummary(fit, chains: chains, similarity: similarity)
      let trajectories = TrajectorySummary.all(
        chains, partition: summary.neuronPartition, rows: fit.model.rows, bins: counts.bins)
      let page = BiclusterReport.report(
        fit, chains: chains, summary: summary, similarity: similarity, trajectories: trajectories)
      return Part(
        summary: summary,
        figures: page.sections.flatMap(\.items).compactMap { item in
          guard case .figure(var figure) = item else { return nil }
          figure.id = "bicluster-" + figure.id
          return figure
        })
    }
  }
}
