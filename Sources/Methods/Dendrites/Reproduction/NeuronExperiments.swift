import Figures
import Foundation
import Laboratory
import Parallel
import Probability

extension DendritesReproduction {
  /// Neurons of 500 segments: misses under noise, and two that compete for patterns (later official experiments).
  static func neurons(_ context: ReproductionContext) throws -> Part {
    let (misses, classification) = (try neuronMisses(context), try twoNeurons(context))
    return Part(
      results: misses.results + classification.results, figures: misses.figures + classification.figures)
  }

  private static func neuronMisses(_ context: ReproductionContext) throws -> Part {
    let trials = [Scale.smoke: 2, .quick: 20, .long: 100, .paper: 200][context.scale]!
    let (a, n, s, segments) = (128, 6000, 30, 500)
    // The official program truncates the share of the pattern to whole cells.
    let levels = Array(stride(from: 15, through: 80, by: 5)).map { a * $0 / 100 }
    let thresholds = PublishedPoints.neuronMisses.map(\.threshold)
    context.progress.begin("dendrites: neurons under noise", total: Double(trials))
    let parts = try parallelMap(count: trials, threads: context.threads) { trial in
      try context.ledger.measure("dendrites/neuron/\(trial)") {
        try Interruption.check()
        var stream = RandomStream(seed: context.seed, "neuron under noise", trial)
        let patterns = try (0..<segments).map { _ in
          try SparsePattern.random(cells: n, active: a, using: &stream)
        }
        let synapses = try patterns.map { try $0.subsample(s, using: &stream) }
        let matchers = try thresholds.map { try SegmentMatcher(synapses, threshold: $0) }
        let missed = try levels.map { noise in
          let noisy = try patterns.map { try $0.addingReturningNoise(noise, using: &stream) }
          return try matchers.map { try $0.matches(noisy, threads: 1).count(where: \.isEmpty) }
        }
        context.progress.advance(by: 1)
        return missed
      }
    }
    context.progress.finish()
    var part = Part()
    var marks: [Mark] = []
    for (index, published) in PublishedPoints.neuronMisses.enumerated() {
      let law = try levels.map { noise in
        try NeuronLaw(
          cells: n, active: a,
          kinds: [SegmentKind(count: segments, synapses: s, threshold: published.threshold)]
        ).falseNegative(noise: noise, storedOn: 0).value
      }
      let shares = levels.indices.map { level in
        Proportion(
          successes: parts.reduce(0) { $0 + $1[level][index] }, trials: trials * segments)
      }
      // Both counts are samples of one chance: their intervals must meet.
      let meeting = levels.indices.count { level in
        let theirs = Proportion(successes: published.misses[level], trials: 100_000).clopperPearson(
          confidence: 0.999)
        return shares[level].clopperPearson(confidence: 0.999).overlaps(theirs)
      }
      let half = levels.firstIndex(of: 64)!
      part.results.append(
        ClaimResult(
          claim(
            "neuron-noise-\(published.threshold)", "Official experiment, noise",
            "A neuron of 500 segments, θ = \(published.threshold), misses as Eq 6 says (a = 128, n = 6000, s = 30).",
            published: String(
              format: "%.5f at 50 %% noise", Double(published.misses[half]) / 100_000),
            "\(trials * segments) noisy patterns at 14 levels; 99.9 % intervals of both counts that meet",
            14...14),
          Measurement(
            Double(meeting),
            text: String(
              format: "%.5f at 50 %% noise, %d of 14 levels meet", shares[half].estimate, meeting),
            note: String(
              format:
                "The law says %.5f: the official noise lets about v²/n cells return, so both counts lie below it.",
              law[half]))))
      marks.append(
        Mark(
          "θ = \(published.threshold), law",
          .line(x: levels.map { Double($0) / Double(a) }, y: law.map { max($0, 1e-30) }), colour: index))
      let seen = levels.indices.filter { shares[$0].successes > 0 }
      marks.append(
        Mark(
          "θ = \(published.threshold), counted",
          .scatter(
            x: seen.map { Double(levels[$0]) / Double(a) }, y: seen.map { shares[$0].estimate },
            low: seen.map { shares[$0].clopperPearson().lowerBound },
            high: seen.map { shares[$0].clopperPearson().upperBound }), colour: index))
    }
    part.figures.append(
      Figure(
        id: "neuron-noise", title: "A neuron of 500 segments under noise",
        caption:
          "a = 128, n = 6000, s = 30. The noise is the official program's, of which a few cells return.",
        x: Axis("share of the pattern that moves"),
        y: Axis("share of patterns missed", scale: .log, range: 1e-6...1), marks: marks))
    return part
  }

