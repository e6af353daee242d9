/// A dendritic segment: a set of synapses, and how many must be active together.
public struct Segment: Sendable, Hashable, Codable {
  /// The cells it listens to.
  public let synapses: SparsePattern
  /// θ
  public let threshold: Int

  /// A segment.
  public init(synapses: SparsePattern, threshold: Int) {
    self.synapses = synapses
    self.threshold = threshold
  }

  /// Whether at least θ synapses are active (Eq 1).
  public func matches(_ pattern: SparsePattern) throws(DendritesError) -> Bool {
    try synapses.overlap(with: pattern) >= threshold
  }
}
