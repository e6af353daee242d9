import Foundation
import Probability

/// Places for the nodes of a graph, so that strong edges are short (Fruchterman and Reingold 1991).
enum GraphLayout {
  /// Coordinates of every node.
  ///
  /// - Complexity: O(steps · nodes²).
  static func places(_ graph: WeightedGraph, seed: UInt64, steps: Int = 200) -> (x: [Double], y: [Double]) {
    let count = graph.nodes
    var stream = RandomStream(seed: seed, "layout")
    var x = (0..<count).map { _ in stream.uniform() }
    var y = (0..<count).map { _ in stream.uniform() }
    let largest = graph.edges.map(\.weight).max() ?? 1
    let ideal = 1 / Double(max(count, 1)).squareRoot()
    for step in 0..<steps {
      var (dx, dy) = ([Double](repeating: 0, count: count), [Double](repeating: 0, count: count))
      for i in 0..<count {
        for j in (i + 1)..<max(i + 1, count) {
          let (a, b) = (x[i] - x[j], y[i] - y[j])
          let push = ideal * ideal / max(a * a + b * b, 1e-6)
          dx[i] += a * push
          dy[i] += b * push
          dx[j] -= a * push
          dy[j] -= b * push
        }
      }
      for edge in graph.edges where edge.i != edge.j {
        let (a, b) = (x[edge.i] - x[edge.j], y[edge.i] - y[edge.j])
        let pull = (a * a + b * b).squareRoot() / ideal * edge.weight / largest
        dx[edge.i] -= a * pull
        dy[edge.i] -= b * pull
        dx[edge.j] += a * pull
        dy[edge.j] += b * pull
      }
      let heat = 0.1 * (1 - Double(step) / Double(steps))
      for i in 0..<count {
        let length = (dx[i] * dx[i] + dy[i] * dy[i]).squareRoot()
        guard length > 0 else { continue }
        x[i] += dx[i] / length * min(length, heat)
        y[i] += dy[i] / length * min(length, heat)
      }
    }
    return (x, y)
  }
}
