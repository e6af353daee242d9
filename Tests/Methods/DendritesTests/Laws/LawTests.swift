import Dendrites
import Foundation
import Testing

@Suite struct OverlapLawTests {
  @Test func tinyCase() throws {
    let law = try OverlapLaw(cells: 8, active: 3, synapses: 4)
    #expect(try (0...3).map { try law.count(ofOverlap: $0).description } == ["4", "24", "24", "4"])
    #expect(law.falseMatch(threshold: 0) == .one)
    #expect(agree(law.falseMatch(threshold: 1).value, 13 / 14.0))
    #expect(agree(law.falseMatch(threshold: 2).value, 0.5))
    #expect(agree(law.falseMatch(threshold: 3).value, 1 / 14.0))
    #expect(law.falseMatch(threshold: 4).isZero)
    let exact = try law.exactFalseMatch(threshold: 2)
    #expect(exact.matching.description == "28" && exact.all.description == "56")
  }

  @Test func bigIntegers() throws {
    #expect(
      try OverlapLaw(cells: 1024, active: 40, synapses: 40).count(ofOverlap: 33).description
        == "3234260837088433287495360")
    #expect(try OverlapLaw(cells: 600, active: 40, synapses: 40).count(ofOverlap: 39).description == "22400")
    #expect(
      try BigNatural.binomial(2048, 40).description
        == "2371778511645358086693262639700863268089720614584700731712608317643033681970419921664")
    #expect(throws: DendritesError.self) { try BigNatural.binomial(10_000_000, 5_000_000) }
  }

  @Test func referenceValues() throws {
    let reference = try rows("sdr_exact", "false_match")
    #expect(reference.count == 36)
    for row in reference {
      let law = try OverlapLaw(cells: row.int("n"), active: row.int("a"), synapses: row.int("s"))
      #expect(agree(law.falseMatch(threshold: row.int("theta")).value, row["p"]), "\(law)")
    }
  }

  @Test(arguments: [
    (10_000, 300, 24, 12, 8.3758452270984910e-13), (10_000, 64, 24, 12, 4.0415971227765704e-21),
    (2000, 40, 20, 15, 2.4719233094308658e-23), (100_000, 2000, 24, 12, 8.5869410027659220e-15),
    (100_000, 2000, 240, 20, 1.0799076394655262e-7), (300, 256, 24, 12, 0.99999797344310712),
    (1_000_000, 10_000, 30, 15, 1.3331855496298168e-22), (300, 150, 24, 12, 0.58401492930830847),
  ])
  func acceptanceSpots(n: Int, a: Int, s: Int, theta: Int, p: Double) throws {
    #expect(agree(try OverlapLaw(cells: n, active: a, synapses: s).falseMatch(threshold: theta).value, p))
    #expect(agree(try OverlapLaw(cells: n, active: s, synapses: a).falseMatch(threshold: theta).value, p))
  }

  @Test func everyTinyLawAgreesWithCounting() throws {
    for n in 1...9 {
      for a in 0...n {
        for s in 0...n {
          let law = try OverlapLaw(cells: n, active: a, synapses: s)
          var counts = [Int](repeating: 0, count: n + 1)
          for subset in 0..<(1 << n) where subset.nonzeroBitCount == a {
            counts[(subset & ((1 << s) - 1)).nonzeroBitCount] += 1
          }
          let all = Double(counts.reduce(0, +))
          for theta in -1...(n + 1) {
            let matching = counts.indices.filter { $0 >= theta }.reduce(0) { $0 + counts[$1] }
            #expect(abs(law.falseMatch(threshold: theta).value - Double(matching) / all) < 1e-15)
            #expect(abs(law.cumulative(theta).value - 1 + law.falseMatch(threshold: theta + 1).value) < 1e-15)
          }
        }
      }
    }
  }

  /// Far below the smallest double, against exact integers.
  @Test(arguments: [
    (20_000, 2000, 1900, 1890), (100_000, 1000, 1500, 990), (5000, 2000, 2000, 1990),
    (1_000_000, 2000, 2000, 1990),
  ])
  func extremeRange(n: Int, a: Int, s: Int, theta: Int) throws {
    let law = try OverlapLaw(cells: n, active: a, synapses: s)
    let exact = try law.exactFalseMatch(threshold: theta)
    let expected = exact.matching.approximation / exact.all.approximation
    let ours = law.falseMatch(threshold: theta)
    #expect(ours.log10 < (n == 1_000_000 ? -5000 : -1000))
    #expect(ours.exponent == expected.exponent || abs(ours.exponent - expected.exponent) == 1)
    #expect(abs((ours / expected).value - 1) < 1e-12)
    #expect(ours.text(digits: 3).contains("e-"))
  }

  @Test(arguments: [
    (
      (0, 0, 0),
      "cells is 0, but must be 1 to 9007199254740992: a population has at least one cell and at most 2^53"
    ),
    ((10, 11, 0), "active is 11, but must be 0 to 10: only cells of the population can be active"),
    ((10, 3, 11), "synapses is 11, but must be 0 to 10: a segment has at most one synapse on a cell"),
    ((10, -1, 3), "active is -1, but must be 0 to 10: only cells of the population can be active"),
    (
      (1 << 62, 3, 3),
      "cells is 4611686018427387904, but must be 1 to 9007199254740992: a population has at least one cell and at most 2^53"
    ),
    (
      (1 << 53, 1 << 52, 1 << 52),
      "the smaller of active and synapses is too large: a law is summed over at most 10000000 cells"
    ),
  ])
  func refuses(sizes: (Int, Int, Int), message: String) {
    let error = #expect(throws: DendritesError.self) {
      try OverlapLaw(cells: sizes.0, active: sizes.1, synapses: sizes.2)
    }
    #expect(error?.description == message)
  }
}

