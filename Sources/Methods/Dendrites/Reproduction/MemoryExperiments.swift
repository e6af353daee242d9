import Figures
import Foundation
import Laboratory
import Parallel
import Probability

extension DendritesReproduction {
  /// First-order temporal memories against noise, dimension and branches (later official experiments).
  static func temporalMemory(_ context: ReproductionContext) throws -> Part {
    let parts = [try memoryNoise(context), try memoryDimension(context), try memoryUnions(context)]
    return Part(results: parts.flatMap(\.results), figures: parts.flatMap(\.figures))
  }

  private static func memoryNoise(_ context: ReproductionContext) throws -> Part {
    let trials = [Scale.smoke: 4, .quick: 40, .long: 200, .paper: 1000][context.scale]!
    let levels = Array(0..<20).map { 40 * 5 * $0 / 100 }
    let thresholds = PublishedPoints.memoryAccuracy.map(\.threshold)
    context.progress.begin("dendrites: memories under noise", total: Double(trials))
    let accuracies = try parallelMap(count: trials, threads: context.threads) { trial in
      try context.ledger.measure("dendrites/memory-noise/\(trial)") {
        try Interruption.check()
        var stream = RandomStream(seed: context.seed, "memory under noise", trial)
        let found = try thresholds.map { threshold in
          var memory = try FirstOrderMemory(
            cells: 2048, synapses: 20, threshold: threshold, growth: .matching, mostSegments: 255)
          let sequences = try memory.learnRandomSequences(1, length: 20, active: 40, using: &stream)
          return try levels.map { try memory.jaccard(sequences, noise: $0, using: &stream) }
        }
        context.progress.advance(by: 1)
        return found
      }
    }
    context.progress.finish()
    var results: [ClaimResult] = []
    var marks: [Mark] = []
    let shares = levels.map { Double($0) / 40 }
    for (index, published) in PublishedPoints.memoryAccuracy.enumerated() {
      let law = try levels.map {
        try TemporalMemoryPredictions.accuracy(
          active: 40, synapses: 20, threshold: published.threshold, noise: $0)
      }
      let means = levels.indices.map { level in mean(accuracies.map { $0[index][level] }) }
      let errors = levels.indices.map { level in
        standardDeviation(accuracies.map { $0[index][level] }) / Double(trials).squareRoot()
      }
      let farthest = levels.indices.max { abs(means[$0] - law[$0]) < abs(means[$1] - law[$1]) }!
      let near = levels.indices.count { abs(means[$0] - law[$0]) <= 3.5 * errors[$0] + 0.02 }
      results.append(
        ClaimResult(
          claim(
            "memory-noise-\(published.threshold)", "Official experiment, memory and noise",
            "A temporal memory, θ = \(published.threshold), keeps the accuracy 1 − Eq 6 under noise (n = 2048, a = 40, s = 20).",
            published: String(format: "%.4f at 50 %% noise, law %.4f", published.accuracies[10], law[10]),
            "\(trials) sequences of 20; levels within 3.5 standard errors and .02 of the law",
            20...20),
          Measurement(
            Double(near),
            text: String(
              format: "%.4f ± %.4f at 50 %% noise, %d of 20 levels", means[10], errors[10], near),
            note: String(
              format:
                "Farthest at %.0f %%: %.3f here, %.3f published, %.3f by the law. A few cells of the official noise return.",
              100 * shares[farthest], means[farthest], published.accuracies[farthest], law[farthest]))))
      marks.append(Mark("θ = \(published.threshold), law", .line(x: shares, y: law), colour: index))
      marks.append(
        Mark(
          "θ = \(published.threshold), here",
          .scatter(
            x: shares, y: means, low: zip(means, errors).map { $0 - 1.96 * $1 },
            high: zip(means, errors).map { $0 + 1.96 * $1 }), colour: index))
      marks.append(
        Mark(
          "θ = \(published.threshold), published", .line(x: shares, y: published.accuracies, isDashed: true),
          colour: index))
    }
    return Part(
      results: results,
      figures: [
        Figure(
          id: "memory-noise", title: "A temporal memory under noise",
          caption: "n = 2048, a = 40, s = 20, sequences of 20 patterns. Bars: 95 % intervals over sequences.",
          x: Axis("share of the pattern that moves"), y: Axis("Jaccard index of predicted and true cells"),
          marks: marks)
      ])
  }

