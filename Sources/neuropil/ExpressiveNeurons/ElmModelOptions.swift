import ArgumentParsing
import ExpressiveNeurons

extension HiddenActivation: OptionValue {}
extension MemoryGain: OptionValue {}
extension TrainingPlan.Optimiser: OptionValue {}

/// The published settings by task.
enum ElmTask: String, CaseIterable, OptionValue {
  case neuronio, shd
  case shdAdding = "shd-adding"
  case listops, pathfinder
  case pathfinderX = "pathfinder-x"
  case image, text, retrieval
}

/// The models by name.
enum ElmModelName: String, CaseIterable, OptionValue {
  case branch, elm, lif, alif, lstm
  case chronoLSTM = "chrono-lstm"
}

/// Sizes and constants of the model.
struct ElmModelOptions: ArgumentGroup {
  static var title: String { "MODEL" }
  init() {}
  @Option("Branch-ELM, ELM without branches, or a baseline of the paper.") var model = ElmModelName.branch
  @Option("Memory units; cells of an LSTM. The task's unless given.") var memoryUnits: Int?
  @Option("Width of the hidden layers; twice the memory units unless given.") var hiddenSize: Int?
  @Option("Hidden layers of the MLP; 0 for a linear map.") var hiddenLayers = 1
  @Option("Non-linearity of the hidden layers.") var activation = HiddenActivation.relu
  @Option("Gain of the memory: the paper's, or its steadier variant.") var gain = MemoryGain.scaledLeak
  @Option("Input gain of the memory, λ.") var lambda = 5.0
  @Option("Branches.") var branches = 45
  @Option("Synapses of a branch; as many as NeuronIO's share of the inputs unless given.") var synapses: Int?
  @Flag("Synapses read inputs at random instead of windows over interlocked inputs.") var randomRouting
  @Option("Length of a step in ms.") var timeStep = 1.0
  @Option("Time constant of the traces in ms; the task's unless given.") var traceTimeConstant: Double?
  @Option("Shortest memory time constant in ms.") var shortest = 1.0
  @Option("Longest memory time constant in ms; the task's unless given.") var longest: Double?
  @Flag("Memory time constants are learned.") var learnTimeConstants

  /// A model for `inputs` channels and `outputs` outputs with the task's published sizes.
  func make(_ task: ElmTask, inputs: Int, outputs: Int, steps: Int, seed: UInt64) throws -> SequenceModel {
    let (units, trace, slowest): (Int, Double, Double) =
      switch task {
      case .neuronio: (20, 5, 150)
      case .shd, .shdAdding: (100, 5, 150)
      case .image, .pathfinder: (150, 5, 1000)
      case .pathfinderX: (150, 150, 20_000)
      case .listops: (150, 5, 2000)
      case .text, .retrieval: (150, 5, 4000)
      }
    switch model {
    case .lif, .alif:
      guard outputs == 2 else {
        throw UsageError(
          "--model \(model.rawValue) answers with a spike and a voltage, but the data have \(outputs) outputs"
        )
      }
      return .integrateAndFire(
        try IntegrateAndFireNeuron(
          .init(inputs: inputs, adapts: model == .alif, timeStepMilliseconds: timeStep), seed: seed))
    case .lstm, .chronoLSTM:
      return .lstm(
        try LSTM(
          .init(
            inputs: inputs, outputs: outputs, hiddenSize: memoryUnits ?? units,
            longestTime: model == .chronoLSTM ? Double(max(3, steps)) : nil), seed: seed))
    case .branch, .elm:
      let span = ELMConfiguration.Span(shortest, longest ?? slowest)
      let configuration = ELMConfiguration(
        inputs: inputs, outputs: outputs, memoryUnits: memoryUnits ?? units,
        routing: model == .elm ? .direct : routing(inputs: inputs, seed: seed), hiddenSize: hiddenSize,
        hiddenLayers: hiddenLayers, activation: activation, gain: gain, lambda: lambda,
        timeStepMilliseconds: timeStep,
        traceTimeConstants: [traceTimeConstant ?? trace], memoryTimeConstants: span,
        learnsMemoryTimeConstants: learnTimeConstants)
      return .elm(try ELMNeuron(configuration, seed: seed))
    }
  }

  private func routing(inputs: Int, seed: UInt64) -> SynapseRouting {
    let stride = (inputs + max(1, branches) - 1) / max(1, branches)
    let each = synapses ?? max(stride, Int((Double(stride) * 100 / 29).rounded()))
    return randomRouting
      ? .random(branches: branches, synapsesPerBranch: each, seed: seed)
      : .interlockedWindows(branches: branches, synapsesPerBranch: each)
  }
}

/// Weights to use.
struct ElmWeightsOptions: ArgumentGroup {
  static var title: String { "WEIGHTS" }
  init() {}
  @Option(
    "Weights: of 'elm train', or a published PyTorch checkpoint with model_config.json beside it.",
    placeholder: "FILE", completion: .file) var weights: String
  @Option("Input gain of the memory instead of the file's; published files do not name theirs, which is 5.")
  var lambda: Double?

  func read() throws -> SequenceModel { try ModelFile.read(weights, lambda: lambda) }

  /// A neuron, for what only neurons have.
  func neuron(for purpose: String) throws -> ELMNeuron {
    guard case .elm(let neuron) = try read() else {
      throw UsageError(
        "--weights is of another model, but \(purpose) needs an expressive leaky memory neuron")
    }
    return neuron
  }
}
