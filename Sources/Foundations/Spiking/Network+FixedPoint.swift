extension Network {
  /// Puts all weights on the grids of fixed point, see ``Arithmetic/fixedPoint``; what was added since has changed the
  /// largest input of a step.
  mutating func settleGrids() {
    for target in populations.indices {
      let incoming = projections.indices.filter { projections[$0].target == target }
      for isInhibitory in [false, true] {
        let own = incoming.filter { projections[$0].isInhibitory == isInhibitory }
        let bound = own.reduce(0) {
          $0 + projections[$1].largestInput(sources: populations[projections[$1].source].count)
        }
        let grid = WeightGrid(holding: bound)
        for index in own { projections[index].round(to: grid) }
        if isInhibitory {
          populations[target].inputLimits.1 = grid.limit
        } else {
          populations[target].inputLimits.0 = grid.limit
        }
      }
    }
    hasGrids = true
  }
}

extension Projection {
  /// The largest input of one step of a target neuron, were all `sources` to fire at once.
  fileprivate func largestInput(sources: Int) -> Double {
    switch synapses {
    case .oneToOne(let weight): return weight
    case .allToAll(let weight, _): return weight * Double(sources)
    case .dense(let weights):
      let columns = sources > 0 ? weights.count / sources : 0
      return (0..<columns).map { column in
        stride(from: column, to: weights.count, by: columns).reduce(0) { $0 + weights[$1] }
      }.max() ?? 0
    case .pair(let pair): return pair.rule.maximum * Double(sources)
    case .list(let list): return list.largestInput
    case .pairList(let list): return list.largestInput
    case .inUse: preconditionFailure("The synapses are being changed.")
    }
  }

  fileprivate mutating func round(to grid: WeightGrid) {
    switch synapses {
    case .oneToOne(let weight): synapses = .oneToOne(grid.nearest(weight))
    case .allToAll(let weight, let excludesSelf):
      synapses = .allToAll(grid.nearest(weight), excludesSelf: excludesSelf)
    case .dense(let weights): synapses = .dense(weights.map(grid.nearest))
    case .pair(var pair):
      synapses = .inUse
      pair.useFixedPoint(grid)
      synapses = .pair(pair)
    case .list(var list):
      synapses = .inUse
      for place in list.weights.indices { list.weights[place] = grid.nearest(list.weights[place]) }
      synapses = .list(list)
    case .pairList(var list):
      synapses = .inUse
      list.useFixedPoint(grid)
      synapses = .pairList(list)
    case .inUse: preconditionFailure("The synapses are being changed.")
    }
  }
}

extension SynapseList {
  /// The largest input of one step of a target.
  fileprivate var largestInput: Double {
    var sums: [Int32: Double] = [:]
    for (target, weight) in zip(targets, weights) { sums[target, default: 0] += weight }
    return sums.values.max() ?? 0
  }
}
