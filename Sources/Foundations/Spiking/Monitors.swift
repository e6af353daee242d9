/// A variable of some neurons over time.
public struct StateTrace: Sendable, Hashable, Codable {
  /// What was watched.
  public let variable: StateVariable
  /// The watched neurons.
  public let neurons: [Int]
  /// Steps between samples.
  public let interval: Int
  /// The step of each sample; the value is the one that entered the step, its input included.
  public internal(set) var steps: [Int] = []
  /// `[sample, neuron]`.
  public internal(set) var values: [Double] = []
  let population: Int
}

/// The weights of a projection over time.
public struct WeightTrace: Sendable, Hashable, Codable {
  /// Steps between samples.
  public let interval: Int
  /// The step at whose end each sample was taken.
  public internal(set) var steps: [Int] = []
  /// `[sample][weight]`, in the order of ``Network/weights(of:)``.
  public internal(set) var values: [[Double]] = []
  let projection: Int
}

extension Network {
  /// Names a watched variable or weights of a network.
  public struct MonitorID: Sendable, Hashable { let index: Int }

  /// Records the spikes of a population from the coming step on; the raster's first step is that one.
  public mutating func recordSpikes(of population: PopulationID) {
    guard populations[population.index].raster == nil else { return }
    populations[population.index].raster = SpikeRaster(neuronCount: populations[population.index].count)
  }

  /// The recorded spikes; no steps when nothing was recorded.
  public func raster(of population: PopulationID) -> SpikeRaster {
    let population = populations[population.index]
    return population.raster ?? SpikeRaster(neuronCount: population.count)
  }

  /// Watches a variable.
  ///
  /// - Parameters:
  ///   - neurons: which; all unless given.
  ///   - interval: steps between samples, which are taken at multiples of it.
  public mutating func watch(
    _ variable: StateVariable, of population: PopulationID, neurons: [Int]? = nil, every interval: Int = 1
  ) throws(SpikingError) -> MonitorID {
    let watched = populations[population.index]
    guard interval >= 1 else {
      throw .outOfRange("the interval of a monitor", "\(interval)", allowed: "1 or more")
    }
    guard watched.model != .source else {
      throw .unsuitable("population \(watched.name) is a source and has no state")
    }
    let neurons = neurons ?? Array(0..<watched.count)
    for neuron in neurons where !(0..<watched.count).contains(neuron) {
      throw .outOfRange(
        "a watched neuron of \(watched.name)", "\(neuron)", allowed: "0 to \(watched.count - 1)")
    }
    stateMonitors.append(
      StateTrace(variable: variable, neurons: neurons, interval: interval, population: population.index))
    return MonitorID(index: stateMonitors.count - 1)
  }

  /// A watched variable.
  public func trace(of monitor: MonitorID) -> StateTrace { stateMonitors[monitor.index] }

  /// Watches the weights of a projection, at the end of every `interval`-th step.
  public mutating func watchWeights(of projection: ProjectionID, every interval: Int) throws(SpikingError)
    -> MonitorID
  {
    guard interval >= 1 else {
      throw .outOfRange("the interval of a monitor", "\(interval)", allowed: "1 or more")
    }
    weightMonitors.append(WeightTrace(interval: interval, projection: projection.index))
    return MonitorID(index: weightMonitors.count - 1)
  }

  /// Watched weights.
  public func weightTrace(of monitor: MonitorID) -> WeightTrace { weightMonitors[monitor.index] }

  mutating func sampleStates() {
    for index in stateMonitors.indices where step % stateMonitors[index].interval == 0 {
      // Nothing may hold the recorded numbers here, or they would be copied at every sample.
      let (population, variable) = (stateMonitors[index].population, stateMonitors[index].variable)
      let values = populations[population].values(of: variable, at: step)
      let sample = stateMonitors[index].neurons.map { values[$0] }
      stateMonitors[index].steps.append(step)
      stateMonitors[index].values += sample
    }
  }

  mutating func sampleWeights() {
    for index in weightMonitors.indices where step % weightMonitors[index].interval == 0 {
      let weights = weights(of: ProjectionID(index: weightMonitors[index].projection))
      weightMonitors[index].steps.append(step)
      weightMonitors[index].values.append(weights)
    }
  }
}
