import ArgumentParsing

/// The expressive leaky memory neuron.
struct ElmCommand: Command {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      "elm",
      abstract: "Expressive leaky memory neurons for neuronal data and long sequences (Spieler et al. 2024).",
      examples: [
        .init(
          "neuropil elm teach --teacher pyramidal --training 6 --validation 2 --test 2 --out /tmp/neuropil-teacher",
          "Training data from a simulated pyramidal cell.")
      ],
      subcommands: [TeachCommand.self])
  }
}
