import ArgumentParsing

/// Self-regulating learners.
struct HomeostasisCommand: Command {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      "homeostasis",
      abstract:
        "Learners that regulate their own learning rate under concept shift (Man, Damasio and Neven 2022).",
      examples: [
        .init(
          "neuropil homeostasis train --learner homeostatic --epochs 1 --swaps 5",
          "One learner on Fashion-MNIST."),
        .init(
          "neuropil homeostasis compare --learners constant,memory-gradient --swaps 0,50 --seeds 3 --epochs 1 --samples 6000",
          "Learners, rates and seeds, paired."),
      ],
      subcommands: [TrainCommand.self, CompareCommand.self, DetectCommand.self])
  }
}
