import ArgumentParsing
import ExpressiveNeurons
import Foundation

extension HiddenActivation: OptionValue {}
extension MemoryGain: OptionValue {}
extension TrainingPlan.Optimiser: OptionValue {}

extension PublishedTask: OptionValue {}

/// The models by name.
enum ElmModelName: String, CaseIterable, OptionValue {
  case branch, elm, lif, alif, lstm
  case chronoLSTM = "chrono-lstm"
  case snn, layers
}

/// Sizes and constants of the model.
struct ElmModelOptions: ArgumentGroup {
  static var title: String { "MODEL" }
  init() {}
  @Option(
    "Branch-ELM, ELM without branches, a baseline of the paper, or layers of neurons; branch for neuronio, else elm, unless given."
  ) var model: ElmModelName?
  @Option("Memory units; cells of an LSTM. The task's unless given.") var memoryUnits: Int?
  @Option("Width of the hidden layers; twice the memory units unless given.") var hiddenSize: Int?
  @Option("Hidden layers of the MLP; 0 for a linear map.") var hiddenLayers = 1
  @Option("Non-linearity of the hidden layers.") var activation = HiddenActivation.relu
  @Option("Gain of the memory: the paper's, or its steadier variant.") var gain = MemoryGain.scaledLeak
  @Option("Input gain of the memory, λ.") var lambda = 5.0
  @Option("Branches; 45 for neuronio and 100 for the others unless given.") var branches: Int?
  @Option(
    "Synapses of a branch; as many as NeuronIO's share of the inputs, or 15 for spoken digits, unless given.")
  var synapses: Int?
  @Flag("Synapses read inputs at random instead of windows over interlocked inputs, as for all but neuronio.")
  var randomRouting
  @Option(
    "CSV of the input of every synapse, a branch a row, from 0, -1 for none; instead of the routings above.",
    valueName: "FILE", completion: .file) var routing: String?
  @Option("Length of a step in ms; spoken digits' is their bin, else 1, unless given.") var timeStep: Double?
  @Option("Time constant of the traces in ms; the task's unless given.") var traceTimeConstant: Double?
  @Option("Shortest memory time constant in ms.") var shortest = 1.0
  @Option("Longest memory time constant in ms; the task's unless given.") var longest: Double?
  @Flag("Memory time constants are learned, as they are for all tasks but neuronio.") var learnTimeConstants
  @Flag("Memory time constants stay as they begin.") var fixedTimeConstants
  @Flag("The traces' time constants are learned, one for each branch, or synapse without branches.")
  var learnTraceTimeConstants
  @Option("snn: neurons in all; layers: neurons of each layer, such as 16,16.") var neurons: String?

  func validate() throws {
    if learnTimeConstants && fixedTimeConstants {
      throw UsageError("give --learn-time-constants or --fixed-time-constants, not both")
    }
    if routing != nil && randomRouting { throw UsageError("give --routing or --random-routing, not both") }
  }

  /// The model's name for a task.
  func name(for task: PublishedTask) -> ElmModelName { model ?? (task == .neuronio ? .branch : .elm) }

  /// A model for a data set with the task's published sizes; `bin` is the width of spoken digits' time bins in ms.
  func make(_ task: PublishedTask, for data: SequenceDataSet, bin: Int, seed: UInt64) throws -> SequenceModel
  {
    let (inputs, outputs) = (data.channels, data.outputs)
    let step = timeStep ?? (task.hasBins ? Double(bin) : 1)
    let name = name(for: task)
    if data.isPaired, name != .elm, name != .branch {
      throw UsageError(
        "--model \(name.rawValue) reads one sequence, but the data are pairs; use elm or branch")
    }
    switch name {
    case .lif, .alif:
      guard data.voltage != nil else {
        throw UsageError(
          "--model \(name.rawValue) answers with a spike and a voltage, which the data do not ask for")
      }
      return .integrateAndFire(
        try IntegrateAndFireNeuron(
          .init(inputs: inputs, adapts: name == .alif, timeStepMilliseconds: step), seed: seed))
    case .lstm, .chronoLSTM:
      let steps = data.inputs.map(\.steps).max() ?? 0
      return .lstm(
        try LSTM(
          .init(
            inputs: inputs, outputs: outputs, hiddenSize: memoryUnits ?? task.cells,
            longestTime: name == .chronoLSTM ? task.longestGateTime ?? Double(max(3, steps)) : nil),
          seed: seed))
    case .snn:
      return .spiking(
        try SpikingNetwork(
          .init(
            inputs: inputs, outputs: outputs, neurons: try counts(500).first!,
            timeStepMilliseconds: step, wiring: seed)))
    case .layers:
      var neuron = ELMNetwork.Configuration.neuron(memoryUnits: memoryUnits ?? 10)
      apply(to: &neuron, task, step)
      return .layers(
        try ELMNetwork(
          .init(inputs: inputs, outputs: outputs, layers: try counts(16), neuron: neuron, wiring: seed),
          seed: seed))
    case .branch, .elm:
      var configuration = ELMConfiguration(
        inputs: inputs, outputs: data.isPaired ? PublishedTask.latentNumbers : outputs,
        memoryUnits: memoryUnits ?? task.memoryUnits,
        routing: name == .elm ? .direct : try routing(task, inputs: inputs, seed: seed))
      apply(to: &configuration, task, step)
      if learnTraceTimeConstants {
        configuration.traceTimeConstants = [Double](
          repeating: configuration.traceTimeConstants[0], count: max(1, configuration.traces))
      }
      return data.isPaired
        ? .towers(try TwoTowers(configuration, classes: outputs, seed: seed))
        : .elm(try ELMNeuron(configuration, seed: seed))
    }
  }

