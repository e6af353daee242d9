import ArgumentParsing
import Testing

private enum Mode: String, CaseIterable, OptionValue { case fast, exact }

private struct Common: ArgumentGroup {
  static var title: String { "COMMON OPTIONS" }
  init() {}
  @Flag("Prints one JSON object.") var json
  @Option("Most threads to use.") var threads = 2
}

private struct Match: Command {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      "match", abstract: "Matches things.", discussion: "First paragraph,\nstill first.\n\nSecond.",
      examples: [.init("tool match --cells 8 --rates 1,2", "A small case.")])
  }
  @Option("Cells in the population. Many.") var cells: Int
  @Option("Learning rate.") var learningRate = 0.5
  @Option("How it is done.") var mode = Mode.fast
  @Option("Noisy cells.") var noise: Int?
  @Option("Rates to try.") var rates: [Double] = [0, 5]
  @Argument("Files to read.", completion: .file) var files: [String] = []
  @OptionGroup var common: Common
  func validate() throws {
    if let noise, noise > cells { throw UsageError("--noise is \(noise), but must not exceed --cells") }
  }
  func run() {}
}

private struct Show: Command {
  static var configuration: CommandConfiguration { CommandConfiguration("show", abstract: "Shows one.") }
  @Argument("Which.") var id: Int
  func run() {}
}

private struct Tool: Command {
  static var configuration: CommandConfiguration {
    CommandConfiguration("tool", abstract: "A tool.", subcommands: [Match.self, Show.self])
  }
}

private func parsed<C: Command>(_ words: String, as type: C.Type) throws -> C {
  let outcome = try parse(words.split(separator: " ").map(String.init), as: Tool.self)
  guard case .run(let command) = outcome else { throw UsageError("not a command to run") }
  return try #require(command as? C)
}

private func help(_ words: String) throws -> String {
  let outcome = try parse(words.split(separator: " ").map(String.init), as: Tool.self)
  guard case .help(let text) = outcome else { throw UsageError("not help") }
  return text
}

