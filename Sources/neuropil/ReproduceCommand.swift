import ActivePruning
import ArgumentParsing
import Biclustering
import Dendrites
import DynamicConnectomes
import ExpressiveNeurons
import HippocampalMemory
import Homeostasis
import Laboratory
import PlaceRecognition
import Tensors

extension Laboratory.Scale: OptionValue {}

/// Measures the papers' claims.
struct ReproduceCommand: Command {
  private static let methods: [any Reproduction.Type] = [
    BiclusteringReproduction.self, DynamicConnectomesReproduction.self, DendritesReproduction.self,
    ELMReproduction.self,
    HomeostasisReproduction.self, HippocampalMemoryReproduction.self,
    PlaceRecognitionReproduction.self, ActivePruningReproduction.self,
  ]

  static var configuration: CommandConfiguration {
    CommandConfiguration(
      "reproduce", abstract: "Measures the claims of the papers and shows them beside the papers' figures.",
      discussion:
        "Without a method it measures all: \(methods.map { $0.method }.joined(separator: ", ")). With --out it writes claims.json, report.html and figures/*.svg, and can go on with --resume after Ctrl-C or a crash.",
      examples: [
        .init(
          "neuropil reproduce dendrites --scale smoke --out /tmp/neuropil-demo", "One method, in seconds.")
      ])
  }
  @Argument("Methods to measure.") var method: [String] = []
  @Option(
    "How large: smoke takes seconds and shows that all runs, quick about a minute a method, long more than quick, paper the paper's sizes."
  ) var scale = Laboratory.Scale.quick
  @Option("Folder for claims.json and report.html.", valueName: "DIR", completion: .folder) var out: String?
  @Flag("Goes on with the finished measurements in --out.") var resume
  @OptionGroup var chance: ChanceOptions
  @OptionGroup var device: DeviceOptions
  @OptionGroup var common: CommonOptions

  func validate() throws {
    if resume && out == nil { throw UsageError("--resume needs --out, the folder of the run to go on with") }
  }

  func run() throws {
    for name in method where !Self.methods.contains(where: { $0.method == name }) {
      let names = Self.methods.map { $0.method }
      let hint =
        nearest(to: name, among: names).map { "did you mean '\($0)'?" }
        ?? "expected \(names.joined(separator: " or "))"
      throw UsageError("unknown method '\(name)'; \(hint)", command: "neuropil reproduce")
    }
    Interruption.install()
    var parts = ["scale": scale.rawValue, "seed": "\(chance.seed)", "version": neuropilVersion]
    // Without LibTorch everything that needs no tensors runs on the processor.
    if device.device != Device.cpu.description { parts["device"] = try device.chosen().description }
    let begun = try beginRun(
      out, parts: parts, seed: chance.seed, resuming: resume, quiet: common.quiet)
    var run = begun.run
    let context = ReproductionContext(
      scale: scale, seed: chance.seed, threads: try chance.threadCount(),
      progress: Progress(isQuiet: common.quiet), ledger: begun.ledger, device: device.device)
    var page = ReproductionPage(scale: scale, seed: chance.seed)
    for reproduction in Self.methods where method.isEmpty || method.contains(reproduction.method) {
      let outcome = try outcome(of: reproduction, in: context)
      page.add(outcome, of: reproduction)
      if !common.json { page.printLast() }
    }
    if common.json { print(JSONText.encode(["claims": page.results])) }
    guard run != nil else { return }
    try run!.write(["claims": page.results], to: "claims.json")
    try run!.write(page.metrics, to: "metrics.json")
    try page.writeFigures(to: run!)
    try run!.writeReport(page.report, quiet: common.quiet)
    try run!.finish()
  }

  /// The noted outcome of an earlier part of this run, or else a measured one; what lacked data is measured again.
  private func outcome(of reproduction: any Reproduction.Type, in context: ReproductionContext) throws
    -> ReproductionOutcome
  {
    let key = "\(reproduction.method)/outcome"
    if let known = context.ledger.recall(key, as: ReproductionOutcome.self) { return known }
    let outcome = try reproduction.measure(in: context)
    if !outcome.results.contains(where: { $0.verdict == .needsData }) {
      try context.ledger.note(outcome, for: key)
    }
    return outcome
  }
}
