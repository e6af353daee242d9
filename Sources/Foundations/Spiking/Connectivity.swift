/// Which neurons of two populations are joined, and how strongly. Weights are magnitudes, 0 or more.
public enum Connectivity: Sendable, Hashable {
  /// Neuron i with neuron i.
  case oneToOne(weight: Double)
  /// Every neuron with every other, all with one weight; costs one addition a spike and no memory.
  ///
  /// - excludesSelf: leaves neuron i with neuron i out.
  case allToAll(weight: Double, excludesSelf: Bool)
  /// A weight for each pair, `[pre, post]` row by row, all with one delay.
  case dense([Double])
  /// A weight and a delay for each pair, `[pre, post]` row by row; delays in steps, at least 1.
  case delayed(weights: [Double], delays: [Int])
  /// A list of synapses with a delay each.
  case sparse([Synapse])
}

/// What changes the weights of a projection.
public enum Plasticity: Sendable, Hashable {
  /// For a matrix or a list; the delay, one for all or one for each synapse, lies in the dendrite: see ``PairSTDP``.
  case pair(PairSTDP)
  /// For ``Connectivity/delayed(weights:delays:)`` and ``Connectivity/sparse(_:)``; the delay lies in the axon, so a
  /// spike acts on its synapse in the step before the one whose dynamics see it, before the postsynaptic spikes of
  /// that step: see ``TripletSTDP``.
  case triplet(TripletSTDP)
}

/// The synapses from one population to another.
struct Projection: Sendable {
  enum Synapses: Sendable {
    case oneToOne(Double)
    case allToAll(Double, excludesSelf: Bool)
    case dense([Double])
    case pair(PairSynapses)
    case list(SynapseList)
    case pairList(PairSynapseList)
    /// While the synapses are being changed.
    case inUse
  }

  let source: Int
  let target: Int
  let delay: Int
  let isInhibitory: Bool
  var synapses: Synapses

  /// One step: what the spikes of this step set out, and what they change.
  mutating func advance(step: Int, presynaptic: [Int32], postsynaptic: [Int32], into ring: inout DelayRing) {
    let arrival = step + delay
    switch synapses {
    case .oneToOne(let weight):
      for neuron in presynaptic { ring.add(weight, to: Int(neuron), at: arrival, isInhibitory: isInhibitory) }
    case .allToAll(let weight, let excludesSelf):
      guard !presynaptic.isEmpty else { return }
      ring.addToAll(weight * Double(presynaptic.count), at: arrival, isInhibitory: isInhibitory)
      if excludesSelf {
        for neuron in presynaptic where Int(neuron) < ring.count {
          ring.add(-weight, to: Int(neuron), at: arrival, isInhibitory: isInhibitory)
        }
      }
    case .dense(let weights):
      weights.withUnsafeBufferPointer { weights in
        for neuron in presynaptic {
          ring.add(
            row: weights.baseAddress! + Int(neuron) * ring.count, at: arrival, isInhibitory: isInhibitory)
        }
      }
    case .pair(var pair):
      synapses = .inUse
      pair.advance(
        step: step, presynaptic: presynaptic, postsynaptic: postsynaptic, into: &ring, arrival: arrival,
        isInhibitory: isInhibitory)
      synapses = .pair(pair)
    case .list(var list):
      if list.plasticity == nil {
        if !presynaptic.isEmpty { list.send(presynaptic, at: step, into: &ring, isInhibitory: isInhibitory) }
      } else {
        synapses = .inUse
        list.advance(
          step: step, presynaptic: presynaptic, postsynaptic: postsynaptic, into: &ring,
          isInhibitory: isInhibitory)
        synapses = .list(list)
      }
    case .pairList(var list):
      synapses = .inUse
      list.advance(
        step: step, presynaptic: presynaptic, postsynaptic: postsynaptic, into: &ring,
        isInhibitory: isInhibitory)
      synapses = .pairList(list)
    case .inUse: preconditionFailure("The synapses are being changed.")
    }
  }
}
