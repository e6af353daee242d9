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

  /// The plan of the perceptrons, with `Initialisation.normalByInputs`: of 384 settings, 144 of them with a rate that falls,
  /// the one whose unpruned networks came nearest in accuracy and dead rates to reference values on digits and on
  /// Fashion-MNIST together; no pruned network was looked at.
  static func plan(images: Int, epochs: Int) -> TrainingPlan {
    .falling(images: images, epochs: epochs, batch: 128, rate: 0.1)
  }

  /// - Parameters:
  ///   - digits: number of training images.
  ///   - images: number of training images of Fashion-MNIST.
  init(_ scale: Scale, digits: Int, images: Int) throws(PruningError) {
    let all = [
      PruningExperiment.plain, PruningExperiment.activating, PruningExperiment.randomNegative,
      PruningExperiment.positive, PruningExperiment.random,
    ]
    let (seeds, cycles, arms, epochs): (Int, Int, Int, Int) =
      switch scale {
      case .smoke: (3, 2, 3, 3)
      case .quick: (5, 5, 3, 30)
      case .long, .paper: (10, 16, 5, 30)
      }
    self.digits = PruningExperiment(
      name: "digits", title: "digits, MLP 64-100-50-10", choice: .multilayerPerceptron(hidden: [100, 50]),
      initialisation: .normalByInputs, arms: Array(all.prefix(arms)),
      settings: try PruningSettings(plan: Self.plan(images: digits, epochs: epochs)), seeds: seeds,
      cycles: cycles)
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
      choice: .multilayerPerceptron(hidden: [300, 100]), initialisation: .normalByInputs,
      arms: Array(all.prefix(fashionArms)),
      settings: try PruningSettings(
        plan: Self.plan(images: fashionTraining ?? images, epochs: fashionEpochs), watchedImages: 10_000),
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
