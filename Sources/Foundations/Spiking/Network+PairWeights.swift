extension Network {
  /// Sets all weights from one neuron of a projection under ``PairSTDP`` to the least, with its trace.
  public mutating func clearWeights(of projection: ProjectionID, from source: Int) {
    withPair(projection, { $0.clear(source: source) }, { $0.clear(source: source) })
  }

  /// Sets all weights onto one neuron of a projection under ``PairSTDP`` to the least, with its trace.
  public mutating func clearWeights(of projection: ProjectionID, onto target: Int) {
    withPair(projection, { $0.clear(target: target) }, { $0.clear(target: target) })
  }

  /// Applies the potentiation that a limited history has still to deliver, so that the weights are the whole memory.
  public mutating func settleWeights(of projection: ProjectionID) {
    withPair(projection, { $0.settle() }, { $0.settle() })
  }

  /// The weights from one neuron of a matrix under ``PairSTDP`` to all of its target.
  public func weights(of projection: ProjectionID, from source: Int) -> ArraySlice<Double> {
    guard case .pair(let pair) = projections[projection.index].synapses else {
      preconditionFailure("weights(of:from:): the projection is no matrix under pair STDP")
    }
    return pair.weights[source * pair.targetCount..<(source + 1) * pair.targetCount]
  }

  private mutating func withPair(
    _ projection: ProjectionID, _ workOnMatrix: (inout PairSynapses) -> Void,
    _ workOnList: (inout PairSynapseList) -> Void
  ) {
    switch projections[projection.index].synapses {
    case .pair(var pair):
      projections[projection.index].synapses = .inUse
      workOnMatrix(&pair)
      projections[projection.index].synapses = .pair(pair)
    case .pairList(var list):
      projections[projection.index].synapses = .inUse
      workOnList(&list)
      projections[projection.index].synapses = .pairList(list)
    default: preconditionFailure("The projection is not under pair STDP.")
    }
  }
}
