import Foundation
import Probability

/// Counts smoothed over time, for starts and proposals.
enum SmoothedCounts {
  /// The logarithm of a neuron's counts, smoothed by a normal kernel, less its mean, `[bin]`; missing bins take their
  /// neighbours' part.
  static func logDeviations(_ table: CountTable, neuron: Int, width: Double = 4) -> [Double] {
    let (bins, start) = (table.bins, neuron * table.stride)
    let reach = Int(3 * width)
    let kernel = (0...reach).map { exp(-0.5 * pow(Double($0) / width, 2)) }
    let mean = (table.total[neuron] + 0.5) / max(1, table.observed[neuron])
    let logs = (0..<bins).map { t -> Double in
      var (sum, weight) = (0.5 * mean, 0.5)
      for s in max(0, t - reach)...min(bins - 1, t + reach) {
        sum += kernel[abs(s - t)] * table.count[start + s]
        weight += kernel[abs(s - t)] * table.mask[start + s]
      }
      return log(max(sum, 1e-9) / weight)
    }
    let centre = Probability.mean(logs)
    return logs.map { $0 - centre }
  }

  /// Pearson's correlations of the smoothed neurons, `[neuron, neuron]`; 0 with a neuron that does not vary.
  static func correlations(_ table: CountTable) -> [Double] {
    let rows = (0..<table.neurons).map { i -> [Double] in
      let row = logDeviations(table, neuron: i)
      let norm = row.reduce(0) { $0 + $1 * $1 }.squareRoot()
      return row.map { norm > 0 ? $0 / norm : 0 }
    }
    var result = [Double](repeating: 0, count: table.neurons * table.neurons)
    for i in 0..<table.neurons {
      for j in 0...i {
        let value = zip(rows[i], rows[j]).reduce(0) { $0 + $1.0 * $1.1 }
        result[i * table.neurons + j] = value
        result[j * table.neurons + i] = value
      }
    }
    return result
  }
}
