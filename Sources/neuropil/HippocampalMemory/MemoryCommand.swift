import ArgumentParsing

/// The hippocampal memory's verbs.
struct MemoryCommand: Command {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      "memory",
      abstract:
        "A spiking memory addressed by cue and by content, after the hippocampus (Casanueva-Morato and others 2024).",
      examples: [
        .init("neuropil memory run --experiment 1", "The paper's first experiment, spike for spike."),
        .init(
          "printf 'learn 0 = 0 1 8 9\\nrecall 8\\n' | neuropil memory shell --cues 5 --contents 10",
          "By hand."),
      ],
      subcommands: [
        MemoryRunCommand.self, MemoryCheckCommand.self, MemoryStudyCommand.self, MemoryShellCommand.self,
        MemoryImportCommand.self, MemoryExportCommand.self,
      ])
  }
}
