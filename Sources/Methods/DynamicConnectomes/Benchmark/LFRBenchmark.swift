import Foundation
import Probability

/// Weighted networks with planted communities (Lancichinetti and Fortunato 2009), by a generator of our own.
///
/// Degrees and community sizes follow power laws; each node has a share of its links, and of its strength, outside its
/// community. Internal and external links are drawn as random simple graphs with given degrees, and the weights are the positive
/// numbers nearest, by least squares, to every node's internal and external strength.
///
/// External links need partners outside. Where one community has more of them than all others together, the rest become
/// internal, so that degrees stay and fewer links than asked leave their community: in the paper's fourth kind of network, with
/// a community of more than half of the nodes, about 0.15 of the links instead of 0.25, as in the published generator's networks.
public struct LFRBenchmark: Sendable, Hashable, Codable {
  /// Number of nodes.
  public var nodes = 125
  /// Mean degree.
  public var meanDegree = 25.0
  /// Largest degree.
  public var mostDegree = 100
  /// Exponent of the degrees' law.
  public var degreeExponent = 2.0
  /// Exponent of the communities' sizes' law.
  public var sizeExponent = 1.0
  /// Share of a node's links that leave its community (μ_t).
  public var topologyMixing = 0.5
  /// Share of a node's strength that leaves its community (μ_w).
  public var weightMixing = 0.5
  /// A node of degree k has strength k^β.
  public var strengthExponent = 2.0

  /// Network 3 of the paper's table.
  public init() {}

  /// The nine kinds of networks of the paper's Table 1.
  ///
  /// - Parameter number: 1 to 9.
  public init(published number: Int) {
    precondition((1...9).contains(number), "LFRBenchmark: there are nine kinds of networks")
    strengthExponent = number == 1 ? 0.5 : number == 2 ? 1 : 2
    topologyMixing = number == 4 ? 0.25 : number == 6 ? 0.75 : 0.5
    weightMixing = number == 8 ? 0.25 : number == 9 ? 0.75 : 0.5
    meanDegree = number == 7 ? 10 : 25
  }

  /// A network and its planted partition.
  public struct Network: Sendable {
    /// The graph.
    public let graph: WeightedGraph
    /// The community of each node.
    public let labels: [Int]
    /// The share of links that leave their community, as it came out.
    public let topologyMixing: Double
    /// The share of weight that leaves its community, as it came out.
    public let weightMixing: Double
  }

  /// - Throws: ``ConnectomeError`` for a setting out of range.
  public func validate() throws(ConnectomeError) {
    func require(_ condition: Bool, _ name: String, _ value: String, _ allowed: String)
      throws(ConnectomeError)
    {
      if !condition { throw .outOfRange(name: name, value: value, allowed: allowed) }
    }
    try require((4...100_000).contains(nodes), "nodes", "\(nodes)", "4 to 100000")
    try require(
      mostDegree >= 2 && mostDegree < nodes, "largest degree", "\(mostDegree)", "2 to the nodes less one")
    try require(
      meanDegree >= 1 && meanDegree <= Double(mostDegree), "mean degree", "\(meanDegree)",
      "1 to the largest degree \(mostDegree)")
    for (name, value) in [("topology mixing", topologyMixing), ("weight mixing", weightMixing)] {
      try require(value >= 0 && value < 1, name, "\(value)", "from 0 to below 1")
    }
    for (name, value) in [
      ("degree exponent", degreeExponent), ("size exponent", sizeExponent),
      ("strength exponent", strengthExponent),
    ] {
      try require(value >= 0 && value <= 10, name, "\(value)", "0 to 10")
    }
  }

