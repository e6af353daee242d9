import Foundation
import Spiking
import Testing

private func fixture<Value: Decodable>(_ name: String, as: Value.Type = Value.self) throws -> Value {
  let url = try #require(Bundle.module.url(forResource: "Fixtures/\(name)", withExtension: "json"))
  return try JSONDecoder().decode(Value.self, from: Data(contentsOf: url))
}

private struct CurrentNetwork: Decodable {
  var steps, sources, a, b: Int
  var dense: [Double]
  var denseDelays: [Int]
  var pairs: [[Int]]
  var pairWeights: [Double]
  var pairDelays: [Int]
  var input: [[Int]]
  var spikesA, spikesB: [[Int]]
}

private struct PlasticNetwork: Decodable {
  var steps, sources, neurons: Int
  var preChange: Double
  var weights: [Double]
  var delays: [Int]
  var input: [[Int]]
  var spikesE, spikesI: [[Int]]
  var finalWeights, finalThetas, finalPotentials: [Double]
}

private struct PairNetwork: Decodable {
  var steps, sources, neurons: Int
  var weights: [Double]
  var input, spikes: [[Int]]
  var finalWeights: [Double]
}

private struct PairNetworkWithDelays: Decodable {
  var steps, sources, neurons: Int
  var pairs: [[Int]]
  var weights: [Double]
  var delays: [Int]
  var input, spikes: [[Int]]
  var finalWeights: [Double]
}

private struct Recorded: Decodable {
  var current: CurrentNetwork
  var plastic: [PlasticNetwork]
}

/// A Diehl and Cook network of 30 inputs and 4 neurons, recorded from Brian2.
private struct Tiny: Decodable {
  struct Test: Decodable {
    var e_spikes, i_spikes, w_final: [[Double]]
    var counts: [Int]
    var v_mV_every_10ms, ge_every_10ms: [[Double]]
  }
  var delay_ms: [[Double]]
  var input_spikes_step: [[Int]]
  var test: Test
}

extension SpikeRaster {
  /// Step and neuron of each spike, in order.
  fileprivate var pairs: [[Int]] {
    (0..<stepCount).flatMap { step in spikes(at: step).map { [step, Int($0)] } }
  }
}

private func fire(_ spikes: [[Int]], _ source: Network.PopulationID, _ network: inout Network) throws {
  for spike in spikes { try network.fire([spike[1]], in: source, at: spike[0]) }
}

/// Networks that Brian2 recorded (Fixtures/brian2_networks.py), spike for spike.
@Suite struct Brian2Tests {
  @Test func currentBasedNetworkWithEveryProjection() throws {
    let recorded = try fixture("brian2_networks", as: Recorded.self).current
    var network = try Network(timeStep: 1)
    func neuron(tau: Double, capacitance: Double, te: Double, ti: Double, refractory: Double) -> CurrentLIF {
      CurrentLIF(
        capacitance: capacitance, membraneTimeConstant: tau, restPotential: -63, resetPotential: -64,
        threshold: -52.5, initialPotential: -63, refractoryPeriod: refractory, excitatoryTimeConstant: te,
        inhibitoryTimeConstant: ti, offsetCurrent: 0.05)
    }
    let source = try network.addSources("source", count: recorded.sources)
    let a = try network.add(
      "a", count: recorded.a,
      .currentLIF(neuron(tau: 8, capacitance: 0.5, te: 2, ti: 4, refractory: 2)))
    let b = try network.add(
      "b", count: recorded.b,
      .currentLIF(neuron(tau: 5, capacitance: 0.3, te: 1, ti: 3, refractory: 3)))
    try network.connect(source, to: a, .delayed(weights: recorded.dense, delays: recorded.denseDelays))
    let synapses = recorded.pairs.indices.map {
      Synapse(
        source: recorded.pairs[$0][0], target: recorded.pairs[$0][1], weight: recorded.pairWeights[$0],
        delay: recorded.pairDelays[$0])
    }
    try network.connect(a, to: b, .sparse(synapses))
    try network.connect(a, to: a, .allToAll(weight: 0.25, excludesSelf: true), delay: 3, isInhibitory: true)
    try network.connect(b, to: b, .oneToOne(weight: 0.75), delay: 5)
    try network.connect(
      b, to: a, .dense([Double](repeating: 0.5, count: recorded.a * recorded.b)), isInhibitory: true)
    network.recordSpikes(of: a)
    network.recordSpikes(of: b)
    try fire(recorded.input, source, &network)
    network.run(steps: recorded.steps)
    #expect(network.raster(of: a).pairs == recorded.spikesA)
    #expect(network.raster(of: b).pairs == recorded.spikesB)
  }

