/// Scaling of the weights onto each neuron to a fixed sum.
public enum WeightNormalisation {
  /// Scales the weights onto each postsynaptic neuron so that they sum to `sum`; a neuron without weight stays so.
  ///
  /// - Parameters:
  ///   - weights: `[pre, post]` row by row.
  ///   - targets: postsynaptic neurons, the length of a row.
  ///   - sum: of each column afterwards.
  /// - Complexity: O(weights), in the order of memory.
  public static func scaleColumns(_ weights: inout [Double], targets: Int, toSum sum: Double) {
    precondition(
      targets > 0 && weights.count % targets == 0, "scaleColumns: the weights must fill whole rows")
    var sums = [Double](repeating: 0, count: targets)
    for row in stride(from: 0, to: weights.count, by: targets) {
      for target in 0..<targets { sums[target] += weights[row + target] }
    }
    let factors = sums.map { $0 == 0 ? 1 : sum / $0 }
    for row in stride(from: 0, to: weights.count, by: targets) {
      for target in 0..<targets { weights[row + target] *= factors[target] }
    }
  }

  /// Scales the weights of a list of synapses so that those onto each neuron sum to `sum`; a neuron without weight
  /// stays so.
  ///
  /// - Parameters:
  ///   - weights: one a synapse.
  ///   - owners: the postsynaptic neuron of each synapse, 0 ..< `targets`.
  static func scale(_ weights: inout [Double], by owners: [Int], targets: Int, toSum sum: Double) {
    var sums = [Double](repeating: 0, count: targets)
    for (owner, weight) in zip(owners, weights) { sums[owner] += weight }
    for (place, owner) in owners.enumerated() where sums[owner] != 0 { weights[place] *= sum / sums[owner] }
  }
}
