import Figures
import Laboratory

/// The figures and worked examples of Ahmad and Hawkins (2016), and the later official experiments, measured.
public enum DendritesReproduction: Reproduction {
  /// `dendrites`
  public static let method = "dendrites"
  /// The paper.
  public static let paper =
    "Ahmad and Hawkins, How do neurons operate on sparse distributed representations? arXiv:1601.00720 (2016)"

  /// Measures every claim; only what is counted in random draws depends on the scale.
  public static func measure(in context: ReproductionContext) throws -> ReproductionOutcome {
    let parts = [
      try workedExamples(), try countedMatches(context), try countedMisses(context), try lawFigures(),
      try correlatedPatterns(context), try neurons(context), try temporalMemory(context),
    ]
    return ReproductionOutcome(
      results: parts.flatMap(\.results), figures: parts.flatMap(\.figures),
      notes: [
        "The dashed curve of Fig 5A is labelled 50 % activity; its published numbers are those of a quarter of the cells.",
        "The union of section 3.3 is computed in the paper with the expected size; the exact law averages over the size and is shown beside it.",
        "The laws assume uniform random patterns. Correlated patterns match falsely many orders of magnitude more often.",
      ])
  }

  /// Claims and figures of one part of the paper.
  struct Part {
    var results: [ClaimResult] = []
    var figures: [Figure] = []
  }

  static func claim(
    _ id: String, _ source: String, _ statement: String, published: String, _ method: String,
    _ range: ClosedRange<Double>? = nil
  ) -> Claim {
    Claim(
      id: "dendrites.\(id)", source: source, statement: statement, published: published, method: method,
      agreement: range)
  }
}