  private static func memoryDimension(_ context: ReproductionContext) throws -> Part {
    // The paper's 1000 sequences of 20 patterns fill some hundred thousand segments; fewer show the same at smaller n.
    let sequences = [Scale.smoke: 20, .quick: 100, .long: 400, .paper: 1000][context.scale]!
    let transitions = 19 * sequences
    let sizes =
      context.scale == .paper
      ? Array(stride(from: 300, through: 1200, by: 100)) : Array(stride(from: 250, through: 650, by: 50))
    let growths: [FirstOrderMemory.Growth] = [.none, .matching]
    context.progress.begin("dendrites: memories of many sequences", total: Double(2 * sizes.count))
    let found = try parallelMap(count: 2 * sizes.count, threads: context.threads) { index in
      let (cells, growth) = (sizes[index / 2], growths[index % 2])
      return try context.ledger.measure("dendrites/memory-dimension/\(cells)/\(growth.rawValue)") {
        try Interruption.check()
        var stream = RandomStream(seed: context.seed, "memory dimension", cells)
        var memory = try FirstOrderMemory(
          cells: cells, synapses: 20, threshold: 10, growth: growth,
          mostSegments: growth == .none ? .max : 255)
        let learned = try memory.learnRandomSequences(sequences, length: 20, active: 64, using: &stream)
        // Two hundred transitions measure the index to a percent.
        let jaccard = try memory.jaccard(Array(learned.suffix(10)), using: &stream)
        context.progress.advance(by: 1)
        return jaccard
      }
    }
    context.progress.finish()
    let law = try sizes.map {
      try TemporalMemoryPredictions.jaccard(cells: $0, active: 64, transitions: Double(transitions))
    }
    let plain = sizes.indices.map { found[2 * $0] }
    let growing = sizes.indices.map { found[2 * $0 + 1] }
    let farthest = sizes.indices.max { abs(plain[$0] - law[$0]) < abs(plain[$1] - law[$1]) }!
    let farthestGrowing = sizes.indices.max { abs(growing[$0] - law[$0]) < abs(growing[$1] - law[$1]) }!
    let theory = try TemporalMemoryPredictions.jaccard(cells: 700, active: 64)
    func text(_ values: [Double], _ place: Int) -> String {
      String(format: "%.3f at n = %d, law %.3f", values[place], sizes[place], law[place])
    }
    return Part(
      results: [
        ClaimResult(
          claim(
            "memory-dimension", "Official experiment, memory and dimension",
            "A temporal memory that makes a segment for each transition predicts as the law says (a = 64, s = 20, θ = 10).",
            published: "a curve of the law",
            "\(transitions) transitions at \(sizes.count) sizes; largest distance from the law at most .03"),
          Measurement(
            holds: abs(plain[farthest] - law[farthest]) <= 0.03, text: "farthest: \(text(plain, farthest))")),
        ClaimResult(
          claim(
            "memory-dimension-growth", "Official experiment, memory and dimension",
            "The official temporal memory, whose matching segments grow, predicts as the law says.",
            published: String(format: "%.3f at n = 700 of 20000 transitions, law %.3f", 0.549857, theory),
            "\(transitions) transitions at \(sizes.count) sizes; largest distance from the law at most .03"),
          Measurement(
            holds: abs(growing[farthestGrowing] - law[farthestGrowing]) <= 0.03,
            text: "farthest: \(text(growing, farthestGrowing))",
            note:
              "Where chance matches are common they grow into unions of patterns, which the law leaves out; the published counts lie below the published law for the same reason."
          )),
      ],
      figures: [
        Figure(
          id: "memory-dimension", title: "A temporal memory of many sequences",
          caption:
            "a = 64, s = 20, θ = 10. Dashed: the official counts, of 20000 transitions, with their law.",
          panels: [
            Panel(
              title: "\(transitions) transitions, here", x: Axis("cells, n"),
              y: Axis("Jaccard index of predicted and true cells"),
              marks: [
                Mark("law", .line(x: sizes.map(Double.init), y: law)),
                Mark("a segment for each transition", .scatter(x: sizes.map(Double.init), y: plain)),
                Mark("growing segments", .scatter(x: sizes.map(Double.init), y: growing)),
              ]),
            Panel(
              title: "20000 transitions, published", x: Axis("cells, n"), y: Axis("Jaccard index"),
              marks: [
                Mark(
                  "law",
                  .line(
                    x: (3...12).map { 100 * Double($0) },
                    y: try (3...12).map {
                      try TemporalMemoryPredictions.jaccard(cells: 100 * $0, active: 64)
                    }), colour: 0),
                Mark(
                  "published counts",
                  .line(
                    x: (3...12).map { 100 * Double($0) }, y: PublishedPoints.memoryJaccard, isDashed: true),
                  colour: 2),
              ]),
          ])
      ])
  }

