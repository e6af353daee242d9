import ArgumentParsing
import HippocampalMemory
import Laboratory
import NeuralData

/// Files for the published software.
struct MemoryExportCommand: Command {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      "export", abstract: "Writes the published configuration, test-bench and weight files.",
      examples: [
        .init("neuropil memory export --config-out /tmp/neuropil-config.json", "The published parameters."),
        .init(
          "neuropil memory export --experiment 1 --test-bench-out /tmp/neuropil-bench.json",
          "The input spikes of an experiment."),
      ])
  }
  @OptionGroup var schedule: ScheduleGroup
  @OptionGroup var memory: MemoryGroup
  @Option("Writes the configuration.", valueName: "FILE", completion: .file) var configOut: String?
  @Option("Writes the operations as a test bench.", valueName: "FILE", completion: .file)
  var testBenchOut: String?
  @Option(
    "Writes the weights of --memory from cues to content, a synapse a row.", valueName: "FILE",
    completion: .file)
  var cueToContentOut: String?
  @Option("Writes the weights of --memory from content to cues.", valueName: "FILE", completion: .file)
  var contentToCueOut: String?
  @OptionGroup var common: CommonOptions

  func validate() throws {
    let weights = cueToContentOut != nil || contentToCueOut != nil
    guard configOut != nil || testBenchOut != nil || weights else {
      throw UsageError(
        "say what to write: --config-out, --test-bench-out, --cue-to-content-out or --content-to-cue-out")
    }
    if weights && memory.memory == nil {
      throw UsageError("--memory is missing: weights come from a saved memory")
    }
  }

  func run() throws {
    var written: [String: String] = [:]
    if let configOut {
      let configuration =
        try memory.memory == nil ? memory.configuration : memory.make().circuit.configuration
      try AtomicFile.write(configuration.json + "\n", to: configOut)
      written["config"] = configOut
    }
    if let testBenchOut {
      let (operations, steps, size) = try schedule.read(memory)
      let (cues, contents) = try memory.size(size)
      try AtomicFile.write(
        try TestBench(operations, cues: cues, contents: contents, steps: steps).json + "\n", to: testBenchOut)
      written["testBench"] = testBenchOut
    }
    if cueToContentOut != nil || contentToCueOut != nil {
      let saved = try memory.make()
      let parts = [
        ("cueToContent", cueToContentOut, saved.cueToContent, saved.circuit.contents),
        ("contentToCue", contentToCueOut, saved.contentToCue, saved.circuit.cues),
      ]
      for case (let name, let path?, let weights, let targets) in parts {
        let list = CueContentMemory.weightList(weights, targets: targets)
        try AtomicFile.write(list?.encoded() ?? "pre,post,weight,delay\n", to: path)
        written[name] = path
      }
    }
    show(written, json: common.json, written.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
  }
}
