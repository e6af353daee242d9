import Foundation
import Spiking
import Testing

/// Fixed point, held against integers written out here and against double precision.
@Suite struct FixedPointTests {
  private let neuron = CurrentLIF(
    capacitance: 0.27, membraneTimeConstant: 3, restPotential: -60, resetPotential: -60, threshold: -57,
    initialPotential: -60, refractoryPeriod: 1, excitatoryTimeConstant: 0.3, inhibitoryTimeConstant: 0.3)

  /// One pulse of 2.5 nA, step by step in whole numbers.
  @Test func aPulseInIntegers() throws {
    var network = try Network(timeStep: 1, arithmetic: .fixedPoint)
    let source = try network.addSources("source", count: 1)
    let cell = try network.add("cell", count: 1, .currentLIF(neuron))
    try network.connect(source, to: cell, .oneToOne(weight: 2.5))
    let monitor = try network.watch(.membrane, of: cell)
    try network.fire([0], in: source, at: 0)
    network.run(steps: 12)
    func floorShift(_ value: Int, _ bits: Int) -> Int { value >> bits }
    func fixed(_ value: Double, _ bits: Int) -> Int { Int((value * Double(1 << bits)).rounded()) }
    let decay = exp(-1 / 0.3)
    let (gain32, decay32) = (fixed(0.3 * (1 - decay), 32), fixed(decay, 32))
    let (leak, resistance, rest) = (fixed(exp(-1 / 3), 15), fixed(3 / 0.27, 15), fixed(-60, 15))
    var current = 0
    var potential = rest
    for step in 0..<12 {
      #expect(network.trace(of: monitor).values[step] == Double(potential) / 32768, "step \(step)")
      if step == 1 { current += floorShift(gain32 * fixed(2.5, 15), 32) }
      let target = floorShift(current * resistance, 15) + rest
      potential = target - floorShift((target - potential) * leak, 15)
      current = floorShift(current * decay32, 32)
    }
    #expect(network.spikes(of: cell).isEmpty)
  }

  /// Close to double precision as long as nothing leaves the range.
  @Test func staysCloseToDoublePrecision() throws {
    func potentials(_ arithmetic: Arithmetic) throws -> [Double] {
      var network = try Network(timeStep: 1, arithmetic: arithmetic)
      let source = try network.addSources("source", count: 3)
      var quiet = neuron
      quiet.threshold = 0
      let cell = try network.add("cell", count: 2, .currentLIF(quiet))
      try network.connect(source, to: cell, .dense([0.3, 1.7, 2.2, 0.1, 0.9, 1.3]))
      try network.connect(source, to: cell, .allToAll(weight: 0.4, excludesSelf: false), isInhibitory: true)
      let monitor = try network.watch(.membrane, of: cell)
      for step in 0..<40 { try network.fire([step % 3], in: source, at: step) }
      network.run(steps: 60)
      return network.trace(of: monitor).values
    }
    let (fixed, double) = (try potentials(.fixedPoint), try potentials(.double))
    let error = zip(fixed, double).map { abs($0 - $1) }.max()!
    #expect(error < 0.002 && error > 0, "\(error) mV")
    #expect(fixed.allSatisfy { $0 * 32768 == ($0 * 32768).rounded() })
  }

  /// Weights have as many bits after the point as the largest input of a step leaves of 16.
  @Test(arguments: [(1, 0.999, 15), (1, 1.0, 15), (1, 2.1, 14), (40, 6.0, 8), (70_000, 6.0, 0)])
  func weightsLieOnTheGrid(sources: Int, weight: Double, bits: Int) throws {
    var network = try Network(timeStep: 1, arithmetic: .fixedPoint)
    let source = try network.addSources("source", count: sources)
    let cell = try network.add("cell", count: 1, .currentLIF(neuron))
    let projection = try network.connect(
      source, to: cell, .allToAll(weight: weight * 0.9999, excludesSelf: false))
    let other = try network.connect(
      source, to: cell, .allToAll(weight: weight * 0.0001, excludesSelf: false))
    network.run(steps: 1)
    let grid = exp2(Double(-bits))
    let rounded = (weight * 0.9999 / grid).rounded() * grid
    #expect(network.weights(of: projection) == [rounded])
    #expect(network.weights(of: other)[0] / grid == (weight * 0.0001 / grid).rounded())
  }

  /// A weight under STDP changes in whole steps of its grid, and its traces decay by an 11-bit table.
  @Test func plasticityInIntegers() throws {
    var network = try Network(timeStep: 1, arithmetic: .fixedPoint)
    let source = try network.addSources("source", count: 1)
    let cell = try network.add("cell", count: 1, .currentLIF(neuron))
    let teacher = try network.addSources("teacher", count: 1)
    try network.connect(teacher, to: cell, .oneToOne(weight: 6))
    let plastic = try network.connect(
      source, to: cell, .dense([0]),
      plasticity: .pair(
        PairSTDP(
          potentiation: 1.23456, depression: 0.5, presynapticTimeConstant: 3, postsynapticTimeConstant: 3,
          maximum: 6)))
    try network.fire([0], in: source, at: 0)
    try network.fire([0], in: teacher, at: 1)
    network.run(steps: 10)
    // The cell fires at step 2; the spike reaches the synapse at step 3. The bound 6 + 6 leaves 12 bits.
    let amplitude = (1.23456 * 4096).rounded()
    let factor = (exp(-1.0) * 2048).rounded()
    #expect(network.weights(of: plastic) == [(amplitude * factor / 2048).rounded(.down) / 4096])
  }

  @Test func whatHasNoFixedPointIsRefused() throws {
    var network = try Network(timeStep: 1, arithmetic: .fixedPoint)
    let source = try network.addSources("source", count: 1)
    let cell = try network.add("cell", count: 1, .currentLIF(neuron))
    func message(_ work: (inout Network) throws -> Void) -> String {
      do {
        try work(&network)
        return ""
      } catch { return "\(error)" }
    }
    #expect(
      message { _ = try $0.add("g", count: 1, .conductanceLIF(ConductanceLIF())) }
        == "population g: conductance-based neurons have no fixed-point form; use double")
    #expect(
      message {
        try $0.connect(
          source, to: cell, .sparse([Synapse(source: 0, target: 0, weight: 0.5)]),
          plasticity: .triplet(TripletSTDP()))
      } == "source to cell: triplet STDP has no fixed-point form; use double")
  }
}
