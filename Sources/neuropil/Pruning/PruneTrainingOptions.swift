import ActivePruning
import ArgumentParsing
import NeuralData
import Tensors

extension BaseMethod: OptionValue {}
extension PruningStep.Choice: OptionValue {}
extension PruningSettings.Trainings: OptionValue {}
extension TrainingPlan.Rule: OptionValue {}
extension Rewinding: OptionValue {
  /// Reads a name.
  public init?(argument: String) { self.init(argument) }
  /// `PLACE`
  public static var valueName: String { "PLACE" }
  /// Every form.
  public static var expectation: String {
    "init, step:N, epoch:N, learning-rate, fine-tune or reinit"
  }
}

/// How much is pruned in a cycle, and where training begins then.
struct PruningOptions: ArgumentGroup {
  static var title: String { "PRUNING" }
  init() {}
  @Option("Cycles of pruning and training after the dense network's training.") var cycles = 10
  @Option("Percent of the weights alive that a cycle prunes.") var rate = 20.0
  @Option("Percent of the weights alive, within --rate, that are pruned to activate units.") var apShare = 2.0
  @Option(
    "Where the weights stand when a cycle's training begins: at their first values, before a step or epoch of the first training, where they are with the learning rate anew (learning-rate) or at its last value (fine-tune), or at new random values."
  ) var rewind = Rewinding.initial
  @Option("Fewest weights that stay in every layer, so that none is cut.") var floor = 0
  @Option(
    "How often a cycle trains: twice repeats the last cycle's training first, as the paper's program does, to the same result."
  ) var trainings = PruningSettings.Trainings.once
  @Flag("Prunes scales of normalising layers too, as the paper's program does.") var includeScales
  @Option("What counts as a neuron of a convolution.") var unit = DeadNeuronMeter.Unit.element
  @Option("Training images on which dead neurons are counted, the first ones.") var watchedImages = 10_000
  @Option("Training images of which gradients are taken for scores.") var scoringImages = 1_000

  func validate() throws {
    guard (0...1_000).contains(cycles) else {
      throw UsageError("--cycles is \(cycles), but must be 0 to 1000")
    }
    for (name, value) in [
      ("floor", floor), ("watched-images", watchedImages - 1), ("scoring-images", scoringImages - 1),
    ] where value < 0 {
      throw UsageError("--\(name) must be \(name == "floor" ? "0" : "1") or more")
    }
  }

  /// Settings of a method.
  func settings(
    _ method: BaseMethod, choice: PruningStep.Choice, plan: TrainingPlan, seed: UInt64
  ) throws(PruningError) -> PruningSettings {
    try PruningSettings(
      rate: rate, share: apShare, choice: choice, method: method, floor: floor, rewinding: rewind, plan: plan,
      seed: seed, trainings: trainings, includesScales: includeScales, unit: unit,
      watchedImages: watchedImages,
      scoringImages: scoringImages)
  }
}

/// How a network is trained in each cycle.
struct PruneTrainingOptions: ArgumentGroup {
  enum ScheduleName: String, CaseIterable, OptionValue { case constant, steps, cosine, published }

  /// Laws of the first weights.
  enum Weights: String, CaseIterable, OptionValue {
    case uniform, he, glorot

    var law: Initialisation {
      switch self {
      case .uniform: .uniformByInputs
      case .he: .normalByInputs
      case .glorot: .normalByBoth
      }
    }
  }

  static var title: String { "TRAINING" }
  init() {}
  @Option(
    "The law of a perceptron's first weights: uniform on ±1/√inputs, or normal with variance 2/inputs (he) or 2/(inputs + outputs) (glorot); other networks have the literature's."
  ) var weights = Weights.uniform
  @Option("Passes over the training images in each cycle.") var epochs = 30
  @Option("Images in a step.") var batch = 64
  @Option("The rule of steps.") var optimiser = TrainingPlan.Rule.sgd
  @Option("The learning rate, at its highest.") var learningRate = 0.1
  @Option("Of sgd.") var momentum = 0.9
  @Option("What of a weight is added to its gradient.") var weightDecay = 0.0
  @Option(
    "How the learning rate changes in a cycle: not, divided by 10 at half and at three quarters of the epochs, down to 0 along half a wave, or as in the paper's program: a line up over 20,000 steps, divided by 10 at half and at 64 % of the epochs, batches of 64 and a weight decay of 0.0005."
  ) var schedule = ScheduleName.constant
  @Flag("Crops and mirrors training images by chance.") var augment
  @Flag("Gives each channel a mean of 0 and a deviation of 1; else pixels lie from 0 to 1.") var standardised

  /// The plan for a set of images.
  func plan(for data: PruningData) -> TrainingPlan {
    var augmentation = data.preprocessing(isStandardised: standardised)
    if augment { (augmentation.cropPadding, augmentation.flips) = (data.shape.rows >= 28 ? 4 : 1, true) }
    if schedule == .published {
      return .published(images: data.training.count, epochs: epochs, augmentation: augmentation)
    }
    if schedule == .steps {
      return .falling(
        images: data.training.count, epochs: epochs, batch: batch, rate: learningRate, rule: optimiser,
        momentum: momentum, weightDecay: weightDecay, augmentation: augmentation)
    }
    let steps = (data.training.count + max(1, batch) - 1) / max(1, batch) * max(1, min(epochs, 1_000_000))
    return TrainingPlan(
      epochs: epochs, batch: batch, rule: optimiser, momentum: momentum, weightDecay: weightDecay,
      schedule: schedule == .constant
        ? .constant(learningRate) : .cosine(rate: learningRate, last: 0, length: steps),
      augmentation: augmentation)
  }

  func validate() throws {
    guard (1...1_000_000).contains(epochs) else {
      throw UsageError("--epochs is \(epochs), but must be 1 to 1000000")
    }
    guard (1...1_000_000).contains(batch) else {
      throw UsageError("--batch is \(batch), but must be 1 to 1000000")
    }
  }
}
