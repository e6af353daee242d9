import ArgumentParsing

/// Which neurons interact, when, in which animal.
struct ConnectomeCommand: Command {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      "connectome",
      abstract:
        "Finds which neurons interact, when and in which animals, in recordings of many (Dyballa et al. 2024).",
      examples: [
        .init(
          "neuropil connectome simulate --out /tmp/neuropil-worms && neuropil connectome run --traces /tmp/neuropil-worms/traces.csv --stimuli /tmp/neuropil-worms/stimuli.csv --truth /tmp/neuropil-worms/truth.json --out /tmp/neuropil-motifs",
          "From recordings with known motifs to a report."),
        .init(
          "printf 'i,j,weight\\na,b,1\\nb,c,2\\na,c,1.5\\nd,e,4\\ne,f,3\\nd,f,5\\nc,d,0.25\\n' > /tmp/neuropil-edges.csv && neuropil connectome communities --graph /tmp/neuropil-edges.csv",
          "Communities of any weighted graph."),
      ],
      subcommands: [
        ConnectomeSimulateCommand.self, ConnectomeAffinityCommand.self, ConnectomeFactorizeCommand.self,
        ConnectomeCommunitiesCommand.self, ConnectomeRunCommand.self, ConnectomeBenchmarkCommand.self,
      ])
  }
}
