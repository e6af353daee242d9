import ArgumentParsing
import Figures
import Foundation
import HierarchicalData
import HippocampalMemory
import Laboratory
import NeuralData
import Spiking

/// Operations on a simulated memory.
struct MemoryRunCommand: Command {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      "run", abstract: "Runs operations on a memory and decodes every recall from its output spikes.",
      discussion:
        "Operations are a JSON list: {\"time\": 0, \"learn\": {\"cue\": 0, \"content\": [0, 1]}}, {\"time\": 30, \"recall\": {\"cue\": 0}}, {\"time\": 40, \"recall\": {\"content\": [1]}}, {\"time\": 50, \"forget\": {\"cue\": 0}}. The margin of an answer is how far, in nA, the nearest neuron lies on the right side of its firing threshold.",
      examples: [
        .init("neuropil memory run --experiment 1", "The paper's first experiment."),
        .init(
          "echo '[{\"time\": 0, \"learn\": {\"cue\": 0, \"content\": [2]}}, {\"time\": 20, \"recall\": {\"content\": [2]}}]' | neuropil memory run --cues 4 --contents 6 --operations - --json",
          "Operations from standard input, as JSON."),
        .init(
          "neuropil memory run --experiment 3 --record --out /tmp/neuropil-memory",
          "All spikes and weights in a folder, with a report."),
        .init(
          "neuropil memory run --experiment 1 --record --out /tmp/neuropil-memory --quiet && neuropil memory run --spikes /tmp/neuropil-memory/rasters.nwb --cues 5 --contents 10",
          "The recorded input spikes again."),
      ])
  }
  @OptionGroup var schedule: ScheduleGroup
  @OptionGroup var memory: MemoryGroup
  @Flag(
    "Records every population's spikes; with --out they are written to rasters.npz, rasters.nwb (units of Neurodata Without Borders), rasters.svg and rasters/*.csv."
  )
  var record
  @Option("Records both weight matrices every N steps into weights.npz of --out.") var recordWeights: Int?
  @Option("The chance that a spike inside the circuit is lost.") var loss = 0.0
  @Option("The chance that an input spike comes one step early or late.") var jitter = 0.0
  @Option("The share of neurons inside the circuit that are dead.") var dead = 0.0
  @Option("Saves the memory as it is at the end.", valueName: "FILE", completion: .file) var save: String?
  @Option("Folder for the run's files.", valueName: "DIR", completion: .folder) var out: String?
  @OptionGroup var chance: ChanceOptions
  @OptionGroup var common: CommonOptions

  private struct Result: Encodable {
    var answers: [Recall]
    var correct: Int
    var steps: Int
    var operations: Int
    var spikes: Int
    var seconds: Double
    var rasters: [String: [[Int]]]?
  }

  func validate() throws {
    if recordWeights != nil && out == nil {
      throw UsageError("--record-weights needs --out, the folder to write to")
    }
    if let recordWeights, recordWeights < 1 {
      throw UsageError("--record-weights is \(recordWeights), but must be 1 or more steps")
    }
  }

  func run() throws {
    let (operations, duration, size) = try schedule.read(self.memory)
    var memory = try self.memory.make(size)
    try operations.validate(
      cues: memory.circuit.cues, contents: memory.circuit.contents,
      circuit: memory.circuit.configuration.circuit)
    try memory.disturb(.init(loss: loss, jitter: jitter, dead: dead), seed: chance.seed)
    memory.recordAll()
    if let recordWeights { try memory.recordWeights(every: recordWeights) }
    let circuit = memory.circuit
    let needed = operations.steps(of: circuit.configuration.circuit)
    if let duration, duration < needed {
      throw MemoryError.badEntry(
        "\(schedule.testBench ?? "the schedule"), simTime", "\(duration) ms",
        expected: "at least \(needed) ms, when the last answer has come")
    }
    warn(
      try ScheduleCheck.conflicts(
        in: operations, configuration: circuit.configuration, options: circuit.options))
    var folder = try beginRun(out, seed: chance.seed, quiet: common.quiet)
    for file in schedule.files { folder?.noteInput(file) }
    let progress = Progress(isQuiet: common.quiet)
    if needed > 20_000 { progress.begin("memory", total: Double(needed)) }
    var reported = 0
    let start = ContinuousClock.now
    let answers = try memory.run(operations, until: duration) { step in
      progress.advance(by: Double(step - reported))
      reported = step
    }
    let elapsed = (ContinuousClock.now - start).components
    progress.finish()
    let rasters = Dictionary(
      uniqueKeysWithValues: memory.populationNames.map { ($0, memory.raster(of: $0)!) })
    let result = Result(
      answers: answers, correct: answers.count(where: \.correct), steps: memory.network.step,
      operations: operations.operations.count, spikes: rasters.values.map(\.count).reduce(0, +),
      seconds: Double(elapsed.seconds) + Double(elapsed.attoseconds) * 1e-18,
      rasters: record && out == nil ? rasters.mapValues(\.trains) : nil)
    if folder != nil { try write(result, memory, rasters, to: &folder!) }
    if let save { try memory.save(to: save) }
    if common.json {
      print(JSONText.encode(result))
    } else {
      show(result, operations)
    }
  }

  /// Says which operations come too close, three at the most.
  private func warn(_ conflicts: [ScheduleCheck.Conflict]) {
    for conflict in conflicts.prefix(3) {
      let risk =
        conflict.remaining.map {
          "leaves \(decimals($0)) nA of bit \(conflict.sharedContent.map(String.init).joined(separator: ", ")), which needs \(decimals(conflict.threshold))"
        } ?? "mixes with its volleys"
      Terminal.warn(
        "\(conflict.operations[1]) comes \(conflict.steps) steps after the \(conflict.operations[0]), needs \(conflict.needed), and \(risk); see 'neuropil memory check'",
        quiet: common.quiet)
    }
    if conflicts.count > 3 {
      Terminal.warn("\(conflicts.count - 3) more operations come too close", quiet: common.quiet)
    }
  }

  private func show(_ result: Result, _ schedule: Schedule) {
    let recalls = schedule.operations.filter { operation in
      switch operation.action {
      case .recallCue, .recallContent: true
      default: false
      }
    }
    if !result.answers.isEmpty {
      showTable(
        ["time", "operation", "answer", "expected", "", "margin (nA)"],
        zip(result.answers, recalls).map { row(of: $0, at: $1.name) })
    }
    print(
      "\(result.correct) of \(result.answers.count) recalls right; \(result.operations) operations, \(result.steps) steps, \(result.spikes) spikes"
    )
    if record && out == nil {
      Terminal.warn("--record shows the spikes with --json, or writes them with --out", quiet: common.quiet)
    }
  }

  private func write(
    _ result: Result, _ memory: CueContentMemory, _ rasters: [String: SpikeRaster], to run: inout Run
  ) throws {
    try run.write(result, to: "metrics.json")
    let drawing = Figure(
      id: "memory-raster", title: "Every population's spikes", caption: "A row a neuron, a tick a spike.",
      panels: memory.populationNames.map { rasters[$0]!.panel(title: $0, timeStep: 1) })
    if record { try write(rasters, of: memory, drawing, to: run) }
    if recordWeights != nil {
      var arrays: [String: NumericArray] = [:]
      let circuit = memory.circuit
      for (name, trace) in zip(["cue_to_content", "content_to_cue"], memory.weightTraces) {
        let shape =
          name == "cue_to_content" ? [circuit.cues, circuit.contents] : [circuit.contents, circuit.cues]
        arrays[name] = NumericArray(trace.values.flatMap { $0 }, shape: [trace.steps.count] + shape)
        arrays["steps"] = NumericArray(trace.steps.map { Int64($0) })
      }
      try NPZ.write(arrays, to: run.path("weights.npz"), compressed: true)
    }
    var figures = [
      drawing,
      Figure(
        id: "memory-rates", title: "Rates", caption: "Mean over bins of 10 ms.",
        panels: ["IN", "OUT"].map { rasters[$0]!.ratePanel(title: $0, stepsPerBin: 10, timeStep: 1) }),
      Figure(
        id: "memory-weights", title: "Weights from cues to content (nA)", x: Axis("content bit"),
        y: Axis("cue"),
        marks: [Mark("", .heatMap(values: memory.cueToContent, columns: memory.circuit.contents))]),
    ]
    if memory.network.step > 20_000 { figures.removeFirst() }
    try run.writeReport(
      Report(
        title: "A hippocampal memory at work",
        introduction:
          "\(result.operations) operations, \(result.steps) steps of 1 ms, \(result.spikes) spikes; \(result.correct) of \(result.answers.count) recalls right.",
        sections: [Report.Section("Spikes and weights", figures.map { .figure($0) })]), quiet: common.quiet)
    try run.finish()
  }

  private func write(
    _ rasters: [String: SpikeRaster], of memory: CueContentMemory, _ drawing: Figure, to run: Run
  ) throws {
    try SpikeRaster.write(rasters, to: run.path("rasters.npz"))
    try SpikeRaster.write(
      memory.populationNames.map { ($0, rasters[$0]!) }, timeStep: 1,
      session: NWB.Session(
        identifier: "neuropil memory \(run.description.id)", description: "a simulated hippocampal memory"),
      nwb: run.path("rasters.nwb"))
    try AtomicFile.write(drawing.svg(), to: run.path("rasters.svg"))
    let folder = run.path("rasters")
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch { throw FileError(.cannotWrite, folder, "the folder cannot be made") }
    for (name, raster) in rasters {
      try raster.spikeTrains(timeStep: 1).write(
        csv: (folder as NSString).appendingPathComponent("\(name).csv"))
    }
  }
}