@Suite struct TailProbabilityTests {
  @Test func arithmeticKeepsTheRange() {
    let tiny = TailProbability(1e-200) * TailProbability(1e-200) * TailProbability(2.5)
    #expect(tiny.value == 0)
    #expect(abs(tiny.log10 - (-400 + log10(2.5))) < 1e-12)
    #expect(tiny.text(digits: 3) == "2.50e-400")
    #expect((tiny + .zero) == tiny)
    #expect(abs(((tiny + tiny) / tiny).value - 2) < 1e-15)
    #expect(tiny < TailProbability(1e-300))
    #expect(TailProbability.zero < tiny)
    #expect(TailProbability.zero.text() == "0")
    #expect(TailProbability(0.3).complement.value == 0.7)
  }
}

@Suite struct NoiseLawTests {
  @Test func tinyCase() throws {
    let law = try NoiseLaw(active: 6, synapses: 4, noise: 3)
    for (theta, p) in [(1, 0.0), (2, 0.2), (3, 0.8), (4, 1)] {
      #expect(abs(law.falseNegative(threshold: theta).value - p) < 1e-15)
    }
    #expect(law.falseNegative(threshold: 1).isZero)
  }

  @Test func referenceValues() throws {
    let reference = try rows("sdr_exact", "false_negative")
    #expect(reference.count == 51)
    for row in reference {
      let law = try NoiseLaw(active: row.int("a"), synapses: row.int("s"), noise: row.int("v"))
      let ours = law.falseNegative(threshold: row.int("theta"))
      #expect(agree(ours.value, row["p"]), "\(law)")
      #expect(ours.isZero == (law.noise <= law.synapses - row.int("theta")))
    }
  }

  @Test func refuses() {
    #expect(throws: DendritesError.self) { try NoiseLaw(active: 10, synapses: 11, noise: 1) }
    #expect(throws: DendritesError.self) { try NoiseLaw(active: 10, synapses: 5, noise: 11) }
  }
}

