import ArgumentParsing
import DynamicConnectomes
import Foundation
import Laboratory
import NeuralData

/// Communities of a graph.
struct ConnectomeCommunitiesCommand: Command {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      "communities", abstract: "Finds a graph's hierarchy of communities by the shortest description.",
      discussion:
        "Edges stand in a table 'i,j,weight', header optional, nodes numbered from 0 or named. 'levels' of the JSON holds, finest first, a label for every node. Scaling all weights changes nothing. With --samples it also draws partitions from their posterior and says how often nodes share a community.",
      examples: [
        .init(
          "neuropil connectome benchmark --kind 9 --networks 1 --out /tmp/neuropil-lfr && neuropil connectome communities --graph /tmp/neuropil-lfr/network-9-1.csv --json",
          "A benchmark network."),
        .init(
          "printf 'i,j,weight\\na,b,1\\nb,c,2\\na,c,1.5\\nd,e,4\\ne,f,3\\nd,f,5\\nc,d,0.25\\n' > /tmp/neuropil-edges.csv && neuropil connectome communities --graph /tmp/neuropil-edges.csv --samples 200",
          "Two triangles, with the posterior."),
      ])
  }
  @Option("Edges, a table 'i,j,weight'.", valueName: "FILE", completion: .file) var graph: String
  @Option("Sweeps that draw partitions from their posterior, after 100 that do not count.") var samples = 0
  @Option("Chains of draws.") var chains = 2
  @Option("Folder for communities.json and posterior.npz.", valueName: "DIR", completion: .folder) var out:
    String?
  @OptionGroup var communities: CommunityOptions
  @OptionGroup var chance: ChanceOptions
  @OptionGroup var common: CommonOptions

  private struct Result: Encodable {
    var levels: [[Int]]
    var groups: [Int]
    var names: [String]
    var descriptionLength: Double
    var terms: DescriptionLength
    var degreeCorrected: Bool
    var weights: BlockModel.Weights
    var variants: [CommunityHierarchy]
    var posterior: Posterior?
  }
  private struct Posterior: Encodable {
    var draws: Int
    var groups: [String: Double]
    var consensus: [Int]
    var rHat: Double?
  }

  func run() throws {
    Interruption.install()
    let threads = try chance.threadCount()
    let edges = try WeightedGraph.read(graph)
    let outcome = try communities.fit(seed: chance.seed).run(edges, threads: threads) {
      try Interruption.check()
    }
    let best = outcome.best
    let posterior =
      samples > 0
      ? try PartitionPosterior(
        edges, from: best, chains: chains, sweeps: samples, seed: chance.seed, threads: threads
      ) { try Interruption.check() } : nil
    let result = Result(
      levels: best.levels, groups: best.groups, names: edges.names,
      descriptionLength: best.descriptionLength, terms: best.terms, degreeCorrected: best.degreeCorrected,
      weights: best.weights, variants: outcome.variants,
      posterior: posterior.map {
        Posterior(draws: $0.draws, groups: $0.groups, consensus: $0.consensus, rHat: $0.rHat)
      })
    if let out {
      var run = try beginRun(out, seed: chance.seed, quiet: common.quiet)!
      run.noteInput(graph)
      try run.write(result, to: "communities.json")
      if let posterior {
        try NPZ.write(
          [
            "comembership": NumericArray(posterior.comembership, shape: [edges.nodes, edges.nodes]),
            "consensus": NumericArray(posterior.consensus),
          ], to: run.path("posterior.npz"))
      }
      try run.write(
        ["descriptionLength": best.descriptionLength, "groups": Double(best.groups.first ?? 0)],
        to: "metrics.json")
      try run.finish()
    }
    if common.json { return print(JSONText.encode(result)) }
    var lines = [
      ("graph", "\(edges.nodes) nodes, \(edges.edges.count) edges"),
      ("groups of each level", best.groups.map { "\($0)" }.joined(separator: ", ")),
      ("description length", String(format: "%.3f nats", best.descriptionLength)),
    ]
    let variants = outcome.variants.map { variant -> String in
      String(
        format: "%@ %.3f", variant.degreeCorrected ? "degree-corrected" : "plain", variant.descriptionLength)
    }
    lines.append(("of the variants", variants.joined(separator: ", ")))
    if let posterior { lines.append(("posterior", text(posterior))) }
    show(result, json: false, lines)
    for group in 0..<min(best.groups.first ?? 0, 20) {
      let members = edges.names.indices.filter { best.levels[0][$0] == group }.map { edges.names[$0] }
      print("  \(group): " + members.prefix(30).joined(separator: " ") + (members.count > 30 ? " …" : ""))
    }
  }

  private func text(_ posterior: PartitionPosterior) -> String {
    let likely = posterior.groups.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(5)
    let groups = likely.map { entry -> String in String(format: "%@: %.2f", entry.key, entry.value) }
    var text = "\(posterior.draws) draws; groups " + groups.joined(separator: "  ")
    if let rHat = posterior.rHat { text += String(format: "; R-hat %.2f", rHat) }
    return text
  }
}