  private static func memoryUnions(_ context: ReproductionContext) throws -> Part {
    let trials = [Scale.smoke: 20, .quick: 400, .long: 2000, .paper: 10_000][context.scale]!
    let branches = PublishedPoints.surprise.map(\.branches)
    context.progress.begin("dendrites: branching sequences", total: Double(trials))
    let found = try parallelMap(count: trials, threads: context.threads) { trial in
      try context.ledger.measure("dendrites/memory-union/\(trial)") {
        try Interruption.check()
        var stream = RandomStream(seed: context.seed, "memory unions", trial)
        func pattern() throws -> SparsePattern {
          try SparsePattern.random(cells: 2000, active: 40, using: &stream)
        }
        let onset = try pattern()
        var memory = try FirstOrderMemory(cells: 2000, synapses: 20, threshold: 10, growth: .matching)
        var surprises: [Double] = []
        for branch in 1...branches.last! {
          try memory.learn(pattern(), after: onset, using: &stream)
          if branches.contains(branch) {
            let predicted = try memory.predicted(after: onset)
            surprises.append(40 - Double(try pattern().overlap(with: predicted)))
          }
        }
        context.progress.advance(by: 1)
        return surprises
      }
    }
    context.progress.finish()
    let means = branches.indices.map { place in mean(found.map { $0[place] }) }
    let errors = branches.indices.map { place in
      standardDeviation(found.map { $0[place] }) / Double(trials).squareRoot()
    }
    let law = try branches.map {
      try TemporalMemoryPredictions.surprise(cells: 2000, active: 40, branches: $0)
    }
    let inside = branches.indices.count { abs(means[$0] - law[$0]) <= 3.5 * errors[$0] }
    let published = PublishedPoints.surprise.map(\.cells)
    return Part(
      results: [
        ClaimResult(
          claim(
            "memory-surprise", "Official experiment, union and surprise",
            "The surprise at a novel pattern falls with the branches as a(1 − a/n)^k (n = 2000, a = 40).",
            published: String(format: "%.2f after 10, %.2f after 50 branches", published[1], published[5]),
            "\(trials) memories; numbers of branches at which the mean is within 3.5 standard errors of the law",
            Double(branches.count)...Double(branches.count)),
          Measurement(
            Double(inside),
            text: String(
              format: "%.2f after 10 (law %.2f), %.2f after 50 (law %.2f)", means[1], law[1], means[5], law[5]
            )))
      ],
      figures: [
        Figure(
          id: "memory-surprise", title: "Surprise at a novel pattern",
          caption:
            "n = 2000, a = 40: active cells that none of k learned branches predicted. Bars: 95 % intervals.",
          x: Axis("branches, k"), y: Axis("surprising cells"),
          marks: [
            Mark("law", .line(x: branches.map(Double.init), y: law)),
            Mark(
              "here",
              .scatter(
                x: branches.map(Double.init), y: means, low: zip(means, errors).map { $0 - 1.96 * $1 },
                high: zip(means, errors).map { $0 + 1.96 * $1 })),
            Mark("published", .line(x: branches.map(Double.init), y: published, isDashed: true)),
          ])
      ])
  }
}
