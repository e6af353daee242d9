import ArgumentParsing
import Figures
import Foundation
import Laboratory
import NeuralData
import PlaceRecognition

/// Measures how well a drive is recognised.
struct EvaluateCommand: Command {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      "evaluate", abstract: "Measures how well a drive is recognised: recall@N and precision-recall.",
      discussion:
        "The drive shows the map's places in order. Regions that served for calibration are left out unless --include-calibration. With --out it writes the similarity matrix (similarity.npz, [query, place], and as the published program keeps it summed_rates.npy, [place, query]), its picture, the curve and a report; every 25 images that a module has answered are kept, and after Ctrl-C or a crash the work goes on with --resume.",
      examples: [
        .init(
          "neuropil places synthesize --places 6 --out /tmp/neuropil-eval && neuropil places build --reference /tmp/neuropil-eval/spring --reference /tmp/neuropil-eval/fall --module-size 3 --neurons 30 --epochs 2 --out /tmp/neuropil-eval/map && neuropil places evaluate --map /tmp/neuropil-eval/map --query /tmp/neuropil-eval/summer --json",
          "Recall of a third drive.")
      ])
  }
  @Option("The map's folder.", valueName: "DIR", completion: .folder) var map: String
  @Option("A drive that shows the map's places in order.", valueName: "PATH", completion: .file)
  var query: String
  @Flag("Uses regions that served for calibration too.") var includeCalibration
  @OptionGroup var answers: AnswerOptions
  @OptionGroup var matching: MatchingOptions
  @OptionGroup var pictures: TraverseOptions
  @Option("Most threads to use; all of the machine's unless given.") var threads: Int?
  @Option("Folder for the matrix, its picture and a report.", valueName: "DIR", completion: .folder)
  var out: String?
  @Flag("Goes on with the answers that are in --out already.") var resume
  @OptionGroup var common: CommonOptions

  func validate() throws {
    try matching.validate()
    if resume && out == nil { throw UsageError("--resume needs --out, the folder of the run to go on with") }
  }

  func run() throws {
    Interruption.install()
    let chance = ChanceOptions()
    chance.threads = threads
    let count = try chance.threadCount()
    if out != nil { _ = try PlotlyScript.find() }
    let map = try ModularMap.read(map, threshold: answers.threshold, common: common)
    let regions = map.regions.filter { includeCalibration || !map.calibrationRegions.contains($0.id) }
    guard !regions.isEmpty else {
      throw UsageError("all regions served for calibration; pass --include-calibration to use them")
    }
    try map.requireNeurons(in: regions, threshold: map.hyperactiveThreshold)
    let removal = map.removal(threshold: map.hyperactiveThreshold, regions: regions)
    if includeCalibration && !map.calibrationRegions.isEmpty {
      Terminal.warn(
        "the threshold \(map.hyperactiveThreshold) was chosen on regions that are evaluated: their recall is too good",
        quiet: common.quiet)
    }
    let (images, truth) = try queries(
      query, pictures.selection, of: regions, map: map, threads: count, common: common)
    guard matching.sequence <= images.count else {
      throw UsageError(
        "--sequence is \(matching.sequence), but must be at most \(images.count), the number of queries")
    }
    let begun = try beginRun(
      out,
      parts: [
        "map": map.digest, "regions": regions.map { "\($0.id)" }.joined(separator: ","),
        "queries": digest(images), "version": neuropilVersion,
      ], seed: map.settings.seed, resuming: resume, quiet: common.quiet)
    var run = begun.run
    run?.noteInput(query)
    let progress = Progress(isQuiet: common.quiet)
    progress.begin("recognizing", total: Double(images.count * regions.count * map.settings.members))
    let responses = try QueryResponses(
      map, images, regions: regions, threads: count, ledger: begun.ledger
    ) {
      progress.advance(by: 1)
      try Interruption.check()
    }
    progress.finish()
    var matrix = try responses.similarity(rule: answers.assignment)
    if matching.probability { matrix = matrix.probabilities }
    let operations = responses.activity.synapticOperations(neurons: map.settings.parameters.neurons)
    let outcome = try MatchingOutcome(
      matrix, truth: responses.columns(of: truth), matching, hyperactiveRemoved: removal.neurons,
      threshold: map.hyperactiveThreshold, synapticOperations: Double(operations) / Double(images.count))
    try outcome.finish(&run, title: "Places recognised by modules", common: common)
  }
}

