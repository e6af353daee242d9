import Figures
import Foundation
import Laboratory
import NeuralData
import Parallel
import Probability

/// The claims of Man, Damasio and Neven (2022), measured on Fashion-MNIST.
public enum HomeostasisReproduction: Reproduction {
  /// `homeostasis`
  public static let method = "homeostasis"
  /// The paper.
  public static let paper =
    "Man, Damasio and Neven, Need is all you need: homeostatic neural networks adapt to concept shift, arXiv:2205.08645 (2022)"

  private struct Size {
    var samples: Int
    var epochs: Int
    var seeds: Int
    var rates: [Double]
  }

  private struct Cell {
    var learner: String
    var configuration: LearnerConfiguration
    var rate: Double
    var seed: UInt64
  }

  /// Measures every claim; without Fashion-MNIST all of them need data.
  public static func measure(in context: ReproductionContext) throws -> ReproductionOutcome {
    guard let data = try? ImageClassificationData.read(ImageClassificationData.installedFashionMNIST) else {
      let note = "Install the Debian package dataset-fashion-mnist."
      return ReproductionOutcome(
        results: claims.map { ClaimResult($0, Measurement(nil, text: "not measured", note: note)) },
        figures: [])
    }
    let size =
      switch context.scale {
      case .smoke: Size(samples: 6000, epochs: 1, seeds: 3, rates: [0, 50])
      case .quick: Size(samples: 60_000, epochs: 2, seeds: 3, rates: [0, 5, 50, 500])
      case .paper: Size(samples: 60_000, epochs: 50, seeds: 10, rates: [0, 1, 5, 10, 50, 100, 500])
      }
    let eta = 0.0058
    let learners: [(String, LearnerConfiguration)] = [
      ("constant", .constant(learningRate: eta)), ("random", .random(learningRate: eta)),
      ("homeostatic", .homeostatic(learningRate: eta)),
      ("memory gradient", .memoryGradient(learningRate: eta)),
      ("constant 0.02", .constant(learningRate: 0.02)), ("constant 0.058", .constant(learningRate: 0.058)),
    ]
    let cells = size.rates.flatMap { rate in
      learners.flatMap { name, configuration in
        (0..<size.seeds).map {
          Cell(learner: name, configuration: configuration, rate: rate, seed: context.seed + UInt64($0))
        }
      }
    }
    let training = SampleSet(data.training).prefix(size.samples)
    context.progress.begin("homeostasis: \(cells.count) learners", total: Double(cells.count * size.epochs))
    let runs = try parallelMap(count: cells.count, threads: context.threads) { index in
      let cell = cells[index]
      let stream = try ConceptStream(
        samples: training.count, classes: training.classes, width: training.width,
        schedule: ShiftSchedule(rate: .constant(cell.rate)), seed: cell.seed)
      let trainer = try Trainer(cell.configuration, training: training, stream: stream, seed: cell.seed)
      var done = 0
      try trainer.run(epochs: size.epochs) { _ in
        try Interruption.check()
        if trainer.reports.count > done {
          done = trainer.reports.count
          context.progress.advance(by: 1, status: "\(cell.learner), \(Int(cell.rate)) swaps")
        }
      }
      return trainer.reports
    }
    context.progress.finish()
    func accuracies(_ learner: String, _ rate: Double) -> [Double] {
      cells.indices.filter { cells[$0].learner == learner && cells[$0].rate == rate }.map {
        runs[$0].last!.prequentialAccuracy
      }
    }
    func compared(_ learner: String, _ rate: Double) throws -> PairedComparison {
      try PairedComparison(accuracies(learner, rate), against: accuracies("constant", rate))
    }
    func text(_ c: PairedComparison) -> String {
      String(format: "%+.3f [%+.3f, %+.3f]", c.difference, c.low, c.high)
    }
    let (slow, fast) = (size.rates[0], size.rates.contains(50) ? 50.0 : size.rates.last!)
    let published = (slow: try compared("homeostatic", slow), fast: try compared("homeostatic", fast))
    let memory = (slow: try compared("memory gradient", slow), fast: try compared("memory gradient", fast))
    let best = try PairedComparison(
      accuracies("constant 0.058", fast), against: accuracies("memory gradient", fast))
    let homeostaticRuns = cells.indices.filter { cells[$0].learner == "homeostatic" }.flatMap { runs[$0] }
    let differing =
      Double(homeostaticRuns.reduce(0) { $0 + $1.differing })
      / Double(max(1, homeostaticRuns.reduce(0) { $0 + $1.opportunities }))
    let scope =
      "Prequential accuracy of epoch \(size.epochs), \(size.samples) images, \(size.seeds) paired seeds, first learning rate \(eta)."
    let results = [
      ClaimResult(
        claims[0],
        Measurement(
          holds: memory.slow.low > -0.01, text: "\(text(memory.slow)) without shift (2022 pseudo-code)",
          note: scope)),
      ClaimResult(
        claims[1],
        Measurement(
          holds: published.slow.low > -0.01, text: "\(text(published.slow)) without shift (2024 program)",
          note: "The published program's learning rate wanders and can die at its floor.")),
      ClaimResult(
        claims[2],
        Measurement(
          holds: published.fast.low > 0, text: "\(text(published.fast)) at \(Int(fast)) swaps (2024 program)",
          note: String(
            format: "Its two simulations differ in only %.1f %% of the decisions.", 100 * differing))),
      ClaimResult(
        claims[3],
        Measurement(
          holds: memory.fast.low > 0, text: "\(text(memory.fast)) at \(Int(fast)) swaps (2022 pseudo-code)",
          note: scope)),
      ClaimResult(
        claims[4],
        Measurement(
          holds: memory.fast.difference > memory.slow.difference,
          text: String(
            format: "%+.3f at %d swaps against %+.3f at %d", memory.fast.difference, Int(fast),
            memory.slow.difference, Int(slow)))),
      ClaimResult(
        claims[5],
        Measurement(
          holds: best.high < 0,
          text: "constant 0.058 is \(text(best)) to memory gradient at \(Int(fast)) swaps",
          note: "A tuned constant learning rate is the baseline that the paper does not show.")),
    ]
    let curves = learners.enumerated().map { index, learner in
      let values = size.rates.map { accuracies(learner.0, $0) }
      return Mark(
        learner.0,
        .line(
          x: size.rates.map { $0 + 1 }, y: values.map(mean), low: values.map { $0.min()! },
          high: values.map { $0.max()! }, isDashed: learner.0.hasPrefix("constant ")),
        colour: index)
    }
    let traces = ["constant", "random", "homeostatic", "memory gradient"].enumerated().map { index, name in
      let run = cells.indices.first { cells[$0].learner == name && cells[$0].rate == fast }!
      let rates = runs[run].flatMap(\.rates)
      let step = max(1, rates.count / 1500)
      let shown = stride(from: 0, to: rates.count, by: step)
      return Mark(
        name, .line(x: shown.map { Double($0 * 10) }, y: shown.map { max(rates[$0], 1e-8) }), colour: index)
    }
    let images = data.training.subset(Array(0..<20))
    return ReproductionOutcome(
      results: results,
      figures: [
        Figure(
          id: "accuracy", title: "Accuracy against the rate of concept shift",
          caption: "\(scope) Bands: lowest and highest seed. Dashed: larger constant learning rates.",
          x: Axis("swaps in an epoch, plus one", scale: .log), y: Axis("prequential accuracy"), marks: curves),
        Figure(
          id: "rates", title: "Learning rates of one run",
          caption:
            "\(Int(fast)) swaps in an epoch, seed \(context.seed). A rate below zero is replaced by 1e-8.",
          x: Axis("samples"), y: Axis("learning rate", scale: .log), marks: traces),
        Figure(
          id: "images", title: "The images",
          caption: "The first twenty training images of Fashion-MNIST and their classes before any swap.",
          x: Axis(""), y: Axis(""),
          marks: [
            Mark(
              "",
              .imageGrid(
                pixels: images.pixels, rows: images.rows, columns: images.columns, perRow: 10,
                captions: images.labels.map { "\($0)" }))
          ]),
      ],
      notes: [
        "The random learner is a control that drifts upwards: its rate is reflected at zero, so it gains whenever the first rate is too small."
      ])
  }

  private static let claims: [Claim] = [
    ("vulnerability", "Vulnerability does not hurt without concept shift (2022 pseudo-code)."),
    ("vulnerability-2024", "Vulnerability does not hurt without concept shift (published program)."),
    ("adapts-2024", "The homeostatic learner adapts better under concept shift (published program)."),
    ("adapts", "The homeostatic learner adapts better under concept shift (2022 pseudo-code)."),
    ("more-with-rate", "Its advantage grows with the rate of shift (2022 pseudo-code)."),
    ("best-constant", "The advantage is more than a better constant learning rate would give."),
  ].map { id, statement in
    Claim(
      id: "homeostasis.\(id)", source: "Abstract", statement: statement,
      published: "claimed, no number in the abstract",
      method: "difference in prequential accuracy to the constant learner, bootstrap over paired seeds")
  }
}
