import Parallel

/// Neurons of which each fires when any of its segments matches; segments have sizes and thresholds of their own.
public struct Region: Sendable {
  /// Number of neurons.
  public let neurons: Int
  private let matcher: SegmentMatcher
  /// The neuron of each segment, `[segment]`, ascending.
  private let owners: [Int]

  /// A region.
  ///
  /// - Parameter segments: of each neuron, `[neuron][segment]`, all on one population.
  /// - Throws: ``DendritesError`` for no segments, different populations or a threshold outside 1 … 65535.
  public init(_ segments: [[Segment]]) throws(DendritesError) {
    neurons = segments.count
    owners = segments.enumerated().flatMap { neuron, own in own.map { _ in neuron } }
    matcher = try SegmentMatcher(segments.flatMap { $0 })
  }

  /// The neurons that fire for each pattern, ascending, `[pattern][neuron]`.
  ///
  /// - Parameters:
  ///   - patterns: of the same population.
  ///   - threads: most threads to use; the result does not depend on it.
  public func firing(_ patterns: [SparsePattern], threads: Int = availableThreads) throws -> [[Int]] {
    try matcher.matches(patterns, threads: threads).map { segments in
      var firing: [Int] = []
      for segment in segments where firing.last != owners[segment] { firing.append(owners[segment]) }
      return firing
    }
  }
}
