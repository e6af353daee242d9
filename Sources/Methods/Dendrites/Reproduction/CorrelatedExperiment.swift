import Figures
import Foundation
import Laboratory
import Probability

extension DendritesReproduction {
  /// False matches of neurons on correlated patterns (later official experiment).
  static func correlatedPatterns(_ context: ReproductionContext) throws -> Part {
    let trials = [Scale.smoke: 8, .quick: 20, .long: 150, .paper: 400][context.scale]!
    context.progress.begin(
      "dendrites: correlated patterns", total: Double(trials * PublishedPoints.correlated.count))
    var part = Part()
    var marks: [Mark] = []
    for (index, published) in PublishedPoints.correlated.enumerated() {
      let run = CorrelationExperiment(
        cells: published.cells, active: published.active, synapses: published.synapses,
        threshold: published.synapses / 2)
      let name = "a\(published.active)-n\(published.cells)"
      let found = try context.ledger.measure("dendrites/correlated/\(name)") {
        try run.run(trials: trials, seed: context.seed, threads: context.threads) {
          try Interruption.check()
          context.progress.advance(by: 1)
        }
      }
      let uniform = try run.uniformProbability()
      let bins = CorrelationExperiment.pooled(found)
      let compared = zip(PublishedPoints.correlatedBins, published.rates).compactMap { low, rate in
        // Only where the published rate lets ten false matches be expected can a count say anything about it.
        bins.first { abs($0.low - low) < 1e-9 && rate * Double($0.rate.trials) >= 10 }.map {
          (bin: $0, rate: rate)
        }
      }
      let nearly = compared.count { pair in
        // The patterns of a set are not independent, so no binomial interval applies to a pooled rate.
        let ratio = pair.bin.rate.estimate / pair.rate
        return ratio > 0.4 && ratio < 2.5
      }
      let text = compared.map {
        String(
          format: "%.2g at %.2f–%.2f (%d false matches in %d sets)", $0.bin.rate.estimate, $0.bin.low,
          $0.bin.high,
          $0.bin.rate.successes, $0.bin.trials)
      }
      part.results.append(
        ClaimResult(
          claim(
            "correlated-\(name)", "Official experiment, correlation",
            "Correlated patterns match falsely at the rates of the stored logs (a = \(published.active), n = \(published.cells), s = \(published.synapses)).",
            published: zip(PublishedPoints.correlatedBins, published.rates).map { low, rate in
              String(format: "%.2g at %.2f–%.2f", rate, low, low + 0.01)
            }.joined(separator: ", "),
            "\(trials) sets of \(2 * run.segments * run.neurons) patterns, neurons of 500 segments; pooled rates within a factor of 2.5, in bins where the published rate makes ten false matches or more expected"
          ),
          compared.isEmpty
            ? Measurement(
              nil, text: "too few patterns of such a correlation at this scale",
              note: "Ten false matches or more must be expected; use --scale paper.")
            : Measurement(
              holds: nearly == compared.count, text: text.joined(separator: ", "),
              note: "The law for uniform patterns says \(uniform.text(digits: 2)), far below all of these.")))
      marks.append(
        Mark(
          "a = \(published.active), n = \(published.cells), s = \(published.synapses)",
          .scatter(
            x: bins.filter { $0.rate.successes > 0 }.map { ($0.low + $0.high) / 2 },
            y: bins.filter { $0.rate.successes > 0 }.map(\.rate.estimate)), colour: index))
      marks.append(
        Mark(
          "published",
          .line(
            x: published.rates.indices.map { PublishedPoints.correlatedBins[$0] + 0.005 }, y: published.rates,
            isDashed: true), colour: index))
    }
    context.progress.finish()
    part.figures.append(
      Figure(
        id: "correlated", title: "False matches of a neuron on correlated patterns",
        caption:
          "500 segments, θ = s/2; sets of patterns pooled by their mean pair correlation. Dashed: the official logs. The law for uniform patterns lies below 1e-10 for all three.",
        x: Axis("mean correlation of cells that are active together"),
        y: Axis("share of patterns that match falsely", scale: .log), marks: marks))
    return part
  }
}
