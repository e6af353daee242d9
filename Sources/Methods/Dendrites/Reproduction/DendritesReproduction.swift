import Figures
import Foundation
import Laboratory
import Probability

/// The figures and worked examples of Ahmad and Hawkins (2016), measured.
public enum DendritesReproduction: Reproduction {
  /// `dendrites`
  public static let method = "dendrites"
  /// The paper.
  public static let paper =
    "Ahmad and Hawkins, How do neurons operate on sparse distributed representations? arXiv:1601.00720 (2016)"

  /// Measures every claim; only the simulated points depend on the scale.
  public static func measure(in context: ReproductionContext) throws -> ReproductionOutcome {
    var results = try workedExamples()
    results += try curves()
    let (simulated, figure4) = try simulations(context)
    results += simulated
    return ReproductionOutcome(
      results: results, figures: [figure4, try figure5(), try figure6(), try figure7()],
      notes: [
        "The dashed curve of Fig 5A is labelled 50 % activity; its published numbers are those of a quarter of the cells.",
        "The union of section 3.3 is computed in the paper with the expected size; the exact law averages over the size and is shown beside it.",
      ])
  }

  private static func claim(
    _ id: String, _ source: String, _ statement: String, published: String, _ method: String,
    _ range: ClosedRange<Double>
  ) -> Claim {
    Claim(
      id: "dendrites.\(id)", source: source, statement: statement, published: published, method: method,
      agreement: range)
  }

  private static func workedExamples() throws -> [ClaimResult] {
    let single = try OverlapLaw(cells: 10_000, active: 300, synapses: 30).falseMatch(threshold: 12)
    let missed = try NoiseLaw(active: 300, synapses: 30, noise: 60).falseNegative(threshold: 12)
    let population = Population.anyMatch(
      try OverlapLaw(cells: 10_000, active: 300, synapses: 30).falseMatch(threshold: 15), segments: 1e6)
    let union = try UnionLaw(cells: 20_000, synapses: 25, patterns: 10)
    let plugIn = try union.plugInFalseMatch(active: 100, threshold: 15)
    let exact = try union.falseMatch(active: 100, threshold: 15)
    let on = union.expectedSize / 20_000
    return [
      ClaimResult(
        claim(
          "single", "Section 3.1",
          "A segment of 30 synapses, threshold 12, rarely matches a random pattern (n = 10000, a = 300).",
          published: "about 2.3e-11", "Eq 4", 2.2e-11...2.4e-11),
        Measurement(single.value, text: single.text())),
      ClaimResult(
        claim(
          "noise", "Section 3.1", "With 20 % of the pattern corrupted it rarely misses.",
          published: "about 4e-8", "Eq 6", 3.5e-8...4.5e-8),
        Measurement(missed.value, text: missed.text())),
      ClaimResult(
        claim(
          "population", "Section 3.2", "A million segments, threshold 15, err less than once in a billion.",
          published: "better than 1e-9", "Eq 8", 0...1e-9),
        Measurement(
          population.value, text: population.text(), note: "The exact figure is 5 % above one in a billion.")),
      ClaimResult(
        claim(
          "union-size", "Section 3.3", "The union of ten patterns leaves few bits on.", published: "1.5 % on",
          "Eq 13", 0.0145...0.0155),
        Measurement(
          on, text: String(format: "%.3f %% on", 100 * on),
          note: "The printed share does not follow from Eq 13.")),
      ClaimResult(
        claim(
          "union", "Section 3.3",
          "The union of ten patterns still matches rarely (n = 20000, a = 100, s = 25, threshold 15).",
          published: "about 1.7e-12", "Eq 14", 1.65e-12...1.8e-12),
        Measurement(plugIn.value, text: "\(plugIn.text()) by Eq 14, \(exact.text()) exactly")),
    ]
  }