@Suite struct PopulationTests {
  @Test func referenceValues() throws {
    for row in try rows("sdr_exact", "population") {
      let single = try OverlapLaw(cells: row.int("n"), active: row.int("a"), synapses: row.int("s"))
        .falseMatch(threshold: row.int("theta"))
      #expect(agree(Population.anyMatch(single, segments: row["M"]).value, row["exact"]))
      #expect(agree(Population.bound(single, segments: row["M"]).value, row["bound"]))
    }
    for row in try rows("planner_and_variants", "neuron_fp") {
      let single = try OverlapLaw(cells: row.int("n"), active: row.int("a"), synapses: row.int("s"))
        .falseMatch(threshold: row.int("theta"))
      #expect(agree(Population.anyMatch(single, segments: row["D"]).value, row["neuron"]))
    }
  }

  @Test func extremes() {
    let tiny = TailProbability(1e-300) * TailProbability(1e-300)
    #expect(abs(Population.anyMatch(tiny, segments: 1e18).log10 + 582) < 1e-9)
    #expect(Population.anyMatch(TailProbability(0.5), segments: 1e18) == .one)
    #expect(Population.anyMatch(.one, segments: 1) == .one)
    let mixed = Population.anyMatch([TailProbability(0.5), TailProbability(0.25), tiny])
    #expect(agree(mixed.value, 1 - 0.5 * 0.75))
  }
}

@Suite struct UnionLawTests {
  @Test func tinyCase() throws {
    let law = try UnionLaw(cells: 8, synapses: 2, patterns: 3)
    #expect(law.smallestSize == 2)
    let expected = [1 / 784.0, 3 / 49.0, 285 / 784.0, 45 / 98.0, 45 / 392.0]
    for (ours, value) in zip(law.sizeProbabilities, expected) { #expect(agree(ours, value)) }
    #expect(agree(law.expectedSize, 37 / 8.0))
  }

  @Test func referenceValues() throws {
    for row in try rows("sdr_exact", "union_size") {
      let law = try UnionLaw(cells: row.int("n"), synapses: row.int("s"), patterns: row.int("M"))
      #expect(agree(law.zeroProbability, row["p0"]))
      #expect(agree(law.expectedSize, row["expected_size"]))
      #expect(agree(law.bloomFalseMatch.value, row["bloom_fp"], relative: 1e-11))
    }
    for row in try rows("sdr_exact", "union_false_match") {
      let law = try UnionLaw(cells: row.int("n"), synapses: row.int("s"), patterns: row.int("M"))
      let (a, theta) = (row.int("a"), row.int("theta"))
      #expect(agree(try law.plugInFalseMatch(active: a, threshold: theta).value, row["plugin_fp"]))
      #expect(agree(try law.falseMatch(active: a, threshold: theta).value, row["exact_fp"]))
      #expect(abs(law.sizeStandardDeviation - row["sd_size"]) < 1e-9 * max(1, row["sd_size"]))
    }
    #expect(agree(try UnionLaw(cells: 1000, synapses: 25, patterns: 19).expectedSize, 381.85878951887138))
  }

  @Test func notebookVariant() throws {
    for row in try rows("planner_and_variants", "union_gamma_notebook_variant") {
      let ours = try PublishedUnions.notebook(
        cells: row.int("n"), active: row.int("a"), synapses: row.int("s"), threshold: row.int("theta"),
        patterns: row.int("M"))
      #expect(agree(ours.value, row["p"], relative: 1e-9))
    }
  }

  /// Missing a stored pattern, against counting all placements of a tiny union.
  @Test func falseNegativeByCounting() throws {
    // n = 6, pattern {0,1,2}, s = 2, one other set of 2 synapses, noise moves 1 cell, θ = 2.
    var miss = 0
    var all = 0
    let pairs = (0..<6).flatMap { i in (0..<i).map { (i, $0) } }
    for own in pairs where own.0 < 3 && own.1 < 3 {
      for other in pairs {
        for lost in 0..<3 {
          for gained in 3..<6 {
            let active = Set([0, 1, 2]).subtracting([lost]).union([gained])
            let union = Set([own.0, own.1, other.0, other.1])
            all += 1
            miss += active.intersection(union).count < 2 ? 1 : 0
          }
        }
      }
    }
    let law = try UnionLaw(cells: 6, synapses: 2, patterns: 2)
    #expect(agree(try law.falseNegative(active: 3, noise: 1, threshold: 2).value, Double(miss) / Double(all)))
  }
}

@Suite struct SweepAndPlannerTests {
  @Test func figure6() throws {
    for (sweep, section) in [
      (Sweep.figure6, "FIG6_n10000_190000_step20000"), (.figure6Script, "A_code_n1000_17000"),
    ] {
      let reference = try rows("optimal_threshold", section)
      for (ours, row) in zip(try sweep.rows(), reference) {
        #expect(ours.threshold == row.int("theta") && ours.count == row.int("count"))
        #expect(agree(ours.median, row["median"], relative: 1e-11))
        #expect(agree(ours.mean, row["mean"], relative: 1e-11))
        #expect(agree(ours.minimum, row["min"], relative: 1e-11) || row["min"] == 0)
        #expect(agree(ours.maximum, row["max"], relative: 1e-11))
      }
    }
    #expect(try Sweep.figure6.rows(threads: 1) == Sweep.figure6.rows(threads: 3))
  }

