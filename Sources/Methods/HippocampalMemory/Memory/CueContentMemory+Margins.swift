import Spiking

/// How safely a memory holds what it should, read from its weights.
extension CueContentMemory {
  /// How far the nearest content neuron lies on the right side of its firing threshold when a cue is asked, nA.
  ///
  /// A bit that belongs to the cue counts by its weight above the threshold, any other by the threshold above its
  /// weight, so that a negative margin is a wrong answer. What operations still under way will change is not in it.
  ///
  /// - Throws: ``MemoryError`` for a cue that is not there.
  public func margin(ofCue cue: Int) throws(MemoryError) -> Double {
    guard (0..<circuit.cues).contains(cue) else {
      throw .outOfRange("the cue", "\(cue)", allowed: "0 to \(circuit.cues - 1)")
    }
    let row = settled.cueToContent[cue * circuit.contents..<(cue + 1) * circuit.contents]
    return Self.margin(of: row, members: ideal.content(of: cue), threshold: thresholds.content)
  }

  /// The same for asking a content bit by itself: how far the nearest cue neuron lies on the right side, nA.
  ///
  /// - Throws: ``MemoryError`` for a bit that is not there, and for a circuit without recall by content.
  public func margin(ofContent bit: Int) throws(MemoryError) -> Double {
    guard (0..<circuit.contents).contains(bit) else {
      throw .outOfRange("the content bit", "\(bit)", allowed: "0 to \(circuit.contents - 1)")
    }
    let kind = circuit.configuration.circuit
    guard kind.recallsByContent else {
      throw .notPossible(
        "the circuit \(kind.rawValue) has no recall by content", remedy: "use the circuit content-addressable"
      )
    }
    let row = settled.contentToCue[bit * circuit.cues..<(bit + 1) * circuit.cues]
    return Self.margin(of: row, members: ideal.cues(matching: [bit]), threshold: thresholds.cue)
  }

  /// The margins of all cues, and of all content bits where the circuit can be asked by them, nA.
  public var margins: (cues: [Double], contents: [Double]) {
    let settled = settled
    func margins(_ weights: [Double], _ columns: Int, _ threshold: Double, _ members: (Int) -> [Int])
      -> [Double]
    {
      stride(from: 0, to: weights.count, by: columns).map { start in
        Self.margin(
          of: weights[start..<start + columns], members: members(start / columns), threshold: threshold)
      }
    }
    return (
      margins(settled.cueToContent, circuit.contents, thresholds.content) { ideal.content(of: $0) },
      margins(settled.contentToCue, circuit.cues, thresholds.cue) { ideal.cues(matching: [$0]) }
    )
  }

  static func margin(of weights: some Sequence<Double>, members: [Int], threshold: Double) -> Double {
    let members = Set(members)
    return weights.enumerated().map {
      members.contains($0.offset) ? $0.element - threshold : threshold - $0.element
    }.min() ?? threshold
  }

  /// The weights with what a limited history has still to deliver.
  private var settled: (cueToContent: [Double], contentToCue: [Double]) {
    guard case .newest = circuit.options.postSpikeHistory else { return (cueToContent, contentToCue) }
    var copy = self
    copy.network.settleWeights(of: circuit.cueToContent)
    if let synapses = circuit.contentToCue { copy.network.settleWeights(of: synapses) }
    return (copy.cueToContent, copy.contentToCue)
  }
}
