import Probability

/// Non-negative matrix factorisation of the traces themselves, X ≈ W H, as a baseline without pairs or animals.
public struct NonnegativeFactors: Sendable, Hashable, Codable {
  /// Number of components.
  public let rank: Int
  /// W, `[neuron, component]`, columns of length 1.
  public let neurons: [Double]
  /// H, `[time, component]`.
  public let times: [Double]
  /// ‖X − WH‖ / ‖X‖
  public let relativeError: Double

  /// The component in which each neuron is strongest.
  public var labels: [Int] {
    stride(from: 0, to: neurons.count, by: rank).map { row in
      (0..<rank).max { neurons[row + $0] < neurons[row + $1] } ?? 0
    }
  }

  /// Factors all animals' traces laid end to end; each trace runs from 0 at its least to 1 at its largest sample, and is 0
  /// where the neuron was not found.
  ///
  /// - Parameters:
  ///   - traces: the recordings.
  ///   - rank: number of components.
  ///   - sweeps: of hierarchical alternating least squares.
  ///   - seed: of the random start.
  public init(_ traces: TraceSet, rank: Int, sweeps: Int = 200, seed: UInt64 = 1) throws {
    var values: [Double] = []
    for animal in traces.animals.indices {
      let rows = traces.neurons.indices.map { neuron -> [Double] in
        guard let trace = traces[animal, neuron] else { return [Double](repeating: 0, count: traces.samples) }
        let known = trace.filter { !$0.isNaN }
        guard let low = known.min(), let high = known.max(), high > low else {
          return [Double](repeating: 0, count: traces.samples)
        }
        return trace.map { $0.isNaN ? 0 : ($0 - low) / (high - low) }
      }
      for time in 0..<traces.samples { values += rows.map { $0[time] } }
    }
    // A matrix is a tensor with one animal.
    let tensor = try MaskedTensor(
      values, times: traces.animals.count * traces.samples, animals: 1, pairs: traces.neurons.count)
    var fit = CPFit(rank: rank, sweeps: sweeps)
    fit.seed = seed
    let result = try fit.run(tensor, threads: 1)
    self.rank = rank
    neurons = result.pair
    times = result.time.enumerated().map { $1 * result.weights[$0 % rank] * result.animal[$0 % rank] }
    relativeError = result.relativeError
  }
}
