import Laboratory

/// The memory's claims: the three recorded experiments, and what they do not show.
public enum HippocampalMemoryReproduction: Reproduction {
  /// The command's name.
  public static let method = "memory"
  /// The paper.
  public static let paper =
    "Casanueva-Morato, Ayuso-Martinez, Dominguez-Morales, Jimenez-Fernandez, Jimenez-Moreno: Bio-inspired computational memory model of the Hippocampus: an approach to a neuromorphic spike-based Content-Addressable Memory. Neural Networks 178 (2024)"

  /// Measures every claim.
  public static func measure(in context: ReproductionContext) throws -> ReproductionOutcome {
    var claims = ClaimList()
    let experiments = try ExperimentClaims(&claims)
    let spacing = try SpacingClaims(&claims, context)
    try LimitClaims.add(to: &claims)
    return ReproductionOutcome(
      results: claims.results, figures: [experiments.figure] + (try spacing.figures()),
      notes: [
        "The circuit is exact to the spike, so where it differs from a statement the hardware would too. The statements about spacing, questions that teach, and lingering bits are findings of this reproduction."
      ])
  }
}
