import ArgumentParsing
import ExpressiveNeurons
import Foundation
import Laboratory
import NeuralData

extension TeacherKind: OptionValue {}

/// Training data with no outside file.
struct TeachCommand: Command {
  enum TaskName: String, CaseIterable, OptionValue {
    case neuronio, shd
    case shdAdding = "shd-adding"
    case listops, pathfinder
    case pathfinderX = "pathfinder-x"
  }

  static var configuration: CommandConfiguration {
    CommandConfiguration(
      "teach", abstract: "Makes data to learn from: a simulated neuron's, or a generated long-range task's.",
      discussion:
        "Writes train.npz, valid.npz and test.npz for elm train. --task neuronio simulates a teacher under NeuronIO's random synaptic input; shd and shd-adding make up words of spikes; listops and pathfinder are generated as in the Long Range Arena, pathfinder with a preview.png. Finished sequences are kept on the way; after Ctrl-C or a crash --resume goes on with them to the same files.",
      examples: [
        .init(
          "neuropil elm teach --teacher pyramidal --training 6 --validation 2 --test 2 --out /tmp/neuropil-teacher",
          "A two-compartment pyramidal cell with NMDA receptors."),
        .init(
          "neuropil elm teach --teacher lif --basal 20 --apical 20 --spikes 60 --milliseconds 2000 --out /tmp/neuropil-lif --json",
          "An integrate-and-fire neuron with 80 synapses, as JSON."),
        .init(
          "neuropil elm teach --task listops --shortest 50 --longest 200 --training 500 --out /tmp/neuropil-listops",
          "Nested list operations of reduced length."),
        .init(
          "neuropil elm teach --task pathfinder --training 100 --out /tmp/neuropil-pathfinder",
          "Are two ends joined by a dashed contour?"),
      ])
  }
  @Option("What to make.") var task = TaskName.neuronio
  @Option("The simulated neuron of --task neuronio.") var teacher = TeacherKind.pyramidal
  @Option("Sequences to learn from.") var training = 64
  @Option("Sequences to choose models by.") var validation = 16
  @Option("Sequences to judge by.") var test = 16
  @Option("neuronio: duration of a simulation in ms.") var milliseconds = 6000
  @Option("neuronio: basal segments, each with an excitatory and an inhibitory synapse.") var basal = 262
  @Option("neuronio: apical segments.") var apical = 377
  @Option("neuronio: most excitatory spikes of a tree in 100 ms; fewer come on stronger synapses.")
  var spikes = 800.0
  @Option("shd: width of a time bin in ms.") var bin = 10
  @Option("shd: mean spikes of a word.") var wordSpikes = 1500.0
  @Option("listops: fewest tokens.") var shortest = 501
  @Option("listops: most tokens.") var longest = 1999
  @Option("Folder for the files.", valueName: "DIR", completion: .folder) var out: String?
  @Flag("Goes on with the finished sequences in --out.") var resume
  @OptionGroup var chance: ChanceOptions
  @OptionGroup var common: CommonOptions

  private struct Result: Encodable {
    var task: String
    var preset: String
    var training: Int
    var validation: Int
    var test: Int
    var channels: Int
    var steps: Int
    var eventsPerStep: Double
    /// Of a neuron's training data.
    var spikesPerSecond: Double?
    var meanVoltage: Double?
    var seconds: Double
  }

  func validate() throws {
    guard out != nil else { throw UsageError("--out is missing: give the folder for the files") }
    guard shortest <= longest else {
      throw UsageError("--shortest is \(shortest), but must be at most --longest, \(longest)")
    }
  }

  private func makeTask() throws -> (task: any SequenceTask, sequences: Int) {
    let sizes = SplitSizes(training: training, validation: validation, test: test)
    func words() -> SpikingDigitSource {
      .synthetic(SpikeWords(seed: chance.seed, spikes: wordSpikes), sizes: sizes)
    }
    let task: any SequenceTask =
      switch task {
      case .neuronio:
        TeacherTask(
          teacher: teacher,
          input: SynapticInput(basalSegments: basal, apicalSegments: apical, mostSpikes: spikes),
          steps: milliseconds, sizes: sizes, seed: chance.seed)
      case .shd: SpikingDigitTask(source: words(), binning: try SpikeBinning(milliseconds: bin))
      case .shdAdding:
        DigitAddingTask(
          source: words(), binning: try SpikeBinning(milliseconds: bin), sizes: sizes, seed: chance.seed)
      case .listops:
        ListOpsTask(law: .init(lengths: shortest...longest), sizes: sizes, seed: chance.seed)
      case .pathfinder: PathfinderTask(sizes: sizes, seed: chance.seed)
      case .pathfinderX: PathfinderTask.extended(sizes: sizes, seed: chance.seed)
      }
    return (task, sizes.total)
  }

  func run() throws {
    Interruption.install()
    let started = Date()
    let (task, sequences) = try makeTask()
    var run = try beginRun(out, seed: chance.seed, resuming: resume, quiet: common.quiet)!
    let progress = Progress(isQuiet: common.quiet)
    progress.begin("teaching", total: Double(sequences))
    let data: TaskData
    if let generated = task as? any GeneratedTask {
      data = try generated.data(
        keepingBlocksIn: run.path("unfinished"), resuming: resume, threads: chance.threadCount()
      ) { progress.advance(by: Double($0)) }
    } else {
      data = try task.data(threads: chance.threadCount()) { progress.advance(by: 1) }
    }
    progress.finish()
    try data.training.write(to: run.path("train.npz"))
    try data.validation.write(to: run.path("valid.npz"))
    try data.test?.write(to: run.path("test.npz"))
    if let pathfinder = task as? PathfinderTask {
      try AtomicFile.write(pathfinder.preview(), to: run.path("preview.png"))
    }
    let inputs = data.training.inputs
    let steps = inputs.reduce(0) { $0 + $1.steps }
    var result = Result(
      task: self.task.rawValue, preset: task.preset, training: data.training.count,
      validation: data.validation.count, test: data.test?.count ?? 0, channels: data.training.channels,
      steps: steps, eventsPerStep: Double(inputs.reduce(0) { $0 + $1.count }) / Double(steps),
      spikesPerSecond: nil, meanVoltage: nil, seconds: 0)
    if case .traces(let traces, _) = data.training.targets, let scale = data.training.voltage {
      let sums = traces.reduce(into: SIMD2<Double>()) { sums, trace in
        for step in stride(from: 0, to: trace.count, by: 2) {
          sums += SIMD2(Double(trace[step]), Double(trace[step + 1]))
        }
      }
      result.spikesPerSecond = 1000 * sums.x / Double(steps)
      result.meanVoltage = scale.offset + scale.unit * sums.y / Double(steps)
    }
    if result.spikesPerSecond == 0 {
      Terminal.warn(
        "the neuron never fired, so there are no spikes to learn; make more or longer simulations",
        quiet: common.quiet)
    }
    result.seconds = Date().timeIntervalSince(started)
    try run.write(result, to: "metrics.json")
    try run.finish()
    var lines = [
      ("training, validation, test", "\(result.training), \(result.validation), \(result.test) sequences"),
      ("channels", "\(result.channels)"), ("training steps", "\(steps)"),
      ("events a step", String(format: "%.3f", result.eventsPerStep)),
    ]
    if let rate = result.spikesPerSecond, let voltage = result.meanVoltage {
      lines.append(("output spikes", String(format: "%.2f Hz", rate)))
      lines.append(("mean voltage, cut at -55 mV", String(format: "%.2f mV", voltage)))
    }
    lines.append(("written to", run.folder))
    show(result, json: common.json, lines)
  }
}
