import Foundation
import PlaceRecognition
import Spiking
import Testing

@Suite struct KernelTests {
  static func tiny() throws -> (
    tiny: Tiny, parameters: ModuleParameters, weights: [Double], delays: [UInt16], input: SpikeRaster
  ) {
    let tiny = try Reference.json("tiny_expected.json", as: Tiny.self)
    var parameters = ModuleParameters()
    parameters.neurons = tiny.n_e
    parameters.inputs = tiny.n_input
    let sums = (0..<tiny.n_e).map { neuron in tiny.W0.reduce(0) { $0 + $1[neuron] } }
    let weights = tiny.W0.flatMap { row in row.indices.map { row[$0] * tiny.norm_sum / sums[$0] } }
    let delays = tiny.delay_ms.flatMap { row in row.map { UInt16(($0 / 0.1).rounded()) } }
    let input = try SpikeRaster(
      neuronCount: tiny.n_input, stepCount: 5000,
      spikes: tiny.input_spikes_step.map { (step: $0[0], neuron: $0[1]) })
    return (tiny, parameters, weights, delays, input)
  }

  /// Acceptance case A1: Brian2's spikes, potentials and conductances with fixed weights.
  @Test func fixedWeightsEqualBrian() throws {
    let (tiny, parameters, weights, delays, input) = try Self.tiny()
    let module = ModuleSimulator<Double>(
      parameters, weights: weights, thresholds: [20, 20, 20, 20], delays: delays, isPlastic: false)
    var excitatory: [[Int]] = []
    var inhibitory: [[Int]] = []
    var largest = (v: 0.0, e: 0.0)
    module.monitor = { step, fired, partners in
      excitatory += fired.map { [step, Int($0)] }
      inhibitory += partners.map { [step, Int($0)] }
    }
    module.probe = { [unowned module] step in
      guard step % 100 == 0 else { return }
      for neuron in 0..<4 {
        let (v, e) = (module.potentials[neuron], module.conductances[neuron])
        largest.v = max(largest.v, abs(v - tiny.test.v_mV_every_10ms[neuron][step / 100]))
        largest.e = max(largest.e, abs(e - tiny.test.ge_every_10ms[neuron][step / 100]))
      }
    }
    module.run(input, steps: 5000)
    #expect(excitatory == tiny.test.e_spikes)
    #expect(inhibitory == tiny.test.i_spikes)
    #expect((0..<4).map { neuron in excitatory.count { $0[1] == neuron } } == tiny.test.counts)
    #expect(largest.v < 1e-6 && largest.e < 1e-6)
  }

  /// The same with plasticity, for both signs of the arrival's effect: weights to 1e-9.
  @Test(arguments: ModuleParameters.PreSign.allCases)
  func plasticWeightsEqualBrian(sign: ModuleParameters.PreSign) throws {
    var (_, parameters, weights, delays, input) = try Self.tiny()
    let expected = try #require(
      Reference.json("tiny_plastic.json", as: [String: TinyPlastic].self)[sign.rawValue])
    parameters.preSign = sign
    let module = ModuleSimulator<Double>(
      parameters, weights: weights, thresholds: [20, 20, 20, 20], delays: delays, isPlastic: true)
    var spikes: [[Int]] = []
    module.monitor = { step, fired, _ in spikes += fired.map { [step, Int($0)] } }
    module.run(input, steps: 5000)
    #expect(spikes == expected.e_spikes)
    for (ours, theirs) in zip(module.weights, expected.weights.joined()) {
      #expect(abs(ours - theirs) < 1e-9)
    }
    for (ours, theirs) in zip(module.thresholds, expected.theta_mV) { #expect(abs(ours - theirs) < 1e-9) }
  }

  /// Weights that do not change give the same spikes on the way for plastic synapses as on the one for fixed ones.
  @Test func theTwoDeliveriesAgree() throws {
    var (_, parameters, weights, delays, input) = try Self.tiny()
    parameters.preRate = 0
    parameters.postRate = 0
    parameters.thresholdStep = 0
    parameters.thresholdDecay = 1e300
    let rasters = [true, false].map { isPlastic -> [[Int]] in
      let module = ModuleSimulator<Double>(
        parameters, weights: weights, thresholds: [20, 20, 20, 20], delays: delays, isPlastic: isPlastic)
      var spikes: [[Int]] = []
      module.monitor = { step, fired, _ in spikes += fired.map { [step, Int($0)] } }
      module.run(input, steps: 5000)
      return spikes
    }
    #expect(rasters[0] == rasters[1] && rasters[0].count == 23)
  }

  /// Acceptance case A10: a neuron that is driven hard fires every 501 steps, at most seven times an image.
  @Test func theTimerLimitsTheRate() throws {
    var parameters = ModuleParameters()
    parameters.neurons = 1
    parameters.inputs = 1
    let module = ModuleSimulator<Double>(
      parameters, weights: [1], thresholds: [20], delays: [0], isPlastic: false)
    var steps: [Int] = []
    module.monitor = { step, fired, _ in steps += fired.map { _ in step } }
    let input = try SpikeRaster(neuronCount: 1, stepCount: 20_000, spikes: (0..<20_000).map { ($0, 0) })
    module.run(input, steps: 20_000)
    #expect(steps.first == 500)
    #expect(zip(steps, steps.dropFirst()).allSatisfy { $1 - $0 == 501 })
    #expect(steps.filter { (10_000..<13_500).contains($0) }.count <= 7)
    // The published timer in floating point.
    #expect((0..<500).reduce(0.0) { sum, _ in sum + 1e-4 * 0.1 } <= 0.005)
    #expect((0..<501).reduce(0.0) { sum, _ in sum + 1e-4 * 0.1 } > 0.005)
  }
}
