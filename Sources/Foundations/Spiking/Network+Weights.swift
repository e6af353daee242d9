extension Network {
  /// The weights of a projection: `[pre, post]` row by row for a matrix, in the given order for a list, one number
  /// for a projection with a single weight.
  public func weights(of projection: ProjectionID) -> [Double] {
    let projection = projections[projection.index]
    switch projection.synapses {
    case .oneToOne(let weight), .allToAll(let weight, _): return [weight]
    case .dense(let weights): return weights
    case .pair(let pair): return pair.weights
    case .pairList(let list): return list.given
    case .list(let list):
      return list.synapses(sourceCount: populations[projection.source].count).map(\.weight)
    case .inUse: preconditionFailure("The synapses are being changed.")
    }
  }

  /// Sets the weights of a matrix or list, in the order of ``weights(of:)``.
  ///
  /// - Throws: ``SpikingError`` for another number of weights, or a negative one.
  public mutating func setWeights(_ weights: [Double], of projection: ProjectionID) throws(SpikingError) {
    let have = self.weights(of: projection).count
    guard weights.count == have else {
      throw .wrongCount("the list of weights", have: weights.count, need: have)
    }
    if let bad = weights.first(where: { !$0.isFinite || $0 < 0 }) {
      throw .outOfRange("a weight", "\(bad)", allowed: "0 or more")
    }
    hasGrids = false
    switch projections[projection.index].synapses {
    case .oneToOne: projections[projection.index].synapses = .oneToOne(weights[0])
    case .allToAll(_, let excludesSelf):
      projections[projection.index].synapses = .allToAll(weights[0], excludesSelf: excludesSelf)
    case .dense: projections[projection.index].synapses = .dense(weights)
    case .pair(var pair):
      projections[projection.index].synapses = .inUse
      pair.weights = weights
      projections[projection.index].synapses = .pair(pair)
    case .list(var list):
      projections[projection.index].synapses = .inUse
      for (place, original) in list.order.enumerated() { list.weights[place] = weights[original] }
      projections[projection.index].synapses = .list(list)
    case .pairList(var list):
      projections[projection.index].synapses = .inUse
      list.set(weights)
      projections[projection.index].synapses = .pairList(list)
    case .inUse: preconditionFailure("The synapses are being changed.")
    }
  }

  /// Scales the weights onto each neuron of a projection so that they sum to `sum`; a neuron without weight stays so.
  ///
  /// - Throws: ``SpikingError`` for a projection with one weight for all, or a sum that is negative or not finite.
  public mutating func normaliseWeights(of projection: ProjectionID, toSum sum: Double) throws(SpikingError) {
    guard sum.isFinite, sum >= 0 else {
      throw .outOfRange("the sum of weights", "\(sum)", allowed: "0 or more")
    }
    var weights = weights(of: projection)
    let own = projections[projection.index]
    switch own.synapses {
    case .oneToOne, .allToAll:
      throw .unsuitable("a projection with one weight for all its synapses cannot be normalised")
    case .dense, .pair:
      WeightNormalisation.scaleColumns(&weights, targets: populations[own.target].count, toSum: sum)
    case .list(let list):
      let synapses = list.synapses(sourceCount: populations[own.source].count)
      WeightNormalisation.scale(
        &weights, by: synapses.map(\.target), targets: populations[own.target].count, toSum: sum)
    case .pairList(let list):
      var owners = [Int](repeating: 0, count: weights.count)
      for (place, original) in list.layout.order.enumerated() {
        owners[original] = Int(list.layout.targets[place])
      }
      WeightNormalisation.scale(
        &weights, by: owners, targets: populations[own.target].count, toSum: sum)
    case .inUse: preconditionFailure("The synapses are being changed.")
    }
    try setWeights(weights, of: projection)
  }
}
