import Foundation

/// The description length of a graph and a nested partition, in nats, term by term.
public struct DescriptionLength: Sendable, Hashable, Codable {
  /// The multigraph given the numbers of edges between groups, and degrees where they are parameters.
  public var adjacency = 0.0
  /// The degrees given the partition; 0 without degree correction.
  public var degrees = 0.0
  /// The lowest level's partition.
  public var partition = 0.0
  /// The weights given their sums between groups.
  public var weights = 0.0
  /// The numbers of edges between groups: partitions and counts of all levels above.
  public var edges = 0.0
  /// The sums of weights between groups, level by level.
  public var weightHyperprior = 0.0

  /// The sum.
  public var total: Double { adjacency + degrees + partition + weights + edges + weightHyperprior }

  /// Counts a flat partition: the numbers of edges have a uniform prior, the sums of weights one exponential law.
  public static func flat(
    _ graph: WeightedGraph, _ partition: [Int], model: BlockModel,
    convention: BlockModel.Convention = .exact
  ) -> DescriptionLength {
    var counter = Counter(graph, model, convention)
    counter.addLowest(partition)
    counter.addTop()
    return counter.length
  }

  /// Counts a nested partition.
  ///
  /// - Parameter levels: a label for every node, then for every group of the level below; labels count from 0 without gaps.
  ///   Above the last level stands its flat prior, which is 0 when the last level has one group.
  public static func nested(
    _ graph: WeightedGraph, _ levels: [[Int]], model: BlockModel, convention: BlockModel.Convention = .exact
  ) -> DescriptionLength {
    nested(graph, levels, model: model, convention: convention, numbers: nil)
  }

  /// The same with tables that are there already, which take far longer to make than to use.
  static func nested(
    _ graph: WeightedGraph, _ levels: [[Int]], model: BlockModel, convention: BlockModel.Convention = .exact,
    numbers: PartitionNumbers?
  ) -> DescriptionLength {
    precondition(!levels.isEmpty, "DescriptionLength: there must be a level")
    var counter = Counter(graph, model, convention, numbers)
    counter.addLowest(levels[0])
    if convention == .graphTool245 { counter.addHyperprior() }
    for level in levels.dropFirst() { counter.addUpper(level) }
    counter.addTop()
    return counter.length
  }

  /// Sums between groups while levels are counted.
  private struct Counter {
    let graph: WeightedGraph
    let model: BlockModel
    let law: WeightLaw
    let numbers: PartitionNumbers
    var length = DescriptionLength()
    var groups = 0
    var pairs: [Pair: Sums] = [:]

    struct Pair: Hashable {
      var r: Int
      var s: Int
      init(_ a: Int, _ b: Int) { (r, s) = a < b ? (a, b) : (b, a) }
    }
    struct Sums {
      var edges = 0
      /// How many weights of the level below there are: edges at the lowest level, occupied pairs above.
      var count = 0
      var weight = 0.0
      var squares = 0.0
    }

    init(
      _ graph: WeightedGraph, _ model: BlockModel, _ convention: BlockModel.Convention,
      _ numbers: PartitionNumbers? = nil
    ) {
      self.graph = graph
      self.model = model
      law = WeightLaw(model.weights, graph)
      self.numbers =
        numbers
        ?? PartitionNumbers(
          sum: 2 * graph.edges.count, parts: model.degreeCorrected ? graph.nodes : 0,
          isClipped: convention == .exact)
    }