  @Test func plans() throws {
    let planner = try Planner(error: 1e-9, segments: 1000)
    let answer = try planner.smallestSynapses(cells: 2000, active: 40, threshold: .half)
    func error(_ s: Int) throws -> Double {
      let law = try OverlapLaw(cells: 2000, active: 40, synapses: s)
      return Population.anyMatch(law.falseMatch(threshold: (s + 1) / 2), segments: 1000).value
    }
    #expect(try error(answer.quantity) <= 1e-9)
    #expect(try (1..<answer.quantity).allSatisfy { try error($0) > 1e-9 })

    let threshold = try planner.smallestThreshold(cells: 2000, active: 40, synapses: 20)
    let law = try OverlapLaw(cells: 2000, active: 40, synapses: 20)
    #expect(Population.anyMatch(law.falseMatch(threshold: threshold.quantity), segments: 1000).value <= 1e-9)
    #expect(
      Population.anyMatch(law.falseMatch(threshold: threshold.quantity - 1), segments: 1000).value > 1e-9)

    let cells = try planner.smallestCells(active: 40, synapses: 20, threshold: .fixed(12))
    func population(_ n: Int) throws -> Double {
      Population.anyMatch(
        try OverlapLaw(cells: n, active: 40, synapses: 20).falseMatch(threshold: 12), segments: 1000
      ).value
    }
    #expect(try population(cells.quantity) <= 1e-9 && population(cells.quantity - 1) > 1e-9)

