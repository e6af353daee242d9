import ExpressiveNeurons
import Foundation
import Probability
import Testing

@Suite struct SynapticInputTests {
  private let input = SynapticInput(basalSegments: 60, apicalSegments: 40, mostSpikes: 100)

  @Test func spikesFollowTheSmoothedRates() throws {
    // Expected counts over all synapses in stretches of 200 ms; a sum of independent Bernoulli numbers.
    for simulation in 0..<6 {
      let steps = 1000
      let rates = SynapticInput.Rates(input, steps: steps, seed: 5, simulation: simulation)
      let events = try input.events(steps: steps, seed: 5, simulation: simulation)
      for start in stride(from: 0, to: steps, by: 200) {
        var expected = [0.0, 0.0]
        var variance = [0.0, 0.0]
        for synapse in 0..<input.channels {
          let pieces = rates.pieces(of: synapse)
          for step in start..<(start + 200) {
            let chance = SynapticInput.chance(rate: rates.smoothed(pieces, at: step))
            expected[synapse / 100] += chance
            variance[synapse / 100] += chance * (1 - chance)
          }
        }
        var counts = [0.0, 0.0]
        for step in start..<(start + 200) {
          for event in events.events(at: step) {
            counts[Int(events.channel[event]) / 100] += 1
            #expect(events.values[event] == (events.channel[event] < 100 ? 1 : -1))
          }
        }
        for kind in 0..<2 {
          #expect(abs(counts[kind] - expected[kind]) < 5 * variance[kind].squareRoot() + 1e-9)
        }
      }
    }
  }

  @Test func smoothingIsTheConvolutionWithItsWindow() {
    // Against the sum over a window written out, silence outside.
    let steps = 700
    for simulation in 0..<8 {
      let rates = SynapticInput.Rates(input, steps: steps, seed: 2, simulation: simulation)
      let pieces = rates.pieces(of: 17)
      let length = 1 + 7 * rates.deviation
      let window = (0..<length).map {
        exp(-0.5 * pow((Double($0) - Double(length - 1) / 2) / Double(rates.deviation), 2))
      }
      let whole = window.reduce(0, +)
      for step in [0, 13, 350, 698, 699] {
        var sum = 0.0
        for (place, weight) in window.enumerated() {
          let at = step + (length - 1) / 2 - place
          if at >= 0, at < steps { sum += weight / whole * pieces[at / rates.pieceDuration] }
        }
        #expect(abs(rates.smoothed(pieces, at: step) - sum) < 1e-12)
      }
    }
  }

  @Test func ratesHaveThePublishedRanges() {
    let published = SynapticInput()
    var durations = Set<Int>()
    var excitatory: [Double] = []
    for simulation in 0..<400 {
      let rates = SynapticInput.Rates(published, steps: 6000, seed: 3, simulation: simulation)
      durations.insert(rates.pieceDuration)
      #expect((6...469).contains(rates.pieceDuration) && (6...619).contains(rates.deviation))
      for tree in 0..<2 {
        for (e, i) in zip(rates.totals[2 * tree], rates.totals[2 * tree + 1]) {
          #expect((0...800).contains(e) && i >= max(0, e - 600) && i <= e + 200)
          excitatory.append(e)
        }
      }
    }
    #expect(durations.count > 100)
    // Uniform: mean 400, deviation 800/√12.
    let mean = excitatory.reduce(0, +) / Double(excitatory.count)
    #expect(abs(mean - 400) < 5 * 800 / (12.0 * Double(excitatory.count)).squareRoot())
  }

  @Test func theChanceIsTheMeanOfACappedExponential() {
    var stream = RandomStream(seed: 1, "exponential")
    for rate in [0.01, 0.3, 2] {
      var sum = 0.0
      for _ in 0..<200_000 { sum += min(1, stream.exponential(mean: rate)) }
      #expect(abs(sum / 200_000 - SynapticInput.chance(rate: rate)) < 5 * rate / 200_000.0.squareRoot())
    }
    #expect(SynapticInput.chance(rate: 0) == 0)
  }

  @Test func theSegmentsOfATreeShareByLength() {
    var input = SynapticInput(basalLengths: [10, 90], apicalLengths: [20])
    input.mostSpikes = 800
    var short = 0.0
    var long = 0.0
    for simulation in 0..<300 {
      let rates = SynapticInput.Rates(input, steps: 6000, seed: 4, simulation: simulation)
      short += rates.pieces(of: 0).reduce(0, +)
      long += rates.pieces(of: 1).reduce(0, +)
    }
    #expect(abs(long / short - 5) < 0.1)
  }

  @Test func refusals() {
    #expect(throws: ExpressiveNeuronError.self) {
      try SynapticInput(basalSegments: 0).events(steps: 10, seed: 1, simulation: 0)
    }
    #expect(throws: ExpressiveNeuronError.self) { try input.events(steps: 0, seed: 1, simulation: 0) }
    #expect(throws: ExpressiveNeuronError.self) {
      try SynapticInput(basalLengths: [.nan], apicalLengths: [1]).validate()
    }
    #expect(
      throws: ExpressiveNeuronError.outOfRange(
        name: "the number of spikes in 100 ms", value: "-1.0", allowed: "a finite number above 0")
    ) { try SynapticInput(mostSpikes: -1).validate() }
  }
}