    mutating func addLowest(_ labels: [Int]) {
      precondition(labels.count == graph.nodes, "DescriptionLength: every node needs a label")
      let degrees = graph.degrees
      var multiplicities: [Pair: Int] = [:]
      for edge in graph.edges {
        multiplicities[Pair(edge.i, edge.j), default: 0] += 1
        let pair = Pair(labels[edge.i], labels[edge.j])
        pairs[pair, default: Sums()].edges += 1
        pairs[pair]!.count += 1
        pairs[pair]!.weight += edge.weight
        pairs[pair]!.squares += edge.weight * edge.weight
      }
      let sizes = Counter.sizes(labels)
      groups = sizes.count
      var ends = [Int](repeating: 0, count: groups)
      var histograms = [[Int: Int]](repeating: [:], count: groups)
      for (node, label) in labels.enumerated() {
        ends[label] += degrees[node]
        histograms[label][degrees[node], default: 0] += 1
      }
      for (pair, sums) in ordered {
        length.adjacency -= numbers.logFactorial(sums.edges)
        if pair.r == pair.s { length.adjacency -= Double(sums.edges) * log(2) }
        length.weights += law.term(sums.count, sums.weight, sums.squares, numbers)
      }
      for (pair, count) in multiplicities.sorted(by: { ($0.key.r, $0.key.s) < ($1.key.r, $1.key.s) }) {
        length.adjacency += numbers.logFactorial(count)
        if pair.r == pair.s { length.adjacency += Double(count) * log(2) }
      }
      if model.degreeCorrected {
        for degree in degrees { length.adjacency -= numbers.logFactorial(degree) }
        for group in 0..<groups {
          length.adjacency += numbers.logFactorial(ends[group])
          length.degrees +=
            numbers.logPartitions(ends[group], sizes[group]) + numbers.logFactorial(sizes[group])
          for (_, count) in histograms[group].sorted(by: { $0.key < $1.key }) {
            length.degrees -= numbers.logFactorial(count)
          }
        }
      } else {
        for group in 0..<groups where ends[group] > 0 {
          length.adjacency += Double(ends[group]) * log(Double(sizes[group]))
        }
      }
      length.partition += partitionTerm(sizes)
    }

    mutating func addUpper(_ labels: [Int]) {
      precondition(labels.count == groups, "DescriptionLength: every group of the level below needs a label")
      let sizes = Counter.sizes(labels)
      var above: [Pair: Sums] = [:]
      for (pair, sums) in ordered where sums.edges > 0 {
        let parent = Pair(labels[pair.r], labels[pair.s])
        above[parent, default: Sums()].edges += sums.edges
        above[parent]!.count += 1
        above[parent]!.weight += sums.weight
      }
      pairs = above
      groups = sizes.count
      for (pair, sums) in ordered {
        let places =
          pair.r == pair.s ? sizes[pair.r] * (sizes[pair.r] + 1) / 2 : sizes[pair.r] * sizes[pair.s]
        length.edges += numbers.logMultiset(places, sums.edges)
        if model.weights == .exponential {
          length.weightHyperprior += law.exponential(sums.count, sums.weight, numbers)
        }
      }
      length.edges += partitionTerm(sizes)
    }

    mutating func addTop() {
      length.edges += numbers.logBinomial(
        groups * (groups + 1) / 2 + graph.edges.count - 1, graph.edges.count)
      addHyperprior()
    }

    mutating func addHyperprior() {
      guard model.weights == .exponential else { return }
      length.weightHyperprior += law.exponential(
        pairs.count, ordered.reduce(0) { $0 + $1.value.weight }, numbers)
    }

    /// In a fixed order, so that sums do not depend on hashing.
    private var ordered: [(key: Pair, value: Sums)] {
      pairs.sorted { ($0.key.r, $0.key.s) < ($1.key.r, $1.key.s) }
    }

    private func partitionTerm(_ sizes: [Int]) -> Double {
      let items = sizes.reduce(0, +)
      return numbers.logBinomial(items - 1, sizes.count - 1) + numbers.logFactorial(items)
        - sizes.reduce(0) { $0 + numbers.logFactorial($1) } + log(Double(items))
    }

    private static func sizes(_ labels: [Int]) -> [Int] {
      var sizes = [Int](repeating: 0, count: (labels.max() ?? -1) + 1)
      for label in labels { sizes[label] += 1 }
      precondition(!sizes.contains(0), "DescriptionLength: labels must count from 0 without gaps")
      return sizes
    }
  }
}
