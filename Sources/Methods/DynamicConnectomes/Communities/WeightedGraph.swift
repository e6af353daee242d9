import Foundation
import NeuralData

/// An undirected graph with a weight on every edge; several edges may join two nodes.
public struct WeightedGraph: Sendable, Hashable {
  /// One edge.
  public struct Edge: Sendable, Hashable, Codable {
    /// One end.
    public var i: Int
    /// The other end; the same node for a loop.
    public var j: Int
    /// The weight.
    public var weight: Double

    /// An edge.
    public init(_ i: Int, _ j: Int, weight: Double) {
      self.i = i
      self.j = j
      self.weight = weight
    }
  }

  /// The nodes' names.
  public let names: [String]
  /// The edges.
  public let edges: [Edge]
  /// Number of nodes.
  public var nodes: Int { names.count }

  /// A graph.
  ///
  /// - Throws: ``ConnectomeError`` that names an edge whose weight is not finite.
  public init(nodes: Int, edges: [Edge], names: [String]? = nil) throws(ConnectomeError) {
    precondition(names == nil || names!.count == nodes, "WeightedGraph: there must be a name for every node")
    self.names = names ?? (0..<nodes).map(String.init)
    self.edges = edges
    for edge in edges {
      precondition(
        (0..<nodes).contains(edge.i) && (0..<nodes).contains(edge.j),
        "WeightedGraph: an edge's end is no node")
      guard edge.weight.isFinite else {
        throw .badEdge(
          place: "edge '\(self.names[edge.i])' - '\(self.names[edge.j])'",
          problem: "its weight is \(edge.weight), but must be finite")
      }
    }
  }

  /// A graph whose nodes are the names that stand at the edges' ends, in order of first appearance.
  ///
  /// - Throws: ``ConnectomeError`` that names an edge whose weight is not finite.
  init(named edges: [(String, String, weight: Double)]) throws(ConnectomeError) {
    var places: [String: Int] = [:]
    var names: [String] = []
    func place(_ name: String) -> Int {
      if let known = places[name] { return known }
      places[name] = names.count
      names.append(name)
      return names.count - 1
    }
    let placed = edges.map { Edge(place($0.0), place($0.1), weight: $0.weight) }
    try self.init(nodes: names.count, edges: placed, names: names)
  }

  /// The graph of one component: pairs as edges.
  ///
  /// - Parameters:
  ///   - loadings: of every pair, not negative.
  ///   - names: of the neurons.
  ///   - threshold: edges at most this share of the largest loading are left out.
  public init(loadings: [Double], names: [String], threshold: Double) {
    let pairs = NeuronPairs(neurons: names.count)
    precondition(loadings.count == pairs.count, "WeightedGraph: there must be a loading for every pair")
    let least = (loadings.max() ?? 0) * threshold
    self.names = names
    edges = zip(pairs.all, loadings).compactMap { pair, loading in
      loading > least && loading > 0 ? Edge(pair.0, pair.1, weight: loading) : nil
    }
  }

  /// Degrees, loops counted twice.
  public var degrees: [Int] {
    var degrees = [Int](repeating: 0, count: nodes)
    for edge in edges {
      degrees[edge.i] += 1
      degrees[edge.j] += 1
    }
    return degrees
  }

  /// The same graph with every weight multiplied.
  public func scaled(by factor: Double) throws(ConnectomeError) -> WeightedGraph {
    try WeightedGraph(
      nodes: nodes, edges: edges.map { Edge($0.i, $0.j, weight: $0.weight * factor) }, names: names)
  }

  /// The same graph with every edge given twice, as the published notebook does by mirroring its undirected edge list.
  public func doubled() -> WeightedGraph {
    (try? WeightedGraph(nodes: nodes, edges: edges + edges, names: names)) ?? self
  }

  /// Reads edges: a table `i,j,weight`, header optional, nodes by number from 0 or by name; without a third column every
  /// weight is 1.
  ///
  /// When all nodes are whole numbers from 0 the graph has as many nodes as the largest says; otherwise names count, in
  /// order of first appearance.
  ///
  /// - Throws: `FileError` with the line, or ``ConnectomeError`` for a graph without edges.
  public static func read(_ path: String) throws -> WeightedGraph {
    try decode(TextTable.read(path), path: path)
  }

  /// The graph of a table that was read.
  static func decode(_ table: TextTable, path: String) throws -> WeightedGraph {
    var rows = table.rows
    if let first = rows.first, first.fields.count >= 2,
      first.fields.count == 2
        ? first.fields.map({ $0.lowercased() }) == ["i", "j"] : Double(first.fields[2]) == nil
    {
      if first.fields.count == 2 || !first.fields[2].isEmpty { rows.removeFirst() }
    }
    guard !rows.isEmpty else { throw ConnectomeError.badGraph(problem: "\(path): the graph has no edges") }
    var ends: [(String, String, weight: Double)] = []
    for row in rows {
      guard row.fields.count == 2 || row.fields.count == 3, !row.fields[0].isEmpty, !row.fields[1].isEmpty
      else {
        throw FileError(
          .damaged, path, at: "line \(row.line)", "the row has \(row.fields.count) fields",
          expected: "i,j,weight")
      }
      var weight = 1.0
      if row.fields.count == 3 {
        guard let value = Double(row.fields[2]) else {
          throw FileError(
            .damaged, path, at: "line \(row.line)", "'\(row.fields[2].prefix(40))' is not a weight",
            expected: "a number")
        }
        guard value.isFinite else {
          throw ConnectomeError.badEdge(
            place: "\(path), line \(row.line), edge '\(row.fields[0])' - '\(row.fields[1])'",
            problem: "its weight is \(row.fields[2]), but must be finite")
        }
        weight = value
      }
      ends.append((row.fields[0], row.fields[1], weight))
    }
    let numbers = ends.flatMap { [Int($0.0), Int($0.1)] }
    // Numbers that leave most nodes without an edge are names.
    if numbers.allSatisfy({ ($0 ?? -1) >= 0 }), let largest = numbers.compactMap(\.self).max(),
      largest < 4 * numbers.count + 1000
    {
      return try WeightedGraph(
        nodes: largest + 1,
        edges: zip(ends.indices, ends).map { index, end in
          Edge(numbers[2 * index]!, numbers[2 * index + 1]!, weight: end.weight)
        })
    }
    return try WeightedGraph(named: ends)
  }

  /// The edges as a table with a header.
  public func encoded() -> String {
    "i,j,weight\n" + edges.map { "\(names[$0.i]),\(names[$0.j]),\($0.weight)\n" }.joined()
  }
}