  /// The options that all kinds of expressive neurons share.
  private func apply(to configuration: inout ELMConfiguration, _ task: PublishedTask, _ step: Double) {
    let span = ELMConfiguration.Span(shortest, longest ?? task.longestTimeConstant)
    configuration.hiddenSize = hiddenSize ?? 2 * configuration.memoryUnits
    configuration.hiddenLayers = hiddenLayers
    configuration.activation = activation
    configuration.gain = gain
    configuration.lambda = lambda
    configuration.timeStepMilliseconds = step
    configuration.traceTimeConstants = [traceTimeConstant ?? task.traceTimeConstant]
    configuration.memoryTimeConstants = span
    configuration.memoryTimeConstantBounds = task.timeConstantBounds(span)
    configuration.learnsMemoryTimeConstants =
      learnTimeConstants || (task.learnsTimeConstants && !fixedTimeConstants)
    configuration.learnsTraceTimeConstants = learnTraceTimeConstants
  }

  private func counts(_ usual: Int) throws -> [Int] {
    guard let neurons else { return [usual] }
    let counts = neurons.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
    guard !counts.contains(nil) else {
      throw UsageError("--neurons is '\(neurons)', but must be whole numbers with commas between")
    }
    return counts.compactMap(\.self)
  }

  private func routing(_ task: PublishedTask, inputs: Int, seed: UInt64) throws -> SynapseRouting {
    if let routing { return try SynapseRouting(file: routing) }
    if task == .neuronio, !randomRouting {
      return .interlockedWindows(inputs: inputs, branches: branches ?? 45, synapsesPerBranch: synapses)
    }
    return .random(
      branches: branches ?? (task == .neuronio ? 45 : 100),
      synapsesPerBranch: synapses ?? (task == .neuronio ? 100 : 15), seed: seed)
  }
}

/// Which data.
struct ElmDataOptions: ArgumentGroup {
  static var title: String { "DATA" }
  init() {}
  @Option("Whose published settings and files are read.") var task = PublishedTask.neuronio
  @Option(
    "Files of 'elm teach', or the published ones: pickles of NeuronIO, shd_train.h5 and shd_test.h5, tables of listops, text or retrieval, images. A folder, or one file.",
    valueName: "PATH", completion: .file) var data: String
  @Option("shd: width of a time bin in ms.") var bin = 10
  @Option("shd-adding from published digits: sums to learn from in each pass, drawn anew.") var sums = 4000
  @Option("neuronio from published files: most files of each part.") var mostFiles = 8
  @Flag(
    "neuronio from published files: spikes come from the high-resolution voltage, not from rounded times.")
  var recomputeSpikes
  @Option("text, retrieval: bytes after which a text is cut.") var longestText = 4096

  /// Where the sequences are.
  func source(seed: UInt64) -> TaskSource {
    var source = TaskSource(task, path: data)
    source.binMilliseconds = bin
    source.mostFiles = mostFiles
    source.recomputesSpikes = recomputeSpikes
    source.longestText = longestText
    source.sums = sums
    source.seed = seed
    return source
  }
}

/// Weights to use.
struct ElmWeightsOptions: ArgumentGroup {
  static var title: String { "WEIGHTS" }
  init() {}
  @Option(
    "Weights: of 'elm train', or a published PyTorch checkpoint with model_config.json beside it.",
    valueName: "FILE", completion: .file) var weights: String
  @Option("Input gain of the memory instead of the file's; published files do not name theirs, which is 5.")
  var lambda: Double?

  func read(quiet: Bool) throws -> SequenceModel {
    let model = try ModelFile.read(weights, lambda: lambda)
    let sizes = PublishedWeights.configurationPath(beside: weights)
    if case .elm(let neuron) = model, ModelFile.isPublished(weights),
      !FileManager.default.fileExists(atPath: sizes)
    {
      Terminal.warn(
        "\(sizes) is missing, so \(weights) is taken to have \(neuron.configuration.inputs) inputs, one for each synapse; put the file there if they are routed",
        quiet: quiet)
    }
    return model
  }

  /// A neuron, for what only neurons have.
  func neuron(for purpose: String, quiet: Bool) throws -> ELMNeuron {
    guard case .elm(let neuron) = try read(quiet: quiet) else {
      throw UsageError(
        "--weights is of another model, but \(purpose) needs an expressive leaky memory neuron")
    }
    return neuron
  }
}
