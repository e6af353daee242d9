import Figures
import Foundation
import Laboratory
import NeuralData
import Tensors

/// The claims of Liu et al. (2023), measured on scikit-learn's digits and Fashion-MNIST.
public enum ActivePruningReproduction: Reproduction {
  /// `prune`
  public static let method = "prune"
  /// The paper.
  public static let paper =
    "Liu, Ghosh and Motani, AP: Selective Activation for De-sparsifying Pruned Networks, Transactions on Machine Learning Research (2023), arXiv:2212.06145"

  /// Measures every claim.
  ///
  /// - Throws: ``PruningError``, `TensorError`, `FileError` for damaged images, `Interrupted`.
  public static func measure(in context: ReproductionContext) throws -> ReproductionOutcome {
    let missing = LibTorch.problem.map { "needs \($0.description)" }
    let digits = try read(ImageClassificationData.installedDigits) { path throws(FileError) in
      // Every fifth image to judge by: 359 of 1,797.
      let read = try LabelledImages.read(csv: path).split(every: 5)
      return try PruningData(
        training: ImageSet(read.training), test: ImageSet(read.validation ?? read.training), source: path)
    }
    let fashion = try read(installedFashion) { path throws(FileError) in try PruningData.read(path) }
    let plans = try PruningPlans(
      context.scale, digits: digits?.training.count ?? 1_438, images: fashion?.training.count ?? 60_000)
    var outcome = ReproductionOutcome(
      results: [], figures: [], notes: [plans.digits.scope, plans.fashion.scope])
    try add(
      plans.digits, data: digits, missing: missing ?? "needs scikit-learn's digits: run 'make deps'",
      hasLibTorch: missing == nil, in: context, to: &outcome)
    let part = try fashion?.prefix(training: plans.fashionTraining, test: plans.fashionTest)
    let lacking = missing ?? "needs Fashion-MNIST: install dataset-fashion-mnist ('make deps')"
    try add(
      plans.fashion, data: part, missing: lacking, hasLibTorch: missing == nil, in: context, to: &outcome)
    for experiment in plans.convolutional {
      outcome.notes.append(experiment.scope)
      try add(
        experiment, data: fashion, missing: lacking, hasLibTorch: missing == nil, in: context, to: &outcome)
    }
    outcome.results += [residual, transformer]
    outcome.notes += [
      "The paper's body could not be read: claims are the abstract's, and which base methods it tables is not known.",
      "Learning rate, batch and first weights of the perceptrons were chosen on unpruned networks, whose accuracy and dead rates come near those of an independent program; no pruned network was looked at for the choice.",
      "In the paper's program pruned weights come back to life through momentum, so that its accuracies need not be those of pruned networks; here they stay 0.",
    ]
    return outcome
  }

  private static var installedFashion: String? {
    let path = ImageClassificationData.installedFashionMNIST
    return FileManager.default.fileExists(atPath: path) ? path : nil
  }

  private static func read(
    _ path: String?, _ body: (String) throws(FileError) -> PruningData
  ) throws(FileError) -> PruningData? {
    guard let path else { return nil }
    return try body(path)
  }

  private static func add(
    _ experiment: PruningExperiment, data: PruningData?, missing: String, hasLibTorch: Bool,
    in context: ReproductionContext, to outcome: inout ReproductionOutcome
  ) throws {
    guard hasLibTorch, let data else {
      outcome.results += PruningClaims(experiment: experiment, curves: nil, note: missing).results
      return
    }
    let curves = try experiment.measure(on: data, in: context)
    outcome.results += PruningClaims(experiment: experiment, curves: curves, note: "").results
    outcome.figures.append(
      curves.figure(id: "prune-\(experiment.name.lowercased())", title: experiment.title))
  }

  private static let residual = ClaimResult(
    Claim(
      id: "prune.cifar", source: "abstract",
      statement: "AP lifts the accuracy of networks on CIFAR-10 and CIFAR-100",
      published: "3 to 4 %", method: "accuracy with AP less that of the base method alone, paired by seed"),
    Laboratory.Measurement(
      nil, text: "-",
      note:
        "needs CIFAR: 'neuropil prune compare --network resnet20 --data FOLDER --schedule published --cycles 25'"
    ))

  private static let transformer = ClaimResult(
    Claim(
      id: "prune.imagenet", source: "abstract", statement: "AP lifts the accuracy of networks on ImageNet",
      published: "2 to 3 %", method: "accuracy with AP less that of the base method alone, paired by seed"),
    Laboratory.Measurement(
      nil, text: "-",
      note: "needs ImageNet: 'neuropil prune compare --network resnet50 --data FOLDER' on a graphics card"))
}
