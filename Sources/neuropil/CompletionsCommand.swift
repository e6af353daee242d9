import ArgumentParsing

/// Writes completion scripts.
struct CompletionsCommand: Command {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      "completions", abstract: "Prints a completion script for bash or zsh.",
      examples: [.init("neuropil completions bash", "Source it: source <(neuropil completions bash).")])
  }
  @Argument("bash or zsh.") var shell: Shell
  func run() { print(completionScript(for: Neuropil.self, shell: shell)) }
}
