import Foundation
import Laboratory

extension DendritesReproduction {
  /// The examples in the text of section 3.
  static func workedExamples() throws -> Part {
    let single = try OverlapLaw(cells: 10_000, active: 300, synapses: 30).falseMatch(threshold: 12)
    let missed = try NoiseLaw(active: 300, synapses: 30, noise: 60).falseNegative(threshold: 12)
    let population = Population.anyMatch(
      try OverlapLaw(cells: 10_000, active: 300, synapses: 30).falseMatch(threshold: 15), segments: 1e6)
    let larger = Population.anyMatch(
      try OverlapLaw(cells: 10_000, active: 300, synapses: 32).falseMatch(threshold: 16), segments: 1e6)
    let union = try UnionLaw(cells: 20_000, synapses: 25, patterns: 10)
    let plugIn = try union.plugInFalseMatch(active: 100, threshold: 15)
    let exact = try union.falseMatch(active: 100, threshold: 15)
    let on = union.expectedSize / 20_000
    return Part(results: [
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
          population.value, text: population.text(),
          note:
            "The exact figure is 5 % above one in a billion; 32 synapses at threshold 16 give \(larger.text(digits: 4))."
        )),
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
    ])
  }
}
