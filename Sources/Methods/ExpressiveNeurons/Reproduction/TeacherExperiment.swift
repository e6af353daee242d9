import Figures
import Foundation
import Laboratory

/// Models of the paper's main figure and its ablations on a simulated pyramidal cell.
struct TeacherExperiment {
  private let context: ReproductionContext
  private let sizes: SplitSizes
  private let duration: Int
  let steps: Int
  private let large: Bool

  init(_ context: ReproductionContext) {
    self.context = context
    large = context.scale == .long || context.scale == .paper
    switch context.scale {
    case .smoke: (sizes, duration, steps) = (SplitSizes(training: 6, validation: 1, test: 3), 2000, 8)
    case .quick: (sizes, duration, steps) = (SplitSizes(training: 32, validation: 1, test: 12), 6000, 600)
    case .long:
      (sizes, duration, steps) = (SplitSizes(training: 256, validation: 1, test: 48), 6000, 30_000)
    case .paper:
      (sizes, duration, steps) = (SplitSizes(training: 1152, validation: 128, test: 128), 6000, 342_000)
    }
  }

  /// Memory units of the Branch-ELMs.
  var units: [Int] {
    switch context.scale {
    case .smoke, .quick: [1, 5, 20]
    case .long: [1, 2, 5, 10, 20, 50]
    case .paper: ELMReproduction.publishedCounts.keys.sorted()
    }
  }
  /// Cells of the LSTMs.
  var cells: [Int] {
    switch context.scale {
    case .smoke, .quick: [15]
    case .long: [15, 50]
    case .paper: [15, 25, 50, 100, 150, 250]
    }
  }
  /// Hidden layers besides the standard one.
  var depths: [Int] { large ? [0, 2, 3] : [0, 2] }
  /// λ besides the standard 5.
  var lambdas: [Double] { large ? [1, 2, 10] : [1, 10] }
  /// Longest memory time constants in ms besides the standard 150.
  var spans: [Double] { large ? [2, 5, 10, 25, 50] : [2, 25] }
  var testRecordings: Int { sizes.test }

  static func branch(_ units: Int) -> String { "Branch-ELM \(units)" }
  static func lstm(_ cells: Int) -> String { "LSTM \(cells)" }
  static func depth(_ layers: Int) -> String {
    layers == 0 ? "no hidden layer" : "\(layers) hidden layers"
  }
  static func lambda(_ value: Double) -> String { "λ = \(Int(value))" }
  static func span(_ longest: Double) -> String { "up to \(Int(longest)) ms" }
  /// The neuron that the ablations change.
  static let standard = branch(20)

  private func models() throws -> [(name: String, model: SequenceModel)] {
    let seed = context.seed
    func neuron(_ name: String, units: Int = 20, change: (inout ELMConfiguration) -> Void = { _ in })
      throws -> (name: String, model: SequenceModel)
    {
      var configuration = ELMConfiguration.neuronIO(memoryUnits: units)
      change(&configuration)
      return (name, .elm(try ELMNeuron(configuration, seed: seed)))
    }
    var all = try units.map { try neuron(Self.branch($0), units: $0) }
    for (name, adapts) in [("LIF", false), ("ALIF", true)] {
      let neuron = try IntegrateAndFireNeuron(.init(inputs: 1278, adapts: adapts), seed: seed)
      all.append((name, .integrateAndFire(neuron)))
    }
    for size in cells {
      let lstm = try LSTM(.init(inputs: 1278, outputs: 2, hiddenSize: size), seed: seed)
      all.append((Self.lstm(size), .lstm(lstm)))
    }
    all += try depths.map { layers in try neuron(Self.depth(layers)) { $0.hiddenLayers = layers } }
    all += try lambdas.map { value in try neuron(Self.lambda(value)) { $0.lambda = value } }
    all += try spans.map { longest in
      try neuron(Self.span(longest)) {
        $0.memoryTimeConstants = .init(1, longest)
        $0.memoryTimeConstantBounds = .init(1, longest)
      }
    }
    return all
  }

  func measure() throws -> (results: [ClaimResult], figures: [Figure]) {
    let models = try models()
    let data = try TeacherTask(teacher: .pyramidal, steps: duration, sizes: sizes, seed: context.seed).data(
      threads: context.threads)
    let plan = TrainingPlan(
      steps: steps,
      learningRate: [Scale.smoke: 2e-3, .quick: 2e-3, .long: 1e-3, .paper: 5e-4][context.scale]!, window: 500,
      burnIn: 150, skip: 500)
    let scores = try Lesson(name: "teacher", models: models) { _ in plan }
      .run(in: context, on: data) { name, model in
        let outcome = try NeuronEvaluation(
          model, on: data.test!, plan: EvaluationPlan(mostSpikes: .max), threads: 1)
        return TrainedScore(
          name: name, parameters: model.parameterCount, areaUnderCurve: outcome.areaUnderCurve,
          rmse: outcome.voltage.rmse, recordings: outcome.recordingVoltages.map(\.rmse))
      }
    return (results(scores), [parameterFigure(scores), ablationFigure(scores)])
  }
}
