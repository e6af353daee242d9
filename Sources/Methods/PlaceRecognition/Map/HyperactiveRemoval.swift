/// What a threshold for hyperactive neurons removes.
public struct HyperactiveRemoval: Sendable, Hashable, Codable {
  /// Neurons left out of all modules.
  public var neurons: Int
  /// Regions with a module none of whose neurons are left.
  public var emptyRegions: [Int]

  /// For how many images each neuron fired: spikes of one image count once.
  ///
  /// - Parameters:
  ///   - counts: spikes, `[image, neuron]`.
  ///   - neurons: of the module.
  public static func activeImages(_ counts: [Float], neurons: Int) -> [Int32] {
    precondition(neurons > 0 && counts.count % neurons == 0, "activeImages: counts must fill whole rows")
    var active = [Int32](repeating: 0, count: neurons)
    for place in counts.indices where counts[place] > 0 { active[place % neurons] += 1 }
    return active
  }

  /// The neurons that a threshold leaves out; 0 leaves out none.
  ///
  /// - Parameters:
  ///   - active: for how many reference images each neuron fired.
  ///   - threshold: θ_h.
  public static func neurons(_ active: [Int], threshold: Int) -> [Int] {
    threshold > 0 ? active.indices.filter { active[$0] >= threshold } : []
  }

  /// Counts in which neurons that are left out did not fire.
  ///
  /// - Parameters:
  ///   - removed: which.
  ///   - counts: spikes, `[query, neuron]`.
  ///   - neurons: of the module.
  public static func removing(_ removed: [Int], from counts: [Float], neurons: Int) -> [Float] {
    var counts = counts
    for neuron in removed {
      for place in stride(from: neuron, to: counts.count, by: neurons) { counts[place] = 0 }
    }
    return counts
  }
}