  /// Makes a network; a seed fixes it.
  ///
  /// - Throws: ``ConnectomeError`` when no communities fit the degrees.
  public func make(seed: UInt64) throws(ConnectomeError) -> Network {
    try validate()
    var stream = RandomStream(seed: seed, "LFR network")
    let degrees = degrees(&stream)
    let inner = degrees.map { degree in
      // Chance decides about fractions, so that the mixing is met in the mean.
      let links = Double(degree) * (1 - topologyMixing)
      return Int(links) + (stream.bernoulli(links - links.rounded(.down)) ? 1 : 0)
    }
    let (labels, sizes) = try communities(inner, &stream)
    let builder = SimpleGraphs(nodes: nodes)
    var pairs: [(Int, Int)] = []
    var internalDegrees = zip(inner, labels).map { min($0, sizes[$1] - 1) }
    keepInside(&internalDegrees, degrees, labels, sizes, &stream)
    for community in sizes.indices {
      let members = (0..<nodes).filter { labels[$0] == community }
      pairs += builder.random(members, &internalDegrees, &stream) { _, _ in true }
    }
    var outer = zip(degrees, internalDegrees).map { max(0, $0 - $1) }
    let external = builder.random(Array(0..<nodes), &outer, &stream) { labels[$0] != labels[$1] }
    let links = pairs + external
    let weights = weights(links, labels)
    let graph = try WeightedGraph(
      nodes: nodes, edges: zip(links, weights).map { .init($0.0, $0.1, weight: $1) })
    let outside = graph.edges.filter { labels[$0.i] != labels[$0.j] }
    return Network(
      graph: graph, labels: labels,
      topologyMixing: Double(outside.count) / Double(max(1, graph.edges.count)),
      weightMixing: outside.reduce(0) { $0 + $1.weight } / graph.edges.reduce(0) { $0 + $1.weight })
  }

  /// Degrees from a power law between a least degree, which gives the wanted mean, and the largest.
  func degrees(_ stream: inout RandomStream) -> [Int] {
    let most = Double(mostDegree)
    func moment(_ low: Double, _ power: Double) -> Double {
      abs(power + 1) < 1e-9 ? log(most / low) : (pow(most, power + 1) - pow(low, power + 1)) / (power + 1)
    }
    var (low, high) = (0.5, most - 1e-9)
    for _ in 0..<200 {
      let middle = (low + high) / 2
      if moment(middle, 1 - degreeExponent) / moment(middle, -degreeExponent) < meanDegree {
        low = middle
      } else {
        high = middle
      }
    }
    return (0..<nodes).map { _ in
      max(1, min(mostDegree, Int(Self.powerLaw(low, most, degreeExponent, &stream).rounded())))
    }
  }

  private static func powerLaw(
    _ low: Double, _ high: Double, _ exponent: Double, _ stream: inout RandomStream
  ) -> Double {
    let u = stream.uniform()
    if abs(exponent - 1) < 1e-9 { return low * pow(high / low, u) }
    let power = 1 - exponent
    return pow(pow(low, power) + u * (pow(high, power) - pow(low, power)), 1 / power)
  }

  /// Community sizes from a power law, and a community for every node that has room for its internal links.
  private func communities(_ inner: [Int], _ stream: inout RandomStream) throws(ConnectomeError) -> (
    labels: [Int], sizes: [Int]
  ) {
    let least = min(nodes, max(3, (inner.min() ?? 0) + 1))
    let most = min(nodes, max(least, (inner.max() ?? 0) + 1))
    for _ in 0..<200 {
      var sizes: [Int] = []
      var total = 0
      while total < nodes {
        let size = Int(Self.powerLaw(Double(least), Double(most), sizeExponent, &stream).rounded())
        sizes.append(size)
        total += size
      }
      // The last community takes what is left, or its rest goes to the others where that is too small.
      sizes[sizes.count - 1] -= total - nodes
      if sizes[sizes.count - 1] < least, sizes.count > 1 {
        var rest = sizes.removeLast()
        while rest > 0 {
          sizes[stream.integer(below: sizes.count)] += 1
          rest -= 1
        }
      }
      // The largest community must hold the largest internal degree.
      guard (sizes.max() ?? 0) > (inner.max() ?? 0) || sizes.count == 1 else { continue }
      if let labels = assign(inner, sizes, &stream) { return (labels, sizes) }
    }
    throw .badGraph(
      problem: "no communities hold the internal degrees; raise the mixing, or lower the largest degree")
  }

