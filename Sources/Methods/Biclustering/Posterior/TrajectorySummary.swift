import Foundation
import Probability

/// The trajectory of a cluster of the point partition: mean and highest-density band over the draws that were kept in full.
public struct TrajectorySummary: Sendable, Codable {
  /// The cluster.
  public let cluster: Int
  /// Posterior means, `[row, bin]`.
  public let mean: [Double]
  /// Lower ends of the bands, `[row, bin]`.
  public let low: [Double]
  /// Upper ends of the bands, `[row, bin]`.
  public let high: [Double]
  /// Number of draws.
  public let draws: Int

  /// The trajectories of every cluster of `partition`, each traced through the most frequent label of its members and aligned to
  /// its first draw.
  ///
  /// - Parameter mass: of the bands; the paper's is 0.975.
  public static func all(
    _ chains: [ChainDraws], partition: [Int], rows q: Int, bins: Int, mass: Double = 0.975
  ) -> [TrajectorySummary] {
    let n = partition.count
    return (0..<((partition.max() ?? -1) + 1)).map { cluster in
      let members = partition.indices.filter { partition[$0] == cluster }
      var traces: [[Double]] = []
      for chain in chains {
        var start = 0
        for entry in Swift.stride(from: 0, to: chain.pathDraws.count, by: 2) {
          let (draw, clusters) = (Int(chain.pathDraws[entry]), Int(chain.pathDraws[entry + 1]))
          var votes = [Int](repeating: 0, count: clusters)
          for i in members { votes[Int(chain.labels[draw * n + i])] += 1 }
          let label = votes.indices.max { votes[$0] < votes[$1] }!
          let size = q * bins
          let path = chain.paths[(start + label * size)..<(start + (label + 1) * size)].map(Double.init)
          var projection = Projection(path: path, loadings: [], rows: q, bins: bins)
          if let first = traces.first { projection.align(to: first) }
          traces.append(projection.path)
          start += clusters * size
        }
      }
      var (centre, low, high) = ([Double](), [Double](), [Double]())
      for place in 0..<(q * bins) {
        let values = traces.map { $0[place] }.sorted()
        let band = highestDensity(values, mass: mass)
        centre.append(Probability.mean(values))
        low.append(band.lowerBound)
        high.append(band.upperBound)
      }
      return TrajectorySummary(cluster: cluster, mean: centre, low: low, high: high, draws: traces.count)
    }
  }

  /// The shortest interval that holds `mass` of the sorted values.
  static func highestDensity(_ sorted: [Double], mass: Double) -> ClosedRange<Double> {
    let width = min(sorted.count, max(1, Int((mass * Double(sorted.count)).rounded(.up))))
    let start = (0...(sorted.count - width)).min {
      sorted[$0 + width - 1] - sorted[$0] < sorted[$1 + width - 1] - sorted[$1]
    }!
    return sorted[start]...sorted[start + width - 1]
  }
}
