import Foundation
import Spiking
import Testing

/// Lists of synapses under pair STDP, against the matrix.
@Suite struct PairListTests {
  private static let sources = 12
  private static let targets = 7

  private struct Outcome: Equatable {
    var spikes: SpikeRaster
    var weights: [Double]
  }

  /// A rule and how numbers are kept.
  struct Condition: Sendable {
    var coincidence = PairSTDP.Coincidence.depress
    var history = PairSTDP.History.unlimited
    var arithmetic = Arithmetic.double
  }

  private func run(
    _ connectivity: Connectivity, delay: Int = 1, _ condition: Condition = Condition(),
    then change: (inout Network, Network.ProjectionID) throws -> Void = { _, _ in }
  ) throws -> Outcome {
    var network = try Network(timeStep: 1, arithmetic: condition.arithmetic)
    let source = try network.addPoisson(
      "source", rates: [Double](repeating: 60, count: Self.sources), seed: 8)
    let cells = try network.add(
      "cells", count: Self.targets, .currentLIF(CurrentLIF(threshold: -62, excitatoryTimeConstant: 2)))
    let plastic = try network.connect(
      source, to: cells, connectivity, delay: delay,
      plasticity: .pair(
        PairSTDP(
          potentiation: 0.3, depression: 0.25, presynapticTimeConstant: 12, postsynapticTimeConstant: 15,
          maximum: 2, coincidence: condition.coincidence, history: condition.history)))
    network.recordSpikes(of: cells)
    for _ in 0..<4 {
      network.run(steps: 500)
      try change(&network, plastic)
    }
    network.settleWeights(of: plastic)
    return Outcome(spikes: network.raster(of: cells), weights: network.weights(of: plastic))
  }

  private var weights: [Double] {
    (0..<Self.sources * Self.targets).map { 0.5 + Double($0 * 37 % 84) / 84 }
  }

  /// Where every synapse has the same delay, the list does to the last bit what the matrix does.
  @Test(arguments: [
    Condition(), Condition(coincidence: .potentiate), Condition(coincidence: .ignore),
    Condition(history: .newest(100_000)), Condition(history: .newest(2)), Condition(arithmetic: .fixedPoint),
  ])
  func equalDelaysAreTheMatrix(condition: Condition) throws {
    for delay in [1, 4] {
      let dense = try run(.dense(weights), delay: delay, condition)
      let delays = [Int](repeating: delay, count: weights.count)
      #expect(try run(.delayed(weights: weights, delays: delays), condition) == dense)
      #expect(dense.spikes.count > 100 && dense.weights != weights)
    }
  }

  /// Weights that are scaled, set or cleared on the way.
  @Test func changesFromOutsideAreThoseOfTheMatrix() throws {
    let delays = [Int](repeating: 3, count: weights.count)
    let list = Connectivity.delayed(weights: weights, delays: delays)
    func agree(_ change: (inout Network, Network.ProjectionID) throws -> Void) throws {
      let unchanged = try run(.dense(weights), delay: 3)
      let dense = try run(.dense(weights), delay: 3, then: change)
      #expect(try run(list, then: change) == dense)
      #expect(dense != unchanged)
    }
    try agree { try $0.normaliseWeights(of: $1, toSum: 9) }
    try agree { network, plastic in
      try network.setWeights(network.weights(of: plastic).map { $0 / 2 }, of: plastic)
    }
    try agree { network, plastic in network.clearWeights(of: plastic, from: 2) }
    try agree { network, plastic in network.clearWeights(of: plastic, onto: 3) }
  }

  /// The order of a list does not matter; delays do.
  @Test func delaysMatterAndOrderDoesNot() throws {
    let synapses = weights.indices.filter { $0 % 3 != 1 }.map {
      Synapse(
        source: $0 / Self.targets, target: $0 % Self.targets, weight: 2 * weights[$0] / 1.5,
        delay: 1 + $0 * 13 % 9)
    }.map { synapse in
      var synapse = synapse
      synapse.weight = min(2, synapse.weight)
      return synapse
    }
    let given = try run(.sparse(synapses))
    let backwards = try run(.sparse(synapses.reversed()))
    #expect(given.spikes.count > 100)
    #expect(backwards.spikes == given.spikes && backwards.weights == given.weights.reversed())
    let near = synapses.map { Synapse(source: $0.source, target: $0.target, weight: $0.weight) }
    #expect(try run(.sparse(near)) != given)
  }

  /// A spike pair by hand: the postsynaptic spike of step 3 reaches the synapse in step 3 + 2, two steps after the
  /// presynaptic one that caused it sets out.
  @Test func onePairByHand() throws {
    var network = try Network(timeStep: 1)
    let source = try network.addSources("source", count: 1)
    let cell = try network.add(
      "cell", count: 1, .currentLIF(CurrentLIF(threshold: -64.9, excitatoryTimeConstant: 0.3)))
    let plastic = try network.connect(
      source, to: cell, .sparse([Synapse(source: 0, target: 0, weight: 1, delay: 2)]),
      plasticity: .pair(
        PairSTDP(
          potentiation: 0.5, depression: 0.25, presynapticTimeConstant: 10, postsynapticTimeConstant: 5,
          maximum: 4)))
    network.recordSpikes(of: cell)
    try network.fire([0], in: source, at: 1)
    try network.fire([0], in: source, at: 9)
    network.run(steps: 5)
    #expect(network.raster(of: cell).trains[0].first == 3)
    #expect(network.weights(of: plastic) == [1])
    network.run(steps: 1)
    let raised = 1 + 0.5 * exp(-4.0 / 10)
    #expect(abs(network.weights(of: plastic)[0] - raised) < 1e-12)
    network.run(steps: 4)
    let lowered = raised - 0.25 * exp(-4.0 / 5)
    #expect(abs(network.weights(of: plastic)[0] - lowered) < 1e-12)
  }
}
