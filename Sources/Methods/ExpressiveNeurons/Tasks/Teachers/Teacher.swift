import Laboratory
import Parallel

/// A simulated neuron whose answers a network learns.
public protocol Teacher: Sendable {
  /// Number of synapses.
  var channels: Int { get }

  /// Simulates the neuron from rest.
  ///
  /// - Parameter input: spikes; those of step t arrive at t ms.
  /// - Throws: ``ExpressiveNeuronError`` for parameters out of range or input of another number of channels.
  func respond(to input: EventSequence) throws(ExpressiveNeuronError) -> TeacherResponse
}

/// What a simulated neuron did, in steps of 1 ms.
public struct TeacherResponse: Sendable, Hashable {
  /// Times of its spikes in ms, ascending.
  public var spikeTimes: [Double]
  /// Somatic voltage in mV at the end of each step, `[time]`.
  public var voltage: [Double]

  /// A response.
  public init(spikeTimes: [Double], voltage: [Double]) {
    (self.spikeTimes, self.voltage) = (spikeTimes, voltage)
  }

  /// Whether it fired in each step, `[time]`.
  public var spikes: [Bool] {
    var fired = [Bool](repeating: false, count: voltage.count)
    // A spike at the very end of the last step belongs to it.
    for time in spikeTimes { fired[min(Int(time), voltage.count - 1)] = true }
    return fired
  }

  /// The response as targets, `[time, 2]`: spikes, and the voltage cut at `ceiling` in units of a scale.
  ///
  /// - Parameters:
  ///   - scale: the meaning of a voltage target.
  ///   - ceiling: voltages above it are cut, in mV.
  public func targets(scale: SequenceDataSet.VoltageScale = .neuronIO, ceiling: Double = -55) -> [Float] {
    zip(spikes, voltage).flatMap { spike, volts in
      [spike ? 1 : 0, Float((min(volts, ceiling) - scale.offset) / scale.unit)]
    }
  }
}

/// The built-in teachers by name.
public enum TeacherKind: String, Sendable, Hashable, Codable, CaseIterable {
  /// ``LeakyIntegrateAndFire``
  case lif
  /// ``LeakyIntegrateAndFire`` with an adaptive threshold.
  case adaptiveLIF = "adaptive-lif"
  /// ``PyramidalCell``
  case pyramidal

  /// The teacher on the synapses of `input`.
  ///
  /// Parameters are the defaults, but synapses are as much stronger as the input's rates are below NeuronIO's 800 spikes in
  /// 100 ms, so that a neuron with few synapses fires too.
  public func teacher(for input: SynapticInput) -> any Teacher {
    let strength = 800 / input.mostSpikes
    if self == .pyramidal {
      var cell = PyramidalCell(
        basalSegments: input.basalLengths.count, apicalSegments: input.apicalLengths.count)
      cell.ampaConductance *= strength
      cell.nmdaConductance *= strength
      cell.gabaConductance *= strength
      return cell
    }
    var neuron = LeakyIntegrateAndFire(
      channels: input.channels, adaptation: self == .adaptiveLIF ? .init() : nil)
    neuron.weight *= strength
    return neuron
  }
}

/// Data from a built-in neuron under random synaptic input.
public struct TeacherTask: GeneratedTask, Hashable, Codable {
  /// Which neuron.
  public var teacher: TeacherKind
  /// Its input.
  public var input: SynapticInput
  /// Duration of a simulation in ms; 6000 in NeuronIO.
  public var steps: Int
  /// Number of simulations.
  public var sizes: SplitSizes
  /// Fixes all of them.
  public var seed: UInt64

  /// A task.
  public init(
    teacher: TeacherKind, input: SynapticInput = .init(), steps: Int = 6000, sizes: SplitSizes, seed: UInt64
  ) {
    (self.teacher, self.input, self.steps) = (teacher, input, steps)
    (self.sizes, self.seed) = (sizes, seed)
  }

  /// `neuronio`: a neuron's input and output.
  public var preset: String { "neuronio" }

  /// Simulates the neuron on some of the inputs.
  public func sequences(_ indices: Range<Int>, threads: Int, each: @escaping @Sendable () -> Void) throws
    -> SequenceDataSet
  {
    try input.validate()
    let teacher = teacher.teacher(for: input)
    let simulations = try parallelMap(count: indices.count, threads: threads) { index in
      try Interruption.check()
      defer { each() }
      let events = try input.events(steps: steps, seed: seed, simulation: indices.lowerBound + index)
      return (events, try teacher.respond(to: events).targets())
    }
    return try SequenceDataSet(
      simulations.map(\.0), .traces(simulations.map(\.1), outputs: 2), voltage: .neuronIO)
  }
}
