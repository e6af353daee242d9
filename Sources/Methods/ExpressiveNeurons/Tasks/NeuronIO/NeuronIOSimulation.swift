/// One simulation of NeuronIO: a detailed layer-5 pyramidal cell under ``SynapticInput`` (Beniaguev, Segev and London 2021).
public struct NeuronIOSimulation: Sendable, Hashable {
  /// Segments of the published cell, each with an excitatory and an inhibitory synapse.
  public static let segments = 639
  /// Voltages above this many mV are cut before learning and scoring.
  public static let voltageCeiling = -55.0
  /// Time at the start of a simulation that is neither learned nor scored, in ms.
  public static let settling = 500
  /// Output spikes of simulations that are scored.
  public static let scoredSpikes = 0...24

  /// Excitatory spikes with value 1 on the first half of the channels, inhibitory ones with −1 on the second, `[ms, channel]`.
  public let input: EventSequence
  /// Whether the cell fired, `[ms]`.
  public let spikes: [Bool]
  /// Somatic voltage in mV, `[ms]`.
  public let voltage: [Double]
  /// What the reader should know of a doubtful file, one sentence each.
  public let warnings: [String]

  /// A simulation as the published files hold it.
  ///
  /// - Parameters:
  ///   - excitatory: spike times in ms of the excitatory synapse of each segment that has spikes; several in one ms count
  ///     once, as published.
  ///   - inhibitory: the same for inhibitory synapses.
  ///   - segments: number of segments.
  ///   - spikeTimes: times of output spikes in ms; one at t belongs to step ⌊t − 1/2⌋, as published.
  ///   - timesAreHalfPrecision: whether the times passed through 16-bit floats, which beyond 2048 ms know 2 ms and beyond
  ///     4096 ms 4 ms.
  ///   - voltage: somatic voltage in mV at each ms.
  /// - Throws: ``ExpressiveNeuronError`` naming the first spike that lies outside.
  public init(
    excitatory: [Int: [Int]], inhibitory: [Int: [Int]], segments: Int = NeuronIOSimulation.segments,
    spikeTimes: [Double], timesAreHalfPrecision: Bool = false, voltage: [Double]
  ) throws(ExpressiveNeuronError) {
    try require("the number of segments", segments, in: 1...1_000_000)
    var time: [Int] = []
    var channel: [Int] = []
    var values: [Float] = []
    for (kind, synapses, first, value) in [
      ("excitatory", excitatory, 0, Float(1)), ("inhibitory", inhibitory, segments, -1),
    ] {
      for (segment, times) in synapses.sorted(by: { $0.key < $1.key }) {
        guard (0..<segments).contains(segment) else {
          throw .badData(
            "\(kind) spikes lie on segment \(segment), but there are segments 0 to \(segments - 1)")
        }
        for ms in Set(times).sorted() {
          guard voltage.indices.contains(ms) else {
            throw .badData(
              "an \(kind) spike of segment \(segment) is at \(ms) ms, but there are 0 to \(voltage.count - 1) ms"
            )
          }
          time.append(ms)
          channel.append(first + segment)
          values.append(value)
        }
      }
    }
    input = try EventSequence(
      time: time, channel: channel, values: values, steps: voltage.count, channels: 2 * segments)
    var fired = [Bool](repeating: false, count: voltage.count)
    for (index, ms) in spikeTimes.enumerated() {
      guard ms.isFinite, ms >= 0, Int(ms - 0.5) < voltage.count else {
        throw .badData("output spike \(index) is at \(ms) ms, but there are \(voltage.count) ms")
      }
      fired[Int(ms - 0.5)] = true
    }
    spikes = fired
    if let step = voltage.firstIndex(where: { !$0.isFinite }) {
      throw .badData("the voltage at \(step) ms is \(voltage[step])")
    }
    self.voltage = voltage
    warnings =
      timesAreHalfPrecision && spikeTimes.contains { $0 > 2048 }
      ? ["output spikes beyond 2048 ms are stored as 16-bit floats and lie up to 2 ms off"] : []
  }

  /// Steps at which a voltage of high resolution has a local maximum above −25 mV: the published rule for output spikes,
  /// free of the rounding of stored times.
  ///
  /// - Parameters:
  ///   - voltage: in mV.
  ///   - samplesPerMillisecond: 8 in the published files.
  public static func spikeTimes(inHighResolution voltage: [Double], samplesPerMillisecond: Int = 8)
    -> [Double]
  {
    guard voltage.count > 2 else { return [] }
    return (1..<(voltage.count - 1)).filter {
      voltage[$0] > -25 && voltage[$0] > voltage[$0 - 1] && voltage[$0 + 1] < voltage[$0]
    }.map { Double($0) / Double(samplesPerMillisecond) }
  }

  /// Spikes and voltage as targets, `[ms, 2]`: the voltage cut at ``voltageCeiling`` in units of
  /// `SequenceDataSet.VoltageScale.neuronIO`.
  public var targets: [Float] {
    let scale = SequenceDataSet.VoltageScale.neuronIO
    return zip(spikes, voltage).flatMap { spike, volts in
      [spike ? 1 : 0, Float((min(volts, Self.voltageCeiling) - scale.offset) / scale.unit)]
    }
  }

  /// Every warning once, with the number of simulations it holds for.
  public static func warnings(of simulations: [NeuronIOSimulation]) -> [String] {
    var counts: [String: Int] = [:]
    for warning in simulations.flatMap(\.warnings) { counts[warning, default: 0] += 1 }
    return counts.sorted { $0.key < $1.key }.map {
      "in \($0.value) of \(simulations.count) simulations \($0.key)"
    }
  }

  /// Whether the published evaluation keeps the simulation.
  public var isScored: Bool { Self.scoredSpikes.contains(spikes.count { $0 }) }
}

extension SequenceDataSet {
  /// Simulations of one cell as inputs and targets.
  ///
  /// - Throws: ``ExpressiveNeuronError`` when there are none or their channels differ.
  public init(_ simulations: [NeuronIOSimulation]) throws(ExpressiveNeuronError) {
    try self.init(
      simulations.map(\.input), .traces(simulations.map(\.targets), outputs: 2), voltage: .neuronIO)
  }
}
