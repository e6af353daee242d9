import Figures
import Foundation
import Laboratory
import Probability

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
      case .smoke: RouteSize(places: 6, module: 3, neurons: 40, epochs: 2, seeds: 1)
      case .quick: RouteSize(places: 40, module: 10, neurons: 100, epochs: 8, seeds: 2)
      case .paper: RouteSize(places: 450, module: 25, neurons: 400, epochs: 30, seeds: 3)
      }
    let photographs = SamplePhotographs.find()
    let presentations = 4 * size.places * size.epochs * size.seeds
    context.progress.begin("places: \(size.places) places", total: Double(presentations))
    let outcomes = try (0..<size.seeds).map { index in
      let seed = context.seed + UInt64(index)
      return try context.ledger.measure("places/route/\(seed)") {
        try RouteOutcome(size, seed: seed, context)
      }
    }
    let windows =
      photographs.isEmpty
      ? nil
      : try context.ledger.measure("places/photographs") {
        try PhotographOutcome(size, photographs: photographs, context)
      }
    context.progress.finish()
    let scope =
      "\(size.places) synthetic places (trained in spring and fall, queried in summer), modules of \(size.module) with \(size.neurons) neurons, \(size.epochs) epochs, \(size.seeds) seed\(size.seeds == 1 ? "" : "s")."
    let measured = measurements(outcomes, windows, scope: scope)
    return ReproductionOutcome(
      results: claims.map { ClaimResult($0, measured[$0.id]!) },
      figures: figures(outcomes[0], size, scope, seed: context.seed),
      notes: [
        "Nordland and Oxford RobotCar cannot ship; 'neuropil places build' reads their lists when you have the pictures. What is measured here are synthetic routes, and photographs with simulated seasons."
      ])
  }

  private static func measurements(
    _ outcomes: [RouteOutcome], _ windows: PhotographOutcome?, scope: String
  ) -> [String: Laboratory.Measurement] {
    typealias Measurement = Laboratory.Measurement
    func list(_ values: [Double]) -> String {
      let texts: [String] = values.map { String(format: "%.3f", $0) }
      return texts.joined(separator: ", ")
    }
    func compared(_ ours: [Double], _ words: String, _ others: [Double], note: String) -> Measurement {
      let text: String = "recall@1 " + list(ours) + " " + words + " " + list(others)
      return Measurement(mean(ours) - mean(others), text: text, note: note)
    }
    let modular: [Double] = outcomes.map(\.modular)
    let thresholds: String = outcomes.map { String($0.threshold) }.joined(separator: ", ")
    let graded: [Double] = outcomes.map(\.graded)
    var result: [String: Measurement] = [:]
    result["places.previous"] = compared(
      modular, "against, in a single network,", outcomes.map(\.single),
      note: "One network for all places, as many neurons as all modules up to 400, weighted assignment. "
        + scope)
    result["places.scalable"] = compared(
      modular, "of all regions against, within the first,", outcomes.map(\.firstRegion), note: scope)
    result["places.removal"] = compared(
      outcomes.map(\.testedRemoved), "against, without,", outcomes.map(\.testedPlain),
      note: "Thresholds " + thresholds
        + " were chosen on the first half of the regions; measured on the second.")
    result["places.pixels"] = compared(
      modular, "against, by pixel differences,", outcomes.map(\.pixels), note: scope)
    result["places.descriptors"] = Measurement(
      nil, text: "not measured",
      note:
        "Supply NetVLAD or DenseVLAD descriptors: neuropil places baseline --reference-descriptors FILE --query-descriptors FILE"
    )
    result["places.nordland"] = Measurement(
      nil, text: "not measured",
      note: "Supply the Nordland pictures: neuropil places build --reference LIST --skip 8 --places 3300")
    result["places.graded"] = Measurement(
      mean(graded), text: "recall@1 " + list(graded), note: "One spike a neuron, the same pictures. " + scope)
    if let windows {
      result["places.photographs"] = Measurement(
        windows.modular,
        text: String(
          format: "recall@1 %.3f, by pixel differences %.3f", windows.modular, windows.pixels),
        note:
          "\(windows.places) windows cut out of scikit-learn's sample photographs (china.jpg, flower.jpg); the seasons are simulated on top."
      )
    } else {
      result["places.photographs"] = Measurement(
        nil, text: "not measured", note: "Run 'make deps' for the sample photographs.")
    }
    return result
  }

  private static func figures(
    _ outcome: RouteOutcome, _ size: RouteSize, _ scope: String, seed: UInt64
  ) -> [Figure] {
    var similarity = outcome.similarity.figure
    similarity.id = "places-similarity"
    similarity.caption += " " + scope
    func curve(_ evaluation: PlaceEvaluation, _ name: String) -> Mark {
      Mark(name, .line(x: evaluation.recall, y: evaluation.precision))
    }
    var figures = [
      similarity,
      Figure(
        id: "places-precision-recall", title: "Precision and recall", caption: scope,
        x: Axis("recall", range: 0...1), y: Axis("precision", range: 0...1.02),
        marks: [
          curve(outcome.evaluation, "modules"), curve(outcome.pixelEvaluation, "pixel differences"),
        ]),
    ]
    if let route = try? SyntheticRoute(places: size.places, seed: seed) {
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
      "claimed", "difference in recall@1", 0.001...1),
    claim(
      "scalable", "Abstract", "Recognition holds as modules are added (27 times more places).", "claimed",
      "recall@1 of all regions less that within the first", -0.1...1),
    claim(
      "removal", "Abstract", "Leaving out hyperactive neurons improves recognition.", "claimed",
      "difference in recall@1 on regions not used for the choice", 0.001...1),
    claim(
      "pixels", "Abstract", "The ensemble competes with the sum of absolute differences.", "competitive",
      "difference in recall@1", -0.05...1),
    claim(
      "descriptors", "Abstract", "The ensemble competes with NetVLAD and DenseVLAD.", "competitive",
      "difference in recall@1", nil),
    claim(
      "nordland", "Experiments", "Recall on Nordland, 2700 places in 108 modules.",
      "the table's figure is unknown",
      "recall@1 of the summer drive", nil),
    claim(
      "graded", "ICRA 2024", "The successor with graded spikes recognises places too.", "claimed",
      "recall@1", 0.8...1),
    claim(
      "photographs", "not in the paper", "Places cut out of photographs are recognised.", "none", "recall@1",
      0.8...1),
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
