/// A spiking network on a clock: populations, projections between them, and what is recorded.
///
/// Each step does in this order: (1) every population takes the input that arrives in this step, moves on, and
/// fires; (2) every projection sends the spikes of this step on their way and changes its weights. A spike of step t
/// with a delay of d steps reaches the dynamics of step t + d, so neither order matters among populations or among
/// projections. (Brian2 counts a delay to the end of the step: its delay of d steps is d + 1 here.)
///
/// ```swift
/// var network = try Network(timeStep: 1)
/// let input = try network.addSources("input", count: 10)
/// let cells = try network.add("cells", count: 10, .currentLIF(CurrentLIF()))
/// try network.connect(input, to: cells, .oneToOne(weight: 6))
/// try network.fire([3], in: input, at: 0)
/// network.recordSpikes(of: cells)
/// network.run(steps: 100)
/// print(network.raster(of: cells).count)
/// ```
public struct Network: Sendable {
  /// Names a population of a network.
  public struct PopulationID: Sendable, Hashable { let index: Int }
  /// Names a projection of a network.
  public struct ProjectionID: Sendable, Hashable { let index: Int }

  /// Milliseconds.
  public let timeStep: Double
  /// The step that comes next, from 0.
  public private(set) var step = 0
  var populations: [Population] = []
  var projections: [Projection] = []
  var spikeMonitors: [Int: SpikeRaster] = [:]
  var stateMonitors: [StateTrace] = []
  var weightMonitors: [WeightTrace] = []

  /// An empty network.
  ///
  /// - Parameter timeStep: milliseconds.
  public init(timeStep: Double) throws(SpikingError) {
    try SpikingError.positive("the time step", timeStep)
    self.timeStep = timeStep
  }

  // MARK: Building

  /// Adds equal neurons.
  public mutating func add(_ name: String, count: Int, _ model: NeuronModel) throws(SpikingError)
    -> PopulationID
  {
    guard count >= 1, count <= Int(Int32.max) / 4 else {
      throw .outOfRange("the size of population \(name)", "\(count)", allowed: "1 to \(Int32.max / 4)")
    }
    guard !populations.contains(where: { $0.name == name }) else {
      throw .unsuitable("there is a population '\(name)' already; give each a name of its own")
    }
    switch model {
    case .currentLIF(let neuron): try neuron.validate(timeStep: timeStep)
    case .conductanceLIF(let neuron): try neuron.validate(timeStep: timeStep)
    case .source: break
    }
    populations.append(Population(name: name, count: count, model: model, timeStep: timeStep))
    return PopulationID(index: populations.count - 1)
  }

  /// Adds neurons that fire when told to, see ``fire(_:in:at:)``.
  public mutating func addSources(_ name: String, count: Int) throws(SpikingError) -> PopulationID {
    try add(name, count: count, .source)
  }

