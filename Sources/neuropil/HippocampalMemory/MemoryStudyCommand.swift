import ArgumentParsing
import Figures
import HippocampalMemory
import Laboratory

/// How right a memory is under many conditions.
struct MemoryStudyCommand: Command {
  enum Kind: String, CaseIterable, OptionValue { case spacing, capacity, loss, jitter, dead }

  static var configuration: CommandConfiguration {
    CommandConfiguration(
      "study", abstract: "Measures how often recalls of random memories are right, with 95 % intervals.",
      discussion:
        "For each condition and seed, every cue learns random content, then every cue and every content bit is asked, and the answers are compared with an ideal memory. Conditions are distances between operations, numbers of memories, or chances of lost spikes, of input out of step, and of dead neurons.",
      examples: [
        .init("neuropil memory study --of spacing --cues 5 --contents 10 --seeds 4", "How far apart?"),
        .init(
          "neuropil memory study --of loss --values 0,0.01,0.1 --cues 8 --contents 8 --seeds 4 --json",
          "Lost spikes."),
        .init(
          "neuropil memory study --of capacity --cues 32 --contents 16 --values 8,16,32 --seeds 2",
          "How many memories?"),
      ])
  }
  @Option("What is varied.") var of = Kind.spacing
  @Option("The values; usual ones unless given.") var values: [Double] = []
  @Option("Share of the bits that a content holds.") var density = 0.4
  @Option("Random memories for each value.") var seeds = 10
  @Option("Steps between operations, when spacing is not what is varied.") var spacing = 40
  @Flag("Replaces every memory before it is asked.") var overwrites
  @Option("Folder for the study's files.", placeholder: "DIR", completion: .folder) var out: String?
  @OptionGroup var memory: MemoryGroup
  @OptionGroup var chance: ChanceOptions
  @OptionGroup var common: CommonOptions

  private struct Result: Encodable {
    var of: String
    var results: [StudyResult]
  }

  func run() throws {
    Interruption.install()
    let (cues, contents) = try memory.size()
    let study = try MemoryStudy(
      cues: cues, contents: contents, density: density, overwrites: overwrites, seeds: seeds,
      seed: chance.seed, threads: chance.threadCount(), configuration: memory.configuration,
      options: memory.options)
    var folder = try beginRun(out, seed: chance.seed, quiet: common.quiet)
    if out != nil { _ = try PlotlyScript.find() }
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
      case .spacing: try study.spacing(whole([6, 7, 8, 9, 10, 12, 14]), progress: progress)
      case .capacity:
        try study.capacity(whole([max(1, cues / 2), cues]), spacing: spacing, progress: progress)
      case .loss: try study.disturbances(shares.map { .init(loss: $0) }, spacing: spacing, progress: progress)
      case .jitter:
        try study.disturbances(shares.map { .init(jitter: $0) }, spacing: spacing, progress: progress)
      case .dead: try study.disturbances(shares.map { .init(dead: $0) }, spacing: spacing, progress: progress)
      }
    if folder != nil { try write(results, to: &folder!) }
    if common.json { return print(JSONText.encode(Result(of: of.rawValue, results: results))) }
    func text(_ score: StudyResult.Score) -> String {
      guard let share = score.share else { return "-" }
      return "\(tenths(share)) % (\(tenths(score.low)) to \(tenths(score.high)))"
    }
    showTable(
      [of.rawValue, "right by cue", "right by content"],
      results.map { [decimals($0.value), text($0.byCue), text($0.byContent)] })
  }

  private func tenths(_ share: Double) -> String { "\((share * 1000).rounded() / 10)" }

  private func write(_ results: [StudyResult], to run: inout Run) throws {
    try run.write(Result(of: of.rawValue, results: results), to: "metrics.json")
    func line(_ name: String, _ score: KeyPath<StudyResult, StudyResult.Score>) -> Mark {
      let shown = results.filter { $0[keyPath: score].share != nil }
      return Mark(
        name,
        .line(
          x: shown.map(\.value), y: shown.map { $0[keyPath: score].share! * 100 },
          low: shown.map { $0[keyPath: score].low * 100 }, high: shown.map { $0[keyPath: score].high * 100 }))
    }
    let figure = Figure(
      id: "memory-study", title: "Right recalls by \(of.rawValue)",
      caption: "Bands are 95 % intervals over all recalls.",
      x: Axis(of.rawValue), y: Axis("right recalls (%)", range: 0...102),
      marks: [line("by cue", \.byCue), line("by content", \.byContent)])
    try run.write(
      Report(
        title: "A study of a hippocampal memory", introduction: "\(seeds) random memories for each value.",
        sections: [Report.Section("Result", [.figure(figure)])]))
    try run.finish()
  }
}
