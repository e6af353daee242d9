import Foundation
import Testing

/// Every key that scripts rely on, and every mistake of sizes, as typed.
@Suite struct DendritesCommandTests {
  @Test(
    arguments: [
      (
        "false-match --cells 10000 --active 300 --synapses 24 --threshold 12",
        ["probability": 8.3758452270984910e-13, "log10Probability": -12.0769713], ["populationProbability"]
      ),
      (
        "false-match --cells 100 --active 7 --synapses 7 --threshold 5 --segments 500",
        ["populationProbability": 2.8224940899133587e-3, "populationBound": 2.8264768483653050e-3], []
      ),
      (
        "false-match --cells 10000 --active 3% --synapses 24 --threshold half",
        ["probability": 8.3758452270984910e-13], []
      ),
      (
        "false-negative --active 128 --synapses 30 --noise 26 --threshold 8",
        ["probability": 3.1419333449968435e-16], []
      ),
      (
        "false-negative --active 40 --synapses 20 --noise 50% --threshold 12",
        ["probability": 8.2846638762390564e-1], []
      ),
      (
        "union --cells 1000 --active 200 --synapses 25 --patterns 2 --threshold 15",
        ["plugInProbability": 4.7389453029285516e-2, "exactProbability": 5.0773363242822575e-2], []
      ),
      (
        "union --cells 20000 --active 200 --synapses 25 --patterns 10 --threshold 15",
        ["expectedSize": 248.598427, "sizeStandardDeviation": 1.17456844111], ["falseNegative"]
      ),
      (
        "plan --find synapses --cells 2000 --active 40 --segments 1000 --threshold half --error 1e-9",
        ["synapses": 19, "threshold": 10], []
      ),
      (
        "temporal-memory --cells 500 --active 64 --synapses 20 --threshold 10 --noise 0",
        ["jaccard": 0.6044889509, "accuracy": 1], ["measuredJaccard"]
      ),
      (
        "temporal-memory --cells 2048 --active 40 --synapses 20 --threshold 12 --noise 20 --branches 1",
        ["accuracy": 0.171533612376, "unionOverlap": 0.01953125, "surprise": 39.21875], []
      ),
      (
        "region --cells 100 --active 7 --segments 500x7:4 --neurons 1",
        ["neuronProbability": 0.13472849336104609, "regionProbability": 0.13472849336104609],
        ["falseNegative"]
      ),
    ] as [(String, [String: Double], [String])])
  func keys(line: String, numbers: [String: Double], absent: [String]) throws {
    let program = try Program("neuropil dendrites \(line) --json --quiet")
    #expect(program.status == 0 && program.errors == "")
    for (key, value) in numbers {
      let ours = try #require(program.json[key] as? Double, "\(key) of \(line)")
      #expect(abs(ours - value) <= 1e-6 * abs(value), "\(key) of \(line)")
    }
    for key in absent { #expect(program.json[key] == nil, "\(key) of \(line)") }
  }

  /// Each quantity that can be looked for, under its own name.
  @Test(arguments: [
    ("synapses", "--cells 2000 --active 40 --threshold half"),
    ("threshold", "--cells 2000 --active 40 --synapses 20"),
    ("cells", "--active 40 --synapses 20 --threshold 12"),
    ("patterns", "--cells 2000 --active 40 --synapses 20 --threshold 12"),
    ("segments", "--cells 2000 --active 40 --synapses 20 --threshold 12"),
  ])
  func planNamesWhatItFinds(quantity: String, given: String) throws {
    let program = try Program("neuropil dendrites plan --find \(quantity) \(given) --error 1e-6 --json")
    #expect(program.status == 0, "\(program.errors)")
    #expect(try #require(program.json[quantity] as? Int) >= 1)
    let probability = try #require(program.json["probability"] as? Double)
    #expect(probability > 0 && probability <= 1e-6)
  }

  /// With noise, the threshold whose false matches and misses together are rarest.
  @Test func planWeighsMisses() throws {
    func number(_ line: String, _ key: String) throws -> Double {
      try #require(try Program("neuropil dendrites \(line) --json --quiet").json[key] as? Double)
    }
    let plan = "plan --find threshold --error 0.5 --cells 400 --active 40 --synapses 20 --noise 15"
    let best = Int(try number(plan, "threshold"))
    let total = try number(plan, "probability") + number(plan, "falseNegative")
    for threshold in [best - 1, best, best + 1] {
      let sum =
        try number(
          "false-match --cells 400 --active 40 --synapses 20 --threshold \(threshold)", "probability")
        + number(
          "false-negative --active 40 --synapses 20 --noise 15 --threshold \(threshold)", "probability")
      #expect(threshold == best ? abs(sum - total) <= 1e-12 * sum : sum > total)
    }
  }

  @Test func rareEventsAreSimulated() throws {
    let program = try Program(
      "neuropil dendrites simulate --cells 10000 --active 64 --synapses 24 --threshold 12 --rare --json")
    let exact = try #require(program.json["exact"] as? Double)
    #expect(abs(exact / 4.0415971227765704e-21 - 1) < 1e-12)
    let (low, high) = (program.json["low"] as? Double ?? 1, program.json["high"] as? Double ?? 0)
    #expect(low < high && low > 0.9 * exact && high < 1.1 * exact)
  }

  @Test(arguments: [
    (
      "simulate --cells 10000 --active 64 --synapses 24 --threshold 12 --trials 100000", 0,
      "note: nothing was seen in 100000 draws: the chance is below 3e-05 (rule of three, 95 %); use --rare or the law itself"
    ),
    (
      "false-match --cells 100 --active 10 --synapses 5 --threshold 0", 0,
      "note: a threshold of 0 matches every pattern"
    ),
    (
      "false-match --cells 100 --active 10 --synapses 5 --threshold 6", 0,
      "note: a threshold of 6 can never be reached: at most 5 cells overlap"
    ),
    (
      "false-match --cells 1000 --active 2.5% --synapses 5 --threshold 3", 0,
      "note: --active is 25 of 1000 cells"
    ),
    (
      "false-match --cells 1000 --active 1.0 --synapses 5 --threshold 3", 64,
      "neuropil: --active is '1.0', but must be a whole number of cells, or a share of them such as 2% or 0.02 (below 1; all are 100%); see 'neuropil dendrites false-match --help'"
    ),
    (
      "false-match --cells 0 --active 0 --synapses 0 --threshold 1", 64,
      "neuropil: cells is 0, but must be 1 to 9007199254740992: a population has at least one cell and at most 2^53"
    ),
    (
      "false-match --cells 10 --active=-1 --synapses 0 --threshold 1", 64,
      "neuropil: active is -1, but must be 0 to 10: only cells of the population can be active"
    ),
    (
      "false-match --cells 10 --active 3 --synapses 11 --threshold 1", 64,
      "neuropil: synapses is 11, but must be 0 to 10: a segment has at most one synapse on a cell"
    ),
    (
      "false-negative --active 10 --synapses 11 --noise 1 --threshold 1", 64,
      "neuropil: synapses is 11, but must be 0 to 10: the segment samples its synapses from the pattern"
    ),
    (
      "false-negative --active 10 --synapses 5 --noise 11 --threshold 1", 64,
      "neuropil: noise is 11, but must be 0 to 10: noise moves active cells of the pattern"
    ),
    (
      "false-negative --cells 12 --active 10 --synapses 5 --noise 3 --threshold 1", 64,
      "neuropil: 3 cells have nowhere to go: only 2 of the 12 cells are inactive"
    ),
    (
      "union --cells 100 --active 10 --synapses 5 --patterns=-1 --threshold 3", 64,
      "neuropil: patterns is -1, but must be 0 to 10000000: a union has none or more patterns"
    ),
    (
      "region --cells 100 --active 10 --segments 5x20", 64,
      "neuropil: --segments is '5x20', but must be a number of segments, their synapses and their threshold, such as 500x20:10; see 'neuropil dendrites region --help'"
    ),
    (
      "plan --find cells --active 40 --synapses 20 --threshold 12 --error 2", 64,
      "neuropil: error is '2.0', but must be a fraction from 0 to 1 such as 0.02, or a percentage such as 2%"
    ),
    (
      "metrics --cells 10 /nonexistent", 66,
      "neuropil: /nonexistent: there is no such file or folder; check the path"
    ),
    (
      "metrics", 65,
      "neuropil: standard input: a list of active cells does not say how many cells there are; give their number, such as --cells 2048"
    ),
  ])
  func sizesAreChecked(line: String, status: Int32, message: String) throws {
    let program = try Program("neuropil dendrites \(line)")
    #expect(program.status == status)
    #expect(program.errors == message + "\n")
    #expect((status == 0) != program.output.isEmpty)
  }

  /// Far below the smallest double a script still gets the size.
  @Test func underflowKeepsItsLogarithm() throws {
    let line =
      "neuropil dendrites false-match --cells 1000000 --active 2000 --synapses 2000 --threshold 1990"
    #expect(try #require(try Program(line + " --json").json["log10Probability"] as? Double) < -5000)
    #expect(try Program(line).output.contains("e-6"))
  }

  @Test func correlatedTellsBothRates() throws {
    let program = try Program(
      "neuropil dendrites correlated --cells 400 --active 20 --synapses 12 --threshold 6 --segments 50 --neurons 2 --trials 3 --json --quiet"
    )
    #expect((program.json["trials"] as? [[String: Any]])?.count == 3)
    #expect(program.json["uniformProbability"] is Double && program.json["bins"] is [[String: Any]])
  }
}
