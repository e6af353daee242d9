import Figures
import Foundation
import Laboratory
import NeuralData
import Probability

/// The claims of Man, Damasio and Neven (2022), measured on Fashion-MNIST.
public enum HomeostasisReproduction: Reproduction {
  /// `homeostasis`
  public static let method = "homeostasis"
  /// The paper.
  public static let paper =
    "Man, Damasio and Neven, Need is all you need: homeostatic neural networks adapt to concept shift, arXiv:2205.08645 (2022)"

  typealias Stream = ShiftExperiment.Stream
  typealias Entry = ShiftExperiment.Entry

  /// What is run at a scale.
  struct Plan {
    var samples: Int
    var seeds: Int
    /// Streams of one number of swaps in every epoch, from none on.
    var steady: [Stream]
    /// The rate of shift itself shifts.
    var seasons: Stream
    /// Other kinds of shift than swaps.
    var kinds: [Stream]

    init(_ scale: Scale) {
      let (rates, epochs, seasonEpochs): ([Int], Int, Int)
      switch scale {
      case .smoke: (samples, seeds, rates, epochs, seasonEpochs) = (3000, 3, [0, 25], 1, 2)
      case .quick: (samples, seeds, rates, epochs, seasonEpochs) = (60_000, 3, [0, 50, 500], 2, 4)
      case .long:
        (samples, seeds, rates, epochs, seasonEpochs) = (60_000, 5, [0, 1, 10, 50, 100, 500], 10, 10)
      case .paper:
        (samples, seeds, rates, epochs, seasonEpochs) = (60_000, 10, [0, 1, 5, 10, 50, 100, 500], 50, 50)
      }
      steady = rates.map { Stream(name: "\($0) swaps", rate: .constant(Double($0)), epochs: epochs) }
      let high = Double(scale == .smoke ? 25 : 100)
      seasons = Stream(
        name: "seasons", rate: .piecewise((0..<seasonEpochs).map { $0 % 2 == 0 ? 0 : high }),
        epochs: seasonEpochs)
      let middle = ShiftRate.constant(scale == .smoke ? 5 : 50)
      let kindEpochs = scale == .quick ? 1 : epochs
      kinds = [
        Stream(name: "gradual", rate: middle, kind: .gradual(width: 300), epochs: kindEpochs),
        Stream(name: "recurring", rate: middle, kind: .recurring(concepts: 3), epochs: kindEpochs),
        Stream(name: "cyclic", rate: middle, kind: .cycle(classes: 3), epochs: kindEpochs),
        Stream(
          name: "covariate", rate: .constant(scale == .smoke ? 2 : 5), kind: .covariate, epochs: kindEpochs),
      ]
    }

    var scope: String { scope(of: steady) }

    func scope(of streams: [Stream]) -> String {
      "Prequential accuracy of epoch \(streams[0].epochs), \(samples) images, \(seeds) paired seeds, first learning rate \(HomeostasisReproduction.firstRate)."
    }
  }

  static let firstRate = 0.0058
  static let constants = [0.0058, 0.02, 0.058, 0.12]
  static let published = "published program"
  static let memory = "memory gradient"
  static let constant = Entry.constant(firstRate).name

  /// Measures every claim; without Fashion-MNIST all of them need data.
  public static func measure(in context: ReproductionContext) throws -> ReproductionOutcome {
    guard let data = try? ImageClassificationData.read(ImageClassificationData.installedFashionMNIST) else {
      let note = "Install the Debian package dataset-fashion-mnist."
      return ReproductionOutcome(
        results: Statement.allCases.map {
          ClaimResult($0.claim, Measurement(nil, text: "not measured", note: note))
        }, figures: [])
    }
    let plan = Plan(context.scale)
    let learners = [
      Entry(name: "random", configuration: .random(learningRate: firstRate)),
      Entry(name: published, configuration: .homeostatic(learningRate: firstRate)),
      Entry(name: memory, configuration: .memoryGradient(learningRate: firstRate)),
    ]
    let grid = constants.map(Entry.constant)
    let pair = [grid[0], learners[2]]
    var runs: [(stream: Stream, learners: [Entry])] = plan.steady.map { ($0, learners + grid) }
    runs.append((plan.seasons, Array(learners.dropFirst()) + grid))
    runs += plan.kinds.map { ($0, pair) }
    let experiment = try ShiftExperiment(
      runs, training: SampleSet(data.training).prefix(plan.samples),
      seeds: (0..<plan.seeds).map { context.seed + UInt64($0) }, context)
    return ReproductionOutcome(
      results: try results(experiment, plan), figures: figures(experiment, plan, images: data.training),
      notes: [
        "The abstract gives no numbers; a claim is held to the paired difference in accuracy to a learner of the same but constant first rate.",
        "The random learner is a control that drifts upwards: its rate is reflected at zero, so it gains whenever the first rate is too small.",
      ])
  }
}
