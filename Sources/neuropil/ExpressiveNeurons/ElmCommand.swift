import ArgumentParsing

/// The expressive leaky memory neuron.
struct ElmCommand: Command {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      "elm",
      abstract: "Expressive leaky memory neurons for neuronal data and long sequences (Spieler et al. 2024).",
      examples: [
        .init(
          "neuropil elm teach --teacher lif --basal 20 --apical 20 --spikes 60 --training 8 --milliseconds 3000 --out /tmp/neuropil-elm && neuropil elm train --data /tmp/neuropil-elm --steps 50 --out /tmp/neuropil-elm-run",
          "A neuron that learns another's input and output.")
      ],
      subcommands: [
        TeachCommand.self, ElmTrainCommand.self, ElmEvaluateCommand.self, ElmRunCommand.self,
        ElmInspectCommand.self,
      ])
  }
}