    let union = try Planner(error: 1e-6).largestUnion(
      cells: 2000, active: 40, synapses: 20, threshold: .fixed(12))
    #expect(
      try UnionLaw(cells: 2000, synapses: 20, patterns: union.quantity).falseMatch(active: 40, threshold: 12)
        .value <= 1e-6)
    #expect(
      try UnionLaw(cells: 2000, synapses: 20, patterns: union.quantity + 1).falseMatch(
        active: 40, threshold: 12
      ).value > 1e-6)

    let segments = try Planner(error: 1e-6).largestSegments(
      cells: 2000, active: 40, synapses: 20, threshold: 10)
    let single = law.falseMatch(threshold: 10)
    #expect(Population.anyMatch(single, segments: Double(segments.quantity)).value <= 1e-6)
    #expect(Population.anyMatch(single, segments: Double(segments.quantity) * 1.0001).value > 1e-6)
  }

  @Test func bestThresholdMinimisesTheSum() throws {
    let (best, miss) = try Planner(error: 0.01).bestThreshold(cells: 400, active: 40, synapses: 20, noise: 15)
    let law = try OverlapLaw(cells: 400, active: 40, synapses: 20)
    let noise = try NoiseLaw(active: 40, synapses: 20, noise: 15)
    for theta in 1...20 {
      let sum = law.falseMatch(threshold: theta).value + noise.falseNegative(threshold: theta).value
      #expect(best.probability.value + miss.value <= sum)
    }
  }

  @Test func noAnswerSaysWhy() {
    let error = #expect(throws: DendritesError.self) {
      try Planner(error: 1e-30).smallestSynapses(cells: 50, active: 10, threshold: .half)
    }
    #expect(
      error?.description.hasPrefix("no number of synapses reaches the target: segments of up to 10") == true)
    #expect(throws: DendritesError.self) { try Planner(error: 0) }
  }

  @Test(arguments: [("0.02", 0.02), ("2%", 0.02), ("100%", 1), ("0", 0)])
  func fractions(text: String, value: Double) throws {
    #expect(try ActivityFraction.parse(text, name: "activity") == value)
  }

  @Test(arguments: ["2", "-0.1", "101%", "x", "nan", ""])
  func wrongFractions(text: String) {
    #expect(throws: DendritesError.self) { try ActivityFraction.parse(text, name: "activity") }
  }

  /// Eq 4 with a union of the patterns as input, whose size may be any real number.
  @Test func inputUnionContinuesTheLaw() throws {
    // One pattern is no union; two of 2000 cells among 4000 leave exactly 3000 on average.
    let one = try PublishedUnions.inputUnion(
      cells: 2000, active: 30, synapses: 20, threshold: 10, patterns: 1)
    #expect(
      agree(
        one.value, try OverlapLaw(cells: 2000, active: 30, synapses: 20).falseMatch(threshold: 10).value,
        relative: 1e-11))
    let two = try PublishedUnions.inputUnion(
      cells: 4000, active: 2000, synapses: 20, threshold: 10, patterns: 2)
    #expect(
      agree(
        two.value, try OverlapLaw(cells: 4000, active: 3000, synapses: 20).falseMatch(threshold: 10).value,
        relative: 1e-11))
    // Between two whole sizes the value lies between theirs.
    let between = try PublishedUnions.inputUnion(
      cells: 4000, active: 30, synapses: 20, threshold: 10, patterns: 7)
    let size = try TemporalMemoryPredictions.unionOverlap(cells: 4000, active: 30, branches: 7) * 4000
    let (low, high) = (Int(size), Int(size) + 1)
    func law(_ a: Int) throws -> TailProbability {
      try OverlapLaw(cells: 4000, active: a, synapses: 20).falseMatch(threshold: 10)
    }
    #expect(try law(low) < between && between < law(high))
  }

  @Test func temporalMemoryPredictions() throws {
    #expect(
      agree(
        try TemporalMemoryPredictions.accuracy(active: 40, synapses: 20, threshold: 12, noise: 20),
        0.171533612376, relative: 1e-11))
    #expect(
      agree(try TemporalMemoryPredictions.jaccard(cells: 500, active: 64), 0.6044889509, relative: 1e-9))
    for row in try rows("planner_and_variants", "tm_jaccard_vs_dimension") {
      #expect(
        agree(
          try TemporalMemoryPredictions.jaccard(cells: row.int("n"), active: row.int("a")), row["jaccard"],
          relative: 1e-11))
    }
    for row in try rows("planner_and_variants", "tm_union_overlap a=40") {
      let ours = try TemporalMemoryPredictions.unionOverlap(
        cells: row.int("n"), active: 40, branches: row.int("branches"))
      #expect(agree(ours, row["overlap"], relative: 1e-11))
    }
  }

  /// A generous guard: a sweep of 9,240 evaluations is far below a second in a release build.
  @Test func sweepIsFast() throws {
    let clock = ContinuousClock()
    var time = Duration.seconds(100)
    for _ in 0..<5 { time = min(time, try clock.measure { _ = try Sweep.figure6.rows(threads: 1) }) }
    print("Fig 6 sweep: \(time)")
    #expect(time < .seconds(1))
  }
}