  private static func curves() throws -> [ClaimResult] {
    let figure5 = try OverlapLaw(cells: 4000, active: 128, synapses: 24).falseMatch(threshold: 12)
    let dense = try OverlapLaw(cells: 300, active: 75, synapses: 24).falseMatch(threshold: 12)
    let half = try OverlapLaw(cells: 300, active: 150, synapses: 24).falseMatch(threshold: 12)
    let rows = try Sweep.figure6.rows()
    let first = rows.first { $0.median <= 1e-9 }!.threshold
    let nine = rows.first { $0.threshold == 9 }!
    return [
      ClaimResult(
        claim(
          "fig5a", "Fig 5A", "False matches fall fast with n (n = 4000, a = 128, s = 24, threshold 12).",
          published: "1.34e-12", "Eq 4", 1.33e-12...1.35e-12),
        Measurement(figure5.value, text: figure5.text())),
      ClaimResult(
        claim(
          "fig5a-dense", "Fig 5A", "At 50 % activity false matches stay high (n = 300).",
          published: "0.005186", "Eq 4 with a = n/2", 0.0051...0.0053),
        Measurement(
          half.value, text: half.text(),
          note:
            "The published number is Eq 4 with a = n/4: \(dense.text(digits: 9)). The conclusion holds, the label does not."
        )),
      ClaimResult(
        claim(
          "fig6", "Fig 6", "Thresholds from 9 on keep the median error at or below 1e-9.",
          published: "threshold 9", "medians over 420 sizes", 9...9),
        Measurement(
          Double(first), text: "threshold \(first)",
          note: String(format: "At threshold 9 the median is %.3g.", nine.median))),
    ]
  }

  private static func simulations(_ context: ReproductionContext) throws -> ([ClaimResult], Figure) {
    let trials = [Scale.smoke: 200_000, .quick: 5_000_000, .paper: 100_000_000][context.scale]!
    let points = [(64, [300, 500, 700]), (128, [500, 900, 1300]), (256, [700, 1100, 1500])]
    let simulator = MatchSimulator(seed: context.seed, threads: context.threads)
    context.progress.begin("dendrites: counting matches", total: Double(9 * trials))
    var inside = 0
    var count = 0
    var marks: [Mark] = []
    for (index, (active, sizes)) in points.enumerated() {
      let grid = Array(stride(from: 300, through: 3900, by: 200))
      let law = try grid.map {
        try OverlapLaw(cells: $0, active: active, synapses: 24).falseMatch(threshold: 12).value
      }
      marks.append(Mark("a = \(active), law", .line(x: grid.map(Double.init), y: law), colour: index))
      var seen: [(n: Double, p: Double, low: Double, high: Double)] = []
      for cells in sizes {
        let overlaps = try simulator.falseMatches(cells: cells, active: active, synapses: 24, trials: trials)
        {
          try Interruption.check()
          context.progress.advance(by: Double($0))
        }
        let share = overlaps.matches(threshold: 12)
        let interval = share.clopperPearson(confidence: 0.999)
        let exact = try OverlapLaw(cells: cells, active: active, synapses: 24).falseMatch(threshold: 12).value
        inside += interval.contains(exact) ? 1 : 0
        count += 1
        if share.successes > 0 {
          seen.append((Double(cells), share.estimate, interval.lowerBound, interval.upperBound))
        }
      }
      marks.append(
        Mark(
          "a = \(active), counted",
          .scatter(x: seen.map(\.n), y: seen.map(\.p), low: seen.map(\.low), high: seen.map(\.high)),
          colour: index))
    }
    context.progress.finish()
    let rare = try RareMatches.falseMatch(
      OverlapLaw(cells: 10_000, active: 64, synapses: 24), threshold: 12, draws: 100_000, seed: context.seed)
    let truth = try OverlapLaw(cells: 10_000, active: 64, synapses: 24).falseMatch(threshold: 12)
    let ratio = (rare.probability / truth).value
    return (
      [
        ClaimResult(
          claim(
            "fig4a", "Fig 4A", "Simulated false matches follow Eq 4.", published: "all points",
            "\(trials) draws at each of 9 sizes; exact 99.9 % intervals that hold the law", 9...9),
          Measurement(Double(inside), text: "\(inside) of \(count) points")),
        ClaimResult(
          claim(
            "rare", "Section 3.1", "Probabilities as small as 1e-20 cannot be simulated.",
            published: "impractical", "importance sampling, estimate over law", 0...0),
          Measurement(
            ratio,
            text:
              "\(rare.probability.text(digits: 4)) from 100000 tilted draws; the law says \(truth.text(digits: 4))",
            note: "Plain draws cannot; draws from a tilted law can.")),
      ],
      Figure(
        id: "fig4a", title: "Fig 4A: false matches, law and counts",
        caption: "Segments of 24 synapses, threshold 12. Bars: 99.9 % intervals.",
        x: Axis("cells in the population, n"), y: Axis("probability of a false match", scale: .log),
        marks: marks)
    )
  }

