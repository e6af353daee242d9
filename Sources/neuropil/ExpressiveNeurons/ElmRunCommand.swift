import ArgumentParsing
import ExpressiveNeurons
import Figures
import Foundation
import Laboratory
import NeuralData

/// A trained model on one input, whole or step by step.
struct ElmRunCommand: Command {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      "run", abstract: "Runs a model on events from a file, or on a stream of them.",
      discussion:
        "--input is an npz archive with whole numbers time and channel, an optional value, and shape = (steps, channels), or steps of each of several sequences and channels, as 'elm teach' writes them; --out holds output [time, output], or [batch, time, output] of several equally long ones. An --out that ends with .csv is a table for one sequence. With --stream every line of standard input is one step: the channels that fire, each as 'channel' or 'channel:value', none for a silent step, or 'silence N' for N silent steps. Every line is answered at once with the outputs.",
      examples: [
        .init(
          "neuropil elm teach --teacher lif --basal 4 --apical 4 --training 8 --milliseconds 1500 --out /tmp/neuropil-teacher-5 && neuropil elm train --data /tmp/neuropil-teacher-5 --branches 4 --steps 20 --out /tmp/neuropil-run-5 && neuropil elm run --weights /tmp/neuropil-run-5/weights.safetensors --input /tmp/neuropil-teacher-5/test.npz --out /tmp/neuropil-outputs.npz",
          "Outputs on all test recordings."),
        .init(
          "neuropil elm teach --teacher lif --basal 4 --apical 4 --training 8 --milliseconds 1500 --out /tmp/neuropil-teacher-3 && neuropil elm train --data /tmp/neuropil-teacher-3 --branches 4 --steps 20 --out /tmp/neuropil-run-3 && printf '0 3\\n\\n5:-1 1\\nsilence 100\\n' | neuropil elm run --weights /tmp/neuropil-run-3/weights.safetensors --stream",
          "Four answers to a stream."),
      ])
  }
  @Option("Events.", valueName: "FILE", completion: .file) var input: String?
  @Option("Where the outputs go: .npz or .csv.", valueName: "FILE", completion: .file) var out: String?
  @Flag("Also writes memory [time, unit] and, of branches, trace [time, branch].") var record
  @Option(
    "Where a page goes with input, traces, memory and outputs drawn.", valueName: "FILE", completion: .file)
  var plot: String?
  @Flag("Answers standard input line by line, state kept.") var stream
  @OptionGroup var source: ElmWeightsOptions
  @OptionGroup var common: CommonOptions

  private struct Result: Encodable {
    var sequences: Int
    var steps: Int
    var outputs: Int
    var last: [Float]
  }

  func validate() throws {
    if stream == (input != nil) { throw UsageError("give either --input with --out, or --stream") }
    if input != nil && out == nil {
      throw UsageError("--out is missing: the file for the outputs of --input")
    }
    if stream && (out != nil || record || plot != nil) {
      throw UsageError("--stream answers on standard output; leave --out, --record and --plot out")
    }
  }

  func run() throws {
    guard let input, let out else { return try answer() }
    let events = try EventFile.readAll(input)
    let model = try source.read(quiet: common.quiet)
    let recording = try ModelRecording(model, events, withState: record || plot != nil)
    if out.lowercased().hasSuffix(".csv") {
      try AtomicFile.write(recording.table(), to: out)
    } else {
      try NPZ.write(recording.arrays(withState: record), to: out)
    }
    if let plot {
      let page = Report(
        title: "A run", introduction: "\(input), the first of \(events.count) sequences.",
        sections: [Report.Section("Signals", [.figure(recording.figure)])])
      try AtomicFile.write(page.html(script: PlotlyScript.find()), to: plot)
    }
    let result = Result(
      sequences: events.count, steps: events.reduce(0) { $0 + $1.steps }, outputs: recording.width,
      last: Array(recording.outputs[0].suffix(recording.width)))
    show(
      result, json: common.json,
      [
        ("sequences", "\(result.sequences)"), ("steps", "\(result.steps)"), ("outputs", "\(result.outputs)"),
        ("written", out),
      ])
  }

  private func answer() throws {
    let stepper = try ELMStepper(source.neuron(for: "--stream", quiet: common.quiet))
    var line = 0
    while let text = readLine() {
      line += 1
      func bad(_ problem: String, _ expected: String) -> FileError {
        FileError(.damaged, "standard input", at: "line \(line)", problem, expected: expected)
      }
      let words = text.split(whereSeparator: \.isWhitespace)
      let outputs: [Float]
      if words.first == "silence" {
        guard words.count == 2, let steps = Int(words[1]), steps >= 1 else {
          throw bad("'\(text.prefix(40))' names no number of steps", "such as 'silence 100'")
        }
        outputs = stepper.silence(steps: steps)
      } else {
        var (channels, values): ([Int], [Float]) = ([], [])
        for word in words {
          let parts = word.split(separator: ":", omittingEmptySubsequences: false)
          guard parts.count <= 2, let channel = Int(parts[0]),
            let value = parts.count == 2 ? Float(parts[1]) : 1
          else {
            throw bad("'\(word.prefix(40))' is no event", "'channel' or 'channel:value'")
          }
          channels.append(channel)
          values.append(value)
        }
        do { outputs = try stepper.step(channels: channels, values: values) } catch {
          throw bad(error.description, "events of the neuron's channels")
        }
      }
      // Unbuffered, so that whoever waits for the answer has it.
      FileHandle.standardOutput.write(Data((outputs.map { "\($0)" }.joined(separator: " ") + "\n").utf8))
    }
  }
}
