import ArgumentParsing
import HippocampalMemory
import NeuralData
import Spiking

extension CircuitKind: OptionValue {}
extension MemoryOptions.Amplitude: OptionValue {
  /// Reads a name.
  public init?(argument: String) {
    switch argument {
    case "absolute": self = .absolute
    case "times-max-weight": self = .timesMaxWeight
    default: return nil
    }
  }
  /// The names.
  public static var allowedWords: [String] { ["absolute", "times-max-weight"] }
  /// The name.
  public var argumentText: String { self == .absolute ? "absolute" : "times-max-weight" }
}
extension PairSTDP.Coincidence: OptionValue {}
extension Arithmetic: OptionValue {}

/// Which memory is simulated.
struct MemoryGroup: ArgumentGroup {
  static var title: String { "THE MEMORY" }
  init() {}
  @Option("Number of cues; needed unless an experiment, test bench or saved memory tells it.") var cues: Int?
  @Option("Number of content bits; likewise.") var contents: Int?
  @Option(
    "The circuit: content-addressable, CA3 with recall by cue alone, or the same between a dentate gyrus and a CA1 with a binary cue."
  ) var circuit: CircuitKind?
  @Option(
    "A published configuration file (network_config.json); its populations tell the circuit.",
    valueName: "FILE", completion: .file)
  var config: String?
  @Option(
    "Starts from a saved memory; its size and parameters count.", valueName: "FILE", completion: .file)
  var memory: String?
  @Option(
    "What A_plus and A_minus mean: nA, as on the hardware, or a share of the greatest weight, as in PyNN.")
  var amplitude = MemoryOptions.Amplitude.absolute
  @Option("What a synapse does when both its neurons' spikes reach it in one step; NEST ignores.")
  var coincidence = PairSTDP.Coincidence.depress
  @Option("Postsynaptic spikes a neuron remembers; 15 on the hardware, all unless given.") var history: Int?
  @Flag("Connects as PyNN's rule has it: the cue layers' inhibition includes a neuron's partner.")
  var strictPynn

  @Option(
    "How numbers are kept: in double precision, or in fixed point with 16-bit weights as on the hardware.")
  var arithmetic = Arithmetic.double

  /// Choices the paper leaves open.
  var options: MemoryOptions {
    get throws {
      if let history, !(1...1_000_000).contains(history) {
        throw UsageError("--history is \(history), but must be 1 to 1000000 spikes")
      }
      return MemoryOptions(
        amplitude: amplitude, coincidence: coincidence,
        postSpikeHistory: history.map { .newest($0) } ?? .unlimited, strictPyNN: strictPynn,
        arithmetic: arithmetic)
    }
  }

  /// The parameters.
  var configuration: MemoryConfiguration {
    get throws {
      guard let config else { return MemoryConfiguration(circuit ?? .contentAddressable) }
      let read = try MemoryConfiguration(contentsOf: config)
      if let circuit, circuit != read.circuit {
        throw UsageError(
          "--circuit is \(circuit.rawValue), but \(config) describes \(read.circuit.rawValue); leave --circuit out"
        )
      }
      return read
    }
  }

  /// Refuses a saved memory where a command makes its own.
  func refuseSaved() throws {
    guard memory == nil else {
      throw UsageError("--memory goes with run, shell and export alone: give --cues and --contents")
    }
  }

  /// Number of cues and of content bits.
  ///
  /// - Parameter usual: what counts when an option is not given.
  func size(_ usual: (cues: Int, contents: Int)? = nil) throws -> (cues: Int, contents: Int) {
    guard let cues = cues ?? usual?.cues else {
      throw UsageError("--cues is missing: give the number of cues, such as --cues 5")
    }
    guard let contents = contents ?? usual?.contents else {
      throw UsageError("--contents is missing: give the number of content bits, such as --contents 10")
    }
    return (cues, contents)
  }

  /// The memory before its first operation.
  func make(_ usual: (cues: Int, contents: Int)? = nil) throws -> CueContentMemory {
    if let memory {
      guard cues == nil, contents == nil, config == nil, circuit == nil, try options == MemoryOptions() else {
        throw UsageError(
          "--memory brings its own size, circuit, parameters and options; leave the others of THE MEMORY out")
      }
      return try CueContentMemory(contentsOf: memory)
    }
    let (cues, contents) = try size(usual)
    return try CueContentMemory(
      cues: cues, contents: contents, configuration: configuration, options: options)
  }
}

/// Which operations are done.
struct ScheduleGroup: ArgumentGroup {
  static var title: String { "OPERATIONS" }
  init() {}
  @Option(
    "A JSON list of operations with their times in steps of 1 ms; '-' for standard input.",
    valueName: "FILE", completion: .file)
  var operations: String?
  @Option(
    "A published test-bench file with the spike times of every line.", valueName: "FILE", completion: .file)
  var testBench: String?
  @Option(
    "Input spikes: rasters.npz or rasters.nwb of a recorded run, or spike trains (.npz, .csv, .nwb) whose unit i is cue i and unit cues + i content bit i, times in seconds.",
    valueName: "FILE", completion: .file)
  var spikes: String?
  @Option("One of the paper's experiments, 1 to 3.") var experiment: Int?

  /// Files that are read.
  var files: [String] { [operations, testBench, spikes].compactMap { $0 }.filter { $0 != "-" } }

  /// The operations, and how long to run and the memory's size when those are given.
  ///
  /// - Parameter memory: tells the size where the operations do not.
  func read(_ memory: MemoryGroup) throws -> (
    schedule: Schedule, steps: Int?, size: (cues: Int, contents: Int)?
  ) {
    let given = [operations != nil, testBench != nil, spikes != nil, experiment != nil].count { $0 }
    guard given == 1 else {
      throw UsageError("give the operations by one of --operations, --test-bench, --spikes and --experiment")
    }
    if let spikes {
      let (cues, contents) = try memory.size()
      let bench = try TestBench(spikes: spikes, cues: cues, contents: contents)
      return (try bench.schedule(), nil, nil)
    }
    if let operations { return (try Schedule(contentsOf: operations), nil, nil) }
    if let testBench {
      let bench = try TestBench(contentsOf: testBench)
      return (try bench.schedule(), bench.simTime, (bench.cue.count, bench.cont.count))
    }
    guard let experiment, (1...3).contains(experiment) else {
      throw UsageError("--experiment is \(experiment ?? 0), but must be 1, 2 or 3")
    }
    let published = PublishedExperiment.all[experiment - 1]
    return (published.schedule, published.steps, (published.cues, published.contents))
  }
}

/// What is shown of a recall.
func row(of answer: Recall, at operation: String) -> [String] {
  func list(_ values: [Int]) -> String {
    values.isEmpty ? "none" : values.map(String.init).joined(separator: " ")
  }
  return [
    "\(answer.time)", operation, list(answer.answer), list(answer.expected),
    answer.correct ? "right" : "WRONG",
    decimals(answer.margin),
  ]
}

/// A number with at most three decimals.
func decimals(_ value: Double) -> String { ((value * 1000).rounded() / 1000).argumentText }
