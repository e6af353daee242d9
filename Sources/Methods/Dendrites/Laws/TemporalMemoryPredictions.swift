/// What the laws predict for a first-order temporal memory of one cell in each column (official experiments).
public enum TemporalMemoryPredictions {
  /// The share of transitions still predicted when noise moves `noise` of `active` cells: 1 − Eq 6.
  public static func accuracy(
    active: Int, synapses: Int, threshold: Int, noise: Int
  ) throws(DendritesError) -> Double {
    try NoiseLaw(active: active, synapses: synapses, noise: noise).falseNegative(threshold: threshold)
      .complement.value
  }

  /// The Jaccard similarity a/(a + e(n − a)) of predicted and true cells, where e = 1 − (1 − P)^(T·a/n) is a
  /// cell's chance to be predicted falsely after `transitions` learned transitions.
  public static func jaccard(
    cells: Int, active: Int, synapses: Int = 20, threshold: Int = 10, transitions: Double = 20_000
  ) throws(DendritesError) -> Double {
    let single = try OverlapLaw(cells: cells, active: active, synapses: synapses).falseMatch(
      threshold: threshold)
    let segments = transitions * Double(active) / Double(cells)
    let wrong = Population.anyMatch(single, segments: segments).value
    return Double(active) / (Double(active) + wrong * Double(cells - active))
  }

  /// The share of a novel pattern that a union of `branches` predictions covers: 1 − (1 − a/n)^k.
  public static func unionOverlap(cells: Int, active: Int, branches: Int) throws(DendritesError) -> Double {
    try UnionLaw.expectedShare(cells: cells, active: active, patterns: branches)
  }

  /// The number of active cells of a novel pattern that nothing predicted: a(1 − a/n)^k.
  public static func surprise(cells: Int, active: Int, branches: Int) throws(DendritesError) -> Double {
    Double(active) * (1 - (try unionOverlap(cells: cells, active: active, branches: branches)))
  }
}
