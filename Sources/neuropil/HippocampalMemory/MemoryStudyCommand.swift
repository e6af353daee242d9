import ArgumentParsing
import Figures
import HippocampalMemory
import Laboratory
import NeuralData

/// How right a memory is under many conditions.
struct MemoryStudyCommand: Command {
  enum Kind: String, CaseIterable, OptionValue { case spacing, capacity, loss, jitter, dead }

  static var configuration: CommandConfiguration {
    CommandConfiguration(
      "study", abstract: "Measures how often recalls of random memories are right, with 95 % intervals.",
      discussion:
        "For each condition and seed, every cue learns random content, then every cue and every content bit is asked, and the answers are compared with an ideal memory. Conditions are distances between operations, numbers of memories, or chances of lost spikes, of input out of step, and of dead neurons. With --out every finished memory is kept; after Ctrl-C or a crash --resume repeats none of them.",
      examples: [
        .init("neuropil memory study --of spacing --cues 5 --contents 10 --seeds 4", "How far apart?"),
        .init(
          "neuropil memory study --of loss --values 0,0.01,0.1 --cues 8 --contents 8 --seeds 4 --json",
          "Lost spikes."),
        .init(
          "neuropil memory study --of capacity --cues 32 --contents 16 --values 8,16,32 --seeds 2",
          "How many memories?"),
        .init(
          "neuropil memory study --of spacing --values 10 --cues 16 --contents 16 --density 0.3 --overwrites --pause 40 --seeds 4",
          "Replaced memories, asked later."),
      ])
  }
  @Option("What is varied.") var of = Kind.spacing
  @Option("The values; usual ones unless given.") var values: [Double] = []
  @Option("Share of the bits that a content holds.") var density = 0.4
  @Option("Random memories for each value.") var seeds = 10
  @Option("Steps between operations, when spacing is not what is varied.") var spacing = 40
  @Flag("Replaces every memory before it is asked.") var overwrites
  @Option("Steps between the last learning and the first question, besides the distance of operations.")
  var pause = 0
  @Option("Folder for the study's files.", valueName: "DIR", completion: .folder) var out: String?
  @Flag("Goes on with the finished memories in --out.") var resume
  @OptionGroup var memory: MemoryGroup
  @OptionGroup var chance: ChanceOptions
  @OptionGroup var common: CommonOptions

  private struct Result: Encodable {
    var of: String
    var results: [StudyResult]
  }

  func validate() throws {
    try memory.refuseSaved()
    if resume && out == nil { throw UsageError("--resume needs --out, the folder of the run to go on with") }
  }

  func run() throws {
    Interruption.install()
    let (cues, contents) = try memory.size()
    let study = try MemoryStudy(
      cues: cues, contents: contents, density: density, overwrites: overwrites, pause: pause, seeds: seeds,
      seed: chance.seed, threads: chance.threadCount(), configuration: memory.configuration,
      options: memory.options)
    let begun = try beginRun(
      out, parts: sharedSettings, seed: chance.seed, resuming: resume, quiet: common.quiet)
    var folder = begun.run
    let ledger = begun.ledger
    if let config = memory.config { folder?.noteInput(config) }
    let progress = Progress(isQuiet: common.quiet)
    func whole(_ usual: [Int]) throws -> [Int] {
      guard !values.isEmpty else { return usual }
      return try values.map { value in
        guard let number = Int(exactly: value) else {
          throw UsageError("--values holds \(value), but --of \(of.rawValue) needs whole numbers")
        }
        return number
      }
    }
    let shares = values.isEmpty ? [0, 0.001, 0.01, 0.05, 0.1] : values
    let results: [StudyResult] =
      switch of {
      case .spacing: try study.spacing(whole([6, 7, 8, 9, 10, 12, 14]), ledger: ledger, progress: progress)
      case .capacity:
        try study.capacity(
          whole([max(1, cues / 2), cues]), spacing: spacing, ledger: ledger, progress: progress)
      case .loss:
        try study.disturbances(
          shares.map { .init(loss: $0) }, spacing: spacing, ledger: ledger, progress: progress)
      case .jitter:
        try study.disturbances(
          shares.map { .init(jitter: $0) }, spacing: spacing, ledger: ledger, progress: progress)
      case .dead:
        try study.disturbances(
          shares.map { .init(dead: $0) }, spacing: spacing, ledger: ledger, progress: progress)
      }
    if folder != nil { try write(results, to: &folder!) }
    if common.json { return print(JSONText.encode(Result(of: of.rawValue, results: results))) }
    func text(_ score: StudyResult.Score) -> String {
      guard let share = score.share else { return "-" }
      return "\(tenths(share)) % (\(tenths(score.low)) to \(tenths(score.high)))"
    }
    showTable(
      [of.rawValue, "right by cue", "right by content", "cues missing", "cues too many"],
      results.map {
        [
          decimals($0.value), text($0.byCue), text($0.byContent), "\($0.missingCues)", "\($0.wrongCues)",
        ]
      })
  }

  /// What every memory depends on besides its key.
  private var sharedSettings: [String: String] {
    var shared = settings(of: self)
    for name in ["of", "values", "seeds", "spacing", "threads", "out", "resume", "json", "quiet"] {
      shared[name] = nil
    }
    shared["version"] = neuropilVersion
    return shared
  }

  private func tenths(_ share: Double) -> String { "\((share * 1000).rounded() / 10)" }

  private func write(_ results: [StudyResult], to run: inout Run) throws {
    try run.write(Result(of: of.rawValue, results: results), to: "metrics.json")
    let figure = Figure(
      id: "memory-study", title: "Right recalls by \(of.rawValue)",
      caption: "Bands are 95 % intervals over all recalls.",
      x: Axis(of.rawValue), y: Axis("right recalls (%)", range: 0...102),
      marks: [results.line("by cue", \.byCue), results.line("by content", \.byContent)])
    try AtomicFile.write(figure.svg(panelHeight: 320), to: run.path("study.svg"))
    try run.writeReport(
      Report(
        title: "A study of a hippocampal memory", introduction: "\(seeds) random memories for each value.",
        sections: [Report.Section("Result", [.figure(figure)])]), quiet: common.quiet)
    try run.finish()
  }
}