  /// Pair STDP (Fixtures/brian2_pair.py), eager and from a history.
  @Test(arguments: [PairSTDP.History.unlimited, .newest(10_000)])
  func pairPlasticity(history: PairSTDP.History) throws {
    let recorded = try fixture("brian2_pair", as: PairNetwork.self)
    var network = try Network(timeStep: 1)
    let source = try network.addSources("source", count: recorded.sources)
    let cells = try network.add(
      "cells", count: recorded.neurons,
      .currentLIF(CurrentLIF(threshold: -60, refractoryPeriod: 1, excitatoryTimeConstant: 2)))
    let plastic = try network.connect(
      source, to: cells, .dense(recorded.weights),
      plasticity: .pair(
        PairSTDP(
          potentiation: 0.3, depression: 0.25, presynapticTimeConstant: 12, postsynapticTimeConstant: 15,
          maximum: 2, history: history)))
    network.recordSpikes(of: cells)
    try fire(recorded.input, source, &network)
    network.run(steps: recorded.steps)
    #expect(network.raster(of: cells).pairs == recorded.spikes)
    network.settleWeights(of: plastic)
    let ours = network.weights(of: plastic)
    #expect(zip(ours, recorded.finalWeights).allSatisfy { abs($0 - $1) < 1e-9 })
    #expect(zip(ours, recorded.weights).contains { abs($0 - $1) > 0.1 })
  }

  /// Pair STDP of a list of synapses with a delay each (Fixtures/brian2_pair_delays.py).
  @Test(arguments: [PairSTDP.History.unlimited, .newest(10_000)])
  func pairPlasticityWithDelays(history: PairSTDP.History) throws {
    let recorded = try fixture("brian2_pair_delays", as: PairNetworkWithDelays.self)
    var network = try Network(timeStep: 1)
    let source = try network.addSources("source", count: recorded.sources)
    let cells = try network.add(
      "cells", count: recorded.neurons,
      .currentLIF(CurrentLIF(threshold: -60, refractoryPeriod: 1, excitatoryTimeConstant: 2)))
    let synapses = recorded.pairs.indices.map {
      Synapse(
        source: recorded.pairs[$0][0], target: recorded.pairs[$0][1], weight: recorded.weights[$0],
        delay: recorded.delays[$0])
    }
    let plastic = try network.connect(
      source, to: cells, .sparse(synapses),
      plasticity: .pair(
        PairSTDP(
          potentiation: 0.3, depression: 0.25, presynapticTimeConstant: 12, postsynapticTimeConstant: 15,
          maximum: 2, history: history)))
    network.recordSpikes(of: cells)
    try fire(recorded.input, source, &network)
    network.run(steps: recorded.steps)
    #expect(network.raster(of: cells).pairs == recorded.spikes && recorded.spikes.count > 1000)
    network.settleWeights(of: plastic)
    let ours = network.weights(of: plastic)
    #expect(zip(ours, recorded.finalWeights).allSatisfy { abs($0 - $1) < 1e-9 })
    #expect(zip(ours, recorded.weights).contains { abs($0 - $1) > 0.1 })
  }

