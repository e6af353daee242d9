import ArgumentParsing
import HippocampalMemory
import Laboratory
import NeuralData

/// Files of the published software, read and checked.
struct MemoryImportCommand: Command {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      "import", abstract: "Reads the published configuration, test-bench and weight files.",
      discussion:
        "A configuration is checked key by key. A test bench becomes a JSON list of operations. Weight lists (pre, post, weight, delay in a row, with a header) become a saved memory.",
      examples: [
        .init(
          "neuropil memory export --config-out /tmp/neuropil-config.json && neuropil memory import --config /tmp/neuropil-config.json",
          "Checks a configuration."),
        .init(
          "neuropil memory export --experiment 2 --test-bench-out /tmp/neuropil-bench.json && neuropil memory import --test-bench /tmp/neuropil-bench.json --operations-out /tmp/neuropil-operations.json",
          "Operations from a test bench."),
      ])
  }
  @OptionGroup var memory: MemoryGroup
  @Option("A published test-bench file.", valueName: "FILE", completion: .file) var testBench: String?
  @Option(
    "Writes the test bench's operations; standard output unless given.", valueName: "FILE",
    completion: .file)
  var operationsOut: String?
  @Option("A list of weights from cues to content.", valueName: "FILE", completion: .file)
  var cueToContent: String?
  @Option("A list of weights from content to cues.", valueName: "FILE", completion: .file)
  var contentToCue: String?
  @Option("Writes the memory with those weights.", valueName: "FILE", completion: .file) var memoryOut:
    String?
  @OptionGroup var common: CommonOptions

  private struct Summary: Encodable {
    var circuit: String?
    var populations: Int?
    var projections: Int?
    var operations: [Operation]?
    var cues: Int?
    var contents: Int?
  }

  func validate() throws {
    try memory.refuseSaved()
    let hasWeights = cueToContent != nil || contentToCue != nil
    guard memory.config != nil || testBench != nil || hasWeights else {
      throw UsageError("give at least one of --config, --test-bench, --cue-to-content and --content-to-cue")
    }
    if hasWeights && memoryOut == nil {
      throw UsageError("--memory-out is missing: say where the memory goes")
    }
  }

  func run() throws {
    var summary = Summary()
    var lines: [(String, String)] = []
    if memory.config != nil {
      let configuration = try memory.configuration
      summary.circuit = configuration.circuit.rawValue
      summary.populations = configuration.neurons.count
      summary.projections = configuration.synapses.count
      lines.append(
        (
          "configuration",
          "\(configuration.circuit.rawValue), \(configuration.neurons.count) populations, \(configuration.synapses.count) groups of synapses: sound"
        ))
    }
    if let testBench {
      let bench = try TestBench(contentsOf: testBench)
      let schedule = try bench.schedule()
      summary.cues = bench.cue.count
      summary.contents = bench.cont.count
      summary.operations = schedule.operations
      if let operationsOut { try AtomicFile.write(schedule.json + "\n", to: operationsOut) }
      lines.append(
        (
          "test bench",
          "\(bench.cue.count) cues, \(bench.cont.count) content bits, \(schedule.operations.count) operations"
        ))
      if operationsOut == nil && !common.json { print(schedule.json) }
    }
    if let memoryOut {
      let (cues, contents) = try memory.size()
      func matrix(_ path: String?, _ sources: Int, _ targets: Int) throws -> [Double]? {
        try path.map {
          try CueContentMemory.matrix(
            from: CSVTable.read($0, hasHeader: true), sources: sources, targets: targets, name: $0)
        }
      }
      var made = try CueContentMemory(
        cues: cues, contents: contents, configuration: memory.configuration, options: memory.options,
        initialCueToContent: matrix(cueToContent, cues, contents),
        initialContentToCue: matrix(contentToCue, contents, cues))
      try made.save(to: memoryOut)
      lines.append(("memory", "written to \(memoryOut)"))
    }
    if common.json || testBench == nil || operationsOut != nil { show(summary, json: common.json, lines) }
  }
}