  private static func figure5() throws -> Figure {
    let sizes = Array(stride(from: 300, through: 19_900, by: 200))
    func curve(_ name: String, _ colour: Int, _ active: (Int) -> Int, isDashed: Bool = false) throws -> Mark {
      let law = try sizes.map { n in
        active(n) > n
          ? -Double.infinity
          : try OverlapLaw(cells: n, active: active(n), synapses: 24).falseMatch(threshold: 12).log10
      }
      return Mark(name, .line(x: sizes.map(Double.init), y: law, isDashed: isDashed), colour: colour)
    }
    return Figure(
      id: "fig5a", title: "Fig 5A: false matches fall with the population",
      caption: "24 synapses, threshold 12. The paper labels the curve of a quarter of the cells as half.",
      x: Axis("cells in the population, n"), y: Axis("log10 probability of a false match"),
      marks: [
        try curve("a = 64", 0) { _ in 64 }, try curve("a = 128", 1) { _ in 128 },
        try curve("a = 256", 2) { _ in 256 },
        try curve("a = n/4", 3, { $0 / 4 }, isDashed: true),
        try curve("a = n/2", 4, { $0 / 2 }, isDashed: true),
      ])
  }

  private static func figure6() throws -> Figure {
    func curve(_ sweep: Sweep, _ name: String, _ colour: Int) throws -> Mark {
      let rows = try sweep.rows()
      return Mark(name, .line(x: rows.map { Double($0.threshold) }, y: rows.map(\.median)), colour: colour)
    }
    return Figure(
      id: "fig6", title: "Fig 6: the median error against the threshold",
      caption:
        "Medians over 420 combinations of sizes (the published digits) and over the 210 of the current official script.",
      x: Axis("threshold"), y: Axis("median probability of a false match", scale: .log),
      marks: [try curve(.figure6, "n = 10000 … 190000", 0), try curve(.figure6Script, "n = 1000 … 17000", 1)])
  }

  private static func figure7() throws -> Figure {
    var marks: [Mark] = []
    for (colour, cells) in [1000, 10_000, 20_000].enumerated() {
      let unions = try (1...30).map { try UnionLaw(cells: cells, synapses: 25, patterns: $0) }
      let x = unions.map { Double($0.patterns) }
      marks.append(
        Mark(
          "n = \(cells), exact",
          .line(x: x, y: try unions.map { try $0.falseMatch(active: 200, threshold: 15).log10 }),
          colour: colour))
      marks.append(
        Mark(
          "n = \(cells), plug-in",
          .line(
            x: x, y: try unions.map { try $0.plugInFalseMatch(active: 200, threshold: 15).log10 },
            isDashed: true), colour: colour))
    }
    return Figure(
      id: "fig7b", title: "Fig 7B: false matches of a union",
      caption:
        "25 synapses for each of M patterns, a = 200, threshold 15: the paper's plug-in and the exact law.",
      x: Axis("patterns in the union, M"), y: Axis("log10 probability of a false match"), marks: marks)
  }
}