  /// Nodes of high internal degree choose first among communities with room that are large enough.
  private func assign(_ inner: [Int], _ sizes: [Int], _ stream: inout RandomStream) -> [Int]? {
    var room = sizes
    var labels = [Int](repeating: -1, count: nodes)
    var order = Array(0..<nodes)
    stream.shuffle(&order)
    order.sort { inner[$0] > inner[$1] }
    for node in order {
      var fitting = sizes.indices.filter { room[$0] > 0 && sizes[$0] > inner[node] }
      // Where the fitting ones are full, internal links beyond a community's size are left out.
      if fitting.isEmpty, sizes.count == 1 || node == order.last {
        fitting = sizes.indices.filter { room[$0] > 0 }
      }
      guard !fitting.isEmpty else { return nil }
      var pick = stream.integer(below: fitting.reduce(0) { $0 + room[$1] })
      for community in fitting {
        pick -= room[community]
        if pick < 0 {
          labels[node] = community
          room[community] -= 1
          break
        }
      }
    }
    return labels
  }

  /// Makes those external links internal for which all other communities together have no partners.
  private func keepInside(
    _ internalDegrees: inout [Int], _ degrees: [Int], _ labels: [Int], _ sizes: [Int],
    _ stream: inout RandomStream
  ) {
    var outside = [Int](repeating: 0, count: sizes.count)
    for node in 0..<nodes { outside[labels[node]] += degrees[node] - internalDegrees[node] }
    // At most one community has more than all others.
    for community in sizes.indices where 2 * outside[community] > outside.reduce(0, +) {
      let surplus = 2 * outside[community] - outside.reduce(0, +)
      var ends = (0..<nodes).filter { labels[$0] == community }.flatMap { node in
        Array(repeating: node, count: min(degrees[node], sizes[community] - 1) - internalDegrees[node])
      }
      stream.shuffle(&ends)
      for node in ends.prefix(surplus) { internalDegrees[node] += 1 }
    }
  }

  /// Positive weights whose sums over each node's internal and external links are nearest to its strengths.
  private func weights(_ links: [(Int, Int)], _ labels: [Int]) -> [Double] {
    var degrees = [Double](repeating: 0, count: nodes)
    for (i, j) in links {
      degrees[i] += 1
      degrees[j] += 1
    }
    // Row 0 the internal, row 1 the external strength of every node.
    var target = [[Double]](repeating: [], count: 2)
    let strengths = degrees.map { pow($0, strengthExponent) }
    target[0] = strengths.map { $0 * (1 - weightMixing) }
    target[1] = strengths.map { $0 * weightMixing }
    let kinds = links.map { labels[$0.0] == labels[$0.1] ? 0 : 1 }
    var counts = [[Double]](repeating: [Double](repeating: 0, count: nodes), count: 2)
    for (link, kind) in zip(links, kinds) {
      counts[kind][link.0] += 1
      counts[kind][link.1] += 1
    }
    var weights = zip(links, kinds).map { link, kind in
      (target[kind][link.0] / counts[kind][link.0] + target[kind][link.1] / counts[kind][link.1]) / 2
    }
    let floor = weights.map { $0 * 1e-3 }
    var sums = [[Double]](repeating: [Double](repeating: 0, count: nodes), count: 2)
    for (index, link) in links.enumerated() {
      sums[kinds[index]][link.0] += weights[index]
      sums[kinds[index]][link.1] += weights[index]
    }
    for _ in 0..<200 {
      for (index, link) in links.enumerated() {
        let kind = kinds[index]
        let lack =
          (target[kind][link.0] - sums[kind][link.0] + target[kind][link.1] - sums[kind][link.1]) / 2
        let next = max(floor[index], weights[index] + lack)
        sums[kind][link.0] += next - weights[index]
        sums[kind][link.1] += next - weights[index]
        weights[index] = next
      }
    }
    return weights
  }
}