  /// Adds Poisson sources; their spikes depend on the seed and the population's name.
  ///
  /// - Parameter rates: spikes a second, for each source.
  public mutating func addPoisson(_ name: String, rates: [Double], seed: UInt64) throws(SpikingError)
    -> PopulationID
  {
    let sources = try PoissonSources(rates: rates, timeStep: timeStep)
    let id = try add(name, count: rates.count, .source)
    populations[id.index].poisson = PoissonDrive(sources, seed: seed, purpose: name, from: step)
    return id
  }

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
    let name = "\(from.name) to \(to.name)"
    guard to.model != .source else {
      throw .unsuitable("population \(to.name) is a source and takes no input; connect to neurons")
    }
    guard delay >= 1, delay <= 1_000_000 else {
      throw .outOfRange("the delay of \(name)", "\(delay) steps", allowed: "1 to 1000000")
    }
    func check(_ weights: [Double]) throws(SpikingError) {
      if let bad = weights.first(where: { !$0.isFinite || $0 < 0 }) {
        throw .outOfRange(
          "a weight of \(name)", "\(bad)", allowed: "0 or more; say isInhibitory for an inhibitory projection"
        )
      }
    }
    func checkMatrix(_ entries: Int, _ what: String) throws(SpikingError) {
      guard entries == from.count * to.count else {
        throw .wrongCount("the matrix of \(what) of \(name)", have: entries, need: from.count * to.count)
      }
    }
    var longest = delay
    let synapses: Projection.Synapses
    func list(_ entries: [Synapse]) throws(SpikingError) -> Projection.Synapses {
      var rule: TripletSTDP?
      switch plasticity {
      case .triplet(let triplet):
        try triplet.validate()
        rule = triplet
      case .pair: throw .unsuitable("pair STDP needs a dense matrix of weights with one delay: \(name)")
      case nil: break
      }
      let list = SynapseList(
        entries, sourceCount: from.count, targetCount: to.count, rule: rule, timeStep: timeStep)
      longest = list.maximumDelay
      return .list(list)
    }
    switch connectivity {
    case .oneToOne(let weight):
      try check([weight])
      guard from.count == to.count else {
        throw .wrongCount("one-to-one projection \(name): the target", have: to.count, need: from.count)
      }
      synapses = .oneToOne(weight)
    case .allToAll(let weight, let excludesSelf):
      try check([weight])
      synapses = .allToAll(weight, excludesSelf: excludesSelf)
    case .dense(let weights):
      try check(weights)
      try checkMatrix(weights.count, "weights")
      switch plasticity {
      case .pair(let rule):
        try rule.validate()
        if let bad = weights.first(where: { $0 < rule.minimum || $0 > rule.maximum }) {
          throw .outOfRange(
            "a weight of \(name)", "\(bad)", allowed: "\(rule.minimum) to \(rule.maximum), the rule's range")
        }
        synapses = .pair(
          PairSynapses(
            rule, weights: weights, sourceCount: from.count, targetCount: to.count, delay: delay,
            timeStep: timeStep))
      case .triplet: throw .unsuitable("triplet STDP needs a list of synapses or a matrix of delays: \(name)")
      case nil: synapses = .dense(weights)
      }
    case .delayed(let weights, let delays):
      try check(weights)
      try checkMatrix(weights.count, "weights")
      try checkMatrix(delays.count, "delays")
      if let bad = delays.first(where: { $0 < 1 || $0 > 1_000_000 }) {
        throw .outOfRange("a delay of \(name)", "\(bad) steps", allowed: "1 to 1000000")
      }
      synapses = try list(
        weights.indices.map {
          Synapse(source: $0 / to.count, target: $0 % to.count, weight: weights[$0], delay: delays[$0])
        })
    case .sparse(let entries):
      for (place, synapse) in entries.enumerated() {
        guard (0..<from.count).contains(synapse.source), (0..<to.count).contains(synapse.target) else {
          throw .unsuitable(
            "synapse \(place) of \(name) joins \(synapse.source) with \(synapse.target), but there are \(from.count) and \(to.count) neurons"
          )
        }
        guard synapse.delay >= 1, synapse.delay <= 1_000_000 else {
          throw .outOfRange(
            "the delay of synapse \(place) of \(name)", "\(synapse.delay) steps", allowed: "1 to 1000000")
        }
      }
      try check(entries.map(\.weight))
      synapses = try list(entries)
    }
    if plasticity != nil {
      switch connectivity {
      case .oneToOne, .allToAll:
        throw .unsuitable(
          "\(name) has one weight for all its synapses and cannot be plastic; use dense or sparse")
      default: break
      }
    }
    projections.append(
      Projection(
        source: source.index, target: target.index, delay: delay, isInhibitory: isInhibitory,
        synapses: synapses))
    populations[target.index].ring = populations[target.index].ring.grown(to: longest, now: step)
    return ProjectionID(index: projections.count - 1)
  }

  // MARK: Running

  /// Makes sources fire at a coming step.
  ///
  /// - Throws: ``SpikingError`` for a step that is past, a neuron that is not there or a population with dynamics.
  public mutating func fire(_ neurons: [Int], in population: PopulationID, at step: Int) throws(SpikingError)
  {
    let target = populations[population.index]
    guard target.model == .source else {
      throw .unsuitable("population \(target.name) has dynamics of its own; only sources can be told to fire")
    }
    guard step >= self.step else {
      throw .outOfRange("the step of a spike of \(target.name)", "\(step)", allowed: "\(self.step) or later")
    }
    for neuron in neurons where !(0..<target.count).contains(neuron) {
      throw .outOfRange(
        "the neuron of a spike of \(target.name)", "\(neuron)", allowed: "0 to \(target.count - 1)")
    }
    populations[population.index].orders[step, default: []] += neurons.map { Int32($0) }
  }

  /// Changes the rates of Poisson sources from the coming step on.
  public mutating func setRates(_ rates: [Double], of population: PopulationID) throws(SpikingError) {
    let target = populations[population.index]
    guard target.poisson != nil else { throw .unsuitable("population \(target.name) has no rates") }
    guard rates.count == target.count else {
      throw .wrongCount("the list of rates of \(target.name)", have: rates.count, need: target.count)
    }
    populations[population.index].poisson!.sources = try PoissonSources(rates: rates, timeStep: timeStep)
    populations[population.index].poisson!.redraw(from: step)
  }

  /// Lets the thresholds of a population adapt, or holds them.
  public mutating func setAdaptation(_ isOn: Bool, of population: PopulationID) {
    populations[population.index].adapts = isOn
  }

  /// Lets the weights of a projection under ``TripletSTDP`` change, or holds them.
  public mutating func setPlasticity(_ isOn: Bool, of projection: ProjectionID) {
    guard case .list(var list) = projections[projection.index].synapses, list.plasticity != nil else {
      return
    }
    projections[projection.index].synapses = .inUse
    list.plasticity!.isFrozen = !isOn
    projections[projection.index].synapses = .list(list)
  }

  /// Simulates a number of steps.
  public mutating func run(steps: Int) {
    for _ in 0..<steps { advance() }
  }

  /// Simulates one step.
  public mutating func advance() {
    sampleStates()
    for index in populations.indices { populations[index].advance(step: step) }
    for index in projections.indices {
      let (source, target) = (projections[index].source, projections[index].target)
      // The ring is taken out while it is written, so that the target's spikes can be read beside it.
      var ring = DelayRing(count: 0, maximumDelay: 1)
      swap(&ring, &populations[target].ring)
      projections[index].advance(
        step: step, presynaptic: populations[source].spikes, postsynaptic: populations[target].spikes,
        into: &ring)
      swap(&ring, &populations[target].ring)
    }
    for index in spikeMonitors.keys { spikeMonitors[index]!.append(step: populations[index].spikes) }
    sampleWeights()
    step += 1
  }

  // MARK: Reading

  /// The neurons of a population that fired in the step before ``step``.
  public func spikes(of population: PopulationID) -> [Int32] { populations[population.index].spikes }

  /// Neurons of a population.
  public func count(of population: PopulationID) -> Int { populations[population.index].count }

  /// A variable's value for each neuron as it enters the coming step, the input that arrives then included.
  public func values(of variable: StateVariable, in population: PopulationID) -> [Double] {
    populations[population.index].values(of: variable, at: step)
  }

  /// The weights of a projection: `[pre, post]` row by row for a matrix, in the given order for a list, one number
  /// for a projection with a single weight.
  public func weights(of projection: ProjectionID) -> [Double] {
    let projection = projections[projection.index]
    switch projection.synapses {
    case .oneToOne(let weight), .allToAll(let weight, _): return [weight]
    case .dense(let weights): return weights
    case .pair(let pair): return pair.weights
    case .list(let list):
      return list.synapses(sourceCount: populations[projection.source].count).map(\.weight)
    case .inUse: preconditionFailure("The synapses are being changed.")
    }
  }

  /// Sets the weights of a matrix or list, in the order of ``weights(of:)``.
  public mutating func setWeights(_ weights: [Double], of projection: ProjectionID) throws(SpikingError) {
    let have = self.weights(of: projection).count
    guard weights.count == have else {
      throw .wrongCount("the list of weights", have: weights.count, need: have)
    }
    if let bad = weights.first(where: { !$0.isFinite || $0 < 0 }) {
      throw .outOfRange("a weight", "\(bad)", allowed: "0 or more")
    }
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
    case .inUse: preconditionFailure("The synapses are being changed.")
    }
  }
}
