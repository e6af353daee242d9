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
        "Reads one number a line: 1 for an error and 0 for a hit, or any number where the detector allows it. Prints the places, from 0, at which the detector fires.",
      examples: [
        .init(
          "for i in $(seq 2000); do echo $((i % 10 == 0)); done | neuropil homeostasis detect --detector ddm",
          "A steady error rate of a tenth.")
      ])
  }
  @Option("Which detector.") var detector = DetectorKind.adwin
  @OptionGroup var chance: ChanceOptions
  @OptionGroup var common: CommonOptions

  func run() throws {
    var watcher = detector.makeDetector(seed: chance.seed)
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
