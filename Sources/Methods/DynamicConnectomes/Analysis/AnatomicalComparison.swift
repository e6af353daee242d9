import Foundation
import NeuralData
import Probability

/// A component beside an anatomical connectome of neurons with the same names, or of the left and right neurons of a class.
public struct AnatomicalComparison: Sendable, Hashable, Codable {
  /// Neurons that both have.
  public let shared: Int
  /// Pairs of shared neurons that anatomy joins.
  public let joined: Int
  /// For each component, the chance that a joined pair has a larger loading than one that is not.
  public let areas: [Double]
  /// For each component, joined pairs within communities over what random labels of the same sizes give in the mean; `nil` where
  /// a component has one community.
  public let enrichment: [Double?]
  /// The share of random labellings with as many joined pairs within: (1 + exceeding) / (1 + drawn).
  public let enrichmentP: [Double?]

  /// Compares components with anatomy.
  ///
  /// - Parameters:
  ///   - analysis: the components.
  ///   - fit: their loadings.
  ///   - anatomy: who is joined to whom, direction and weight aside.
  ///   - draws: random labellings.
  ///   - seed: of the labellings.
  /// - Throws: ``ConnectomeError`` when fewer than three neurons are shared, or none or all pairs are joined.
  public init(
    _ analysis: ConnectomeAnalysis, _ fit: NonnegativeCP, anatomy: WeightedGraph, draws: Int = 1000,
    seed: UInt64 = 1
  ) throws(ConnectomeError) {
    let places = Dictionary(
      anatomy.names.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    var links = Set<[Int]>()
    for edge in anatomy.edges where edge.weight != 0 && edge.i != edge.j {
      links.insert([min(edge.i, edge.j), max(edge.i, edge.j)])
    }
    // A class without a side stands for its left and right neurons.
    let cells = analysis.neurons.map { name in
      places[name].map { [$0] } ?? ["L", "R"].compactMap { places[name + $0] }
    }
    let own = cells.indices.filter { !cells[$0].isEmpty }
    guard own.count >= 3 else {
      throw .tooFew(what: "neurons that traces and anatomy both name", have: own.count, need: 3)
    }
    var pairs: [(place: Int, i: Int, j: Int)] = []
    var isJoined: [Bool] = []
    for (place, pair) in NeuronPairs(neurons: analysis.neurons.count).all.enumerated() {
      let (first, second) = (cells[pair.0], cells[pair.1])
      if first.isEmpty || second.isEmpty { continue }
      pairs.append((place, pair.0, pair.1))
      isJoined.append(
        first.contains { a in second.contains { b in links.contains([min(a, b), max(a, b)]) } })
    }
    let count = isJoined.count { $0 }
    guard count > 0, count < pairs.count else {
      throw .badGraph(
        problem: "anatomy joins \(count) of \(pairs.count) pairs of shared neurons; nothing can be compared")
    }
    shared = own.count
    joined = count
    areas = (0..<fit.rank).map { r in
      let loadings = fit.pairLoadings(of: r)
      return ConnectomeScore.area(pairs.map { loadings[$0.place] }, positive: isJoined)
    }
    let linked = zip(pairs, isJoined).filter(\.1).map(\.0)
    var enrichment: [Double?] = []
    var chances: [Double?] = []
    for (r, motif) in analysis.motifs.enumerated() {
      guard let labels = motif.communities?.levels.first, Set(own.map { labels[$0] }).count > 1 else {
        enrichment.append(nil)
        chances.append(nil)
        continue
      }
      func within(_ labels: [Int]) -> Int { linked.count { labels[$0.i] == labels[$0.j] } }
      let observed = within(labels)
      var stream = RandomStream(seed: seed, "anatomy", r)
      var (sum, exceeding) = (0.0, 0)
      for _ in 0..<max(1, draws) {
        var values = own.map { labels[$0] }
        stream.shuffle(&values)
        var shuffled = labels
        for (place, value) in zip(own, values) { shuffled[place] = value }
        let drawn = within(shuffled)
        sum += Double(drawn)
        if drawn >= observed { exceeding += 1 }
      }
      enrichment.append(sum > 0 ? Double(observed) / (sum / Double(max(1, draws))) : nil)
      chances.append(Double(1 + exceeding) / Double(1 + max(1, draws)))
    }
    self.enrichment = enrichment
    enrichmentP = chances
  }
}
