import Figures
import Foundation
import Probability

/// The report of a fit.
public enum BiclusterReport {
  /// Traces, similarities in the order of the point partition, states over time and trajectories with their bands.
  public static func report(
    _ fit: BiclusterFit, chains: [ChainDraws], summary: PosteriorSummary, similarity: BiclusterSimilarity,
    trajectories: [TrajectorySummary]
  ) -> Report {
    let order = summary.neuronPartition.indices.sorted {
      (summary.neuronPartition[$0], $0) < (summary.neuronPartition[$1], $1)
    }
    let bins = summary.statePartition.count
    func trace(_ title: String, _ values: (ChainDraws) -> [Double], every: Int) -> Panel {
      Panel(
        title: title, x: Axis("Sweep"), y: Axis(title),
        marks: chains.enumerated().map { index, chain in
          let y = values(chain)
          let step = max(1, y.count / 500)
          let places = Array(stride(from: 0, to: y.count, by: step))
          return Mark(
            "chain \(index + 1)",
            .line(x: places.map { Double(($0 + 1) * every) }, y: places.map { y[$0] }), colour: index)
        })
    }
    let time = (0..<bins).map(Double.init)
    // A picture of all pairs of many bins would not be seen; every so many are shown.
    let step = max(1, (bins - 1) / 100)
    let shown = Array(stride(from: 0, to: bins - 1, by: step))
    let figures = [
      Figure(
        id: "traces", title: "Traces", caption: "Chains that have converged look alike.",
        panels: (fit.model.infersFactors
          ? [trace("Mean number of factors", { $0.meanFactors.map(Double.init) }, every: 1)] : []) + [
            trace("Clusters", { $0.clusters.map(Double.init) }, every: 1),
            trace("States", { $0.occupied.map(Double.init) }, every: 1),
            trace("Log density", { $0.logDensity }, every: fit.thinning),
            trace("Norm of the levels", { $0.levelNorm }, every: fit.thinning),
          ]),
      Figure(
        id: "similarity", title: "Posterior similarity",
        caption:
          "How often two neurons share a cluster, in the order of the maxPEAR partition, and two bins a state.",
        panels: [
          Panel(
            title: "Neurons", x: Axis("Neuron, ordered"), y: Axis("Neuron, ordered"),
            marks: [
              Mark(
                "",
                .heatMap(
                  values: order.flatMap { i in order.map { similarity.neurons[i, $0] } }, columns: order.count
                ))
            ]),
          Panel(
            title: "Bins", x: Axis("Bin / \(step)"), y: Axis("Bin / \(step)"),
            marks: [
              Mark(
                "",
                .heatMap(
                  values: shown.flatMap { i in shown.map { similarity.states[i, $0] } }, columns: shown.count)
              )
            ]),
        ]),
      Figure(
        id: "states", title: "States over time", caption: "The maxPEAR partition of the bins.",
        x: Axis("Bin"), y: Axis("State"),
        marks: [Mark("", .line(x: time, y: summary.statePartition.map(Double.init)))]),
      Figure(
        id: "trajectories", title: "Trajectories",
        caption: "Posterior mean and band of each cluster's level, and means of its factors.",
        panels: trajectories.map { trajectory in
          Panel(
            title: "Cluster \(trajectory.cluster)", x: Axis("Bin"), y: Axis("log intensity"),
            marks: (0..<(trajectory.mean.count / bins)).map { row in
              func part(_ values: [Double]) -> [Double] { Array(values[(row * bins)..<((row + 1) * bins)]) }
              return row == 0
                ? Mark(
                  "level",
                  .line(
                    x: time, y: part(trajectory.mean), low: part(trajectory.low), high: part(trajectory.high)),
                  colour: 0)
                : Mark("factor \(row)", .line(x: time, y: part(trajectory.mean)), colour: row)
            })
        }),
    ]
    let rows = summary.rhat.keys.sorted().map { name in
      [
        name, summary.rhatText(name),
        String(format: "%.0f", summary.bulkEffectiveSize[name]!),
        String(format: "%.0f", summary.tailEffectiveSize[name]!),
        (summary.geweke[name] ?? []).map { String(format: "%.1f", $0) }.joined(separator: ", "),
      ]
    }
    return Report(
      title: "Clusters of neurons and states",
      introduction:
        "\(fit.chains) chains of \(fit.sweeps) sweeps, \(summary.draws) draws after the burn-in.",
      sections: [
        Report.Section(
          "Diagnostics",
          summary.warnings(fit).map { .paragraph($0) }
            + [
              .table(
                header: [
                  "quantity", "R-hat", "bulk effective size", "tail effective size", "Geweke's scores",
                ],
                rows: rows)
            ])
      ] + factorSections(summary) + [
        Report.Section("Figures", figures.map { .figure($0) })
      ])
  }

  /// The probabilities of numbers of factors for each part of the neurons, where they are inferred.
  static func factorSections(_ summary: PosteriorSummary) -> [Report.Section] {
    guard let factors = summary.factors else { return [] }
    let numbers = factors.overall.keys.compactMap { Int($0) }.sorted()
    func row(_ name: String, _ size: Int, _ law: [String: Double]) -> [String] {
      [name, "\(size)"] + numbers.map { String(format: "%.3f", law["\($0)"] ?? 0) }
    }
    let sizes = factors.parts.indices.map { part in summary.neuronPartition.count { $0 == part } }
    return [
      Report.Section(
        "Numbers of factors",
        [
          .table(
            header: ["part", "neurons"] + numbers.map { "\($0)" },
            rows: factors.parts.indices.map { row("\($0)", sizes[$0], factors.parts[$0]) }
              + [row("all", summary.neuronPartition.count, factors.overall)])
        ])
    ]
  }
}
