import Laboratory
import NeuralData
import Tensors

/// What is run at a scale.
struct PruningPlans {
  var digits: PruningExperiment
  var fashion: PruningExperiment
  /// Images of the Fashion-MNIST experiment; all when `nil`.
  var (fashionTraining, fashionTest): (Int?, Int?)
  /// Convolutional networks on Fashion-MNIST, at paper scale alone.
  var convolutional: [PruningExperiment] = []

  /// The plan of the digits, with `Initialisation.normalByInputs`: of 240 settings, the one whose unpruned networks came
  /// nearest in accuracy and dead rates to reference values on digits and on Fashion-MNIST together; no pruned network was
  /// looked at.
  static let digitsPlan = TrainingPlan(epochs: 30, batch: 32, momentum: 0.9, schedule: .constant(0.05))

  init(_ scale: Scale, images: Int) throws(PruningError) {
    let all = [
      PruningExperiment.plain, PruningExperiment.activating, PruningExperiment.randomNegative,
      PruningExperiment.positive, PruningExperiment.random,
    ]
    let (seeds, cycles, arms, epochs): (Int, Int, Int, Int) =
      switch scale {
      case .smoke: (3, 2, 3, 3)
      case .quick: (3, 5, 3, 30)
      case .long, .paper: (10, 16, 5, 30)
      }
    var plan = Self.digitsPlan
    plan.epochs = epochs
    digits = PruningExperiment(
      name: "digits", title: "digits, MLP 64-100-50-10", choice: .multilayerPerceptron(hidden: [100, 50]),
      initialisation: .normalByInputs, arms: Array(all.prefix(arms)),
      settings: try PruningSettings(plan: plan), seeds: seeds, cycles: cycles)
    let (fashionSeeds, fashionCycles, fashionArms, fashionEpochs): (Int, Int, Int, Int) =
      switch scale {
      case .smoke: (3, 1, 2, 1)
      case .quick: (3, 2, 2, 6)
      case .long, .paper: (5, 18, 5, 12)
      }
    (fashionTraining, fashionTest) =
      switch scale {
      case .smoke: (500, 500)
      case .quick: (3_000, 2_000)
      case .long, .paper: (nil, nil)
      }
    fashion = PruningExperiment(
      name: "fashion", title: "Fashion-MNIST, MLP 784-300-100-10",
      choice: .multilayerPerceptron(hidden: [300, 100]), arms: Array(all.prefix(fashionArms)),
      settings: try PruningSettings(
        plan: TrainingPlan(epochs: fashionEpochs, batch: 64, schedule: .constant(0.05)), watchedImages: 10_000
      ),
      seeds: fashionSeeds, cycles: fashionCycles)
    guard scale == .paper else { return }
    let published = TrainingPlan.published(
      images: images, augmentation: Augmentation(cropPadding: 4, flips: true))
    for (name, choice) in [("ResNet-20", NetworkChoice.residual(layers: 20)), ("VGG-19", .vgg19)] {
      convolutional.append(
        PruningExperiment(
          name: name, title: "Fashion-MNIST at 32 × 32, \(name)", choice: choice,
          arms: Array(all.prefix(3)), settings: try PruningSettings(plan: published), seeds: 3, cycles: 25))
    }
  }
}
