import ArgumentParsing

/// Clusters of neurons and states.
struct BiclusterCommand: Command {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      "bicluster",
      abstract:
        "Finds clusters of neurons that share a latent trajectory and states of their dynamics, Bayesian (Wei 2024).",
      examples: [
        .init(
          "neuropil bicluster simulate --neurons-per-cluster 5 --bins 120 --out /tmp/neuropil-sim",
          "Counts with known clusters and states."),
        .init(
          "neuropil bicluster simulate --neurons-per-cluster 4 --bins 90 --out /tmp/neuropil-sim2 && neuropil bicluster fit --counts /tmp/neuropil-sim2/counts.csv --sweeps 200 --chains 2 --out /tmp/neuropil-fit && neuropil bicluster summarize /tmp/neuropil-fit",
          "From counts to partitions."),
      ],
      subcommands: [
        BiclusterSimulateCommand.self, BiclusterFitCommand.self, BiclusterSummarizeCommand.self,
        BiclusterPredictCommand.self, BiclusterCompareCommand.self, BiclusterScanCommand.self,
      ])
  }
}
