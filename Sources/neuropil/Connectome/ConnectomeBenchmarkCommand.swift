import ArgumentParsing
import DynamicConnectomes
import Foundation
import Laboratory
import NeuralData
import Parallel

/// The paper's benchmark of community detection.
struct ConnectomeBenchmarkCommand: Command {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      "benchmark",
      abstract: "Scores communities on networks with planted ones, beside Louvain, Leiden and surprise.",
      discussion:
        "Networks are of the nine kinds of the paper's Table 1, by a generator of our own. NMI compares a partition with the planted one, 1 when equal. Surprise is the asymptotic one of Traag, Aldecoa and Delvenne (2015), by weights. The paper's figure for the block model is that of its best level, which no one knows without the truth. Networks with one community are made again.",
      examples: [
        .init("neuropil connectome benchmark --kind 4,9 --networks 2", "Two kinds of networks."),
        .init(
          "neuropil connectome benchmark --kind 7 --networks 1 --out /tmp/neuropil-lfr --json",
          "One network, written as a table of edges."),
      ])
  }
  @Option("Kinds of networks, 1 to 9, such as 1-9 or 4,9.", valueName: "LIST") var kind = "1-9"
  @Option("Networks of each kind.") var networks = 10
  @Flag("Counts every edge twice, as the published notebook does.") var doubled
  @Option("Folder for networks, labels and scores.", valueName: "DIR", completion: .folder) var out: String?
  @Flag("Goes on with the finished networks in --out.") var resume
  @OptionGroup var communities: CommunityOptions
  @OptionGroup var chance: ChanceOptions
  @OptionGroup var common: CommonOptions

  func validate() throws {
    if resume && out == nil { throw UsageError("--resume needs --out, the folder of the run to go on with") }
    guard let kinds = ConnectomeFactorizeCommand.list(kind), kinds.allSatisfy({ (1...9).contains($0) }) else {
      throw UsageError("--kind is '\(kind)', but must be numbers from 1 to 9 such as 1-9 or 4,9")
    }
    guard (1...1000).contains(networks) else {
      throw UsageError("--networks is \(networks), but must be 1 to 1000")
    }
  }

  func run() throws {
    Interruption.install()
    let kinds = ConnectomeFactorizeCommand.list(kind) ?? []
    let threads = try chance.threadCount()
    var configuration = settings(of: self)
    for name in ["out", "resume", "threads", "json", "quiet"] { configuration[name] = nil }
    let begun = try beginRun(
      out, parts: configuration, seed: chance.seed, resuming: resume, quiet: common.quiet)
    var run = begun.run
    let progress = Progress(isQuiet: common.quiet)
    progress.begin("\(kinds.count * networks) networks", total: Double(kinds.count * networks))
    defer { progress.finish() }
    let fit = communities.fit(seed: chance.seed)
    let folder = run?.folder
    let (networks, seed, doubled) = (self.networks, chance.seed, self.doubled)
    let scores = try parallelMap(count: kinds.count * networks, threads: threads) { part in
      let (kind, number) = (kinds[part / networks], part % networks + 1)
      let score = try begun.ledger.measure("connectome/network \(kind)-\(number)") {
        let network = try CommunityBenchmark.network(kind: kind, number: number, seed: seed)
        if let folder {
          let path = (folder as NSString).appendingPathComponent("network-\(kind)-\(number)")
          try AtomicFile.write(network.graph.encoded(), to: path + ".csv")
          try AtomicFile.write(network.labels.map { "\($0)\n" }.joined(), to: path + "-labels.csv")
        }
        return try CommunityBenchmark.score(
          network, kind: kind, number: number, fit: fit, doubled: doubled, seed: seed
        ) { try Interruption.check() }
      }
      progress.advance(by: 1)
      return score
    }
    progress.finish()
    let table = CommunityBenchmark(scores)
    if run != nil {
      try run!.write(table, to: "scores.json")
      try run!.write(table.means, to: "metrics.json")
      try run!.finish()
    }
    if common.json { return print(JSONText.encode(table)) }
    showTable(
      [
        "network", "block model, level 0", "best level", "Louvain", "Leiden", "surprise", "groups", "planted",
      ],
      table.means.map { mean in
        ["\(mean.kind)"]
          + [mean.lowestLevel, mean.bestLevel, mean.louvain, mean.leiden, mean.surprise].map {
            String(format: "%.3f", $0)
          }
          + [String(format: "%.1f", mean.groups), String(format: "%.1f", mean.planted)]
      })
  }
}
