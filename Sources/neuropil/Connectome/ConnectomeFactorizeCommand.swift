import ArgumentParsing
import DynamicConnectomes
import Foundation
import Laboratory
import NeuralData
import Synchronization

/// The decomposition alone, or a comparison of numbers of components.
struct ConnectomeFactorizeCommand: Command {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      "factorize",
      abstract: "Decomposes the affinities into components: when, in which animals, which pairs.",
      discussion:
        "With --ranks it compares numbers of components by error, similarity of restarts, explained variance, hidden entries and core consistency, and says what each rule chooses. With --out it writes factors.npz (time, animal, pair, weights), factors.json and, for --ranks, ranks.json; --resume goes on with finished restarts.",
      examples: [
        .init(
          "neuropil connectome simulate --out /tmp/neuropil-worms && neuropil connectome factorize --traces /tmp/neuropil-worms/traces.csv --components 3 --out /tmp/neuropil-factors",
          "Three components."),
        .init(
          "neuropil connectome simulate --duration 60 --out /tmp/neuropil-worms2 && neuropil connectome factorize --traces /tmp/neuropil-worms2/traces.csv --ranks 1-5 --restarts 3",
          "How many there are, by five rules."),
      ])
  }
  @Option("Recordings.", valueName: "FILE", completion: .file) var traces: String
  @Option("Compares numbers of components, such as 1-8 or 2,4,6.", valueName: "LIST") var ranks: String?
  @Option("Times that entries are hidden and predicted, for --ranks.") var folds = 3
  @Option("Folder for the results.", valueName: "DIR", completion: .folder) var out: String?
  @Flag("Goes on with the finished parts in --out.") var resume
  @OptionGroup var recordings: TraceOptions
  @OptionGroup var affinity: AffinityOptions
  @OptionGroup var factors: FactorOptions
  @OptionGroup var chance: ChanceOptions
  @OptionGroup var common: CommonOptions

  func validate() throws {
    if resume && out == nil { throw UsageError("--resume needs --out, the folder of the run to go on with") }
    if let ranks, Self.list(ranks) == nil {
      throw UsageError("--ranks is '\(ranks)', but must be numbers such as 1-8 or 2,4,6")
    }
  }

  /// The numbers of a list such as 1-4,8.
  static func list(_ text: String) -> [Int]? {
    var numbers = Set<Int>()
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
      guard ends.count <= 2, let low = ends[0], let high = ends[ends.count - 1], low >= 1, low <= high,
        high <= 1024
      else { return nil }
      numbers.formUnion(low...high)
    }
    return numbers.isEmpty ? nil : numbers.sorted()
  }

  func run() throws {
    Interruption.install()
    let threads = try chance.threadCount()
    let set = try recordings.read(traces)
    let tensor = try AffinityTensor(
      set, affinity: affinity.affinity, threads: threads, memoryLimit: affinity.bytes())
    for text in tensor.warnings { Terminal.warn(text, quiet: common.quiet) }
    var configuration = settings(of: self)
    for name in ["out", "resume", "threads", "json", "quiet"] { configuration[name] = nil }
    // Other contents under the same name are another run.
    configuration["digest of the traces"] = try? SHA256.hexadecimal(ofFile: traces)
    let fit = factors.fit(seed: chance.seed)
    try fit.validate(
      times: tensor.tensor.times, animals: tensor.animals.count, pairs: tensor.pairs.count)
    let begun = try beginRun(
      out, parts: configuration, seed: chance.seed, resuming: resume, quiet: common.quiet)
    var run = begun.run
    run?.noteInput(traces)
    if let ranks, let list = Self.list(ranks) {
      try compare(list, fit, tensor, &run, begun.ledger, threads)
    } else {
      try decompose(fit, tensor, &run, begun.ledger, threads)
    }
  }

  private func decompose(
    _ fit: CPFit, _ tensor: AffinityTensor, _ run: inout Run?, _ ledger: Ledger, _ threads: Int
  ) throws {
    let progress = Progress(isQuiet: common.quiet)
    progress.begin("\(factors.restarts) starts", total: Double(factors.restarts * fit.sweeps))
    defer { progress.finish() }
    let ensemble = try CPEnsemble(
      tensor.tensor, fit: fit, restarts: factors.restarts, threads: threads, ledger: ledger,
      report: { _, _, error in
        progress.advance(by: 1, status: String(format: "error %.4f", error))
        try Interruption.check()
      })
    progress.finish()
    struct Result: Encodable {
      var relativeError: Double
      var errors: [Double]
      var similarities: [Double]
      var weights: [Double]
      var sweeps: Int
      var converged: Bool
    }
    let best = ensemble.best
    let result = Result(
      relativeError: best.relativeError, errors: ensemble.fits.map(\.relativeError),
      similarities: ensemble.similarities, weights: best.weights, sweeps: best.errors.count,
      converged: best.converged)
    if run != nil {
      try NPZ.write(best.arrays, to: run!.path("factors.npz"))
      try run!.write(best, to: "factors.json")
      try run!.write(result, to: "metrics.json")
      try run!.finish()
    }
    show(
      result, json: common.json,
      [
        ("relative error", String(format: "%.6f", result.relativeError)),
        ("of all starts", result.errors.map { String(format: "%.6f", $0) }.joined(separator: " ")),
        (
          "similarity to the best",
          result.similarities.map { String(format: "%.3f", $0) }.joined(separator: " ")
        ),
        ("weights", result.weights.map { String(format: "%.3f", $0) }.joined(separator: " ")),
        ("sweeps", "\(result.sweeps)" + (result.converged ? "" : ", not converged")),
      ])
  }

  private func compare(
    _ list: [Int], _ fit: CPFit, _ tensor: AffinityTensor, _ run: inout Run?, _ ledger: Ledger, _ threads: Int
  ) throws {
    var plan = RankSelection.Plan(ranks: list)
    plan.restarts = factors.restarts
    plan.folds = folds
    plan.fit = fit
    try plan.validate(
      times: tensor.tensor.times, animals: tensor.animals.count, pairs: tensor.pairs.count)
    let progress = Progress(isQuiet: common.quiet)
    progress.begin("\(list.count) numbers of components", total: Double(list.count))
    defer { progress.finish() }
    let rows = try list.map { rank in
      let row = try ledger.measure("connectome/rank \(rank)") {
        try RankSelection.row(tensor.tensor, rank: rank, plan: plan, threads: threads) { _, _, _ in
          try Interruption.check()
        }
      }
      progress.advance(by: 1, status: "rank \(rank)")
      return row
    }
    progress.finish()
    let selection = RankSelection(rows, rules: plan.rules)
    if run != nil {
      try run!.write(selection, to: "ranks.json")
      try run!.write(selection.choices, to: "metrics.json")
      try run!.finish()
    }
    if common.json { return print(JSONText.encode(selection)) }
    func text(_ value: Double) -> String { value.isFinite ? String(format: "%.4f", value) : "none" }
    showTable(
      ["components", "error", "similarity", "explained", "hidden error", "core consistency"],
      rows.map {
        [
          "\($0.rank)", text($0.errors.first ?? .nan), text($0.similarity), text($0.explainedVariance),
          text(
            $0.heldOutErrors.isEmpty ? .nan : $0.heldOutErrors.reduce(0, +) / Double($0.heldOutErrors.count)),
          $0.coreConsistency.isFinite ? String(format: "%.0f %%", $0.coreConsistency) : "none",
        ]
      })
    print(
      "chosen: "
        + selection.choices.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
    )
  }
}
