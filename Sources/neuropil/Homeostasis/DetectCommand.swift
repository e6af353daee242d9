import ArgumentParsing
import Foundation
import Homeostasis
import Laboratory
import NeuralData

/// A drift detector on standard input.
struct DetectCommand: Command {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      "detect", abstract: "Watches numbers on standard input for a change of their law.",
      discussion:
        "Reads one number a line: 1 for an error and 0 for a hit, or any number where the detector allows it. Prints the places, from 0, at which the detector fires.\n\nParameters for --set, with their defaults:\n\n"
        + parameterHelp,
      examples: [
        .init(
          "for i in $(seq 2000); do echo $((i % 10 == 0)); done | neuropil homeostasis detect --detector ddm",
          "A steady error rate of a tenth."),
        .init(
          "seq 1 500 | neuropil homeostasis detect --detector page-hinkley --set threshold=20,delta=0.1",
          "Numbers that rise, watched by a more sensitive detector."),
      ])
  }
  @Option("Which detector.") var detector = DetectorKind.adwin
  @Option("Sets parameters of the detector; the others keep their defaults.", valueName: "NAME=X,…")
  var set: [Setting] = []
  @OptionGroup var chance: ChanceOptions
  @OptionGroup var common: CommonOptions

  /// A parameter's name and value as typed.
  struct Setting: OptionValue {
    var name: String
    var value: Double

    init?(argument: String) {
      let parts = argument.split(separator: "=", maxSplits: 1)
      guard parts.count == 2, let value = Double(parts[1]) else { return nil }
      (name, self.value) = (String(parts[0]), value)
    }
    static var valueName: String { "NAME=X" }
    static var expectation: String { "a parameter's name and a number, such as delta=0.01" }
    var argumentText: String { "\(name)=\(value.argumentText)" }
  }

  /// Every detector's parameters with defaults and ranges, a paragraph each.
  private static var parameterHelp: String {
    DetectorKind.allCases.map { kind in
      let parameters = kind.parameters.map {
        "\($0.name)=\($0.defaultValue.argumentText) (\($0.meaning); \($0.isWhole ? "whole, " : "")\($0.allowed.lowerBound.argumentText) to \($0.allowed.upperBound.argumentText))"
      }
      return "\(kind.rawValue): \(parameters.joined(separator: ", "))."
    }.joined(separator: "\n\n")
  }

  func run() throws {
    let overrides = Dictionary(set.map { ($0.name, $0.value) }) { $1 }
    var watcher = try detector.makeDetector(overrides, seed: chance.seed)
    var places: [Int] = []
    var line = 0
    while let text = readLine() {
      line += 1
      let word = text.trimmingCharacters(in: .whitespaces)
      if word.isEmpty { continue }
      guard let value = Double(word), value.isFinite else {
        throw FileError(
          .damaged, "standard input", at: "line \(line)", "'\(word.prefix(40))' is not a finite number",
          expected: "one number a line")
      }
      guard detector.accepts(value) else {
        throw FileError(
          .mismatched, "standard input", at: "line \(line)",
          "'\(word.prefix(40))' is no value for \(detector.rawValue)",
          expected: detector.accepts(0.5) ? "a number from 0 to 1" : "1 for an error or 0 for a hit")
      }
      if watcher.update(detector.countsHits ? 1 - value : value) == .drift {
        places.append(line - 1)
        if !common.json { print(line - 1) }
      }
    }
    guard line > 0 else {
      throw FileError(.mismatched, "standard input", "there are no numbers", expected: "one number a line")
    }
    if common.json { print(JSONText.encode(["detections": places])) }
    if !common.json, places.isEmpty { Terminal.warn("no drift among \(line) values", quiet: common.quiet) }
  }
}
