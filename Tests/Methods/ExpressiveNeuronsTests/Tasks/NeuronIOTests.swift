import ExpressiveNeurons
import Foundation
import NeuralData
import Testing

@Suite struct NeuronIOTests {
  private func simulation(
    _ excitatory: [Int: [Int]] = [:], _ inhibitory: [Int: [Int]] = [:], spikes: [Double] = [],
    half: Bool = false, voltage: [Double]
  ) throws -> NeuronIOSimulation {
    try NeuronIOSimulation(
      excitatory: excitatory, inhibitory: inhibitory, segments: 5, spikeTimes: spikes,
      timesAreHalfPrecision: half, voltage: voltage)
  }

  @Test func preprocessingIsPublished() throws {
    let one = try simulation(
      [4: [2, 0], 0: [2, 2]], [1: [3]], spikes: [0.375, 2.625], voltage: [-67.7, -55.1, -54, 20])
    #expect(one.input.steps == 4 && one.input.channels == 10)
    #expect(
      one.input.dense
        == [
          0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
          1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, 0, 0, 0,
        ])
    // int(0.375 − 0.5) is 0 in the published code; int(2.125) is 2.
    #expect(one.spikes == [true, false, true, false])
    for (value, expected) in zip(one.targets, [1, 0, 0, 1.26, 1, 1.27, 0, 1.27] as [Float]) {
      #expect(abs(value - expected) < 1e-5)
    }
    #expect(one.isScored && one.warnings.isEmpty)
    let set = try SequenceDataSet([one, one])
    #expect(set.count == 2 && set.outputs == 2 && set.voltage == .neuronIO)
    // float32 of Swift and of NumPy agree to the last bit here: both round the double.
    #expect(one.targets[3] == Float((-55.1 + 67.7) / 10))
  }

  @Test func busySimulationsAreNotScored() throws {
    let voltage = [Double](repeating: -70, count: 60)
    #expect(try simulation(spikes: (0..<24).map { Double(2 * $0) + 0.5 }, voltage: voltage).isScored)
    #expect(try !simulation(spikes: (0..<25).map { Double(2 * $0) + 0.5 }, voltage: voltage).isScored)
  }

  @Test func halfPrecisionTimesWarn() throws {
    let voltage = [Double](repeating: -70, count: 4000)
    #expect(try simulation(spikes: [2050], half: true, voltage: voltage).warnings.count == 1)
    #expect(try simulation(spikes: [2000], half: true, voltage: voltage).warnings.isEmpty)
    #expect(try simulation(spikes: [2050], voltage: voltage).warnings.isEmpty)
  }

  @Test func spikesOfTheVoltage() {
    // Maxima above −25 mV only, plateaus are none, as in the published rule.
    let voltage = [-70.0, -20, -30, -26, -28, 10, 10, -60, -24, -60]
    #expect(NeuronIOSimulation.spikeTimes(inHighResolution: voltage, samplesPerMillisecond: 8) == [0.125, 1])
    #expect(NeuronIOSimulation.spikeTimes(inHighResolution: [-1]) == [])
  }

  @Test func theSampleHasThePublishedLook() throws {
    // Two simulations of 2 s of the published cell: `ch` and `count` per ms, `v`, `spk`.
    let path = Bundle.module.path(forResource: "neuronio_mini", ofType: "npz", inDirectory: "Fixtures")!
    let arrays = try NPZ.read(path)
    for k in 0..<2 {
      let channels = try arrays["ch\(k)"]!.values(as: Int.self)
      let counts = try arrays["count\(k)"]!.values(as: Int.self)
      var excitatory: [Int: [Int]] = [:]
      var inhibitory: [Int: [Int]] = [:]
      var place = 0
      for (ms, count) in counts.enumerated() {
        for channel in channels[place..<(place + count)] {
          if channel < 639 {
            excitatory[channel, default: []].append(ms)
          } else {
            inhibitory[channel - 639, default: []].append(ms)
          }
        }
        place += count
      }
      let spikes = try arrays["spk\(k)"]!.values(as: Double.self)
      let voltage = try arrays["v\(k)"]!.values(as: Double.self)
      let one = try NeuronIOSimulation(
        excitatory: excitatory, inhibitory: inhibitory, spikeTimes: spikes, voltage: voltage)
      #expect(one.input.channels == 1278 && one.input.steps == 2000 && one.input.count == channels.count)
      for step in [0, 700, 1999] {
        let events = one.input.events(at: step)
        #expect(events.count == counts[step])
        for event in events { #expect(one.input.values[event] == (one.input.channel[event] < 639 ? 1 : -1)) }
      }
      #expect(one.isScored && one.spikes.count { $0 } == spikes.count)
      // Our input process makes as many spikes: 13 to 14 a ms on average, 6 to 20 in single simulations.
      #expect((6...20).contains(Double(channels.count) / 2000))
      // The soma is near its peak in the step of a spike.
      for time in spikes { #expect(voltage[Int(time - 0.5)...min(1999, Int(time - 0.5) + 1)].max()! > -40) }
    }
  }

  @Test func refusals() throws {
    let voltage = [Double](repeating: -70, count: 4)
    #expect(
      throws: ExpressiveNeuronError.badData(
        "excitatory spikes lie on segment 5, but there are segments 0 to 4")
    ) {
      try simulation([5: [0]], voltage: voltage)
    }
    #expect(
      throws: ExpressiveNeuronError.badData(
        "an inhibitory spike of segment 1 is at 4 ms, but there are 0 to 3 ms")
    ) { try simulation([:], [1: [4]], voltage: voltage) }
    #expect(throws: ExpressiveNeuronError.badData("output spike 1 is at 4.5 ms, but there are 4 ms")) {
      try simulation(spikes: [1, 4.5], voltage: voltage)
    }
    #expect(throws: ExpressiveNeuronError.self) { try simulation(spikes: [.nan], voltage: voltage) }
    #expect(throws: ExpressiveNeuronError.badData("the voltage at 1 ms is nan")) {
      try simulation(voltage: [-70, .nan])
    }
  }
}
