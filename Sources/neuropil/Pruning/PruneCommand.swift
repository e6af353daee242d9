import ArgumentParsing

/// Pruning that keeps units alive.
struct PruneCommand: Command {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      "prune",
      abstract: "Prunes networks while keeping their units alive (Liu, Ghosh and Motani 2023).",
      discussion:
        "Networks are run by LibTorch, which 'make tensors' fetches. A network's file (safetensors) holds its weights, which of them are pruned, and what it is; plain weights of PyTorch (.pt, .safetensors) are read when --network names the network.",
      examples: [
        .init(
          "neuropil prune run --network mlp-100-50 --data digits --cycles 3 --epochs 5",
          "Three cycles of pruning and training on scikit-learn's digits."),
        .init(
          "neuropil prune measure --network mlp-100-50 --data digits",
          "Dead neuron rates of a network whose weights are still as they were drawn."),
      ],
      subcommands: [
        PruneRunCommand.self, PruneCompareCommand.self, PruneMeasureCommand.self, PruneShrinkCommand.self,
        PruneExportCommand.self,
      ])
  }
}
