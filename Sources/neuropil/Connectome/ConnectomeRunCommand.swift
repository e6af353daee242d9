import ArgumentParsing
import DynamicConnectomes
import Foundation
import Laboratory
import NeuralData

/// The whole pipeline.
struct ConnectomeRunCommand: Command {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      "run",
      abstract: "Finds motifs, when and in which animals they occur, and their communities of neurons.",
      discussion:
        "The folder holds motifs.json, factors.npz, a table of edges for each motif, and report.html. --surrogates repeats all on traces shifted at random, --stability leaves out one animal after the other, --align compares stimuli instead of moments, --anatomy compares with a table of anatomical connections or the Python packages wormneuroatlas or cect. --resume goes on after Ctrl-C.",
      examples: [
        .init(
          "neuropil connectome simulate --out /tmp/neuropil-worms && neuropil connectome run --traces /tmp/neuropil-worms/traces.csv --stimuli /tmp/neuropil-worms/stimuli.csv --surrogates 5 --stability --truth /tmp/neuropil-worms/truth.json --out /tmp/neuropil-motifs",
          "Simulated recordings, with a score against what was planted.")
      ])
  }
  @Option("Recordings.", valueName: "FILE", completion: .file) var traces: String
  @Option(
    "Stimuli: a table 'animal,stimulus,on,off' or JSON; times in seconds.", valueName: "FILE",
    completion: .file)
  var stimuli: String?
  @Option("Pairs at most this share of a component's largest are no edges.") var edgeThreshold = 1e-3
  @Flag("Orders each animal's stimuli alike before the decomposition.") var align
  @Option("Seconds kept before each stimulus, for --align.") var before = 5.0
  @Option("Seconds kept after it began, for --align.") var after = 25.0
  @Option("Sets of shifted traces for significance.") var surrogates = 0
  @Flag("Leaves out one animal after the other.") var stability
  @Option(
    "Anatomical connections: a table 'pre,post,weight', or wormneuroatlas or cect.", valueName: "FILE")
  var anatomy: String?
  @Option("Planted motifs of 'simulate', to score the result.", valueName: "FILE", completion: .file)
  var truth: String?
  @Option("Folder for the results.", valueName: "DIR", completion: .folder) var out: String
  @Flag("Goes on with the finished parts in --out.") var resume
  @OptionGroup var recordings: TraceOptions
  @OptionGroup var affinity: AffinityOptions
  @OptionGroup var factors: FactorOptions
  @OptionGroup var communities: CommunityOptions
  @OptionGroup var chance: ChanceOptions
  @OptionGroup var common: CommonOptions

  private struct Result: Encodable {
    var analysis: ConnectomeAnalysis
    var surrogates: SurrogateTest?
    var stability: AnimalStability?
    var anatomy: AnatomicalComparison?
    var score: ConnectomeScore?
    var baselines: BaselineScore?
  }

  func validate() throws {
    guard (0...100_000).contains(surrogates) else {
      throw UsageError("--surrogates is \(surrogates), but must be 0 to 100000")
    }
    if align && stimuli == nil && !traces.lowercased().hasSuffix(".mat") {
      throw UsageError("--align needs --stimuli, the schedule to align to")
    }
    if align && truth != nil {
      throw UsageError("--truth tells moments of the recording, which --align takes apart; give one of them")
    }
  }

  func run() throws {
    Interruption.install()
    let threads = try chance.threadCount()
    let set = try recordings.read(traces)
    let schedule = try recordings.schedule(stimuli, recordings: traces, traces: set)
    let planted = try truth.map { try PlantedMotifs.read($0, for: set) }
    let anatomical = try anatomy.map { try AnatomicalConnectome.read($0) }
    var plan = ConnectomePlan()
    plan.affinity = affinity.affinity
    plan.factorization = factors.fit(seed: chance.seed)
    plan.restarts = factors.restarts
    plan.edgeThreshold = edgeThreshold
    plan.communities = communities.fit(seed: chance.seed)
    plan.memoryLimit = try affinity.bytes()
    var configuration = settings(of: self)
    for name in ["out", "resume", "threads", "json", "quiet"] { configuration[name] = nil }
    // Other contents under the same name are another run.
    configuration["digest of the traces"] = try? SHA256.hexadecimal(ofFile: traces)
    let study = try ConnectomeStudy(
      set, schedule: schedule, plan: plan, alignment: align ? (before, after) : nil, threads: threads)
    for text in study.tensor.warnings { Terminal.warn(text, quiet: common.quiet) }
    let begun = try beginRun(
      out, parts: configuration, seed: chance.seed, resuming: resume, quiet: common.quiet)
    var run = begun.run!
    run.noteInput(traces)
    if let stimuli { run.noteInput(stimuli) }
    let progress = Progress(isQuiet: common.quiet)
    defer { progress.finish() }
    progress.begin(
      "motifs",
      total: Double(
        plan.restarts + plan.factorization.rank + surrogates + (stability ? set.animals.count : 0)))
    let outcome = try study.run(
      ledger: begun.ledger, surrogates: surrogates, stability: stability, seed: chance.seed
    ) { what in
      progress.advance(by: what.isEmpty ? 0 : 1, status: what)
      try Interruption.check()
    }
    progress.finish()
    let analysis = outcome.analysis
    let comparison = try anatomical.map {
      try AnatomicalComparison(analysis, outcome.fit, anatomy: $0, seed: chance.seed)
    }
    let result = Result(
      analysis: analysis, surrogates: outcome.surrogates, stability: outcome.stability, anatomy: comparison,
      score: planted.map { ConnectomeScore(analysis, outcome.fit, truth: $0) },
      baselines: try planted.map { try BaselineScore(set, truth: $0, seed: chance.seed) })
    try run.write(result, to: "motifs.json")
    try NPZ.write(outcome.fit.arrays, to: run.path("factors.npz"))
    for motif in analysis.motifs {
      let graph = WeightedGraph(
        loadings: outcome.fit.pairLoadings(of: motif.component), names: analysis.neurons,
        threshold: edgeThreshold)
      try AtomicFile.write(graph.encoded(), to: run.path("motif-\(motif.component + 1).csv"))
    }
    try run.write(
      ["relativeError": analysis.relativeError, "similarity": analysis.similarity]
        .merging(result.score.map { ["pairArea": $0.pairArea, "communityF1": $0.communityF1] } ?? [:]) { $1 },
      to: "metrics.json")
    try run.writeReport(
      ConnectomeReport.report(
        analysis, outcome.fit, traces: align ? nil : set, schedule: outcome.schedule,
        surrogates: outcome.surrogates, stability: outcome.stability, anatomy: comparison,
        edgeThreshold: edgeThreshold), quiet: common.quiet)
    try run.finish()
    for text in analysis.warnings { Terminal.warn(text, quiet: common.quiet) }
    if common.json { return print(JSONText.encode(result)) }
    printTable(result)
    print("The report is \(run.path("report.html")).")
  }

  private func printTable(_ result: Result) {
    showTable(
      ["motif", "share", "peak", "epoch", "groups", "strongest pairs"],
      result.analysis.motifs.map { motif in
        [
          "\(motif.component + 1)", String(format: "%.3f", motif.share), String(format: "%.1f s", motif.peak),
          motif.peakEpoch.map { motif.epochs[$0].stimuli.joined(separator: "/") } ?? "none",
          motif.communities.map { $0.groups.map(String.init).joined(separator: "-") } ?? "none",
          motif.pairs.prefix(4).map { $0.neurons.joined(separator: "-") }.joined(separator: " "),
        ]
      })
    print(
      String(
        format: "relative error %.4f, restarts alike to %.3f", result.analysis.relativeError,
        result.analysis.similarity))
    if let test = result.surrogates {
      print(
        "p against \(test.surrogates) surrogates: "
          + test.componentP.map { String(format: "%.3f", $0) }.joined(separator: " "))
    }
    if let stability = result.stability {
      print(
        "least cosine without an animal: "
          + stability.least.map { String(format: "%.3f", $0) }.joined(separator: " "))
    }
    if let anatomy = result.anatomy {
      print(
        "\(anatomy.shared) neurons shared with anatomy; area under the curve: "
          + anatomy.areas.map { String(format: "%.3f", $0) }.joined(separator: " "))
    }
    if let score = result.score {
      print(
        String(
          format:
            "score: time share %.3f, animal correlation %.3f, pair area %.3f, community F1 %.3f",
          score.timeShare, score.animalCorrelation, score.pairArea, score.communityF1))
    }
    if let baselines = result.baselines {
      print(
        String(
          format: "baselines, community F1: windowed correlation with Louvain %.3f, Leiden %.3f; NMF %.3f",
          baselines.louvainF1, baselines.leidenF1, baselines.nonnegativeFactorsF1))
    }
  }
}
