extension Network {
  /// The longest delay of a synapse, in steps.
  static let longestDelay = 1_000_000

  /// Joins two populations.
  ///
  /// - Parameters:
  ///   - delay: steps, at least 1; of every synapse, unless the connectivity has a delay for each.
  ///   - isInhibitory: whether the weights are subtracted, or act on the inhibitory conductance.
  ///   - plasticity: what changes the weights, if anything.
  /// - Throws: ``SpikingError`` for weights, delays or indices that make no sense, or parts that do not fit.
  @discardableResult
  public mutating func connect(
    _ source: PopulationID, to target: PopulationID, _ connectivity: Connectivity, delay: Int = 1,
    isInhibitory: Bool = false, plasticity: Plasticity? = nil
  ) throws(SpikingError) -> ProjectionID {
    let (from, to) = (populations[source.index], populations[target.index])
    let plan = ProjectionPlan(
      name: "\(from.name) to \(to.name)", sources: from.count, targets: to.count, delay: delay,
      plasticity: plasticity, timeStep: timeStep, arithmetic: arithmetic)
    guard to.model != .source else {
      throw .unsuitable("population \(to.name) is a source and takes no input; connect to neurons")
    }
    let synapses = try plan.synapses(connectivity)
    var longest = delay
    switch synapses {
    case .list(let list): longest = list.maximumDelay
    case .pairList(let list): longest = list.layout.maximumDelay
    default: break
    }
    projections.append(
      Projection(
        source: source.index, target: target.index, delay: delay, isInhibitory: isInhibitory,
        synapses: synapses))
    populations[target.index].ring = populations[target.index].ring.grown(to: longest, now: step)
    hasGrids = false
    return ProjectionID(index: projections.count - 1)
  }
}

/// A projection before it is made: checks the parts against one another.
private struct ProjectionPlan {
  let name: String
  let sources, targets, delay: Int
  let plasticity: Plasticity?
  let timeStep: Double
  let arithmetic: Arithmetic

  func synapses(_ connectivity: Connectivity) throws(SpikingError) -> Projection.Synapses {
    try check(delay, "the delay")
    switch connectivity {
    case .oneToOne(let weight):
      try check([weight])
      try refusePlasticity()
      guard sources == targets else {
        throw .wrongCount("one-to-one projection \(name): the target", have: targets, need: sources)
      }
      return .oneToOne(weight)
    case .allToAll(let weight, let excludesSelf):
      try check([weight])
      try refusePlasticity()
      return .allToAll(weight, excludesSelf: excludesSelf)
    case .dense(let weights): return try dense(weights)
    case .delayed(let weights, let delays):
      try check(weights)
      try check(entries: weights.count, "weights")
      try check(entries: delays.count, "delays")
      for delay in delays { try check(delay, "a delay") }
      return try list(
        weights.indices.map {
          Synapse(source: $0 / targets, target: $0 % targets, weight: weights[$0], delay: delays[$0])
        })
    case .sparse(let entries):
      for (place, synapse) in entries.enumerated() {
        guard (0..<sources).contains(synapse.source), (0..<targets).contains(synapse.target) else {
          throw .unsuitable(
            "synapse \(place) of \(name) joins \(synapse.source) with \(synapse.target), but there are \(sources) and \(targets) neurons"
          )
        }
        try check(synapse.delay, "the delay of synapse \(place)")
      }
      try check(entries.map(\.weight))
      return try list(entries)
    }
  }

  private func dense(_ weights: [Double]) throws(SpikingError) -> Projection.Synapses {
    try check(weights)
    try check(entries: weights.count, "weights")
    switch plasticity {
    case nil: return .dense(weights)
    case .triplet: throw .unsuitable("triplet STDP needs a list of synapses or a matrix of delays: \(name)")
    case .pair(let rule):
      try check(weights, under: rule)
      return .pair(
        PairSynapses(
          rule, weights: weights, sourceCount: sources, targetCount: targets, delay: delay, timeStep: timeStep
        ))
    }
  }

  private func list(_ entries: [Synapse]) throws(SpikingError) -> Projection.Synapses {
    var rule: TripletSTDP?
    switch plasticity {
    case .triplet(let triplet):
      try triplet.validate()
      guard arithmetic == .double else {
        throw .unsuitable("\(name): triplet STDP has no fixed-point form; use double")
      }
      rule = triplet
    case .pair(let pair):
      try check(entries.map(\.weight), under: pair)
      return .pairList(
        PairSynapseList(
          pair, entries, sourceCount: sources, targetCount: targets, timeStep: timeStep))
    case nil: break
    }
    return .list(
      SynapseList(entries, sourceCount: sources, targetCount: targets, rule: rule, timeStep: timeStep))
  }

  private func check(_ weights: [Double], under rule: PairSTDP) throws(SpikingError) {
    try rule.validate()
    if let bad = weights.first(where: { $0 < rule.minimum || $0 > rule.maximum }) {
      throw .outOfRange(
        "a weight of \(name)", "\(bad)", allowed: "\(rule.minimum) to \(rule.maximum), the rule's range")
    }
  }

  private func refusePlasticity() throws(SpikingError) {
    guard plasticity == nil else {
      throw .unsuitable(
        "\(name) has one weight for all its synapses and cannot be plastic; use dense or sparse")
    }
  }

  private func check(_ delay: Int, _ what: String) throws(SpikingError) {
    guard (1...Network.longestDelay).contains(delay) else {
      throw .outOfRange("\(what) of \(name)", "\(delay) steps", allowed: "1 to \(Network.longestDelay)")
    }
  }

  private func check(_ weights: [Double]) throws(SpikingError) {
    if let bad = weights.first(where: { !$0.isFinite || $0 < 0 }) {
      throw .outOfRange(
        "a weight of \(name)", "\(bad)", allowed: "0 or more; say isInhibitory for an inhibitory projection")
    }
  }

  private func check(entries: Int, _ what: String) throws(SpikingError) {
    guard entries == sources * targets else {
      throw .wrongCount("the matrix of \(what) of \(name)", have: entries, need: sources * targets)
    }
  }
}