@Suite struct ParsingTests {
  @Test func settingsHoldDefaultsAndTypedValues() throws {
    #expect(
      settings(of: try parsed("match --cells 5 --json --noise 3 --rates 1,2.5", as: Match.self)) == [
        "cells": "5", "learning-rate": "0.5", "mode": "fast", "noise": "3", "rates": "1,2.5",
        "json": "true", "threads": "2",
      ])
    #expect(settings(of: try parsed("match --cells 5", as: Match.self))["noise"] == nil)
  }

  @Test func readsEveryKindOfValue() throws {
    let match = try parsed(
      "match --cells=1e3 --learning-rate -0.25 --mode exact --noise 7 --rates 1,2.5 --rates 3 --json a.csv b,c.csv --threads 4",
      as: Match.self)
    #expect(match.cells == 1000)
    #expect(match.learningRate == -0.25)
    #expect(match.mode == .exact)
    #expect(match.noise == 7)
    #expect(match.rates == [1, 2.5, 3])
    #expect(match.files == ["a.csv", "b,c.csv"])
    #expect(match.common.json)
    #expect(match.common.threads == 4)
  }

  @Test func keepsDefaults() throws {
    let match = try parsed("match --cells 8", as: Match.self)
    #expect(match.learningRate == 0.5)
    #expect(match.mode == .fast)
    #expect(match.noise == nil)
    #expect(match.rates == [0, 5])
    #expect(match.files.isEmpty)
    #expect(!match.common.json)
  }

  @Test func commandsDoNotShareValues() throws {
    let first = try parsed("match --cells 8", as: Match.self)
    let second = try parsed("match --cells 9", as: Match.self)
    #expect(first.cells == 8)
    #expect(second.cells == 9)
  }

  @Test func wordsAfterTheTerminatorArePositional() throws {
    #expect(try parsed("match --cells 8 -- --odd.csv", as: Match.self).files == ["--odd.csv"])
  }

  @Test(arguments: [
    ("mach", "unknown command 'mach'; did you mean 'match'?; see 'tool --help'"),
    ("zebra", "unknown command 'zebra'; expected one of match, show; see 'tool --help'"),
    ("", "a command is missing: give one of match, show; see 'tool --help'"),
    ("match", "--cells is missing (cells in the population); see 'tool match --help'"),
    ("match --cells", "--cells needs a value, a whole number; see 'tool match --help'"),
    ("match --cells 2.5", "--cells is '2.5', but must be a whole number; see 'tool match --help'"),
    (
      "match --cells 99999999999999999999",
      "--cells is '99999999999999999999', but must be a whole number; see 'tool match --help'"
    ),
    ("match --cells 8 --cells 9", "--cells is given twice; give it once; see 'tool match --help'"),
    (
      "match --cells 8 --thread 3",
      "unknown option '--thread'; did you mean --threads?; see 'tool match --help'"
    ),
    (
      "match --cells 8 --learning-rate nan",
      "--learning-rate is 'nan', but must be a finite number; see 'tool match --help'"
    ),
    (
      "match --cells 8 --mode fats",
      "--mode is 'fats', but must be one of fast, exact; did you mean 'fast'?; see 'tool match --help'"
    ),
    ("match --cells 8 --rates 1,x", "--rates is '1,x', but must be a finite number; see 'tool match --help'"),
    (
      "match --cells 8 --json=yes",
      "--json is a switch and takes no value; write --json; see 'tool match --help'"
    ),
    ("match --cells 8 -x", "unknown option '-x'; see 'tool match --help'"),
    ("match --cells 8 --noise 9", "--noise is 9, but must not exceed --cells; see 'tool match --help'"),
    ("show", "<id> is missing (which); see 'tool show --help'"),
    ("show 1 2", "'2' is not expected here; options begin with --; see 'tool show --help'"),
  ])
  func refuses(words: String, message: String) {
    let error = #expect(throws: UsageError.self) {
      try parse(words.split(separator: " ").map(String.init), as: Tool.self)
    }
    #expect(error?.description == message)
  }

  @Test func helpComesFromTheDeclaration() throws {
    #expect(
      try help("match --help") == """
        Matches things.

        USAGE
          tool match --cells N [<files> …] [options]

        First paragraph, still first.

        Second.

        ARGUMENTS
          <files>  Files to read.

        OPTIONS
          --cells N          Cells in the population. Many. Required.
          --learning-rate X  Learning rate. Default: 0.5.
          --mode fast|exact  How it is done. Default: fast.
          --noise N          Noisy cells.
          --rates X,…        Rates to try. Default: 0,5.

        COMMON OPTIONS
          --json       Prints one JSON object.
          --threads N  Most threads to use. Default: 2.

        EXAMPLES
          tool match --cells 8 --rates 1,2
              A small case.
        """)
    #expect(try help("help match") == help("match -h"))
    #expect(try help("help").contains("COMMANDS\n  match  Matches things.\n  show   Shows one."))
  }

  @Test func helpFitsTheColumns() throws {
    guard case .help(let text) = try parse(["match", "--help"], as: Tool.self, columns: 40) else { return }
    let long = text.split(separator: "\n").filter { $0.count > 40 && !$0.hasPrefix("  tool ") }
    #expect(long.isEmpty)
  }

  @Test func versionIsAskedAtTheRootOnly() throws {
    guard case .version = try parse(["--version"], as: Tool.self) else {
      Issue.record("--version was not understood")
      return
    }
    #expect(throws: UsageError.self) { try parse(["match", "--version"], as: Tool.self) }
  }
}

@Suite struct SuggestionTests {
  @Test(arguments: [
    ("thread", "threads"), ("tread", "threads"), ("sede", "seed"), ("quite", "quiet"),
    ("learning", "learning-rate"),
  ])
  func nearMisses(typed: String, meant: String) {
    #expect(nearest(to: typed, among: ["json", "seed", "threads", "quiet", "learning-rate"]) == meant)
  }

  @Test func nothingNear() { #expect(nearest(to: "zzz", among: ["json", "seed"]) == nil) }
}