  @Test(arguments: [0, 1])
  func plasticNetworkWithDelays(sign: Int) throws {
    let recorded = try fixture("brian2_networks", as: Recorded.self).plastic[sign]
    var network = try Network(timeStep: 0.1)
    let source = try network.addSources("source", count: recorded.sources)
    let e = try network.add(
      "e", count: recorded.neurons,
      .conductanceLIF(
        ConductanceLIF(
          membraneTimeConstant: 100, restPotential: -65, resetPotential: -65, threshold: -72,
          initialPotential: -80, refractoryPeriod: 5, inhibitoryReversal: -100, excitatoryTimeConstant: 1,
          inhibitoryTimeConstant: 0.5,
          adaptation: .init(initial: 20, increment: 0.5, timeConstant: 1e4))))
    let i = try network.add(
      "i", count: recorded.neurons,
      .conductanceLIF(
        ConductanceLIF(
          membraneTimeConstant: 10, restPotential: -60, resetPotential: -45, threshold: -40,
          initialPotential: -70, refractoryPeriod: 2, inhibitoryReversal: -85, excitatoryTimeConstant: 1,
          inhibitoryTimeConstant: 2)))
    let plastic = try network.connect(
      source, to: e, .delayed(weights: recorded.weights, delays: recorded.delays.map { $0 + 1 }),
      plasticity: .triplet(TripletSTDP(presynapticChange: recorded.preChange, postsynapticChange: 0.05)))
    try network.connect(e, to: i, .oneToOne(weight: 10.4))
    try network.connect(i, to: e, .allToAll(weight: 17, excludesSelf: true), isInhibitory: true)
    network.recordSpikes(of: e)
    network.recordSpikes(of: i)
    try fire(recorded.input, source, &network)
    network.run(steps: recorded.steps)
    #expect(network.raster(of: e).pairs == recorded.spikesE)
    #expect(network.raster(of: i).pairs == recorded.spikesI)
    func difference(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).map { abs($0 - $1) }.max()! }
    #expect(difference(recorded.weights, recorded.finalWeights) > 0.01)
    #expect(difference(network.weights(of: plastic), recorded.finalWeights) < 1e-9)
    #expect(difference(network.values(of: .adaptation, in: e), recorded.finalThetas) < 1e-9)
    #expect(difference(network.values(of: .membrane, in: e), recorded.finalPotentials) < 1e-7)
  }

  /// The published place-recognition module in miniature, with its wait of 501 steps between spikes.
  @Test func diehlAndCookModule() throws {
    let tiny = try fixture("diehl_cook_tiny", as: Tiny.self)
    var network = try Network(timeStep: 0.1)
    let source = try network.addSources("input", count: 30)
    let e = try network.add(
      "e", count: 4,
      .conductanceLIF(
        ConductanceLIF(
          membraneTimeConstant: 100, restPotential: -65, resetPotential: -65, threshold: -72,
          initialPotential: -105, refractoryPeriod: 5, inhibitoryReversal: -100, excitatoryTimeConstant: 1,
          inhibitoryTimeConstant: 0.5, adaptation: .init(initial: 20, increment: 0.05, timeConstant: 1e7),
          silentSteps: 501)))
    network.setAdaptation(false, of: e)
    let i = try network.add(
      "i", count: 4,
      .conductanceLIF(
        ConductanceLIF(
          membraneTimeConstant: 10, restPotential: -60, resetPotential: -45, threshold: -40,
          initialPotential: -100, refractoryPeriod: 2, inhibitoryReversal: -85, excitatoryTimeConstant: 1,
          inhibitoryTimeConstant: 0.5)))
    try network.connect(
      source, to: e,
      .delayed(
        weights: tiny.test.w_final.flatMap { $0 },
        delays: tiny.delay_ms.flatMap { $0 }.map { Int(($0 / 0.1).rounded()) + 1 }))
    try network.connect(e, to: i, .oneToOne(weight: 10.4))
    try network.connect(i, to: e, .allToAll(weight: 17, excludesSelf: true), isInhibitory: true)
    network.recordSpikes(of: e)
    network.recordSpikes(of: i)
    let v = try network.watch(.membrane, of: e, every: 100)
    let g = try network.watch(.excitation, of: e, every: 100)
    try fire(tiny.input_spikes_step, source, &network)
    network.run(steps: 5000)
    #expect(network.raster(of: e).pairs == tiny.test.e_spikes.map { $0.map { Int($0) } })
    #expect(network.raster(of: i).pairs == tiny.test.i_spikes.map { $0.map { Int($0) } })
    #expect(network.raster(of: e).counts() == tiny.test.counts)
    for neuron in 0..<4 {
      for (sample, expected) in tiny.test.v_mV_every_10ms[neuron].enumerated() {
        #expect(abs(network.trace(of: v).values[4 * sample + neuron] - expected) < 1e-6)
      }
      for (sample, expected) in tiny.test.ge_every_10ms[neuron].enumerated() {
        #expect(abs(network.trace(of: g).values[4 * sample + neuron] - expected) < 1e-6)
      }
    }
  }
}
