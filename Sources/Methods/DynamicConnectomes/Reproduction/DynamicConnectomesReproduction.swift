import Foundation
import Laboratory

/// The claims of Dyballa and others (2024) that need no private recordings, measured on networks and recordings of our own.
public enum DynamicConnectomesReproduction: Reproduction {
  /// `connectome`
  public static let method = "connectome"
  /// The paper.
  public static let paper =
    "Dyballa, Lang, Haslund-Gourley, Yemini and Zucker, Learning dynamic representations of the functional connectome in neurobiological networks, ICLR 2024"

  static let wins = Claim(
    id: "connectome.benchmark-wins", source: "Table 1",
    statement: "the nested block model has the best NMI in most of nine kinds of networks",
    published: "best in 6 or 7 of 9",
    method: "Kinds in which its best level beats Louvain and Leiden, share of those measured",
    agreement: 0.6...1)
  static let range = Claim(
    id: "connectome.benchmark-range", source: "Table 1",
    statement: "its mean NMI lies between 0.28 and 0.65 for all kinds", published: "0.28 to 0.65",
    method: "Least and largest mean NMI of the best level, within 0.05 of that range")
  static let lowWeightMixing = Claim(
    id: "connectome.benchmark-network-8", source: "Table 1, network 8",
    statement: "where weights mix little, modularity finds the communities and the block model half of them",
    published: "1.0 for three others, 0.51",
    method: "NMI of Louvain at least 0.9 and above that of the block model's best level")
  static let completion = Claim(
    id: "connectome.completion", source: "Section 2", statement: "missing affinities can be completed",
    published: "not shown",
    method: "Relative error on hidden time courses over that on shown ones, at the planted rank",
    agreement: 0...1.25)
  static let motifs = Claim(
    id: "connectome.motifs", source: "Fig 3",
    statement: "components pick out which neurons act together, when and in which animals",
    published: "components at NaCl and pentanedione",
    method:
      "Planted motifs: every component has 0.9 of its energy in its stretch, and its pairs are told apart with an area of 0.9"
  )
  static let antiphase = Claim(
    id: "connectome.opposite", source: "Section 3",
    statement: "neurons that change in opposite directions count as interacting",
    published: "absolute derivatives",
    method: "Median loading of planted opposite pairs over that of planted equal pairs", agreement: 0.5...2)
  static let scale = Claim(
    id: "connectome.scale", source: "Section 3",
    statement: "communities do not depend on the unit of the affinities",
    published: "assumed; the program that was used counts a prior twice",
    method:
      "Largest difference between partitions' changes of description length when weights grow 1000-fold, in nats",
    agreement: 0...1e-6)
  static let worms = Claim(
    id: "connectome.worms", source: "Figs 3 to 5",
    statement: "in C. elegans, components follow NaCl and 2,3-pentanedione and place AWB with ASE at NaCl",
    published: "Figs 3 to 5", method: "'neuropil connectome run --traces Head_Activity_OH16230.mat'")

  /// Measures every claim but that on the worms, whose recordings do not ship.
  public static func measure(in context: ReproductionContext) throws -> ReproductionOutcome {
    let networks = try BenchmarkExperiment.run(in: context)
    let recordings = try MotifExperiment.run(in: context)
    let results =
      [
        networks.wins, networks.range, networks.lowWeightMixing, networks.scale, recordings.motifs,
        recordings.antiphase, recordings.completion,
        ClaimResult(
          worms,
          Measurement(
            nil, text: "not measured",
            note:
              "The recordings do not ship; pass the MATLAB file of Yemini and others (2021) to 'neuropil connectome run'."
          )),
      ]
    return ReproductionOutcome(
      results: results, figures: networks.figures + recordings.figures,
      notes: [
        "Networks come from a generator of our own of the same kinds, so that single figures differ from the paper's.",
        "The best level of a hierarchy is chosen by the planted partition, as in the paper; the finest level needs no such help.",
      ])
  }
}
