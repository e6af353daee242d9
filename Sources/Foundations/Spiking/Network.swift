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
  /// How numbers are kept.
  public let arithmetic: Arithmetic
  /// The step that comes next, from 0.
  public private(set) var step = 0
  var populations: [Population] = []
  var projections: [Projection] = []
  var stateMonitors: [StateTrace] = []
  var weightMonitors: [WeightTrace] = []
  /// Whether the weights lie on the grids of fixed point.
  var hasGrids = false

  /// An empty network.
  ///
  /// - Parameters:
  ///   - timeStep: milliseconds.
  ///   - arithmetic: how numbers are kept.
  public init(timeStep: Double, arithmetic: Arithmetic = .double) throws(SpikingError) {
    try SpikingError.positive("the time step", timeStep)
    self.timeStep = timeStep
    self.arithmetic = arithmetic
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
    case .conductanceLIF(let neuron):
      try neuron.validate(timeStep: timeStep)
      guard arithmetic == .double else {
        throw .unsuitable(
          "population \(name): conductance-based neurons have no fixed-point form; use double")
      }
    case .source: break
    }
    populations.append(
      Population(name: name, count: count, model: model, timeStep: timeStep, arithmetic: arithmetic))
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

  /// Makes sources fire as a raster tells.
  ///
  /// - Parameter start: the step of the network at which step 0 of the raster comes; the coming one unless given.
  /// - Throws: ``SpikingError`` as ``fire(_:in:at:)``, and for a raster of another number of neurons.
  public mutating func fire(_ raster: SpikeRaster, in population: PopulationID, from start: Int? = nil)
    throws(SpikingError)
  {
    let target = populations[population.index]
    guard raster.neuronCount == target.count else {
      throw .wrongCount("the raster for \(target.name)", have: raster.neuronCount, need: target.count)
    }
    for step in 0..<raster.stepCount where !raster.spikes(at: step).isEmpty {
      try fire(raster.spikes(at: step).map { Int($0) }, in: population, at: (start ?? self.step) + step)
    }
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

  /// Simulates a number of steps.
  public mutating func run(steps: Int) {
    for _ in 0..<steps { advance() }
  }

  /// Simulates one step.
  public mutating func advance() {
    if arithmetic == .fixedPoint && !hasGrids { settleGrids() }
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
}
