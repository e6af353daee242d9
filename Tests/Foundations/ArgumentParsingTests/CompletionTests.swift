import ArgumentParsing
import Foundation
import Testing

private enum Colour: String, CaseIterable, OptionValue { case red, green }

private struct Paint: Command {
  static var configuration: CommandConfiguration { CommandConfiguration("paint", abstract: "Paints.") }
  @Option("The colour.") var colour = Colour.red
  @Option("Where to write.", completion: .folder) var out: String?
  func run() {}
}

private struct Studio: Command {
  static var configuration: CommandConfiguration {
    CommandConfiguration("studio", abstract: "A studio.", subcommands: [Paint.self])
  }
}

@Suite struct CompletionTests {
  /// Asks a real bash what it would offer for the typed words.
  private func offered(_ words: [String]) throws -> [String] {
    let script =
      completionScript(for: Studio.self, shell: .bash) + """

        COMP_WORDS=(\(words.map { "'\($0)'" }.joined(separator: " "))); COMP_CWORD=\(words.count - 1)
        _studio; printf '%s\\n' "${COMPREPLY[@]}"
        """
    let bash = Process()
    let output = Pipe()
    bash.executableURL = URL(fileURLWithPath: "/bin/bash")
    bash.arguments = ["-c", script]
    bash.standardOutput = output
    try bash.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    bash.waitUntilExit()
    return String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
  }

  @Test func bashOffersCommandsOptionsAndValues() throws {
    #expect(try offered(["studio", "p"]) == ["paint"])
    #expect(try offered(["studio", "paint", "--co"]) == ["--colour"])
    #expect(try offered(["studio", "paint", "--colour", ""]) == ["red", "green"])
    #expect(try offered(["studio", "paint", "--colour", "g"]) == ["green"])
    #expect(try offered(["studio", "paint", "--out", "/us"]).contains("/usr"))
  }

  @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/bin/zsh")))
  func zshAcceptsTheScript() throws {
    let zsh = Process()
    let output = Pipe()
    zsh.executableURL = URL(fileURLWithPath: "/bin/zsh")
    zsh.arguments = [
      "-fc",
      "compdef() { :; }\n" + completionScript(for: Studio.self, shell: .zsh) + """

        compadd() { shift; print -l -- "$@" }
        words=(studio paint --colour ''); CURRENT=4; _studio
        """,
    ]
    zsh.standardOutput = output
    try zsh.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    zsh.waitUntilExit()
    #expect(text == "red\ngreen\n")
  }
}
