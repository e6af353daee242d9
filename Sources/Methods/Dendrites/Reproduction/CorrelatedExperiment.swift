import Figures
import Foundation
import Laboratory
import Probability

extension DendritesReproduction {
  /// False matches of neurons on correlated patterns (later official experiment).
  static func correlatedPatterns(_ context: ReproductionContext) throws -> Part {
    let trials = [Scale.smoke: 8, .quick: 30, .paper: 400][context.scale]!
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
        bins.first { abs($0.low - low) < 1e-9 }.map { (bin: $0, rate: rate) }
      }
      let nearly = compared.count { pair in
        // Rates of trials differ a good deal inside a bin, so that a pooled rate is good to about a factor of two.
        let ratio = pair.bin.rate.estimate / pair.rate
        return ratio > 0.4 && ratio < 2.5
          || pair.bin.rate.clopperPearson(confidence: 0.999).contains(pair.rate)
      }
      let text = compared.map {
        String(
          format: "%.2g at %.2f–%.2f (%d trials)", $0.bin.rate.estimate, $0.bin.low, $0.bin.high,
          $0.bin.trials)
      }
      part.results.append(
        ClaimResult(
          claim(
            "correlated-\(name)", "Official experiment, correlation",
            "Correlated patterns match falsely far more often (a = \(published.active), n = \(published.cells), s = \(published.synapses)).",
            published: zip(PublishedPoints.correlatedBins, published.rates).map { low, rate in
              String(format: "%.2g at %.2f–%.2f", rate, low, low + 0.01)
            }.joined(separator: ", "),
            "\(trials) sets of \(2 * run.segments * run.neurons) patterns, neurons of 500 segments; pooled rates within a factor of 2.5, or in the exact 99.9 % interval"
          ),
          compared.isEmpty
            ? Measurement(nil, text: "no set of patterns has such a correlation at this scale")
            : Measurement(
              holds: nearly == compared.count, text: text.joined(separator: ", "),
              note: "The law for uniform patterns says \(uniform.text(digits: 2)).")))
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
