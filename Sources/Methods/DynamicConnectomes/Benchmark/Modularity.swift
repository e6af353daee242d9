import CIgraph
import Foundation

/// Communities of greatest modularity, by igraph; baselines without a model of the graph.
public enum Modularity {
  /// The algorithm.
  public enum Algorithm: String, Sendable, Hashable, Codable, CaseIterable {
    /// Blondel and others (2008).
    case louvain
    /// Traag, Waltman and van Eck (2019).
    case leiden
  }

  /// The version of igraph.
  public static var libraryVersion: String {
    var text: UnsafePointer<CChar>?
    igraph_version(&text, nil, nil, nil)
    return text.map { String(cString: $0) } ?? "unknown"
  }

  /// igraph has one generator of random numbers for the whole process.
  private static let lock = NSLock()

  /// A label for every node.
  ///
  /// - Parameters:
  ///   - graph: weights not negative, at least one above 0.
  ///   - seed: of igraph's own generator; versions of igraph may differ.
  /// - Throws: ``ConnectomeError`` for a negative weight or when igraph cannot do it.
  public static func communities(_ graph: WeightedGraph, by algorithm: Algorithm, seed: UInt64 = 1)
    throws(ConnectomeError) -> [Int]
  {
    for edge in graph.edges where edge.weight < 0 {
      throw .badEdge(
        place: "edge '\(graph.names[edge.i])' - '\(graph.names[edge.j])'",
        problem: "its weight is \(edge.weight), but modularity needs weights that are not negative")
    }
    let total = graph.edges.reduce(0) { $0 + $1.weight }
    guard total > 0 else { return Array(0..<graph.nodes) }
    lock.lock()
    defer { lock.unlock() }
    igraph_set_error_handler(igraph_error_handler_ignore)
    igraph_rng_seed(igraph_rng_default(), igraph_uint_t(truncatingIfNeeded: seed))
    var ends = igraph_vector_int_t()
    var weights = igraph_vector_t()
    var membership = igraph_vector_int_t()
    func check(_ code: igraph_error_t) throws(ConnectomeError) {
      guard code == IGRAPH_SUCCESS else {
        throw .badGraph(problem: "igraph cannot do it: \(String(cString: igraph_strerror(code)))")
      }
    }
    try check(igraph_vector_int_init(&ends, igraph_integer_t(2 * graph.edges.count)))
    defer { igraph_vector_int_destroy(&ends) }
    try check(igraph_vector_init(&weights, igraph_integer_t(graph.edges.count)))
    defer { igraph_vector_destroy(&weights) }
    try check(igraph_vector_int_init(&membership, 0))
    defer { igraph_vector_int_destroy(&membership) }
    for (index, edge) in graph.edges.enumerated() {
      igraph_vector_int_set(&ends, igraph_integer_t(2 * index), igraph_integer_t(edge.i))
      igraph_vector_int_set(&ends, igraph_integer_t(2 * index + 1), igraph_integer_t(edge.j))
      igraph_vector_set(&weights, igraph_integer_t(index), edge.weight)
    }
    var network = igraph_t()
    try check(igraph_create(&network, &ends, igraph_integer_t(graph.nodes), false))
    defer { igraph_destroy(&network) }
    switch algorithm {
    case .louvain:
      try check(igraph_community_multilevel(&network, &weights, 1, &membership, nil, nil))
    case .leiden:
      // With strengths as node weights and a resolution of one over their sum, its quality is modularity.
      var strengths = igraph_vector_t()
      try check(igraph_vector_init(&strengths, 0))
      defer { igraph_vector_destroy(&strengths) }
      try check(igraph_strength(&network, &strengths, igraph_vss_all(), IGRAPH_ALL, true, &weights))
      try check(
        igraph_community_leiden(
          &network, &weights, &strengths, 1 / (2 * total), 0.01, false, 10, &membership, nil, nil))
    }
    return (0..<graph.nodes).map { Int(igraph_vector_int_get(&membership, igraph_integer_t($0))) }
  }
}
