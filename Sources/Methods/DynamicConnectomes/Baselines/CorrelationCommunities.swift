import Probability

/// Windowed correlation of the traces, averaged over animals, with communities of greatest modularity: a baseline for the whole
/// pipeline.
public struct CorrelationCommunities: Sendable, Hashable, Codable {
  /// The communities of one window of time.
  public struct Window: Sendable, Hashable, Codable {
    /// Beginning in seconds.
    public let on: Double
    /// End in seconds.
    public let off: Double
    /// The community of each neuron.
    public let labels: [Int]
  }

  /// One window after the other.
  public let windows: [Window]

  /// Finds communities of |correlation| in each window.
  ///
  /// - Parameters:
  ///   - traces: the recordings.
  ///   - ranges: windows in seconds.
  ///   - algorithm: by which modularity is raised.
  ///   - seed: of igraph's generator.
  public init(
    _ traces: TraceSet, windows ranges: [ClosedRange<Double>], algorithm: Modularity.Algorithm,
    seed: UInt64 = 1
  ) throws(ConnectomeError) {
    var windows: [Window] = []
    for range in ranges {
      let samples = Motif.samples(range, rate: traces.samplingRate, count: traces.samples)
      var edges: [WeightedGraph.Edge] = []
      for (i, j) in NeuronPairs(neurons: traces.neurons.count).all {
        var values: [Double] = []
        for animal in traces.animals.indices {
          guard let a = traces[animal, i], let b = traces[animal, j] else { continue }
          let value = pearsonCorrelation(Array(a[samples]), Array(b[samples]))
          if value.isFinite { values.append(abs(value)) }
        }
        if !values.isEmpty { edges.append(.init(i, j, weight: mean(values))) }
      }
      let graph = try WeightedGraph(nodes: traces.neurons.count, edges: edges, names: traces.neurons)
      windows.append(
        Window(
          on: range.lowerBound, off: range.upperBound,
          labels: try Modularity.communities(graph, by: algorithm, seed: seed)))
    }
    self.windows = windows
  }
}
