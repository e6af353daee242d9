import Figures
import Foundation
import Laboratory
import NeuralData
import Parallel

/// The claims of Hussaini, Milford and Fischer (2023), measured on routes that can ship.
public enum PlaceRecognitionReproduction: Reproduction {
  /// `places`
  public static let method = "places"
  /// The paper.
  public static let paper =
    "Hussaini, Milford and Fischer, Ensembles of Compact, Region-specific & Regularized Spiking Neural Networks for Scalable Place Recognition, ICRA 2023, arXiv:2209.08723"

  /// Measures every claim on synthetic routes, and on windows of photographs where these are installed.
  public static func measure(in context: ReproductionContext) throws -> ReproductionOutcome {
    let size =
      switch context.scale {
      case .smoke: RouteSize(places: 6, calibration: 3, module: 3, neurons: 40, epochs: 2, seeds: 1)
      case .quick: RouteSize(places: 24, calibration: 8, module: 8, neurons: 100, epochs: 30, seeds: 1)
      case .long: RouteSize(places: 100, calibration: 25, module: 25, neurons: 200, epochs: 30, seeds: 2)
      case .paper: RouteSize(places: 375, calibration: 75, module: 25, neurons: 400, epochs: 30, seeds: 3)
      }
    // The photographs hold so many windows.
    let windows =
      context.scale == .smoke
      ? size
      : RouteSize(
        places: 20, calibration: 20, module: 10, neurons: size.neurons, epochs: size.epochs, seeds: 1)
    let photographs = try SamplePhotographs.find().map { try RasterImage.read($0) }
    context.progress.begin(
      "places: \(size.places) places",
      total: Double(size.presentations * size.seeds + (photographs.isEmpty ? 0 : windows.presentations)))
    // Routes side by side: a single network cannot use several threads.
    let routes = size.seeds + (photographs.isEmpty ? 0 : 1)
    let inner = max(1, context.threads / routes)
    let all = try parallelMap(count: routes, threads: context.threads) { index in
      guard index < size.seeds else {
        return try context.ledger.measure("places/photographs") {
          let route = try SyntheticRoute(
            places: windows.places + windows.calibration, rows: 96, columns: 96, seed: context.seed,
            scenery: .photographs(photographs))
          return try RouteOutcome(route, windows, seed: context.seed, threads: inner, context)
        }
      }
      let seed = context.seed + UInt64(index)
      return try context.ledger.measure("places/route/\(seed)") {
        let route = try SyntheticRoute(places: size.places + size.calibration, seed: seed)
        return try RouteOutcome(route, size, seed: seed, threads: inner, context)
      }
    }
    let outcomes = Array(all.prefix(size.seeds))
    let seen = photographs.isEmpty ? nil : all.last
    let kernels = try context.ledger.measure("places/kernels") {
      try KernelComparison(seed: context.seed, threads: context.threads)
    }
    context.progress.finish()
    let scope =
      "\(size.places) synthetic places and \(size.calibration) for calibration, trained in spring and fall, queried in summer, winter and dusk; modules of \(size.module) with \(size.neurons) neurons, \(size.epochs) epochs, \(size.seeds) seed\(size.seeds == 1 ? "" : "s")."
    let measured = PlacesMeasurements(
      size: size, outcomes: outcomes, windows: seen, kernels: kernels, scope: scope
    ).all
    return ReproductionOutcome(
      results: claims.map { ClaimResult($0, measured[$0.id]!) },
      figures: figures(outcomes[0], size, scope, seed: context.seed),
      notes: [
        "Nordland and Oxford RobotCar cannot ship; 'neuropil places build' reads their lists when you have the pictures. What is measured here are synthetic routes, and photographs with simulated seasons."
      ])
  }

  private static func figures(
    _ outcome: RouteOutcome, _ size: RouteSize, _ scope: String, seed: UInt64
  ) -> [Figure] {
    var similarity = outcome.similarity.figure
    similarity.id = "places-similarity"
    similarity.caption += " The summer drive. " + scope
    func curve(_ evaluation: PlaceEvaluation, _ name: String) -> Mark {
      Mark(name, .line(x: evaluation.recall, y: evaluation.precision))
    }
    var figures = [
      similarity,
      Figure(
        id: "places-precision-recall", title: "Precision and recall", caption: "The summer drive. " + scope,
        x: Axis("recall", range: 0...1), y: Axis("precision", range: 0...1.02),
        marks: [
          curve(outcome.evaluation, "modules"), curve(outcome.pixelEvaluation, "pixel differences"),
        ]),
    ]
    if let route = try? SyntheticRoute(places: size.places + size.calibration, seed: seed) {
      let shown = min(5, size.places)
      let views = ViewingCondition.presets.flatMap { condition in
        (0..<shown).map { route.view($0, condition) }
      }
      figures.append(
        Figure(
          id: "places-route", title: "The route", caption: "A place in each column, a drive in each row.",
          x: Axis(""), y: Axis(""),
          marks: [
            Mark(
              "",
              .imageGrid(
                pixels: views.flatMap(\.pixels), rows: route.rows, columns: route.columns, perRow: shown,
                captions: ViewingCondition.presets.flatMap { condition in
                  (0..<shown).map { "\(condition.name) \($0)" }
                }))
          ]))
    }
    return figures
  }

  private static let claims: [Claim] = [
    claim(
      "previous", "Abstract", "A modular ensemble recognises more places than the previous, single network.",
      "claimed", "difference in recall@1", nil),
    claim(
      "previous-together", "not in the paper",
      "It also does when the single network has as many neurons as all modules.", "none",
      "difference in recall@1", nil),
    claim(
      "scalable", "Abstract", "Recognition holds as modules are added (27 times more places).", "claimed",
      "recall@1 among all regions less that within each query's own", nil),
    claim(
      "removal", "Abstract", "Leaving out hyperactive neurons improves recognition.", "claimed",
      "difference in recall@1 on regions not used for the choice", nil),
    claim(
      "pixels", "Abstract", "The ensemble competes with the sum of absolute differences.", "competitive",
      "difference in recall@1", nil),
    claim(
      "descriptors", "Abstract", "The ensemble competes with NetVLAD and DenseVLAD.", "competitive",
      "difference in recall@1", nil),
    claim(
      "nordland", "Experiments", "Recall on Nordland, 2700 places in 108 modules.",
      "the table's figure is unknown",
      "recall@1 of the summer drive", nil),
    claim(
      "graded", "ICRA 2024", "The successor with graded spikes recognises places as well.", "claimed",
      "difference in recall@1 from the modules", nil),
    claim(
      "kernels", "not in the paper",
      "The fast kernel in single precision does, in the mean, what the exact one does.", "none",
      "mean difference of spikes a query image, in its standard errors", -4...4),
    claim(
      "photographs", "not in the paper", "Places cut out of photographs are recognised in summer.", "none",
      "recall@1", 0.8...1),
  ]

  private static func claim(
    _ id: String, _ source: String, _ statement: String, _ published: String, _ method: String,
    _ agreement: ClosedRange<Double>?
  ) -> Claim {
    Claim(
      id: "places." + id, source: source, statement: statement, published: published, method: method,
      agreement: agreement)
  }
}
