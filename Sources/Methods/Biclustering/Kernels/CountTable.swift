import Foundation
import Probability

/// Counts laid out for the kernels: rows padded to whole lanes, missing bins and padding with count 0 and mask 0.
struct CountTable: Sendable {
  let neurons: Int
  let bins: Int
  /// Numbers in a row, a multiple of 8.
  let stride: Int
  /// `[neuron, stride]`
  private(set) var count: [Double]
  /// 1 where a count is there, or the power of its likelihood, 0 elsewhere, `[neuron, stride]`.
  private(set) var mask: [Double]
  /// Σ counts of each neuron.
  private(set) var total: [Double] = []
  /// Number of observed bins of each neuron.
  private(set) var observed: [Double] = []
  /// For each neuron, the counts that occur with how often.
  private(set) var histogram: [[(count: Int, times: Double)]] = []

  init(_ counts: SpikeCounts) {
    neurons = counts.neurons
    bins = counts.bins
    stride = (bins + 7) / 8 * 8
    count = [Double](repeating: 0, count: neurons * stride)
    mask = count
    for i in 0..<neurons {
      var times: [Int: Double] = [:]
      for t in 0..<bins {
        guard let value = counts[i, t] else { continue }
        count[i * stride + t] = Double(value)
        mask[i * stride + t] = 1
        times[value, default: 0] += 1
      }
      histogram.append(times.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
      total.append(count[(i * stride)..<((i + 1) * stride)].reduce(0, +))
      observed.append(mask[(i * stride)..<((i + 1) * stride)].reduce(0, +))
    }
  }

  /// Rows of a table, each with its likelihood raised to a power of 0 or more: counts and masks are multiplied by it, which is
  /// what every kernel needs, because they are linear in both.
  init(_ rows: [(neuron: Int, power: Double)], of table: CountTable) {
    (neurons, bins, stride) = (rows.count, table.bins, table.stride)
    (count, mask) = ([], [])
    for (i, power) in rows {
      let row = (i * stride)..<((i + 1) * stride)
      count += table.count[row].map { power * $0 }
      mask += table.mask[row].map { power * $0 }
      histogram.append(table.histogram[i].map { ($0.count, power * $0.times) })
      total.append(power * table.total[i])
      observed.append(power * table.observed[i])
    }
  }

  /// Σₜ log Γ(y+r)/(Γ(r) y!) of a neuron: what the kernels leave out of the negative binomial.
  func logCoefficient(_ neuron: Int, dispersion r: Double) -> Double {
    let base = logGamma(r)
    return histogram[neuron].reduce(0) { sum, entry in
      guard entry.count > 0 else { return sum }
      let y = Double(entry.count)
      return sum + entry.times * (logGamma(y + r) - base - logGamma(y + 1))
    }
  }

  /// −Σₜ log y!: what the kernels leave out of the Poisson law.
  func logFactorials(_ neuron: Int) -> Double {
    -histogram[neuron].reduce(0) { $0 + $1.times * logGamma(Double($1.count) + 1) }
  }
}