  private static func twoNeurons(_ context: ReproductionContext) throws -> Part {
    let trials = [Scale.smoke: 2, .quick: 24, .long: 200, .paper: 1000][context.scale]!
    let sizes = [300, 500, 700, 900, 1100]
    context.progress.begin("dendrites: two neurons", total: Double(trials * sizes.count))
    let wrong = try parallelMap(count: trials * sizes.count, threads: context.threads) { index in
      let (cells, trial) = (sizes[index / trials], index % trials)
      return try context.ledger.measure("dendrites/two-neurons/\(cells)/\(trial)") {
        try Interruption.check()
        let wrong = try classificationErrors(
          cells: cells, active: 128, synapses: 24, patterns: 500,
          stream: RandomStream(seed: context.seed, "two neurons", cells, trial))
        context.progress.advance(by: 1)
        return wrong
      }
    }
    context.progress.finish()
    let shares = sizes.indices.map { size in
      Proportion(
        successes: wrong[(size * trials)..<((size + 1) * trials)].reduce(0, +), trials: trials * 1000)
    }
    let published = PublishedPoints.classificationErrors
    let (ours, theirs) = (shares[2], published[2])
    let near = zip(shares, published).count { share, rate in
      // Patterns of one trial share their neurons: the interval of independent ones is widened by half.
      let interval = share.clopperPearson(confidence: 0.999)
      let half = (interval.upperBound - interval.lowerBound) * 0.75
      return abs(share.estimate - rate) <= half
    }
    return Part(
      results: [
        ClaimResult(
          claim(
            "two-neurons", "Official experiment, two neurons",
            "Two competing neurons tell 1000 patterns apart once n is large (a = 128, s = 24, 500 segments).",
            published: zip(sizes, published).map { String(format: "%.2g at n = %d", $1, $0) }.joined(
              separator: ", "),
            "\(trials * 1000) patterns at each of five sizes; published errors within a widened 99.9 % interval",
            5...5),
          Measurement(
            Double(near),
            text: zip(sizes, shares).map { String(format: "%.2g at n = %d", $1.estimate, $0) }.joined(
              separator: ", "),
            note: String(
              format: "At n = 700: %.4f here, %.4f published. %d of 5 agree.", ours.estimate, theirs, near)))
      ],
      figures: [
        Figure(
          id: "two-neurons", title: "Two neurons that compete for patterns",
          caption:
            "500 patterns each, 500 segments of 24 synapses, a = 128, sigmoid segments. Bars: 95 % intervals.",
          x: Axis("cells in the population, n"), y: Axis("share of patterns confused", scale: .log),
          marks: {
            let seen = shares.indices.filter { shares[$0].successes > 0 }
            return [
              Mark(
                "here",
                .scatter(
                  x: seen.map { Double(sizes[$0]) }, y: seen.map { shares[$0].estimate },
                  low: seen.map { shares[$0].clopperPearson().lowerBound },
                  high: seen.map { shares[$0].clopperPearson().upperBound })),
              Mark("published", .line(x: sizes.map(Double.init), y: published, isDashed: true)),
            ]
          }())
      ])
  }

  /// Wrong answers of two neurons that were initialised on one half of the patterns each, on those patterns.
  private static func classificationErrors(
    cells: Int, active: Int, synapses: Int, patterns count: Int, stream start: RandomStream
  ) throws -> Int {
    var stream = start
    func half() throws -> (patterns: [SparsePattern], neuron: ActiveNeuron) {
      let patterns = try (0..<count).map { _ in
        try SparsePattern.random(cells: cells, active: active, using: &stream)
      }
      var neuron = try ActiveNeuron(
        cells: cells, segments: count, length: synapses, nonlinearity: .sigmoid(center: 11.5, scale: 5),
        using: &stream)
      try neuron.initialise(patterns, using: &stream)
      return (patterns, neuron)
    }
    let (positive, negative) = (try half(), try half())
    let pair = TwoNeuronClassifier(positive: positive.neuron, negative: negative.neuron)
    var wrong = 0
    for pattern in positive.patterns { wrong += try pair.classify(pattern, using: &stream) ? 0 : 1 }
    for pattern in negative.patterns { wrong += try pair.classify(pattern, using: &stream) ? 1 : 0 }
    return wrong
  }
}