/// How scores are matched and judged.
struct MatchingOptions: ArgumentGroup {
  static var title: String { "MATCHING" }
  init() {}
  @Option("Places beside the true one that count as right.") var tolerance = 0
  @Option("Matches sequences of so many images.") var sequence = 1
  @Option("The values of N for recall@N.", valueName: "N,…") var ranks = PlaceEvaluation.publishedRanks
  @Flag("Scales each query's scores to probabilities first.") var probability

  /// Refuses at once what would be refused after the work.
  func validate() throws {
    guard tolerance >= 0 else {
      throw UsageError("--tolerance is \(tolerance), but must be 0 places or more")
    }
    guard sequence >= 1 else { throw UsageError("--sequence is \(sequence), but must be 1 or more") }
    if let rank = ranks.first(where: { $0 < 1 }) {
      throw UsageError("--ranks has \(rank), but recall@N needs an N of 1 or more")
    }
  }
}

/// A judged similarity matrix.
struct MatchingOutcome {
  /// What `--json` prints.
  struct Result: Encodable {
    var recallAt: [String: Double]
    var precisionAt100Recall: Double
    var recallAt100Precision: Double
    var areaUnderCurve: Double
    var places: Int
    var queries: Int
    var silentQueries: Int
    var hyperactiveRemoved: Int?
    var threshold: Int?
    var synapticOperationsPerQuery: Double?
  }

  var matrix: SimilarityMatrix
  var evaluation: PlaceEvaluation
  var result: Result
  private var ranks: [Int]

  init(
    _ matrix: SimilarityMatrix, truth: [Int], _ options: MatchingOptions, hyperactiveRemoved: Int? = nil,
    threshold: Int? = nil, synapticOperations: Double? = nil
  ) throws {
    self.matrix = try matrix.sequenceMatched(length: options.sequence)
    evaluation = try PlaceEvaluation(
      self.matrix, truth: Array(truth.prefix(self.matrix.queries)), tolerance: options.tolerance,
      ranks: options.ranks)
    ranks = Array(Set(options.ranks)).sorted()
    result = Result(
      recallAt: Dictionary(uniqueKeysWithValues: evaluation.recallAt.map { ("\($0.key)", $0.value) }),
      precisionAt100Recall: evaluation.precisionAt100Recall,
      recallAt100Precision: evaluation.recallAt100Precision, areaUnderCurve: evaluation.areaUnderCurve,
      places: matrix.places, queries: evaluation.queries, silentQueries: evaluation.silentQueries,
      hyperactiveRemoved: hyperactiveRemoved, threshold: threshold,
      synapticOperationsPerQuery: synapticOperations)
  }

  /// Writes what `--out` asks for and prints the result.
  func finish(_ run: inout Run?, title: String, common: CommonOptions) throws {
    if run != nil {
      try run!.write(result, to: "metrics.json")
      try NPZ.write(
        [
          "similarity": NumericArray(matrix.values, shape: [matrix.queries, matrix.places]),
          "precision": NumericArray(evaluation.precision), "recall": NumericArray(evaluation.recall),
        ], to: run!.path("similarity.npz"))
      // As the published program keeps it: places by queries.
      try NPY.write(
        NumericArray(matrix.transposed, shape: [matrix.places, matrix.queries]),
        to: run!.path("summed_rates.npy"))
      try AtomicFile.write(
        PNG.encode(grey: matrix.picture, width: matrix.places, height: matrix.queries),
        to: run!.path("similarity.png"))
      try run!.write(
        Report(
          title: title,
          introduction:
            "\(evaluation.queries) queries among \(matrix.places) places. Recall@1 is \(String(format: "%.3f", evaluation.precisionAt100Recall)).",
          sections: [
            Report.Section("How well", [.figure(matrix.figure), .figure(evaluation.figure)])
          ]))
      try run!.finish()
    }
    var lines = ranks.map { ("recall@\($0)", String(format: "%.4f", evaluation.recallAt[$0]!)) }
    lines += [
      ("precision at 100 % recall", String(format: "%.4f", result.precisionAt100Recall)),
      ("recall at 100 % precision", String(format: "%.4f", result.recallAt100Precision)),
      ("area under the curve", String(format: "%.4f", result.areaUnderCurve)),
      ("places", "\(result.places)"), ("queries", "\(result.queries)"),
    ]
    if result.silentQueries > 0 { lines.append(("queries without an answer", "\(result.silentQueries)")) }
    if let removed = result.hyperactiveRemoved, let threshold = result.threshold {
      lines.append(("hyperactive neurons removed", "\(removed) (threshold \(threshold))"))
    }
    if let operations = result.synapticOperationsPerQuery {
      lines.append(("synaptic operations a query", String(format: "%.3g", operations)))
    }
    show(result, json: common.json, lines)
  }
}
