import HierarchicalData
import NeuralData

extension SpikeRaster {
  /// When each neuron fired, in seconds; unit i is neuron i, and the interval is the whole raster.
  ///
  /// - Parameter timeStep: milliseconds.
  public func spikeTrains(timeStep: Double) -> SpikeTrains {
    precondition(timeStep.isFinite && timeStep > 0, "spikeTrains: the step must be longer than 0 ms")
    do {
      return try SpikeTrains(steps: trains, duration: timeStep / 1000, count: stepCount)
    } catch { preconditionFailure("The spikes of a raster lie inside it: \(error)") }
  }

  /// Which step a spike train's time belongs to.
  public enum Alignment: Sendable, Hashable {
    /// Times must be multiples of the step, as a simulation's are; others are an error.
    case exact
    /// Any time belongs to the step it lies in; of several spikes of a neuron in a step one is kept.
    case containing
  }

  /// A raster of spike trains; unit i is neuron i, and step 0 is the beginning of the interval.
  ///
  /// - Parameters:
  ///   - neuronCount: neurons of the population; units must lie in 0 ..< `neuronCount`.
  ///   - stepCount: steps of the raster; as many as the interval fills unless given.
  ///   - timeStep: milliseconds.
  /// - Throws: ``SpikingError`` for a unit or spike outside the raster, and a time between two steps.
  public init(
    _ trains: SpikeTrains, neuronCount: Int, stepCount: Int? = nil, timeStep: Double,
    alignment: Alignment = .exact
  ) throws(SpikingError) {
    try SpikingError.positive("the time step", timeStep)
    let start = trains.interval.lowerBound
    let length = ((trains.interval.upperBound - start) * 1000 / timeStep - 1e-6).rounded(.up)
    guard length < 1e9 else {
      throw .outOfRange("the number of steps of the spike trains", "\(length)", allowed: "below 1e9")
    }
    var spikes: [(step: Int, neuron: Int)] = []
    var last = -1
    for (unit, times) in zip(trains.units, trains.times) {
      for time in times {
        let place = (time - start) * 1000 / timeStep
        let nearest = place.rounded()
        let isOnStep = abs(place - nearest) < 1e-6 * max(1, abs(place))
        guard alignment == .containing || isOnStep else {
          throw .outOfRange(
            "a spike of unit \(unit)", "at \(time * 1000) ms", allowed: "on a step of \(timeStep) ms")
        }
        spikes.append((Int(isOnStep ? nearest : place.rounded(.down)), unit))
        last = max(last, spikes[spikes.count - 1].step)
      }
    }
    // A spike on the very end of the interval begins a step of its own.
    try self.init(
      neuronCount: neuronCount, stepCount: stepCount ?? max(Int(length), last + 1), spikes: spikes)
  }

  /// Writes several populations into one file of Neurodata Without Borders: a unit a neuron, silent ones too, with its
  /// `population` and its index there, `neuron`, as columns of the units' table.
  ///
  /// - Parameters:
  ///   - rasters: by population, in the order of the units.
  ///   - timeStep: milliseconds.
  /// - Throws: `FileError` of kind `cannotWrite`.
  public static func write(
    _ rasters: [(population: String, raster: SpikeRaster)], timeStep: Double, session: NWB.Session,
    nwb path: String
  ) throws(FileError) {
    precondition(timeStep.isFinite && timeStep > 0, "write: the step must be longer than 0 ms")
    let trains: SpikeTrains
    do {
      trains = try SpikeTrains(
        steps: rasters.flatMap(\.raster.trains), duration: timeStep / 1000,
        count: rasters.map(\.raster.stepCount).max() ?? 0)
    } catch { preconditionFailure("The spikes of a raster lie inside it: \(error)") }
    func column(_ text: (String, Int) -> String) -> [String] {
      rasters.flatMap { entry in (0..<entry.raster.neuronCount).map { text(entry.population, $0) } }
    }
    try NWB.write(
      trains, labels: ["population": column { name, _ in name }, "neuron": column { "\($1)" }],
      session: session, to: path)
  }

  /// Reads the populations of a file that ``write(_:timeStep:session:nwb:)`` made.
  ///
  /// - Throws: `FileError` for a damaged file, one without the columns, or spikes that are on no step.
  public static func read(nwb path: String, timeStep: Double) throws(FileError) -> [String: SpikeRaster] {
    let trains = try NWB.readUnits(path)
    guard let names = try NWB.readLabels(path, column: "population"),
      let neurons = try NWB.readLabels(path, column: "neuron"), names.count == trains.units.count,
      neurons.count == names.count
    else {
      throw FileError(
        .mismatched, path, "the units tell no populations", expected: "columns 'population' and 'neuron'")
    }
    var members: [String: [Int]] = [:]
    for (unit, name) in names.enumerated() { members[name, default: []].append(unit) }
    var rasters: [String: SpikeRaster] = [:]
    for (name, units) in members {
      do {
        let indices = units.compactMap { Int(neurons[$0]) }
        guard indices.sorted() == Array(units.indices) else {
          throw SpikingError.unsuitable("the neurons are not 0 to \(units.count - 1), each once")
        }
        rasters[name] = try SpikeRaster(
          SpikeTrains(times: units.map { trains.times[$0] }, units: indices, interval: trains.interval),
          neuronCount: units.count, timeStep: timeStep)
      } catch { throw FileError(.damaged, path, at: "population '\(name)'", "\(error)") }
    }
    return rasters
  }
}
