import ArgumentParsing

/// Sparse codes on active dendrites.
struct DendritesCommand: Command {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      "dendrites",
      abstract: "Sizes and thresholds for sparse codes on active dendrites (Ahmad and Hawkins 2016).",
      discussion:
        "A segment has synapses on some cells of a population; it matches a pattern of activity when at least a threshold of them is active.",
      examples: [
        .init(
          "neuropil dendrites union --cells 20000 --active 100 --synapses 25 --patterns 10 --threshold 15",
          "Ten patterns stored on one segment."),
        .init(
          "neuropil dendrites plan --find synapses --cells 2000 --active 40 --segments 1000 --threshold half --error 1e-9",
          "The smallest segment for a target error."),
      ],
      subcommands: [
        FalseMatchCommand.self, FalseNegativeCommand.self, UnionCommand.self, OverlapCommand.self,
        RegionCommand.self, SweepCommand.self, PlanCommand.self, TemporalMemoryCommand.self,
        SimulateCommand.self, NeuronCommand.self, CorrelatedCommand.self, MetricsCommand.self,
        MatchCommand.self,
      ])
  }
}
