import ArgumentParsing
import Biclustering
import Figures
import Foundation
import Laboratory
import NeuralData
import Probability

/// What a fit says.
struct BiclusterSummarizeCommand: Command {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      "summarize", abstract: "Numbers of clusters and states, point partitions and diagnostics of a fit.",
      discussion:
        "With --out it writes summary.json, similarities.npz, trajectories.npz and report.html into that folder.",
      examples: [
        .init(
          "neuropil bicluster simulate --neurons-per-cluster 4 --bins 90 --out /tmp/neuropil-sim4 && neuropil bicluster fit --counts /tmp/neuropil-sim4/counts.csv --sweeps 100 --chains 2 --out /tmp/neuropil-fit4 && neuropil bicluster summarize /tmp/neuropil-fit4 --json",
          "A fit as JSON.")
      ])
  }
  @Argument("Folder that 'fit' made.", completion: .folder) var folder: String
  @Option("Mass of the trajectories' bands.") var mass = 0.975
  @Option("Folder for files and report.", valueName: "DIR", completion: .folder) var out: String?
  @OptionGroup var common: CommonOptions

  func run() throws {
    guard mass > 0, mass < 1 else { throw UsageError("--mass is \(mass), but must lie between 0 and 1") }
    let fit = try FitFolder(reading: folder)
    if out != nil { _ = try PlotlyScript.find() }
    let finished = try fit.finished()
    let (chains, moves) = (finished.map(\.draws), finished.map(\.moves))
    let (n, bins, q) = (fit.counts.neurons, fit.counts.bins, fit.fit.model.rows)
    let similarity = BiclusterSimilarity(chains, neurons: n, bins: bins)
    let summary = PosteriorSummary(fit.fit, chains: chains, similarity: similarity)
    for text in summary.warnings(fit.fit) { Terminal.warn(text, quiet: common.quiet) }
    if !fit.fit.model.fixesLabels, moves.contains(where: \.isStuck) {
      Terminal.warn(
        "a chain accepted no split or merge of clusters: compare fits that start elsewhere, with --start-clusters",
        quiet: common.quiet)
    }
    if let out {
      let trajectories = TrajectorySummary.all(
        chains, partition: summary.neuronPartition, rows: q, bins: bins, mass: mass)
      var run = try beginRun(out, seed: fit.fit.seed, quiet: common.quiet)!
      try run.write(summary, to: "summary.json")
      try NPZ.write(
        [
          "neurons": NumericArray(similarity.neurons.matrix, shape: [n, n]),
          "states": NumericArray(similarity.states.matrix, shape: [bins - 1, bins - 1]),
        ], to: run.path("similarities.npz"), compressed: true)
      let shape = [trajectories.count, q, bins]
      try NPZ.write(
        [
          "mean": NumericArray(trajectories.flatMap(\.mean), shape: shape),
          "low": NumericArray(trajectories.flatMap(\.low), shape: shape),
          "high": NumericArray(trajectories.flatMap(\.high), shape: shape),
        ], to: run.path("trajectories.npz"), compressed: true)
      try run.write(
        BiclusterReport.report(
          fit.fit, chains: chains, summary: summary, similarity: similarity, trajectories: trajectories))
      try run.finish()
    }
    if common.json { return print(JSONText.encode(summary)) }
    show(summary, json: false, lines(summary, moves))
  }

  private func lines(_ summary: PosteriorSummary, _ moves: [Sampler.MoveCounts]) -> [(String, String)] {
    func law(_ values: [String: Double]) -> String {
      let first = values.sorted { $0.value > $1.value }.prefix(6)
      return first.map { String(format: "%@: %.3f", $0.key, $0.value) }.joined(separator: "  ")
    }
    func list(_ values: [String: Double], _ text: (String) -> String) -> String {
      values.keys.sorted().map { "\($0) \(text($0))" }.joined(separator: "  ")
    }
    func share(_ counts: [Int]) -> String { "\(counts[1]) of \(counts[0])" }
    let states = summary.statePartition
    let switches = zip(states, states.dropFirst()).count { $0 != $1 }
    var lines = [
      ("neuron clusters", law(summary.neuronClusters)),
      ("states", law(summary.states)),
      ("neuron partition", summary.neuronPartition.map(String.init).joined(separator: " ")),
      ("state partition", "\((states.max() ?? 0) + 1) states, \(switches) switches"),
      ("R-hat", list(summary.rhat) { summary.rhatText($0) }),
      (
        "effective size",
        list(summary.bulkEffectiveSize) { String(format: "%.0f", summary.bulkEffectiveSize[$0]!) }
      ),
    ]
    for (name, splits, merges) in [
      ("splits, merges accepted", \Sampler.MoveCounts.splits, \Sampler.MoveCounts.merges),
      ("of states", \Sampler.MoveCounts.stateSplits, \Sampler.MoveCounts.stateMerges),
    ] {
      let texts = moves.map { "\(share($0[keyPath: splits])), \(share($0[keyPath: merges]))" }
      lines.append((name, texts.joined(separator: "; ")))
    }
    if let factors = summary.factors {
      lines.append(("factors, over neurons", law(factors.overall)))
      for (part, values) in factors.parts.enumerated() { lines.append(("of part \(part)", law(values))) }
      let texts = moves.map { "\(share($0.factorBirths ?? [0, 0])), \(share($0.factorDeaths ?? [0, 0]))" }
      lines.append(("factors' births, deaths accepted", texts.joined(separator: "; ")))
    }
    if let acceptance = summary.swapAcceptance, let trips = summary.roundTrips {
      let shares = acceptance.map { String(format: "%.2f", $0) }.joined(separator: " ")
      lines.append(("exchanges accepted", "\(shares); \(trips.joined().reduce(0, +)) round trips"))
    }
    if let score = summary.heldOutLogLikelihood {
      let text = String(format: "%.2f of %d counts", score, summary.heldOutCounts ?? 0)
      lines.append(("held-out log-likelihood", text))
    }
    return lines
  }
}
